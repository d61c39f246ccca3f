// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a CPU that idles can be woken by another one, and what comes before it idles is not lost:
 * its next attempt to idle returns. That is what a paravirtual lock rests on.
 *
 * Source: hcall_kick_cpu() in hcall/hcall.h; by what, the check says: x86_64, KVM_HC_KICK_CPU where
 * it is announced (hypercalls.rst 5), else the local APIC; e500, the MPIC; s390x, SIGP.
 * Outcomes: pass; a wake-up that is lost is a hang of this check; skip where there is one CPU.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include "tests/conformance/sabotage.h"
#include "tests/conformance/wake.h"

#define SOURCE "hcall/hcall.h: hcall_kick_cpu(); lib/cpu.h: cpu_idle()"

/* Time for a CPU to come to idle; if it does not, the wake-up comes before. */
#define IDLE_NS 1000000

static const struct hcall_desc *kick_call(void)
{
	const struct hcall_desc *d = hcall_find_op(HCALL_OP_KICK_CPU);

	return d && conf_patched() && conf_announced(d) ? d : NULL;
}

const char *wake_means(void)
{
	return kick_call() ? kick_call()->name : arch_cpu_wake_means();
}

int wake_cpu(unsigned int cpu)
{
	bool make = true;
	struct call c;

	irq_ready();
	if (!kick_call()) {
		conf_fact("wake-up is sent", &make);
		return make ? arch_cpu_wake(cpu) : 0;
	}
	CALL(&c, kick_call()->number, arch_cpu_hwid(cpu));
	return c.trapped ? -EIO : hcall_error(call_status(&c));
}

struct sleeper {
	atomic_bool ready, told;
};

static void idle_until_told(void *arg)
{
	struct sleeper *s = arg;

	atomic_store(&s->ready, true);
	while (!atomic_load(&s->told))
		cpu_idle();
}

static bool put_to_sleep(unsigned int cpu, struct sleeper *s)
{
	if (!conf_start(cpu, idle_until_told, s))
		return false;
	while (!atomic_load(&s->ready))
		cpu_relax();
	return true;
}

static void wake(unsigned int cpu)
{
	expect_equal((unsigned int)wake_cpu(cpu), 0, "the error of waking CPU %u by %s", cpu,
		     wake_means());
}

CHECK("wake-cpu.ends-idling", SOURCE)
{
	struct sleeper s = { .told = false };

	REQUIRE_WAKE();
	printf("# by %s\n", wake_means());
	if (!put_to_sleep(1, &s))
		return;
	clock_sleep_until(clock_ns() + IDLE_NS);
	atomic_store(&s.told, true);
	wake(1);
	conf_join(1);
}

/* Nobody tells this one anything, so that its cpu_idle() can only end by what came before it. */
static void idle_once(void *arg)
{
	struct sleeper *s = arg;

	atomic_store(&s->ready, true);
	while (!atomic_load(&s->told))
		cpu_relax();
	cpu_idle();
}

CHECK("wake-cpu.is-remembered", SOURCE)
{
	struct sleeper s = { .told = false };

	REQUIRE_WAKE();
	if (!conf_start(1, idle_once, &s))
		return;
	while (!atomic_load(&s.ready))
		cpu_relax();
	wake(1);
	atomic_store(&s.told, true);
	conf_join(1);
}

CHECK("wake-cpu.itself", SOURCE)
{
	REQUIRE(wake_means(), "a means to wake a CPU");
	wake(0);
	cpu_idle();
}

CHECK("wake-cpu.every-cpu", SOURCE)
{
	static struct sleeper s[CPU_MAX];

	REQUIRE_WAKE();
	memset(s, 0, sizeof(s));
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (!put_to_sleep(cpu, &s[cpu]))
			return;
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++) {
		atomic_store(&s[cpu].told, true);
		wake(cpu);
	}
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		conf_join(cpu);
}

static void tell_cpu_0(void *arg)
{
	struct sleeper *s = arg;

	atomic_store(&s->told, true);
	wake(0);
}

CHECK("wake-cpu.by-another-cpu", SOURCE)
{
	struct sleeper s = { .told = false };

	REQUIRE_WAKE();
	if (!conf_start(1, tell_cpu_0, &s))
		return;
	while (!atomic_load(&s.told))
		cpu_idle();
	conf_join(1);
}

CHECK("wake-cpu.absent-cpu-is-an-error", SOURCE)
{
	int err = hcall_kick_cpu(machine.cpus);

	conf_fact("error of waking an absent CPU", &err);
	expect_equal((unsigned int)err, (unsigned int)-ENODEV, "the error of waking CPU %u of %u",
		     machine.cpus, machine.cpus);
}

/* ---- saboteurs ---- */

static bool has_means(void)
{
	return wake_means() && cpu_count() > 1;
}

static bool is_kick(const struct call *c)
{
	return kick_call() && c->number == kick_call()->number;
}

static bool lose_call(struct call *c)
{
	if (is_kick(c))
		c->regs.r[HCALL_REG_STATUS] = 0;
	return !is_kick(c);
}

static void lose_interrupt(const char *kind, void *fact)
{
	if (!strcmp(kind, "wake-up is sent"))
		*(bool *)fact = false;
}
SABOTEUR(lost, .name = "wake-up-is-lost", .checks = "wake-cpu.ends-idling", .hangs = true,
	 .applies = has_means, .before = lose_call, .fact = lose_interrupt,
	 .rule = "a CPU that idles can be woken");

static void absent_is_fine(const char *kind, void *fact)
{
	if (!strcmp(kind, "error of waking an absent CPU"))
		*(int *)fact = 0;
}
static bool anywhere(void)
{
	return true;
}
SABOTEUR(absent, .name = "wake-of-absent-is-fine", .checks = "wake-cpu.*", .applies = anywhere,
	 .fact = absent_is_fine, .rule = "waking a CPU that is not there is an error");
