// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a guest that patched its privileged instructions into accesses to the magic page
 * (<asm/paravirt.h>) works as before: hypercalls, exceptions, interrupts, user privilege and the
 * registers themselves. Here it is the suite itself that is patched, all of it, for each check.
 *
 * Source: ppc-pv.rst, "Patched instructions": the rules by which Linux does the same
 * (kvm_check_ins() in arch/powerpc/kernel/kvm.c). tests/e500/paravirt.c has what is less about the
 * hypervisor: each instruction, all CPUs.
 * Outcomes: pass; fail; skip where there is no magic page.
 */
#include <string.h>
#include <asm/paravirt.h>
#include <asm/spr.h>
#include <lib/user.h>
#include "tests/conformance/e500/due.h"
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define SOURCE "ppc-pv.rst, Patched instructions; kvm_check_ins()"

/* From here to paravirt_undo() all code is patched, this file's own included. */
#define REQUIRE_PATCHED() \
	REQUIRE_MAGIC();  \
	REQUIRE_WORK(patch(), "the image cannot be patched")

static bool patch(void)
{
	struct paravirt_counts counts;

	/* A check that ended in an exception did not come to it. */
	paravirt_undo();
	memset(&counts, 0, sizeof(counts));
	return !paravirt_enable(&counts) && counts.loads && counts.stores && counts.branches;
}

CHECK("patched.hypercalls-answer-the-same", SOURCE)
{
	struct call before, after, unknown;

	REQUIRE_MAGIC();
	CALL(&before, KVM_HC_FEATURES);
	REQUIRE_PATCHED();
	CALL(&after, KVM_HC_FEATURES);
	CALL(&unknown, HCALL_UNASSIGNED);
	paravirt_undo();
	expect_status(&after, call_status(&before));
	expect_equal(after.regs.r[HCALL_R4], before.regs.r[HCALL_R4], "R4 of KVM_HC_FEATURES");
	expect_unknown(&unknown);
}

static void load_nowhere(void *arg)
{
	*(volatile uint32_t *)arg;
}

static void illegal(void *arg)
{
	(void)arg;
	__builtin_trap();
}

CHECK("patched.exceptions-say-what-they-did", SOURCE)
{
	const uint32_t nowhere = MAGIC_THIRD_EA + 0x234;
	struct trap_frame miss = { .dear = 0 }, program = { .esr = 0 };
	bool missed, trapped;

	REQUIRE_PATCHED();
	missed = trap_try(load_nowhere, (void *)(uintptr_t)nowhere, &miss);
	trapped = trap_try(illegal, NULL, &program);
	paravirt_undo();
	if (!expect(missed && trapped, "two exceptions"))
		return;
	expect_equal(miss.vector, TRAP_DATA_TLB, "the number of the first one");
	expect_equal(fact("patched-loses-dear", miss.dear), nowhere, "its address");
	expect_equal(program.vector, TRAP_PROGRAM, "the number of the second one");
	expect_equal(program.esr & ESR_TRAP, ESR_TRAP, "ESR[PTR] of it");
}

CHECK("patched.interrupt-waits-while-off", SOURCE)
{
	struct call c;
	unsigned int came;

	REQUIRE_PATCHED();
	if (due_now())
		CALL(&c, KVM_HC_FEATURES);
	came = due_came();
	due_never();
	paravirt_undo();
	expect_equal(fact("patched-ignores-ee", came), 0, "the number of interrupts while off");
}

CHECK("patched.interrupt-comes-with-wrteei", SOURCE ": int_pending")
{
	unsigned int came;
	bool due;

	REQUIRE_PATCHED();
	due = due_now();
	interrupts_on();
	came = due_came();
	interrupts_off();
	due_never();
	paravirt_undo();
	REQUIRE_WORK(due, "the decrementer does not run out");
	expect_equal(fact("patched-wrteei-loses", came), 1,
		     "the number of interrupts at once after wrteei 1");
}

