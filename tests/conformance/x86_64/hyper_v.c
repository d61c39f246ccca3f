// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a guest that tells Hyper-V its identity speaks Hyper-V from then on: KVM's own hypercalls
 * are gone until it writes 0 again. Where Hyper-V is not exposed, the register is not there.
 *
 * Source: kvm_hv_hypercall_enabled() in arch/x86/kvm/hyperv.h; kvm_hv_set_msr_common() in hyperv.c;
 * Hyper-V TLFS 3.13 (HV_X64_MSR_GUEST_OS_ID, 0x40000000; status 2: invalid hypercall code).
 * Outcomes: pass; fail; skip where Hyper-V is (or is not) exposed, which CPUID 0x40000001 says.
 */
#include <string.h>
#include "arch/x86_64/cpu.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "kvm_hv_hypercall_enabled(); Hyper-V TLFS 3.13"

#define MSR_GUEST_OS_ID	     0x40000000u
#define HYPERVISOR_INTERFACE 0x31237648u /* "Hv#1" */
/* Open source, Linux. */
#define OUR_ID 0x8100000000000000ul

static bool exposed(void)
{
	return cpuid(0x40000001).eax == HYPERVISOR_INTERFACE;
}

static void write_id(void *id)
{
	wrmsr(MSR_GUEST_OS_ID, *(const uint64_t *)id);
}

static bool can_write(uint64_t id)
{
	bool can = !trap_try(write_id, &id, NULL);

	conf_fact("guest OS id was taken", &can);
	return can;
}

CHECK("hyper-v.register-is-absent-if-not-exposed", SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE(!exposed(), "a machine that does not expose Hyper-V");
	expect(!can_write(OUR_ID), "writing MSR 0x40000000 raises #GP");
}

CHECK("hyper-v.refused-id-leaves-kvm-alone", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(!exposed(), "a machine that does not expose Hyper-V");
	can_write(OUR_ID);
	CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	expect_status(&c, 0);
	CALL(&c, HCALL_UNASSIGNED);
	expect_unknown(&c);
}

CHECK("hyper-v.id-ends-kvms-calls-and-zero-brings-them-back", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(exposed(), "a machine that exposes Hyper-V");
	REQUIRE_WORK(can_write(OUR_ID), "MSR 0x40000000 cannot be written");
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call(&c);
	expect(!call_unknown(&c), "an answer of Hyper-V, not KVM's -1000");
	can_write(0);
	CALL(&c, HCALL_UNASSIGNED);
	expect_unknown(&c);
}

static bool not_exposed(void)
{
	return hcall_patched() && !exposed();
}

static void always_taken(const char *kind, void *fact)
{
	if (!strcmp(kind, "guest OS id was taken"))
		*(bool *)fact = true;
}
SABOTEUR(always_taken, .checks = "hyper-v.*", .name = "hyper-v-register-without-hyper-v",
	 .applies = not_exposed, .fact = always_taken,
	 .rule = "a register that is not announced is not there");
