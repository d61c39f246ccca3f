// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the function code of a DIAGNOSE is the low 16 bits of base plus displacement; which
 * registers the instruction names means nothing to code 0x500; registers are read in their full
 * width in each addressing mode; and what is refused leaves the PSW behind the instruction.
 *
 * Source: s390-diag.rst, "General remarks"; kvm_s390_handle_diag() and
 * kvm_s390_get_base_disp_rs(). What is asked is code 0x500 subcode 0, whose answer is known: 0 for
 * an address in RAM, -22 for one behind it. Outcomes: pass; fail with the registers.
 */
#include <lib/machine.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	    "s390-diag.rst, General remarks: RS-a format, bits 48-63 of the address"
#define REGS_SOURCE "s390-diag.rst, code 0x500: general registers 1 to 4"
#define MODE_SOURCE "__diag_virtio_hypercall(): registers are compared as 64 bits in any mode"

#define IN_RAM	   0x1000ul
#define NOT_IN_RAM (1ul << 40)
#define EINVAL_KVM (-22)

/* Subcode 0 with R2, through an instruction whose field is base register and displacement. */
static void ask(struct call *c, unsigned long r2, uint32_t insn)
{
	call_prepare(c, KVM_S390_VIRTIO_NOTIFY);
	c->regs.r[HCALL_R2] = r2;
	conf_call_word(c, insn);
}

CHECK("convention.function-code-may-have-a-base", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R2] = IN_RAM;
	c.regs.r[HCALL_R5] = 0x400;
	conf_call_word(&c, DIAG(2u, 4u, 0x5100));
	expect_status(&c, 0);
	expect_kept(&c);
}

CHECK("convention.upper-bits-of-the-code-are-ignored", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R2] = IN_RAM;
	c.regs.r[HCALL_R5] = 0xabcd00000500;
	conf_call_word(&c, DIAG(2u, 4u, 0x5000));
	expect_status(&c, 0);
}

CHECK("convention.virtio-names-no-registers", REGS_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 0; r < 16; r++) {
		ask(&c, IN_RAM, DIAG(r, 15 - r, 0x500));
		if (!expect_status(&c, 0) || !expect_kept(&c))
			return;
		ask(&c, NOT_IN_RAM, DIAG(15 - r, r, 0x500));
		if (!expect_status(&c, EINVAL_KVM) || !expect_kept(&c))
			return;
	}
}

CHECK("convention.execute-makes-no-difference", "Principles of Operation, EXECUTE")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R2] = NOT_IN_RAM;
	conf_call_direct(&c, DIAG_R2_R4(0x500));
	expect_status(&c, EINVAL_KVM);
	expect_kept(&c);
}

CHECK("convention.refused-leaves-psw-behind-the-instruction",
      "Principles of Operation: a specification exception here suppresses; handle_diag() of qemu")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call_direct(&c, DIAG_R2_R4(0x500));
	if (!expect_unknown(&c))
		return;
	expect_equal(c.frame.psw.addr, conf_direct_address() + 4, "the address in the old PSW");
	expect_equal(c.frame.parameters.program_ilc & 6, 4, "the instruction's length");
	expect_kept(&c);
}

CHECK("convention.status-fills-64-bits", REGS_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	ask(&c, NOT_IN_RAM, DIAG_R2_R4(0x500));
	expect_equal(c.regs.r[HCALL_R2], (unsigned long)EINVAL_KVM, "R2, all of it,");
}

/* ---- addressing modes ---- */

static void same_in_mode(unsigned int bits)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R2] = IN_RAM;
	conf_call_in_mode(&c, DIAG_R2_R4(0x500), bits);
	expect_status(&c, 0);
	expect_kept(&c);
	/* Cut off, the address would be one in RAM. */
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R2] = NOT_IN_RAM | IN_RAM;
	conf_call_in_mode(&c, DIAG_R2_R4(0x500), bits);
	expect_status(&c, EINVAL_KVM);
	expect_kept(&c);
}

CHECK("convention.31-bit-mode-cuts-no-argument", MODE_SOURCE)
{
	same_in_mode(31);
}

CHECK("convention.24-bit-mode-cuts-no-argument", MODE_SOURCE)
{
	same_in_mode(24);
}

static void subcode_is_wide(unsigned int bits)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int bit = 16; bit < 64; bit++) {
		call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
		c.regs.r[HCALL_R1] |= 1ul << bit;
		c.regs.r[HCALL_R2] = IN_RAM;
		conf_call_in_mode(&c, DIAG_R2_R4(0x500), bits);
		if (!expect_unknown(&c) || !expect_kept(&c))
			return;
	}
}

CHECK("convention.subcode-has-64-bits", MODE_SOURCE)
{
	subcode_is_wide(64);
}

