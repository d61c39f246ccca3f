// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <lib/arch.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/timer.h"

static bool deadline_mode;
static uint64_t clock_rate, timer_rate;
static const char *clock_from, *timer_from;

void timer_init(uint8_t vector)
{
	deadline_mode = apic_has_deadline();
	if (deadline_mode)
		apic_timer_deadline_init(vector);
	else
		apic_timer_init(vector);
}

uint64_t arch_clock_ticks(void)
{
	return rdtsc();
}

uint64_t arch_clock_hz(void)
{
	if (!clock_rate)
		clock_rate = tsc_hz(&clock_from);
	return clock_rate;
}

void arch_timer_arm(uint64_t ticks)
{
	uint64_t hz = arch_clock_hz();
	uint64_t count;

	if (deadline_mode) {
		/* 0 means none, and is what no counter reads that has run up to here. */
		apic_timer_deadline(ticks == UINT64_MAX ? 0 : rdtsc() + ticks);
		return;
	}
	if (!timer_rate)
		timer_rate = timer_hz(&timer_from);
	if (ticks == UINT64_MAX) {
		apic_timer_start(0);
		return;
	}
	if (ticks / hz >= APIC_TIMER_MAX / timer_rate)
		count = APIC_TIMER_MAX;
	else
		count = ticks / hz * timer_rate + ticks % hz * timer_rate / hz;
	apic_timer_start(count ? (uint32_t)count : 1);
}

const char *arch_clock_source(void)
{
	static char text[200];

	if (!timer_rate)
		timer_rate = timer_hz(&timer_from);
	snprintf(text, sizeof(text), "TSC, %llu Hz (%s); local APIC timer, %s",
		 (unsigned long long)arch_clock_hz(), clock_from,
		 apic_has_deadline() ? "TSC deadline" : timer_from);
	return text;
}
