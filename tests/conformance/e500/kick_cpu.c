// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: no hypercall of this architecture kicks a CPU: KVM_HC_KICK_CPU is x86's, and answered as
 * unknown. The means is an interrupt between CPUs, sent by the MPIC; it ends EV_IDLE as any does.
 * What it wakes, and when, is in tests/conformance/wake.c.
 *
 * Source: hcall/hcall.h; include/uapi/linux/kvm_para.h; ePAPR 1.1, EV_IDLE; MPC8548E manual,
 * "Interprocessor interrupts".
 * Outcomes: pass; fail; skip without an MPIC, or on a machine of one CPU; an idle CPU that is not
 * woken is a hang.
 */
#include <stdatomic.h>
#include <asm/spr.h>
#include <lib/irq.h>
#include "tests/conformance/e500/due.h"
#include "tests/conformance/e500/facts.h"

static bool has_means(void)
{
	return hcall_means(HCALL_OP_KICK_CPU);
}

CHECK("kick-cpu.is-no-hypercall-here", "include/uapi/linux/kvm_para.h: KVM_HC_KICK_CPU is x86's")
{
	REQUIRE(has_means(), "an MPIC, by which CPUs interrupt each other");
	expect(!fact("kick-is-offered", hcall_offered(HCALL_OP_KICK_CPU)),
	       "another means than a hypercall; it is %s", hcall_means(HCALL_OP_KICK_CPU));
}
FACT_SABOTEUR(offered, "kick-is-offered", has_means, "kick-cpu.*", "no hypercall kicks here");

static atomic_uint came;

static void count(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	atomic_fetch_add(&came, 1);
}

static void interrupt_cpu_0(void *unused)
{
	(void)unused;
	irq_send(0, IRQ_IPI);
}

/* With interrupts off, nothing can come between the look and the call. */
CHECK("ev-idle.is-ended-by-an-interrupt-of-another-cpu", "ePAPR 1.1, EV_IDLE; kvmppc_kvm_pv()")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_announced(hcall_find(EV_IDLE)), "has-idle in the device tree");
	REQUIRE_CPUS(2);
	due_never();
	interrupts_off();
	atomic_store(&came, 0);
	irq_register(IRQ_IPI, count, NULL);
	if (!conf_start(1, interrupt_cpu_0, NULL))
		return;
	while (!atomic_load(&came)) {
		CALL(&c, EV_IDLE);
		if (!expect_status(&c, 0))
			break;
		interrupts_on();
		(void)mfspr(SPR_PIR);
		interrupts_off();
	}
	conf_join(1);
	irq_register(IRQ_IPI, NULL, NULL);
}

static bool has_idle_and_cpus(void)
{
	return hcall_patched() && conf_announced(hcall_find(EV_IDLE)) && cpu_count() > 1;
}

static void fail_if_more_cpus(struct call *c)
{
	if (c->number == EV_IDLE)
		c->regs.r[HCALL_R3] = 4;
}
SABOTEUR(fails, .name = "idle-fails-on-smp", .checks = "ev-idle.is-ended-*",
	 .applies = has_idle_and_cpus, .rule = "the status is 0", .after = fail_if_more_cpus);
