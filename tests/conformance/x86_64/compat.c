// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: for a caller whose code segment has 32 bits, in a 64-bit guest too, a hypercall has 32
 * bits: upper halves of number and arguments do not count, and the status comes with an upper half
 * of zeros.
 *
 * Source: kvm_emulate_hypercall() in arch/x86/kvm/x86.c, is_64_bit_hypercall() in x86.h. That the
 * upper halves survive the way into a 32-bit segment is how CPUs are, though no manual promises it;
 * where they do not, the checks of upper halves say nothing.
 * Outcomes: pass; fail with the registers; skip where nobody can be called.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include "arch/x86_64/descriptors.h"
#include "tests/conformance/arch.h"
#include "tests/conformance/sabotage.h"
#include "tests/conformance/x86_64/apic.h"

#define SOURCE "kvm_emulate_hypercall(); is_64_bit_hypercall()"

#define JUNK	   (0xdeadbeeful << 32)
#define ENOSYS_32  0xfffffc18ul /* -1000 */
#define EINVAL_32  0xffffffeaul
#define ENOTSUP_32 0xffffffa1ul
#define EFAULT_32  0xfffffff2ul
#define REGISTERS  0x3full /* RAX to RDI in the order of hcall_regs.h */

void compat_call(struct hcall_regs *regs);
extern uint8_t compat_insn[HCALL_SLOT_SIZE];

static void exec_compat(struct call *c)
{
	compat_call(&c->regs);
}

static void compat(struct call *c, unsigned long number, unsigned long a0, unsigned long a1,
		   unsigned long a2, unsigned long a3)
{
	if (memcmp(compat_insn, hypervisor.insn, HCALL_SLOT_SIZE))
		arch_text_write(compat_insn, hypervisor.insn, HCALL_SLOT_SIZE);
	call_prepare(c, number & 0xffffffff);
	c->regs.r[HCALL_RAX] = number;
	c->regs.r[HCALL_RBX] = a0;
	c->regs.r[HCALL_RCX] = a1;
	c->regs.r[HCALL_RDX] = a2;
	c->regs.r[HCALL_RSI] = a3;
	conf_call_by(c, "32-bit code", exec_compat);
}

CHECK("compat.known-call", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, KVM_HC_VAPIC_POLL_IRQ, 0, 0, 0, 0);
	expect_status(&c, 0);
}

CHECK("compat.unknown-status-has-32-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, HCALL_UNASSIGNED, 0, 0, 0, 0);
	expect_status(&c, ENOSYS_32);
}

CHECK("compat.upper-half-of-number-is-ignored", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, KVM_HC_VAPIC_POLL_IRQ | JUNK, 0, 0, 0, 0);
	expect_status(&c, 0);
	compat(&c, HCALL_UNASSIGNED | JUNK, 0, 0, 0, 0);
	expect_status(&c, ENOSYS_32);
}

CHECK("compat.keeps-registers", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, KVM_HC_VAPIC_POLL_IRQ, 1, 2, 3, 4);
	expect_kept_of(&c, REGISTERS & ~1ull);
}

/* RDI is no argument: its upper half survives, too, as KVM writes nothing but RAX. */
CHECK("compat.keeps-upper-halves", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, HCALL_UNASSIGNED, JUNK, JUNK, JUNK, JUNK);
	expect_kept_of(&c, REGISTERS & ~1ull);
}

CHECK("compat.every-unknown-number", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		const struct hcall_desc *d = &hcall_catalogue[i];

		if (d->status == HCALL_ACTIVE)
			continue;
		compat(&c, d->number, 0, 0, 0, 0);
		if (!expect_status(&c, ENOSYS_32))
			return;
	}
}

CHECK("compat.sched-yield-of-32-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_announced(hcall_find(KVM_HC_SCHED_YIELD)), "feature bit 13");
	compat(&c, KVM_HC_SCHED_YIELD | JUNK, JUNK, 0, 0, 0);
	expect_status(&c, 0);
}

CHECK("compat.clock-pairing-error-has-32-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, KVM_HC_CLOCK_PAIRING, (uintptr_t)conf_page(), 1, 0, 0);
	expect_status(&c, ENOTSUP_32);
	expect_memory_kept(0, 0);
}

static bool has_clock(void)
{
	struct call c;

	CALL(&c, KVM_HC_CLOCK_PAIRING, (uintptr_t)conf_page(), 0);
	return !call_status(&c);
}