CHECK("patched.interrupt-comes-with-mtmsr", SOURCE ": int_pending")
{
	unsigned int came;
	bool due;

	REQUIRE_PATCHED();
	due = due_now();
	mtmsr(mfmsr() | MSR_EE);
	came = due_came();
	interrupts_off();
	due_never();
	paravirt_undo();
	REQUIRE_WORK(due, "the decrementer does not run out");
	expect_equal(fact("patched-mtmsr-loses", came), 1,
		     "the number of interrupts at once after mtmsr");
}

CHECK("patched.mtmsr-of-other-bits-is-the-real-one", SOURCE ": only EE and RI without an exit")
{
	uint32_t before, there, after;

	REQUIRE_PATCHED();
	before = (uint32_t)mfmsr();
	mtmsr(before ^ MSR_CE);
	there = (uint32_t)mfmsr();
	mtmsr(before);
	after = (uint32_t)mfmsr();
	paravirt_undo();
	expect_equal(fact("patched-loses-ce", there), before ^ MSR_CE, "MSR with CE changed");
	expect_equal(after, before, "MSR with CE back");
}

static long add_one(void *arg)
{
	return (long)(uintptr_t)arg + 1;
}

CHECK("patched.user-privilege-works", SOURCE)
{
	bool trapped, refused;
	long value = 0;

	REQUIRE_PATCHED();
	trapped = user_try(add_one, (void *)41, &value, NULL);
	/* What was privileged is an access to a page that users do not have. */
	refused = user_try((long (*)(void *))(uintptr_t)interrupts_off, NULL, NULL, NULL);
	paravirt_undo();
	expect(!trapped && fact("patched-breaks-users", (uint32_t)value) == 42,
	       "user code runs, and its result comes back");
	expect(refused, "user code cannot turn interrupts off");
}

/* MSR, PIR and SPRG3, by the same code before and after. */
static uint32_t __attribute__((noinline)) read_registers(void)
{
	return (uint32_t)(mfmsr() ^ mfspr(SPR_PIR) ^ mfspr(SPR_SPRG3));
}

CHECK("patched.registers-read-the-same", SOURCE)
{
	uint32_t before, after, back;

	REQUIRE_MAGIC();
	before = read_registers();
	REQUIRE_PATCHED();
	after = read_registers();
	paravirt_undo();
	back = read_registers();
	expect_equal(fact("patched-reads-another", after), before, "what is read when patched");
	expect_equal(back, before, "what is read when put back");
}

/* The page has what KVM for e500v2 does not emulate: see sprg.c. */
CHECK("patched.sprg4-is-read-by-the-supervisors-number", SOURCE)
{
	const uint32_t canary = 0xca5e0004;
	uint32_t seen;

	REQUIRE_PATCHED();
	mtspr(SPR_SPRG4, canary);
	seen = (uint32_t)mfspr(SPR_SPRG4);
	paravirt_undo();
	expect_equal(fact("patched-sprg4", seen), canary, "SPRG4");
}

/* ---- saboteurs ---- */

#define BREAKS(id, name_, rule_) FACT_SABOTEUR(id, name_, magic_announced, "patched.*", rule_)

BREAKS(dear, "patched-loses-dear", "an exception's registers can be loaded from the page");
BREAKS(ignores, "patched-ignores-ee", "EE in the page is EE");
BREAKS(wrteei, "patched-wrteei-loses", "an interrupt that waits comes with wrteei 1");
BREAKS(by_mtmsr, "patched-mtmsr-loses", "an interrupt that waits comes with mtmsr");
BREAKS(ce, "patched-loses-ce", "other bits of MSR are changed by the real instruction");
BREAKS(users, "patched-breaks-users", "user code runs in a patched image");
BREAKS(reads, "patched-reads-another", "a load from the page is the instruction");
BREAKS(sprg4, "patched-sprg4", "SPRG4 is in the page");

static void change_features(struct call *c)
{
	static unsigned int asked;

	if (c->number == KVM_HC_FEATURES && asked++)
		c->regs.r[HCALL_R4] ^= 1;
}
SABOTEUR(features, .name = "patched-changes-features", .checks = "patched.hypercalls-*",
	 .applies = magic_announced, .rule = "hypercalls answer the same in a patched image",
	 .after = change_features);
