// SPDX-License-Identifier: BSD-2-Clause
/*
 * The TOD clock, in which 4096 units are a microsecond and 0 is the beginning of 1900, UTC; and the
 * clock comparator, which interrupts while the clock is ahead of it (Principles of Operation,
 * "Timing"). All CPUs show the same clock.
 */
#include <lib/arch.h>

#define TOD_HZ 4096000000ull
/* The clock at the beginning of 1970. */
#define TOD_1970 0x7d91048bca000000ull

uint64_t arch_clock_ticks(void)
{
	uint64_t tod;

	/* STCKF: STCK would make every reading different, and wait for that. */
	asm volatile("stckf %0" : "=Q"(tod) : : "cc");
	return tod;
}

uint64_t arch_clock_hz(void)
{
	return TOD_HZ;
}

const char *arch_clock_source(void)
{
	return "TOD clock, 4096000000 Hz (architecture)";
}

uint64_t arch_clock_wall(void)
{
	uint64_t tod = arch_clock_ticks();

	return tod > TOD_1970 ? (tod - TOD_1970) / TOD_HZ : 0;
}

void arch_timer_arm(uint64_t ticks)
{
	uint64_t when, now = arch_clock_ticks();

	/* All ones, which the clock is never ahead of: off. */
	if (__builtin_add_overflow(now, ticks, &when))
		when = UINT64_MAX;
	asm volatile("sckc %0" : : "Q"(when) : "memory");
}
