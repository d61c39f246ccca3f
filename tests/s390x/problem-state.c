// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a function in problem state runs with PSW bit 15, keeps its registers over interruptions,
 * comes back with its result, and what it may not do comes back as a trap of the right kind, on
 * every CPU.
 */
#include <stdatomic.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/user.h>
#include "cpu.h"

/* How many alarms interrupt the function in problem state. */
#define ALARMS 20

static long mask_high(void *arg)
{
	(void)arg;
	return (long)(psw_mask_get() >> 32);
}

static long add_one(void *arg)
{
	return *(long *)arg + 1;
}

static long set_system_mask(void *arg)
{
	uint8_t old;

	asm volatile("stnsm %0, 0xff" : "=Q"(old) : : "memory");
	*(bool *)arg = true;
	return old;
}

static long diagnose(void *arg)
{
	cpu_relax();
	*(bool *)arg = true;
	return 0;
}

static long supervisor_call(void *arg)
{
	asm volatile("svc 7" : : : "memory");
	*(bool *)arg = true;
	return 0;
}

static long read_null(void *arg)
{
	long value;

	asm volatile("lg %0, 0(%%r0)" : "=d"(value));
	*(bool *)arg = true;
	return value;
}

static void trap_of(long (*fn)(void *arg), enum trap_kind kind, const char *what)
{
	struct trap_frame f;
	bool went_on = false;

	if (!tap_ok(user_try(fn, &went_on, NULL, &f), "%s is a trap", what))
		return;
	tap_ok(!went_on && f.psw.mask & PSW_PROBLEM_STATE, "in problem state, and the end of it");
	if (!tap_equal(trap_kind(&f), kind, "of the kind: %s", trap_kind_name(kind)))
		tap_note("it is: %s", arch_trap_name(&f));
}

static atomic_int alarms;

static void alarm_again(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	if (atomic_fetch_add(&alarms, 1) + 1 < ALARMS)
		clock_alarm(clock_ns() + 50000);
}

/* A register that a handler does not save would be seen here. */
static long spin(void *arg)
{
	unsigned long steps = 0;

	(void)arg;
	while (atomic_load(&alarms) < ALARMS) {
		unsigned long a = steps, b = steps ^ 0x5555, c = steps * 3, d = ~steps;
		double x = (double)steps, y = x + 0.5;

		asm volatile("" : "+d"(a), "+d"(b), "+d"(c), "+d"(d), "+f"(x), "+f"(y));
		if (a != steps || b != (steps ^ 0x5555) || c != steps * 3 || d != ~steps ||
		    y - x != 0.5)
			return -1;
		steps++;
	}
	return 1;
}

static void interrupted(void)
{
	long result = 0;

	irq_register(IRQ_TIMER, alarm_again, NULL);
	clock_alarm(clock_ns());
	irq_enable();
	tap_ok(!user_try(spin, NULL, &result, NULL), "%d alarms interrupt problem state", ALARMS);
	irq_disable();
	tap_equal((unsigned long)result, 1, "and leave all registers as they were");
	irq_register(IRQ_TIMER, NULL, NULL);
}

static void all_kinds(void *arg)
{
	long value = 41, result = 0;

	(void)arg;
	tap_ok(!user_try(mask_high, NULL, &result, NULL), "CPU %u: a function returns",
	       cpu_number());
	tap_ok((uint64_t)result << 32 & PSW_PROBLEM_STATE, "it was in problem state");
	tap_ok(!(psw_mask_get() & PSW_PROBLEM_STATE), "its caller is not");
	tap_ok(!user_try(add_one, &value, &result, NULL) && result == 42, "argument and result");
	trap_of(set_system_mask, TRAP_KIND_PRIVILEGED, "STNSM");
	trap_of(diagnose, TRAP_KIND_PRIVILEGED, "DIAGNOSE");
	trap_of(supervisor_call, TRAP_KIND_SYSCALL, "SVC 7");
	trap_of(read_null, TRAP_KIND_NULL, "a load from address 0");
}

int main(void)
{
	unsigned int last = cpu_count() - 1;

	tap_begin();
	all_kinds(NULL);
	interrupted();
	if (!last) {
		tap_skip("the same on another CPU", "a second CPU: --cpus 2");
	} else {
		cpu_start(last, all_kinds, NULL);
		cpu_join(last);
	}
	return tap_end();
}
