// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: in problem state every DIAGNOSE, every SIGP and STHYI is a privileged-operation exception,
 * whatever the code or order, and nothing has happened.
 *
 * Source: Principles of Operation, "DIAGNOSE", "SIGNAL PROCESSOR"; kvm_s390_handle_diag() in
 * arch/s390/kvm/diag.c looks at the problem-state bit before the code. Outcomes: pass; fail with the
 * registers of the call that was let through.
 */
#include <asm/lowcore.h>
#include <lib/arch.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	    "kvm_s390_handle_diag(): problem state before the code"
#define SIGP_SOURCE "Principles of Operation, SIGNAL PROCESSOR; kvm_s390_handle_sigp()"

#define PRIVILEGED "privileged-operation"
#define ORDERS	   0x100
#define CODES	   0x1000
/* Prime: through all codes in steps, not one by one. */
#define STEP 61

static bool refused(struct call *c, unsigned long number, uint32_t insn)
{
	call_prepare(c, number);
	conf_call_word_user(c, insn);
	return expect_trap(c, PRIVILEGED) && expect_kept(c);
}

CHECK("privilege.diagnose-of-any-code", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t code = 0; code < CODES; code += STEP)
		if (!refused(&c, (unsigned long)code << 16, DIAG_R2_R4(code)))
			return;
}

CHECK("privilege.diagnose-of-any-registers", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 0; r < 16; r++)
		if (!refused(&c, KVM_S390_VIRTIO_CCW_NOTIFY, DIAG(r, 15 - r, 0x500)))
			return;
}

CHECK("privilege.sigp-of-any-order", SIGP_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t order = 0; order < ORDERS; order++)
		if (!refused(&c, (unsigned long)(HCALL_CODE_SIGP + order) << 16,
			     SIGP(2u, 4u, order)))
			return;
}

CHECK("privilege.sthyi", "Principles of Operation: STHYI is privileged; handle_b2()")
{
	struct call c;

	REQUIRE(conf_facility(FACILITY_STHYI), "facility 74, STHYI");
	call_prepare(&c, KVM_S390_STHYI);
	conf_call_word_user(&c, STHYI(2u, 4u));
	expect_refused(&c);
	expect_kept(&c);
}

CHECK("privilege.psw-points-behind-the-instruction",
      "Principles of Operation: a privileged-operation exception suppresses")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	if (!refused(&c, DIAG_YIELD, DIAG_R2_R4(0x44)))
		return;
	expect_equal(c.frame.psw.addr, conf_direct_address() + 4, "the address in the old PSW");
	expect_equal(c.frame.parameters.program_ilc & 6, 4, "the instruction's length");
	expect(c.frame.psw.mask & PSW_PROBLEM_STATE, "the old PSW is in problem state");
}

CHECK("privilege.a-refused-stop-stops-nobody", SIGP_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	/* R4: this very CPU. If it were obeyed, there would be nothing to be told. */
	call_prepare(&c, KVM_S390_SIGP_STOP);
	c.regs.r[HCALL_R4] = arch_cpu_hwid(0);
	conf_call_word_user(&c, SIGP(2u, 4u, 5u));
	expect_trap(&c, PRIVILEGED);
}

/* The same instructions are no such exception in supervisor state. */
CHECK("privilege.supervisor-state-is-enough", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, DIAG_YIELD);
	conf_call_direct(&c, DIAG_R2_R4(0x44));
	expect(!c.trapped, "DIAGNOSE 0x44 is executed");
	expect_kept(&c);
}

/* ---- saboteurs ---- */

static bool in_problem_state(const struct call *c)
{
	return c->user;
}

#define SABOTAGE_PRIVILEGE(id, name_, condition)                                        \
	static bool id(struct call *c)                                                  \
	{                                                                               \
		return !(in_problem_state(c) && (condition));                           \
	}                                                                               \
	SABOTEUR(id, .name = "privilege-" name_, .checks = "privilege.*", .before = id, \
		 .rule = "problem state is refused")

SABOTAGE_PRIVILEGE(unknown_code, "of-an-unknown-code-is-not-asked", c->number == 61ul << 16);
SABOTAGE_PRIVILEGE(one, "of-one-call-is-not-asked", c->number == KVM_S390_VIRTIO_CCW_NOTIFY);
SABOTAGE_PRIVILEGE(invalid_order, "of-an-invalid-order-is-not-asked", c->number == 0xaeff0000ul);
SABOTAGE_PRIVILEGE(stop, "of-a-stop-is-not-asked",
		   c->number == KVM_S390_SIGP_STOP && c->regs.r[HCALL_R4] == arch_cpu_hwid(0));

static void before_instruction(struct call *c)
{
	if (in_problem_state(c))
		c->frame.psw.addr -= 4;
}
SABOTEUR(before_instruction, .name = "privilege-nullifies", .checks = "privilege.*",
	 .rule = "the old PSW points behind the instruction", .after = before_instruction);

static void refuse_all(struct call *c)
{
	c->trapped = true;
}
SABOTEUR(refuse_all, .name = "privilege-is-never-enough", .checks = "privilege.supervisor*",
	 .rule = "supervisor state may call", .after = refuse_all);
