// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_SCHED_YIELD and KVM_HC_VAPIC_POLL_IRQ cannot fail: whoever is yielded to, present or
 * not, the answer is 0 and nothing but time has passed.
 *
 * Source: hypercalls.rst 8 and 1; kvm_sched_yield() in arch/x86/kvm/x86.c. The effect of the two is
 * an exit, and a scheduler's choice: nothing that a guest can see for sure.
 * Outcomes: pass; fail with the registers; skip where the monitor enforces the feature bit and it is
 * clear (-1000), or nobody can be called.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <lib/arch.h>
#include "tests/conformance/sabotage.h"

#define SOURCE "hypercalls.rst 8; kvm_sched_yield()"

#define REQUIRE_YIELD()       \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(!refused(), "a monitor that does not withhold KVM_HC_SCHED_YIELD")

static bool refused(void)
{
	struct call c;

	CALL(&c, KVM_HC_SCHED_YIELD, arch_cpu_hwid(0));
	return call_unknown(&c);
}

static void yields_to(unsigned long apic_id)
{
	struct call c;

	CALL(&c, KVM_HC_SCHED_YIELD, apic_id);
	expect_status(&c, 0);
	expect_kept(&c);
}

CHECK("sched-yield.to-itself", SOURCE)
{
	REQUIRE_YIELD();
	yields_to(arch_cpu_hwid(0));
}

CHECK("sched-yield.to-an-absent-cpu", SOURCE)
{
	REQUIRE_YIELD();
	yields_to(0xfe);
	yields_to(0x1000);
}

CHECK("sched-yield.to-the-broadcast-id", SOURCE)
{
	REQUIRE_YIELD();
	yields_to(0xff);
	yields_to(0xffffffff);
}

CHECK("sched-yield.id-beyond-32-bits", SOURCE)
{
	REQUIRE_YIELD();
	yields_to(1ul << 32);
	yields_to(~0ul);
}

CHECK("sched-yield.many-times", SOURCE)
{
	REQUIRE_YIELD();
	for (unsigned int i = 0; i < 20; i++)
		yields_to(arch_cpu_hwid(0));
}

CHECK("sched-yield.ignores-what-is-no-argument", SOURCE)
{
	struct call c;

	REQUIRE_YIELD();
	call_prepare(&c, KVM_HC_SCHED_YIELD);
	c.regs.r[HCALL_RCX] = c.regs.r[HCALL_RDX] = c.regs.r[HCALL_RSI] = ~0ul;
	conf_call(&c);
	expect_status(&c, 0);
	expect_kept(&c);
}

/* ---- other CPUs ---- */

static void nothing(void *unused)
{
	(void)unused;
}

CHECK("sched-yield.to-every-cpu", SOURCE)
{
	REQUIRE_YIELD();
	REQUIRE_CPUS(2);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (!conf_on(cpu, nothing, NULL))
			return;
	for (unsigned int cpu = 0; cpu < cpu_count(); cpu++)
		yields_to(arch_cpu_hwid(cpu));
}

static void yields_to_cpu_0(void *unused)
{
	(void)unused;
	yields_to(arch_cpu_hwid(0));
}

CHECK("sched-yield.by-another-cpu", SOURCE)
{
	REQUIRE_YIELD();
	REQUIRE_CPUS(2);
	conf_on(1, yields_to_cpu_0, NULL);
}

/* Two CPUs that wait for each other in turn. Even: CPU 0 is next; odd: CPU 1. */
#define TURNS 16u

struct game {
	atomic_uint turn;
	bool yield;
	/* How often each of the two looked in vain. */
	unsigned long waited[2];
	bool refused;
};

static void play(struct game *g, unsigned int me)
{
	struct call c;

	for (unsigned int i = me; i < TURNS; i += 2) {
		while (atomic_load(&g->turn) != i) {
			g->waited[me]++;
			if (!g->yield) {
				cpu_relax();
				continue;
			}
			CALL(&c, KVM_HC_SCHED_YIELD, arch_cpu_hwid(1 - me));
			g->refused |= c.trapped || call_status(&c);
		}
		atomic_store(&g->turn, i + 1);
	}
}

static void play_there(void *g)
{
	play(g, 1);
}

static void play_both(struct game *g, const char *how)
{
	if (!conf_start(1, play_there, g))
		return;
	play(g, 0);
	conf_join(1);
	expect_equal(atomic_load(&g->turn), TURNS, "how many turns there were");
	expect(!g->refused, "every yield is answered with 0");
	printf("# paravane measured wait=%s turns=%u waited=%lu\n", how, TURNS,
	       g->waited[0] + g->waited[1]);
}

/* What is gained is the host's affair; it is counted beside what spinning costs, and printed. */
CHECK("sched-yield.to-whom-one-waits-for", SOURCE)
{
	struct game spinning = { .yield = false }, yielding = { .yield = true };

	REQUIRE_YIELD();
	REQUIRE_CPUS(2);
	play_both(&spinning, "spinning");
	play_both(&yielding, "yielding");
}

CHECK("vapic-poll-irq.ignores-its-registers", "hypercalls.rst 1; kvm_emulate_hypercall()")
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	for (size_t i = 0; i < sizeof(args); i++)
		c.regs.r[args[i]] = ~0ul;
	conf_call(&c);
	expect_status(&c, 0);
	expect_kept(&c);
}

CHECK("vapic-poll-irq.many-times", "hypercalls.rst 1; kvm_emulate_hypercall()")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int i = 0; i < 20; i++) {
		CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
		if (!expect_status(&c, 0))
			return;
	}
}

/* ---- saboteurs ---- */

static bool has_cpus(void)
{
	return hcall_patched() && cpu_count() > 1 && conf_announced(hcall_find(KVM_HC_SCHED_YIELD));
}

static void refuse_others(struct call *c)
{
	if (c->number == KVM_HC_SCHED_YIELD && c->before.r[HCALL_RBX] == arch_cpu_hwid(1))
		c->regs.r[HCALL_RAX] = -22ul;
}
SABOTEUR(refuse_others, .checks = "sched-yield.*", .name = "sched-yield-not-to-others",
	 .applies = has_cpus, .after = refuse_others, .rule = "one can yield to any CPU");

static void refuse_there(struct call *c)
{
	if (c->number == KVM_HC_SCHED_YIELD && cpu_number())
		c->regs.r[HCALL_RAX] = -22ul;
}
SABOTEUR(refuse_there, .checks = "sched-yield.*", .name = "sched-yield-not-from-others",
	 .applies = has_cpus, .after = refuse_there, .rule = "any CPU can yield");
