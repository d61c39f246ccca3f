// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: what all SIGP orders have in common: an order that there is not is refused with status 2; a
 * CPU that is not there is condition code 3, whatever the order; the order is the low 8 bits of an
 * address, the CPU address 16 bits of a register, the parameter in the odd register; the status
 * fills the lower half of a register and leaves the upper.
 *
 * Source: Principles of Operation, "SIGNAL PROCESSOR"; kvm_s390_handle_sigp() in
 * arch/s390/kvm/sigp.c. Outcomes: pass; fail with the registers. SENSE of the CPU that asks tells
 * everything without an effect.
 */
#include <lib/arch.h>
#include <lib/machine.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	    "Principles of Operation, SIGNAL PROCESSOR; kvm_s390_handle_sigp()"
#define ARCH_SOURCE "__sigp_set_arch(): always refused"

/* Orders that Principles of Operation assigns, or has assigned, to something. */
static bool is_assigned(unsigned int code)
{
	return (code >= 0x01 && code <= 0x17) || code == 0;
}

static void sense_by(struct call *c, uint32_t insn, unsigned int reg, unsigned long value)
{
	call_prepare(c, KVM_S390_SIGP_SENSE);
	c->regs.r[HCALL_R4] = first_address();
	c->regs.r[HCALL_R5] = 0;
	c->regs.r[reg] = value;
	conf_call_word(c, insn);
}

CHECK("sigp.unassigned-orders-are-invalid", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int code = 0; code < 0x100; code++) {
		if (is_assigned(code))
			continue;
		order(&c, (unsigned long)(HCALL_CODE_SIGP + code) << 16, first_address(), 0);
		if (!expect_order_refused(&c, STATUS_INVALID_ORDER))
			return;
	}
}

CHECK("sigp.order-0-is-invalid", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, (unsigned long)HCALL_CODE_SIGP << 16, first_address(), 0);
	expect_order_refused(&c, STATUS_INVALID_ORDER);
}

CHECK("sigp.absent-cpu-is-not-operational", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		unsigned long number = hcall_catalogue[i].number;

		if (number >> 24 != HCALL_CODE_SIGP >> 8 ||
		    number == KVM_S390_SIGP_SET_ARCHITECTURE)
			continue;
		order(&c, number, conf_arch.no_cpu, 0);
		if (!expect_no_cpu(&c))
			return;
	}
}

CHECK("sigp.absent-cpu-comes-before-invalid-order", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, (unsigned long)(HCALL_CODE_SIGP + 0xff) << 16, conf_arch.no_cpu, 0);
	expect_no_cpu(&c);
}

CHECK("sigp.next-cpu-address-is-absent", SOURCE)
{
	struct call c;
	unsigned long last = 0;

	REQUIRE_HYPERVISOR();
	for (unsigned int i = 0; i < machine.cpus; i++)
		if (arch_cpu_hwid(i) > last)
			last = arch_cpu_hwid(i);
	order(&c, KVM_S390_SIGP_SENSE, last + 1, 0);
	expect_no_cpu(&c);
}

CHECK("sigp.cpu-address-has-16-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int bit = 16; bit < 64; bit++) {
		order(&c, KVM_S390_SIGP_SENSE, first_address() | 1ul << bit, 0);
		if (!expect_order_accepted(&c))
			return;
	}
	for (unsigned int bit = 12; bit < 16; bit++) {
		order(&c, KVM_S390_SIGP_SENSE, first_address() | 1ul << bit, 0);
		if (!expect_no_cpu(&c))
			return;
	}
}

CHECK("sigp.order-may-have-a-base", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	sense_by(&c, SIGP(2u, 4u, 0x5000u), HCALL_R5, 1);
	expect_order_accepted(&c);
	sense_by(&c, SIGP(2u, 4u, 0x50feu), HCALL_R5, 1);
	expect_order_refused(&c, STATUS_INVALID_ORDER);
}

CHECK("sigp.order-has-8-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	sense_by(&c, SIGP(2u, 4u, 0xf01u), HCALL_R5, 0);
	expect_order_accepted(&c);
	sense_by(&c, SIGP(2u, 4u, 0x5000u), HCALL_R5, 0xabcdef0123456701);
	expect_order_accepted(&c);
}

CHECK("sigp.status-goes-into-r1", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 0; r < 16; r++) {
		if (r == HCALL_R4)
			continue;
		sense_by(&c, SIGP(r, 4u, 0xffu), r, 0x123456789abcdef0);
		if (!expect_equal(c.regs.r[HCALL_CC], 1, "the condition code with R1=%u", r) ||
		    !expect_equal(c.regs.r[r], 0x1234567800000000 | STATUS_INVALID_ORDER, "r%u",
				  r) ||
		    !expect_kept_of(&c, ~(HCALL_NOT_LOADED | 1ull << HCALL_CC | 1ull << r)))
			return;
	}
}

CHECK("sigp.cpu-address-is-in-r3", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 4; r < 16; r++) {
		sense_by(&c, SIGP(2u, r, 1u), r, first_address());
		if (!expect_order_accepted(&c))
			return;
		sense_by(&c, SIGP(2u, r, 1u), r, conf_arch.no_cpu);
		if (!expect_no_cpu(&c))
			return;
	}
}

CHECK("sigp.answers-in-31-bit-mode", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_S390_SIGP_SENSE);
	c.regs.r[HCALL_R2] = hcall_canary(HCALL_R2);
	c.regs.r[HCALL_R4] = first_address();
	conf_call_in_mode(&c, SIGP(2u, 4u, 0xffu), 31);
	expect_order_refused(&c, STATUS_INVALID_ORDER);
}

