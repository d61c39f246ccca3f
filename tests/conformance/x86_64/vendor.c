// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a guest that uses the other vendor's instruction is helped once and for all: KVM writes the
 * right one over it, through the guest's own page tables and their permissions, and goes on. Where
 * nobody answers hypercalls, both instructions raise #UD.
 *
 * Source: em_hypercall() in arch/x86/kvm/emulate.c, emulator_fix_hypercall() in x86.c (three bytes
 * at RIP), x86_emulate_insn() for LOCK; Intel SDM and AMD APM for the bare machine.
 * Outcomes: pass; fail with registers and bytes; skip where nobody can be called (or somebody can),
 * and where KVM_X86_QUIRK_FIX_HYPERCALL_INSN is off, which shows as #UD.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	 "em_hypercall(); emulator_fix_hypercall()"
#define UD_NAME	 "invalid opcode"
#define INSN_LEN 3

static const uint8_t vmcall[INSN_LEN] = { 0x0f, 0x01, 0xc1 };
static const uint8_t vmmcall[INSN_LEN] = { 0x0f, 0x01, 0xd9 };

extern uint8_t hcall_invoke_slot[HCALL_SLOT_SIZE];

static bool is_vmmcall(const uint8_t *insn)
{
	return !memcmp(insn, vmmcall, INSN_LEN);
}

static const uint8_t *other(void)
{
	return is_vmmcall(hypervisor.insn) ? vmcall : vmmcall;
}

/* Makes the call by the other vendor's instruction; insn receives what stands there after it. */
static void call_other(struct call *c, uint8_t insn[INSN_LEN])
{
	memcpy(insn, other(), INSN_LEN);
	conf_call_insn(c, is_vmmcall(insn) ? "vmmcall" : "vmcall", insn, INSN_LEN);
	conf_fact("instruction after the call", insn);
}

static bool quirk_is_off(void)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	call_prepare(&c, HCALL_UNASSIGNED);
	call_other(&c, insn);
	return call_trapped(&c, UD_NAME);
}

#define REQUIRE_PATCHING()    \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(!quirk_is_off(), "a KVM that replaces the other vendor's instruction")

CHECK("vendor.other-instruction-answers", SOURCE)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	call_prepare(&c, HCALL_UNASSIGNED);
	call_other(&c, insn);
	expect_unknown(&c);
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	call_other(&c, insn);
	expect_status(&c, 0);
}

CHECK("vendor.other-instruction-keeps-registers", SOURCE)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	call_prepare(&c, HCALL_UNASSIGNED);
	call_other(&c, insn);
	expect_kept(&c);
}

CHECK("vendor.other-instruction-is-rewritten", SOURCE)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	call_prepare(&c, HCALL_UNASSIGNED);
	call_other(&c, insn);
	expect(!memcmp(insn, hypervisor.insn, INSN_LEN),
	       "the right instruction, %02x %02x %02x, in its place; there stands %02x %02x %02x",
	       hypervisor.insn[0], hypervisor.insn[1], hypervisor.insn[2], insn[0], insn[1],
	       insn[2]);
}

/* hcall_invoke_insn() puts its slot back as it was; what is around it shows in the image's sum. */
CHECK("vendor.rewrites-three-bytes", SOURCE)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	conf_page();
	call_prepare(&c, HCALL_UNASSIGNED);
	call_other(&c, insn);
	expect_memory_kept(0, 0);
}

CHECK("vendor.own-instruction-is-left-alone", SOURCE)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_HYPERVISOR();
	memcpy(insn, hypervisor.insn, INSN_LEN);
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call_insn(&c, "own instruction", insn, INSN_LEN);
	conf_fact("own instruction after the call", insn);
	expect_unknown(&c);
	expect(!memcmp(insn, hypervisor.insn, INSN_LEN), "the instruction as it was");
}

/* CR0.WP is set and the text read-only: the slot is what it is in every other check. */
static void call_read_only(struct call *c, uint8_t after[INSN_LEN])
{
	arch_text_write(hcall_invoke_slot, other(), INSN_LEN);
	call_prepare(c, HCALL_UNASSIGNED);
	conf_call(c);
	memcpy(after, hcall_invoke_slot, INSN_LEN);
	arch_text_write(hcall_invoke_slot, hypervisor.insn, INSN_LEN);
}

