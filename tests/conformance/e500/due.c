// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/irq.h>
#include "tests/conformance/e500/due.h"

/* What is waited for is one tick. */
#define LIMIT_TICKS 100000000ull

static volatile unsigned int came;
volatile unsigned int *const due_counter = &came;

static void count(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	came++;
}

void due_never(void)
{
	clock_alarm(UINT64_MAX);
	mtspr(SPR_TSR, TSR_DIS);
}

bool due_in(uint64_t ns)
{
	interrupts_off();
	irq_register(IRQ_TIMER, count, NULL);
	due_never();
	came = 0;
	clock_alarm(clock_ns() + ns);
	return !(mfspr(SPR_TSR) & TSR_DIS);
}

bool due_now(void)
{
	uint64_t start = arch_clock_ticks();

	due_in(0);
	while (!(mfspr(SPR_TSR) & TSR_DIS))
		if (arch_clock_ticks() - start > LIMIT_TICKS)
			return false;
	return true;
}

unsigned int due_came(void)
{
	return came;
}