CHECK("compat.clock-pairing-ignores-upper-halves", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(has_clock(), "a host whose clock is the TSC");
	compat(&c, KVM_HC_CLOCK_PAIRING, (uintptr_t)conf_page() | JUNK, JUNK, 0, 0);
	expect_status(&c, 0);
	expect_memory_kept(0, 64);
}

CHECK("compat.send-ipi-error-has-32-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_announced(hcall_find(KVM_HC_SEND_IPI)), "feature bit 11");
	compat(&c, KVM_HC_SEND_IPI, 0, 0, 0, 1 << 11);
	expect_status(&c, EINVAL_32);
}

/* Bit 0 of the high half is first + 32 for a caller of 32 bits. */
CHECK("compat.send-ipi-high-bitmap-begins-at-32", SOURCE "; kvm_pv_send_ipi(): min + BITS_PER_LONG")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_announced(hcall_find(KVM_HC_SEND_IPI)), "feature bit 11");
	REQUIRE(!apic_obstacle(), "%s", apic_obstacle());

	apic_forget();
	compat(&c, KVM_HC_SEND_IPI, 0, 1, apic_id(0) - 32u, APIC_TEST_VECTOR);
	expect_status(&c, 1);
	apic_let_in();
	expect_equal(apic_taken(0, APIC_TEST_VECTOR), 1, "how often the interrupt was taken");
}

CHECK("compat.kick-cpu-ignores-upper-halves", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_announced(hcall_find(KVM_HC_KICK_CPU)), "feature bit 7, PV_UNHALT");
	REQUIRE(!apic_obstacle(), "%s", apic_obstacle());
	compat(&c, KVM_HC_KICK_CPU | JUNK, JUNK, apic_id(0) | JUNK, 0, 0);
	expect_status(&c, 0);
	apic_halt_deaf();
}

CHECK("compat.map-gpa-range-has-32-bits", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	compat(&c, KVM_HC_MAP_GPA_RANGE, 1, 0, 0, 0);
	expect(call_status(&c) == ENOSYS_32 || call_status(&c) == EINVAL_32,
	       "-1000 or -22, in 32 bits; it is 0x%lx", call_status(&c));
}

CHECK("compat.nobody-to-call-raises-ud", "Intel SDM, AMD APM: as in 64-bit code")
{
	struct call c;
	static const uint8_t vmcall[] = { 0x0f, 0x01, 0xc1 };

	REQUIRE(!hcall_patched(), "a machine on which nobody can be called");
	arch_text_write(compat_insn, vmcall, sizeof(vmcall));
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	conf_call_by(&c, "32-bit code", exec_compat);
	expect_trap(&c, "invalid opcode");
	if (c.trapped)
		expect_equal(c.frame.cs, CODE32, "CS");
}

/* ---- saboteurs ---- */

static bool by_compat(const struct call *c)
{
	return !strcmp(c->how, "32-bit code");
}

static void extend_sign(struct call *c)
{
	if (by_compat(c) && !c->trapped)
		c->regs.r[HCALL_RAX] = (unsigned long)(long)(int32_t)c->regs.r[HCALL_RAX];
}
SABOTEUR(extend, .checks = "compat.*", .name = "compat-extends-sign", .after = extend_sign,
	 .rule = "a status of 32 bits comes with an upper half of zeros");

static bool whole_number(struct call *c)
{
	if (!by_compat(c) || !(c->regs.r[HCALL_RAX] >> 32))
		return true;
	c->regs.r[HCALL_RAX] = ENOSYS_32;
	return false;
}
SABOTEUR(whole, .checks = "compat.*", .name = "compat-compares-64-bits", .before = whole_number,
	 .rule = "a number has 32 bits for code of 32 bits");

static bool whole_argument(struct call *c)
{
	if (!by_compat(c) || !(c->regs.r[HCALL_RBX] >> 32) || c->number != KVM_HC_CLOCK_PAIRING)
		return true;
	c->regs.r[HCALL_RAX] = EFAULT_32;
	return false;
}
static bool has_clock_here(void)
{
	return hcall_patched() && has_clock();
}
SABOTEUR(argument, .checks = "compat.*", .name = "compat-uses-whole-arguments",
	 .applies = has_clock_here, .before = whole_argument,
	 .rule = "an argument has 32 bits for code of 32 bits");

static void clear_upper(struct call *c)
{
	if (by_compat(c))
		c->regs.r[HCALL_RDI] &= 0xffffffff;
}
SABOTEUR(upper, .checks = "compat.*", .name = "compat-clears-upper-halves", .after = clear_upper,
	 .rule = "a register that is no output keeps its upper half");