CHECK("vendor.read-only-text-raises-pf", SOURCE ": the write is checked as the guest's own")
{
	uint8_t after[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	call_read_only(&c, after);
	if (!expect_trap(&c, "page fault"))
		return;
	expect_equal(c.frame.error, PF_PRESENT | PF_WRITE, "the error code of #PF");
	expect_equal(c.frame.cr2, (uintptr_t)hcall_invoke_slot, "CR2");
	expect_equal(c.frame.rip, (uintptr_t)hcall_invoke_slot, "RIP");
}

CHECK("vendor.read-only-text-stays-as-it-is", SOURCE)
{
	uint8_t after[INSN_LEN];
	struct call c;

	REQUIRE_PATCHING();
	call_read_only(&c, after);
	conf_fact("read-only instruction after the call", after);
	expect(!memcmp(after, other(), INSN_LEN), "the other vendor's instruction still there");
	expect_kept(&c);
	expect_equal(c.regs.r[HCALL_RAX], c.before.r[HCALL_RAX], "RAX");
}

/* ---- KVM_X86_QUIRK_FIX_HYPERCALL_INSN off: nothing is rewritten ---- */

#define SOURCE_QUIRK "Documentation/virt/kvm/api.rst 7.31; emulator_fix_hypercall()"

#define REQUIRE_QUIRK_OFF()   \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(quirk_is_off(), "a monitor that turned the rewriting off")

CHECK("vendor.quirk-off-other-instruction-raises-ud", SOURCE_QUIRK)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_QUIRK_OFF();
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	call_other(&c, insn);
	expect_trap(&c, UD_NAME);
	expect_kept(&c);
	expect_equal(c.regs.r[HCALL_RAX], KVM_HC_VAPIC_POLL_IRQ, "RAX");
}

CHECK("vendor.quirk-off-other-instruction-stays", SOURCE_QUIRK)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_QUIRK_OFF();
	conf_page();
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	call_other(&c, insn);
	expect_memory_kept(0, 0);
}

CHECK("vendor.quirk-off-own-instruction-works", SOURCE_QUIRK)
{
	uint8_t insn[INSN_LEN];
	struct call c;

	REQUIRE_QUIRK_OFF();
	memcpy(insn, hypervisor.insn, INSN_LEN);
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	conf_call_insn(&c, "own instruction", insn, INSN_LEN);
	expect_status(&c, 0);
	expect_kept(&c);
}

/* ---- instructions that slots do not hold ---- */

#define EXEC_BYTES(id, bytes)                                             \
	static void id(struct call *c)                                    \
	{                                                                 \
		__asm__ volatile(".byte " bytes                           \
				 : "+a"(c->regs.r[HCALL_RAX])             \
				 : "b"(0ul), "c"(0ul), "d"(0ul), "S"(0ul) \
				 : "memory");                             \
	}
EXEC_BYTES(lock_vmcall, "0xf0, 0x0f, 0x01, 0xc1")
EXEC_BYTES(lock_vmmcall, "0xf0, 0x0f, 0x01, 0xd9")
EXEC_BYTES(plain_vmcall, "0x0f, 0x01, 0xc1")
EXEC_BYTES(plain_vmmcall, "0x0f, 0x01, 0xd9")

static void refused_then_cli(struct call *c)
{
	hcall_invoke(&c->regs);
	__asm__ volatile("cli" : : "a"(c->regs.r[HCALL_RAX]));
}

/* RAX too is as it was: the instruction did nothing. */
static void raises_ud(const char *how, void (*exec)(struct call *c))
{
	struct call c;

	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	conf_call_by(&c, how, exec);
	expect_trap(&c, UD_NAME);
	expect_equal(c.trapped ? c.frame.rax : 0, KVM_HC_VAPIC_POLL_IRQ, "RAX after %s", how);
}