CHECK("sigp.parameter-of-sense-means-nothing", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, KVM_S390_SIGP_SENSE, first_address(), ~0ul);
	expect_order_accepted(&c);
}

/* ---- SET ARCHITECTURE ---- */

CHECK("sigp.set-architecture-is-refused", ARCH_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned long code = 0; code < 8; code++) {
		order(&c, KVM_S390_SIGP_SET_ARCHITECTURE, first_address(), code);
		if (!expect_order_refused(&c, STATUS_INVALID_PARAMETER))
			return;
	}
}

CHECK("sigp.set-architecture-looks-at-no-cpu", ARCH_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, KVM_S390_SIGP_SET_ARCHITECTURE, conf_arch.no_cpu, 1);
	expect_order_refused(&c, STATUS_INVALID_PARAMETER);
}

/* ---- saboteurs ---- */

static bool is_order(const struct call *c)
{
	return c->number >> 24 == HCALL_CODE_SIGP >> 8 && !c->trapped;
}

#define STATUS(c) ((c)->regs.r[HCALL_R2])
#define CC(c)	  ((c)->regs.r[HCALL_CC])

#define SABOTAGE_ORDER(id, name_, rule_, checks_, condition, statement) \
	static void id(struct call *c)                                  \
	{                                                               \
		if (is_order(c) && (condition))                         \
			statement;                                      \
	}                                                               \
	SABOTEUR(id, .name = "sigp-" name_, .checks = "sigp." checks_, .rule = rule_, .after = id)

SABOTAGE_ORDER(knows_order, "accepts-order-ff", "an order that there is not is refused",
	       "unassigned*", c->number >> 16 == 0xaeff, CC(c) = 0);
SABOTAGE_ORDER(knows_0, "accepts-order-0", "an order that there is not is refused", "order-0*",
	       c->number >> 16 == HCALL_CODE_SIGP, CC(c) = 0);
SABOTAGE_ORDER(other_status, "gives-another-status", "status 2 is an invalid order", "unassigned*",
	       CC(c) == 1, STATUS(c) ^= 1);
SABOTAGE_ORDER(high_status, "clears-the-upper-half", "a status has 32 bits", "unassigned*,answers*",
	       CC(c) == 1, STATUS(c) = (uint32_t)STATUS(c));
SABOTAGE_ORDER(absent, "knows-absent-cpus", "an absent CPU is condition code 3", "absent-cpu-is*",
	       CC(c) == 3, CC(c) = 0);
SABOTAGE_ORDER(absent_status, "gives-a-status-of-none", "a status comes with condition code 1",
	       "absent-cpu-is*", CC(c) == 3, STATUS(c) = 0);
SABOTAGE_ORDER(order_first, "looks-at-the-order-first", "the CPU is looked at before the order",
	       "absent-cpu-comes*", CC(c) == 3, CC(c) = 1);
SABOTAGE_ORDER(next, "has-one-more-cpu", "a CPU address behind the last is absent", "next*",
	       CC(c) == 3, CC(c) = 0);
SABOTAGE_ORDER(wide_cpu, "looks-at-48-more-bits", "a CPU address has 16 bits", "cpu-address-has*",
	       c->before.r[HCALL_R4] >> 63, CC(c) = 3);
SABOTAGE_ORDER(narrow_cpu, "looks-at-12-bits-only", "a CPU address has 16 bits", "cpu-address-has*",
	       CC(c) == 3, CC(c) = 0);
SABOTAGE_ORDER(no_base, "ignores-the-base", "the order may have a base", "order-may*", CC(c) == 0, {
	CC(c) = 1;
	STATUS(c) = 2;
});
SABOTAGE_ORDER(wide_order, "looks-at-12-bits-of-the-order", "an order has 8 bits", "order-has*",
	       CC(c) == 0, {
		       CC(c) = 1;
		       STATUS(c) = 2;
	       });
SABOTAGE_ORDER(elsewhere, "stores-status-in-r2-always", "the status is in R1", "status*",
	       c->regs.r[9] == (0x1234567800000000 | STATUS_INVALID_ORDER), {
		       c->regs.r[9] = c->before.r[9];
		       STATUS(c) = STATUS_INVALID_ORDER;
	       });
SABOTAGE_ORDER(cpu_in_r4, "takes-the-address-from-r4", "the CPU address is in R3",
	       "cpu-address-is*", c->before.r[HCALL_R4] == first_address(), CC(c) = 0);
SABOTAGE_ORDER(parameter, "looks-at-the-parameter", "SENSE has none", "parameter*",
	       c->before.r[HCALL_R3] == ~0ul, {
		       CC(c) = 1;
		       STATUS(c) = STATUS_INVALID_PARAMETER;
	       });
SABOTAGE_ORDER(arch, "changes-the-architecture", "there is one architecture",
	       "set-architecture-is*",
	       c->number == KVM_S390_SIGP_SET_ARCHITECTURE && c->before.r[HCALL_R3] == 2,
	       CC(c) = 0);
SABOTAGE_ORDER(arch_cpu, "looks-for-a-cpu-with-architecture", "SET ARCHITECTURE looks at no CPU",
	       "set-architecture-looks*", c->number == KVM_S390_SIGP_SET_ARCHITECTURE, CC(c) = 3);