CHECK("convention.subcode-has-64-bits-in-31-bit-mode", MODE_SOURCE)
{
	subcode_is_wide(31);
}

CHECK("convention.subcode-has-64-bits-in-24-bit-mode", MODE_SOURCE)
{
	subcode_is_wide(24);
}

CHECK("convention.refused-keeps-the-addressing-mode", "Principles of Operation: the old PSW")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call_in_mode(&c, DIAG_R2_R4(0x500), 31);
	if (expect_unknown(&c))
		expect_equal(c.frame.psw.mask >> 31 & 3, 1,
			     "extended and basic addressing mode in the old PSW");
}

CHECK("convention.every-unknown-code-is-refused", SOURCE)
{
	static const uint16_t ours[] = { 0x010, 0x044, 0x09c, 0x258, 0x288,
					 0x308, 0x318, 0x500, 0x501 };
	struct call c;
	size_t next = 0;

	REQUIRE_HYPERVISOR();
	for (uint32_t code = 0; code < 0x1000; code++) {
		if (next < sizeof(ours) / sizeof(ours[0]) && code == ours[next]) {
			next++;
			continue;
		}
		call_prepare(&c, (unsigned long)code << 16);
		conf_call(&c);
		if (!expect_unknown(&c) || !expect_kept(&c))
			return;
	}
}

/* ---- saboteurs ---- */

/* Whose registers an instruction names cannot be seen here, but what they hold can. */
static void answers_in_r3(struct call *c)
{
	if (!c->trapped) {
		c->regs.r[HCALL_R3] = c->regs.r[HCALL_R2];
		c->regs.r[HCALL_R2] = c->before.r[HCALL_R2];
	}
}
SABOTEUR(answers_in_r3, .name = "convention-answers-elsewhere", .checks = "convention.*",
	 .rule = "R2 is the answer's register", .after = answers_in_r3);

static bool cuts(struct call *c, unsigned long mask)
{
	for (unsigned int i = 0; i < 16; i++)
		c->regs.r[i] &= mask;
	return true;
}

static void uncut(struct call *c)
{
	for (unsigned int i = 0; i < 16; i++)
		if (i != HCALL_R2 || c->trapped)
			c->regs.r[i] = c->before.r[i];
}

#define SABOTAGE_WIDTH(id, name_, condition, mask)                                               \
	static bool id(struct call *c)                                                           \
	{                                                                                        \
		return (condition) ? cuts(c, mask) : true;                                       \
	}                                                                                        \
	SABOTEUR(id, .name = "convention-" name_, .checks = "convention.*mode*,convention.*64*", \
		 .rule = "registers have 64 bits in each mode", .before = id, .after = uncut)

SABOTAGE_WIDTH(cuts_31, "31-bit-mode-cuts", c->how[0] == '3', 0x7ffffffful);
SABOTAGE_WIDTH(cuts_24, "24-bit-mode-cuts", c->how[0] == '2', 0xfffffful);
SABOTAGE_WIDTH(cuts_32, "cuts-to-32-bits", c->how[0] == 'i', 0xfffffffful);

static void nullifies(struct call *c)
{
	c->frame.psw.addr -= 4;
}
SABOTEUR(nullifies, .name = "convention-nullifies", .checks = "convention.*psw*",
	 .rule = "the old PSW points behind the instruction", .after = nullifies);

static void forgets_mode(struct call *c)
{
	c->frame.psw.mask |= 1ul << 32;
}
SABOTEUR(forgets_mode, .name = "convention-forgets-the-mode", .checks = "convention.*-mode",
	 .rule = "the old PSW has the addressing mode", .after = forgets_mode);

/* All calls but one that is nobody's. */
static bool one_code_answers(struct call *c)
{
	return c->number != 0x02600000;
}
SABOTEUR(one_code_answers, .name = "convention-another-code-is-known",
	 .checks = "convention.every*", .rule = "codes of other hypervisors are unknown",
	 .before = one_code_answers);

static bool base_is_ignored(struct call *c)
{
	if (c->regs.r[HCALL_R5] >> 32 == 0xabcd && c->how[0] == 'i')
		hcall_regs_set_number(&c->regs, HCALL_UNASSIGNED);
	return true;
}

/* Some take the field for the code, whatever the base register holds. */
static bool base_counts(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	call_prepare(&c, KVM_S390_VIRTIO_NOTIFY);
	c.regs.r[HCALL_R5] = 0x500;
	conf_call_word(&c, DIAG(2u, 4u, 0x5000));
	return !c.trapped;
}
SABOTEUR(base_is_ignored, .name = "convention-compares-all-bits-of-the-code",
	 .checks = "convention.upper*", .rule = "bits 0 to 47 of the code are ignored",
	 .applies = base_counts, .before = base_is_ignored);