CHECK("vendor.lock-vmcall-raises-ud", "x86_emulate_insn(); Intel SDM volume 2, LOCK")
{
	raises_ud("lock vmcall", lock_vmcall);
}

CHECK("vendor.lock-vmmcall-raises-ud", "x86_emulate_insn(); AMD APM volume 3, 1.2.5")
{
	raises_ud("lock vmmcall", lock_vmmcall);
}

/*
 * At user privilege: the CPU's own instruction is answered with a status. On AMD the other one,
 * vmcall, is an invalid opcode that KVM's emulator knows, and privileged there: #GP. On Intel the
 * other one, vmmcall, is not flagged so; user text here is read-only for users, too: #PF.
 */
CHECK("vendor.other-instruction-at-user-privilege", "group7_rm0 and group7_rm3 in emulate.c")
{
	struct call c;

	REQUIRE_PATCHING();
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	if (is_vmmcall(hypervisor.insn)) {
		conf_call_user_by(&c, "vmcall at user privilege", plain_vmcall);
		expect_trap(&c, "general protection");
		expect_equal(c.trapped ? c.frame.error : 0, 0, "the error code of #GP");
	} else {
		conf_call_user_by(&c, "vmmcall at user privilege", plain_vmmcall);
		expect_trap(&c, "page fault");
	}
	expect_equal(c.trapped ? c.frame.rax : 0, KVM_HC_VAPIC_POLL_IRQ, "RAX");
}

CHECK("vendor.own-instruction-at-user-privilege-stays-there", "kvm_emulate_hypercall()")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_HC_VAPIC_POLL_IRQ);
	conf_call_user_by(&c, "and then cli", refused_then_cli);
	/* CLI is what the privilege that is left is looked at with. */
	expect_trap(&c, "general protection");
	expect_equal(c.trapped ? c.frame.cs & 3 : 0, 3, "the privilege level after the call");
	expect_equal(c.trapped ? c.frame.rax : 0, -1ul, "RAX, the call's status");
}

CHECK("vendor.vmcall-without-hypervisor-raises-ud", "Intel SDM volume 3, VMCALL outside of VMX")
{
	REQUIRE(!hcall_patched(), "a machine on which nobody can be called");
	raises_ud("vmcall", plain_vmcall);
}

CHECK("vendor.vmmcall-without-hypervisor-raises-ud", "AMD APM volume 3, VMMCALL outside of a guest")
{
	REQUIRE(!hcall_patched(), "a machine on which nobody can be called");
	raises_ud("vmmcall", plain_vmmcall);
}

/* ---- saboteurs ---- */

static void not_rewritten(const char *kind, void *fact)
{
	if (!strcmp(kind, "instruction after the call"))
		memcpy(fact, other(), INSN_LEN);
}
SABOTEUR(not_rewritten, .checks = "vendor.*", .name = "vendor-does-not-rewrite",
	 .fact = not_rewritten, .rule = "the other vendor's instruction is replaced for good");

static void own_rewritten(const char *kind, void *fact)
{
	if (!strcmp(kind, "own instruction after the call"))
		memcpy(fact, other(), INSN_LEN);
}
SABOTEUR(own_rewritten, .checks = "vendor.*", .name = "vendor-rewrites-its-own",
	 .fact = own_rewritten, .rule = "the right instruction is left alone");

static void read_only_rewritten(const char *kind, void *fact)
{
	if (!strcmp(kind, "read-only instruction after the call"))
		memcpy(fact, hypervisor.insn, INSN_LEN);
}
SABOTEUR(read_only, .checks = "vendor.*", .name = "vendor-writes-read-only-text",
	 .fact = read_only_rewritten, .rule = "nothing is written where the guest may not write");

static bool is_slot_with_other(void)
{
	return !memcmp(hcall_invoke_slot, other(), INSN_LEN);
}

static bool skip_fault(struct call *c)
{
	if (!is_slot_with_other() || strcmp(c->how, "slot"))
		return true;
	c->regs.r[HCALL_RAX] = -1000ul;
	return false;
}
SABOTEUR(skip_fault, .checks = "vendor.*", .name = "vendor-answers-without-fault",
	 .before = skip_fault, .rule = "the write is checked as the guest's own");

