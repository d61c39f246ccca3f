// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: hcall_kick_cpu() wakes an idle CPU; one that does not idle yet goes on at its next attempt;
 * a CPU may kick itself; one that is not there is -ENODEV.
 *
 * No hypercall of this architecture kicks (KVM_HC_KICK_CPU is x86's, and answered as unknown): the
 * means is an interrupt between CPUs, sent by the MPIC. It ends EV_IDLE as any interrupt does.
 *
 * Source: hcall/hcall.h; lib/cpu.h; ePAPR 1.1, EV_IDLE; MPC8548E manual, "Interprocessor interrupts".
 * Outcomes: pass; fail; skip on a machine of one CPU, or without an MPIC; a kick that is lost is a
 * hang.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <lib/machine.h>
#include "tests/conformance/e500/facts.h"

#define SOURCE "hcall/hcall.h; ePAPR 1.1, EV_IDLE"

static bool has_means(void)
{
	return hcall_means(HCALL_OP_KICK_CPU);
}

static bool has_other(void)
{
	return has_means() && cpu_count() > 1;
}

#define REQUIRE_MEANS() REQUIRE(has_means(), "an MPIC, by which CPUs interrupt each other")
#define REQUIRE_OTHER()  \
	REQUIRE_MEANS(); \
	REQUIRE_CPUS(2)

static atomic_bool there, go;
static atomic_uint woken;

/* Says that it is there, and idles until it may go. */
static void idle_until_go(void *unused)
{
	(void)unused;
	atomic_store(&there, true);
	while (!atomic_load(&go))
		cpu_idle();
	atomic_fetch_add(&woken, 1);
}

static void forget(void)
{
	atomic_store(&there, false);
	atomic_store(&go, false);
	atomic_store(&woken, 0);
}

static int kick(unsigned int cpu)
{
	return fact("kick-is-lost", true) ? hcall_kick_cpu(cpu) : 0;
}

CHECK("kick-cpu.is-no-hypercall-here", "include/uapi/linux/kvm_para.h: KVM_HC_KICK_CPU is x86's")
{
	REQUIRE_MEANS();
	expect(!fact("kick-is-offered", hcall_offered(HCALL_OP_KICK_CPU)),
	       "another means than a hypercall; it is %s", hcall_means(HCALL_OP_KICK_CPU));
}

/* It may or may not have begun to idle by then: there is no difference, and no order to rely on. */
CHECK("kick-cpu.ends-idling", SOURCE)
{
	REQUIRE_OTHER();
	forget();
	if (!conf_start(1, idle_until_go, NULL))
		return;
	while (!atomic_load(&there))
		cpu_relax();
	atomic_store(&go, true);
	expect_equal((unsigned int)-kick(1), 0, "the errno of the kick");
	if (conf_join(1))
		expect_equal(atomic_load(&woken), 1, "the number of CPUs that went on");
}

static void idle_once_told(void *unused)
{
	(void)unused;
	atomic_store(&there, true);
	while (!atomic_load(&go))
		cpu_relax();
	cpu_idle();
	atomic_fetch_add(&woken, 1);
}

CHECK("kick-cpu.before-it-idles-is-kept", SOURCE)
{
	REQUIRE_OTHER();
	forget();
	if (!conf_start(1, idle_once_told, NULL))
		return;
	while (!atomic_load(&there))
		cpu_relax();
	kick(1);
	atomic_store(&go, true);
	if (conf_join(1))
		expect_equal(atomic_load(&woken), 1, "the number of CPUs that went on");
}

CHECK("kick-cpu.twice-is-no-harm", SOURCE)
{
	REQUIRE_OTHER();
	forget();
	if (!conf_start(1, idle_until_go, NULL))
		return;
	while (!atomic_load(&there))
		cpu_relax();
	kick(1);
	atomic_store(&go, true);
	kick(1);
	if (conf_join(1))
		expect_equal(atomic_load(&woken), 1, "the number of CPUs that went on");
}

CHECK("kick-cpu.of-itself-ends-its-next-idling", SOURCE)
{
	REQUIRE_MEANS();
	expect_equal((unsigned int)-kick(cpu_number()), 0, "the errno of the kick");
	cpu_idle();
}

CHECK("kick-cpu.reaches-every-cpu", SOURCE)
{
	REQUIRE_OTHER();
	forget();
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (!conf_start(cpu, idle_until_go, NULL))
			return;
	atomic_store(&go, true);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		kick(cpu);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		conf_join(cpu);
	expect_equal(fact("kick-misses-one", atomic_load(&woken)), cpu_count() - 1,
		     "the number of CPUs that went on");
}

CHECK("kick-cpu.of-an-absent-cpu-is-enodev", SOURCE)
{
	REQUIRE_MEANS();
	expect_equal(fact("kick-of-absent-succeeds", (uint32_t)-hcall_kick_cpu(machine.cpus)),
		     ENODEV, "the errno of a kick of CPU %u", machine.cpus);
	expect_equal((uint32_t)-hcall_kick_cpu(~0u), ENODEV, "the errno of a kick of CPU -1");
}

/* ---- saboteurs ---- */

static void lose(const char *kind, void *value)
{
	if (!strcmp(kind, "kick-is-lost"))
		*(uint32_t *)value = false;
}
SABOTEUR(lost, .name = "kick-is-lost", .rule = "a kick ends idling", .checks = "kick-cpu.*",
	 .applies = has_other, .fact = lose, .hangs = true);
FACT_SABOTEUR(one, "kick-misses-one", has_other, "kick-cpu.*", "every CPU can be kicked");
FACT_SABOTEUR(offered, "kick-is-offered", has_means, "kick-cpu.*", "no hypercall kicks here");
FACT_SABOTEUR(absent, "kick-of-absent-succeeds", has_means, "kick-cpu.*",
	      "a CPU that is not there cannot be kicked");
