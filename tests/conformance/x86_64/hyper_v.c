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

/* ---- with an identity: Hyper-V's convention, TLFS 3.7: RCX has the control word ---- */

enum { CODE_NOBODY_HAS = 0x7fff, NOTIFY_LONG_SPIN_WAIT = 0x0008 };
enum { SUCCESS = 0, INVALID_CODE = 2, INVALID_INPUT = 3 };
#define ONE_REP (1ul << 32)

#define REQUIRE_EXPOSED()     \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(exposed(), "a machine that exposes Hyper-V")

static void prepare_hv(struct call *c, unsigned long control)
{
	call_prepare(c, HCALL_UNASSIGNED);
	c->regs.r[HCALL_RCX] = control;
}

static void hv_answers(unsigned long control, long status)
{
	struct call c;

	prepare_hv(&c, control);
	conf_call(&c);
	expect_status(&c, status);
	expect_kept(&c);
}

/* fn() while this guest is known to Hyper-V. */
static void identified(void (*fn)(void))
{
	if (!expect(can_write(OUR_ID), "MSR 0x40000000 takes an identity"))
		return;
	fn();
	can_write(0);
}

static void no_kvm_call(void)
{
	struct call c;

	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		prepare_hv(&c, CODE_NOBODY_HAS);
		hcall_regs_set_number(&c.regs, hcall_catalogue[i].number);
		conf_call(&c);
		if (!expect_status(&c, INVALID_CODE))
			return;
	}
}

CHECK("hyper-v.id-ends-kvms-calls", SOURCE)
{
	REQUIRE_EXPOSED();
	identified(no_kvm_call);
}

CHECK("hyper-v.zero-brings-kvms-calls-back", SOURCE)
{
	struct call c;

	REQUIRE_EXPOSED();
	identified(no_kvm_call);
	CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	expect_status(&c, 0);
	CALL(&c, HCALL_UNASSIGNED);
	expect_unknown(&c);
}

static void unknown_code(void)
{
	hv_answers(CODE_NOBODY_HAS, INVALID_CODE);
	hv_answers(0, INVALID_CODE);
	hv_answers(0xffff, INVALID_CODE);
}

CHECK("hyper-v.unknown-code", SOURCE "; kvm_hv_hypercall()")
{
	REQUIRE_EXPOSED();
	identified(unknown_code);
}

static void known_code(void)
{
	hv_answers(NOTIFY_LONG_SPIN_WAIT, SUCCESS);
}

CHECK("hyper-v.known-code", SOURCE "; kvm_hv_hypercall()")
{
	REQUIRE_EXPOSED();
	identified(known_code);
}

static void wrong_input(void)
{
	hv_answers(NOTIFY_LONG_SPIN_WAIT | ONE_REP, INVALID_INPUT);
}

CHECK("hyper-v.repeated-call-that-is-none", SOURCE "; kvm_hv_hypercall()")
{
	REQUIRE_EXPOSED();
	identified(wrong_input);
}

static void user_call(void)
{
	struct call c;

	prepare_hv(&c, NOTIFY_LONG_SPIN_WAIT);
	conf_call_user(&c);
	expect_trap(&c, "invalid opcode");
}

CHECK("hyper-v.user-raises-ud", SOURCE "; kvm_hv_hypercall(): CPL above 0")
{
	REQUIRE_EXPOSED();
	identified(user_call);
}

static void unknown_there(void *unused)
{
	(void)unused;
	hv_answers(CODE_NOBODY_HAS, INVALID_CODE);
}

static void on_cpu_1(void)
{
	conf_on(1, unknown_there, NULL);
}

CHECK("hyper-v.id-is-that-of-the-machine", SOURCE ": an MSR of the partition, not of a CPU")
{
	REQUIRE_EXPOSED();
	REQUIRE_CPUS(2);
	identified(on_cpu_1);
}

static void read_back(void)
{
	uint64_t id = rdmsr(MSR_GUEST_OS_ID);

	conf_fact("guest OS id", &id);
	expect_equal(id, OUR_ID, "MSR 0x40000000");
}

CHECK("hyper-v.id-reads-back", SOURCE)
{
	REQUIRE_EXPOSED();
	identified(read_back);
	expect_equal(rdmsr(MSR_GUEST_OS_ID), 0, "MSR 0x40000000 after 0 was written");
}

/* ---- saboteurs ---- */

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

#define MONITOR "--hyper-v"

/* Whether the guest has told its identity, and the answer is not already that of another fault. */
static bool is_identified(const struct call *c)
{
	return exposed() && rdmsr(MSR_GUEST_OS_ID) && !c->trapped;
}

#define SABOTAGE_HV(id, name_, rule_, condition, status)                             \
	static void id(struct call *c)                                               \
	{                                                                            \
		if (is_identified(c) && (condition))                                 \
			c->regs.r[HCALL_RAX] = (unsigned long)(status);              \
	}                                                                            \
	SABOTEUR(id, .checks = "hyper-v.*", .name = "hyper-v-" name_, .rule = rule_, \
		 .monitor = MONITOR, .after = id)

SABOTAGE_HV(kvm_stays, "leaves-kvms-calls", "an identity ends KVM's calls",
	    hcall_find(c->before.r[HCALL_RAX]), -1000);
SABOTAGE_HV(knows_all, "knows-any-code", "an unknown code has its status",
	    (c->before.r[HCALL_RCX] & 0xffff) == 0xffff, SUCCESS);
SABOTAGE_HV(knows_none, "knows-no-code", "a known code is answered",
	    c->before.r[HCALL_RCX] == NOTIFY_LONG_SPIN_WAIT, INVALID_CODE);
SABOTAGE_HV(any_input, "takes-any-input", "a call that does not repeat is not repeated",
	    c->before.r[HCALL_RCX] & ONE_REP, SUCCESS);
SABOTAGE_HV(one_cpu, "knows-one-cpu", "the identity is that of the machine", cpu_number(), -1000);

static bool serve_user(struct call *c)
{
	if (!c->user || !exposed() || !rdmsr(MSR_GUEST_OS_ID))
		return true;
	c->regs.r[HCALL_RAX] = SUCCESS;
	return false;
}
SABOTEUR(serve_user, .checks = "hyper-v.*", .name = "hyper-v-serves-users", .monitor = MONITOR,
	 .before = serve_user, .rule = "users may not call Hyper-V");

static void clobber(struct call *c)
{
	if (is_identified(c))
		c->regs.r[HCALL_R8] ^= 1;
}
SABOTEUR(clobber, .checks = "hyper-v.*", .name = "hyper-v-clobbers-r8", .monitor = MONITOR,
	 .after = clobber, .rule = "a call without output changes RAX only");

static void for_ever(struct call *c)
{
	static bool seen;

	seen |= is_identified(c);
	if (seen && exposed() && !rdmsr(MSR_GUEST_OS_ID) && !c->trapped)
		c->regs.r[HCALL_RAX] = INVALID_CODE;
}
SABOTEUR(for_ever, .checks = "hyper-v.zero*", .name = "hyper-v-stays", .monitor = MONITOR,
	 .after = for_ever, .rule = "without identity, KVM's calls are back");

static void other_id(const char *kind, void *fact)
{
	if (!strcmp(kind, "guest OS id"))
		*(uint64_t *)fact &= UINT32_MAX;
}
SABOTEUR(other_id, .checks = "hyper-v.*", .name = "hyper-v-cuts-the-id", .monitor = MONITOR,
	 .fact = other_id, .rule = "the identity reads back");
