// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: user_try() runs a function at user privilege and comes back: with its result, or with the
 * trap that ended it. Afterwards, privileged instructions work again. It works on every CPU, and
 * interrupts are taken meanwhile.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/user.h>

static long add_one(void *arg)
{
	return *(long *)arg + 1;
}

/* What turns interrupts off is a privileged instruction everywhere. */
static long privileged(void *arg)
{
	(void)arg;
	irq_disable();
	return 0;
}

static long illegal(void *arg)
{
	(void)arg;
	__builtin_trap();
}

/* Set by nobody; the compiler must not know that this recursion has no end. */
static volatile bool enough;

static long overflow(void *arg)
{
	volatile char more[512];

	more[0] = (char)(arg != NULL);
	return enough ? 0 : overflow((void *)more) + more[0];
}

static void expect(enum trap_kind kind, long (*fn)(void *), const char *what)
{
	struct trap_frame frame;

	if (!tap_ok(user_try(fn, NULL, NULL, &frame), "%s: a trap", what))
		return;
	if (!tap_ok(trap_kind(&frame) == kind, "of the kind \"%s\"", trap_kind_name(kind)))
		tap_note("it was \"%s\"", trap_kind_name(trap_kind(&frame)));
	tap_note("%s", arch_trap_name(&frame));
}

static void one(void)
{
	long in = -42, out = 0;

	tap_ok(!user_try(add_one, &in, &out, NULL), "a function runs at user privilege");
	tap_equal((unsigned long)out, (unsigned long)-41,
		  "with its argument, and comes back with its result");
	expect(TRAP_KIND_PRIVILEGED, privileged, "a privileged instruction");
	expect(TRAP_KIND_ILLEGAL, illegal, "an illegal instruction");
	expect(TRAP_KIND_STACK, overflow, "a stack overflow");
	irq_disable();
	tap_ok(!irq_save(), "back at supervisor privilege, privileged instructions work");
}

static void many(void *arg)
{
	unsigned long *good = arg;

	for (long i = 0; i < 1000; i++) {
		long out = 0;

		*good += !user_try(add_one, &i, &out, NULL) && out == i + 1;
		*good += user_try(privileged, NULL, NULL, NULL);
	}
}

static void everywhere(void)
{
	static unsigned long good[CPU_MAX];
	unsigned long all = 0;

	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_start(i, many, &good[i]);
	many(&good[0]);
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpu_count(); i++)
		all += good[i];
	tap_equal(all, 2000ul * cpu_count(), "2000 times there and back on each of %u CPUs",
		  cpu_count());
}

#define ALARMS 20

static atomic_ulong alarms;

/* No more than that: on a slow host one could follow the other, and the program never run. */
static void on_alarm(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	if (atomic_fetch_add(&alarms, 1) + 1 < ALARMS)
		clock_alarm(clock_ns() + 100000);
}

static long spin(void *arg)
{
	(void)arg;
	while (atomic_load(&alarms) < ALARMS)
		;
	return 5;
}

/* If none came, this would be a hang, which the runner sees. */
static void interrupted(void)
{
	long out = 0;

	irq_register(IRQ_TIMER, on_alarm, NULL);
	irq_enable();
	clock_alarm(clock_ns());
	tap_ok(!user_try(spin, NULL, &out, NULL) && out == 5, "%d interrupts come meanwhile",
	       ALARMS);
	tap_ok(irq_save(), "interrupts are still on");
	clock_alarm(UINT64_MAX);
}

int main(void)
{
	tap_begin();
	one();
	everywhere();
	interrupted();
	return tap_end();
}