static void not_a_write(struct call *c)
{
	if (call_trapped(c, "page fault"))
		c->frame.error &= ~(uint64_t)PF_WRITE;
}
SABOTEUR(not_a_write, .checks = "vendor.*", .name = "vendor-faults-as-a-read", .after = not_a_write,
	 .rule = "the fault's error code says that it was a write");

static void wrong_cr2(struct call *c)
{
	if (call_trapped(c, "page fault"))
		c->frame.cr2 += INSN_LEN;
}
SABOTEUR(wrong_cr2, .checks = "vendor.*", .name = "vendor-faults-elsewhere", .after = wrong_cr2,
	 .rule = "the fault's address is that of the instruction");

static bool anywhere(void)
{
	return true;
}

static bool ignore_lock(struct call *c)
{
	if (strncmp(c->how, "lock", 4))
		return true;
	c->regs.r[HCALL_RAX] = 0;
	return false;
}
SABOTEUR(ignore_lock, .checks = "vendor.*", .name = "vendor-ignores-lock", .applies = anywhere,
	 .before = ignore_lock, .rule = "LOCK before a hypercall raises #UD");

static void ud_changes_rax(struct call *c)
{
	if (call_trapped(c, UD_NAME))
		c->frame.rax = 0;
}
SABOTEUR(ud_changes, .checks = "vendor.*", .name = "ud-changes-rax", .applies = anywhere,
	 .after = ud_changes_rax, .rule = "an instruction that faults has done nothing");

static void other_clobbers(struct call *c)
{
	if (!strcmp(c->how, is_vmmcall(other()) ? "vmmcall" : "vmcall"))
		c->regs.r[HCALL_RBX] ^= 1;
}
SABOTEUR(other_clobbers, .checks = "vendor.*", .name = "vendor-other-clobbers-rbx",
	 .after = other_clobbers, .rule = "the other vendor's instruction keeps registers, too");

#define QUIRK_OFF "--cap disable-quirks2"

/* The first one is the question whether the quirk is off. */
static unsigned int quirk_seen;

static bool answer_other(struct call *c)
{
	if (strcmp(c->how, is_vmmcall(other()) ? "vmmcall" : "vmcall") || !quirk_seen++)
		return true;
	c->regs.r[HCALL_RAX] = 0;
	return false;
}
SABOTEUR(answer_other, .checks = "vendor.quirk-off*", .name = "vendor-helps-though-quirk-is-off",
	 .monitor = QUIRK_OFF, .before = answer_other,
	 .rule = "with the quirk off, the other instruction is none");

static void write_anyway(struct call *c)
{
	if (call_trapped(c, UD_NAME))
		memory_spoil_image();
}
SABOTEUR(write_anyway, .checks = "vendor.quirk-off*", .name = "vendor-rewrites-though-quirk-is-off",
	 .monitor = QUIRK_OFF, .after = write_anyway,
	 .rule = "with the quirk off, nothing is written");

static bool forget_own(struct call *c)
{
	if (strcmp(c->how, "own instruction"))
		return true;
	c->regs.r[HCALL_RAX] = -1000ul;
	return false;
}
SABOTEUR(forget_own, .checks = "vendor.quirk-off*", .name = "vendor-quirk-off-ends-all-calls",
	 .monitor = QUIRK_OFF, .before = forget_own,
	 .rule = "with the quirk off, the right instruction works");

static bool help_users(struct call *c)
{
	if (!c->user || !strncmp(c->how, "slot", 4))
		return true;
	c->regs.r[HCALL_RAX] = -1ul;
	return false;
}
SABOTEUR(help_users, .checks = "vendor.*user-privilege*", .name = "vendor-helps-users",
	 .before = help_users, .rule = "users are not helped with the other vendor's instruction");

static void raise_privilege(struct call *c)
{
	if (c->user && c->trapped)
		c->frame.cs &= ~3ul;
}
SABOTEUR(raise, .checks = "vendor.*user-privilege*", .name = "user-call-raises-privilege",
	 .after = raise_privilege,
	 .rule = "a call at user privilege leaves the privilege as it is");
