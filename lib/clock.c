// SPDX-License-Identifier: BSD-2-Clause
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/cpu.h>
#include <lib/irq.h>

#define NS_PER_S 1000000000ull
/* A timer is never set further ahead than this (1000 s), so no product overflows. */
#define MAX_AHEAD (1000 * NS_PER_S)

/* v * mul / div without an overflow in between, as long as div * mul < 2^64. */
static uint64_t scale(uint64_t v, uint64_t mul, uint64_t div)
{
	return v / div * mul + v % div * mul / div;
}

uint64_t clock_ns(void)
{
	return scale(arch_clock_ticks(), NS_PER_S, arch_clock_hz());
}

uint64_t clock_hz(void)
{
	return arch_clock_hz();
}

const char *clock_source(void)
{
	return arch_clock_source();
}

/* Interrupts off. Sets the hardware for the earlier of the two that this CPU may be waiting for. */
static void arm(const struct cpu *c)
{
	uint64_t when = c->alarm < c->sleep ? c->alarm : c->sleep;
	uint64_t now, ahead;

	if (when == UINT64_MAX) {
		arch_timer_arm(UINT64_MAX);
		return;
	}
	now = clock_ns();
	ahead = when > now ? when - now : 0;
	if (ahead > MAX_AHEAD)
		ahead = MAX_AHEAD;
	/* One more, for what the division dropped: early would be a second interrupt. */
	arch_timer_arm(ahead ? scale(ahead, arch_clock_hz(), NS_PER_S) + 1 : 0);
}

/* An interrupt of the timer: is the alarm due? A sleep ends by the interrupt itself. */
static bool timer_due(void)
{
	struct cpu *c = cpu_this();
	uint64_t now = clock_ns();
	bool due = c->alarm <= now;

	if (due)
		c->alarm = UINT64_MAX;
	if (c->sleep <= now)
		c->sleep = UINT64_MAX;
	arm(c);
	return due;
}

/* Makes *which (alarm or sleep of this CPU) the deadline. */
static void set(uint64_t *which, uint64_t deadline)
{
	bool enabled;

	irq_ready();
	irq_timer_due = timer_due;
	enabled = arch_irq_save();
	*which = deadline;
	arm(cpu_this());
	arch_irq_restore(enabled);
}

void clock_alarm(uint64_t deadline)
{
	set(&cpu_this()->alarm, deadline);
}

void clock_sleep_until(uint64_t deadline)
{
	struct cpu *c = cpu_this();
	uint64_t outer = c->sleep;

	/* Anything may end cpu_idle(), and then the timer may be off. */
	while (clock_ns() < deadline) {
		set(&c->sleep, deadline);
		cpu_idle();
	}
	/* Who was interrupted by the handler that sleeps here goes on sleeping. */
	set(&c->sleep, outer);
}
