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
#include <lib/arch.h>
#include "tests/conformance/conf.h"

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
