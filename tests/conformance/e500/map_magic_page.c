// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_PPC_MAP_MAGIC_PAGE shows the vCPU's shared page at the effective address in R4, in
 * place of what was there, for supervisor data accesses; low bits of both addresses do not matter;
 * the status is in R3, and R4 says which groups of fields are kept. A second call moves the page
 * and keeps its contents. Guest memory stays as it is, also where the physical address points to.
 *
 * The documents and the code disagree about which register has which address: there is a check for
 * either reading, and one of the two fails.
 *
 * Source: ppc-pv.rst, "Mapping the magic page"; kvmppc_kvm_pv() in arch/powerpc/kvm/powerpc.c, the
 * data TLB miss in kvmppc_handle_exit(), booke.c; kvmppc_map_magic() in e500_mmu_host.c.
 * Outcomes: pass; fail; skip where KVM_HC_FEATURES does not announce the page.
 */
#include <string.h>
#include <lib/user.h>
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define DOCUMENT "ppc-pv.rst, Mapping the magic page"
#define CODE	 "kvmppc_kvm_pv()"
#define SOURCE	 DOCUMENT "; " CODE

#define ALL_FIELDS (MAGIC_FEAT_SR | MAGIC_FEAT_MAS0_TO_SPRG7)

static bool expect_at(uint32_t ea)
{
	return expect(fact("magic-page-not-there", magic_is_at(ea)),
		      "the page, with its contents, at 0x%08lx", (unsigned long)ea);
}

static bool expect_absent(uint32_t ea)
{
	return expect(fact("magic-page-still-there", magic_is_absent(ea)),
		      "nothing at 0x%08lx: an access ends in an exception", (unsigned long)ea);
}

/* ---- success ---- */

CHECK("map-magic-page.succeeds", SOURCE)
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_EA, MAGIC_EA);
	expect_status(&c, 0);
	expect_at(MAGIC_EA);
}

CHECK("map-magic-page.r4-says-which-fields-are-kept", "ppc-pv.rst; <asm/kvm_para.h>: MAGIC_FEAT")
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_EA, MAGIC_OTHER_EA);
	expect_equal(c.regs.r[HCALL_R4], ALL_FIELDS, "R4, the groups of fields,");
}

CHECK("map-magic-page.status-is-no-address", "ppc-pv.rst: r3 is the status, r4 the features")
{
	struct call c;

	REQUIRE_MAGIC();
	for (uint32_t ea = MAGIC_EA; ea >= MAGIC_EA - 4 * CONF_PAGE_SIZE; ea -= CONF_PAGE_SIZE) {
		magic_map(&c, ea, MAGIC_THIRD_EA);
		if (!expect_status(&c, 0) || !expect_equal(c.regs.r[HCALL_R4], ALL_FIELDS,
							   "R4 after 0x%lx", (unsigned long)ea))
			break;
	}
	magic_back();
}

/* ---- which address is which ---- */

CHECK("map-magic-page.appears-at-one-of-the-addresses", SOURCE)
{
	struct call c;
	bool at_r4, at_r3;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_THIRD_EA);
	at_r4 = magic_is_at(MAGIC_OTHER_EA);
	at_r3 = magic_is_at(MAGIC_THIRD_EA);
	expect(fact("magic-page-nowhere", at_r4 != at_r3),
	       "the page at R3 or at R4, and only there (at R4: %s, at R3: %s)",
	       at_r4 ? "yes" : "no", at_r3 ? "yes" : "no");
	magic_back();
}

CHECK("map-magic-page.effective-address-is-r4", CODE "; arch/powerpc/kernel/kvm.c")
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_THIRD_EA);
	expect_at(MAGIC_OTHER_EA);
	expect_absent(MAGIC_THIRD_EA);
	magic_back();
}

CHECK("map-magic-page.effective-address-is-r3-as-documented", DOCUMENT)
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_THIRD_EA);
	expect_at(MAGIC_THIRD_EA);
	magic_back();
}

/* ---- bits of the addresses that are none ---- */

CHECK("map-magic-page.flag-makes-no-difference-to-the-answer", SOURCE)
{
	struct call without, with;

	REQUIRE_MAGIC();
	magic_map(&without, MAGIC_EA, MAGIC_EA);
	magic_map(&with, MAGIC_EA | MAGIC_FLAG_NOT_MAPPED_NX, MAGIC_EA);
	expect_status(&with, call_status(&without));
	expect_equal(with.regs.r[HCALL_R4], without.regs.r[HCALL_R4], "R4 with the flag");
	expect_at(MAGIC_EA);
}

CHECK("map-magic-page.low-bits-of-effective-address-do-not-matter", CODE)
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA | 0xfff, MAGIC_OTHER_EA);
	expect_status(&c, 0);
	expect_at(MAGIC_OTHER_EA);
	magic_map(&c, MAGIC_THIRD_EA | 0x800, MAGIC_THIRD_EA);
	expect_status(&c, 0);
	expect_at(MAGIC_THIRD_EA);
	magic_back();
}

CHECK("map-magic-page.low-bits-of-physical-address-do-not-matter", CODE)
{
	struct call c;

	REQUIRE_MAGIC();
	for (uint32_t bits = 1; bits < CONF_PAGE_SIZE; bits <<= 1) {
		magic_map(&c, MAGIC_EA, MAGIC_EA | bits);
		if (!expect_status(&c, 0) || !expect_at(MAGIC_EA))
			break;
	}
	magic_back();
}

CHECK("map-magic-page.any-effective-address-will-do", CODE ": no check of the range")
{
	static const uint32_t addresses[] = { 0xfff00000, 0xfffe0000, 0xbffff000, 0x80000000 };
	struct call c;

	REQUIRE_MAGIC();
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		magic_map(&c, addresses[i], MAGIC_EA);
		if (!expect_status(&c, 0) || !expect_at(addresses[i]))
			break;
	}
	magic_back();
}

/* ---- again, and elsewhere ---- */

CHECK("map-magic-page.remap-moves-the-page", SOURCE)
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_EA);
	expect_status(&c, 0);
	expect_at(MAGIC_OTHER_EA);
	magic_map(&c, MAGIC_EA, MAGIC_EA);
	expect_at(MAGIC_EA);
}

CHECK("map-magic-page.old-address-is-gone-after-remap", CODE "; kvmppc_map_magic()")
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_EA);
	expect_absent(MAGIC_EA);
	magic_back();
}

/* With the flag nothing is flushed, but there is one entry only, and the access to the new takes it. */
CHECK("map-magic-page.old-address-is-gone-after-remap-with-flag", CODE "; kvmppc_map_magic()")
{
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_OTHER_EA | MAGIC_FLAG_NOT_MAPPED_NX, MAGIC_EA);
	expect_at(MAGIC_OTHER_EA);
	expect_absent(MAGIC_EA);
	magic_back();
}

CHECK("map-magic-page.mapping-twice-is-mapping-once", SOURCE)
{
	struct call c;

	REQUIRE_MAGIC();
	for (unsigned int i = 0; i < 3; i++) {
		magic_map(&c, MAGIC_EA, MAGIC_EA);
		if (!expect_status(&c, 0) || !expect_at(MAGIC_EA))
			return;
	}
}

CHECK("map-magic-page.other-calls-leave-it-there", SOURCE)
{
	struct call c;

	REQUIRE_MAGIC();
	CALL(&c, KVM_HC_FEATURES);
	CALL(&c, HCALL_UNASSIGNED);
	expect_at(MAGIC_EA);
}

/* ---- effect on memory ---- */

CHECK("map-magic-page.memory-at-the-physical-address-is-kept", SOURCE)
{
	const uint8_t *page = conf_page();
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, MAGIC_EA, (uintptr_t)page);
	expect_at(MAGIC_EA);
	magic_write(MAGIC_EA + MAGIC_SCRATCH2, ~MAGIC_MARK);
	expect_memory_kept(0, 0);
	magic_back();
}

CHECK("map-magic-page.covers-memory", CODE ": no check of the range; kvmppc_handle_exit()")
{
	const uint8_t *page = conf_page();
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, (uintptr_t)page, (uintptr_t)page);
	expect_at((uintptr_t)page);
	magic_back();
}

CHECK("map-magic-page.covered-memory-comes-back-unchanged", CODE)
{
	const uint8_t *page = conf_page();
	struct call c;

	REQUIRE_MAGIC();
	magic_map(&c, (uintptr_t)page, (uintptr_t)page);
	magic_write((uintptr_t)page + MAGIC_SCRATCH2, ~MAGIC_MARK);
	magic_back();
	expect(!fact("magic-page-covers-for-ever", magic_is_at((uintptr_t)page)),
	       "memory again where the page was");
	expect_memory_kept(0, 0);
}

/* ---- who may use it, and how ---- */

static void jump(void *arg)
{
	((void (*)(void))(uintptr_t)arg)();
}

CHECK("map-magic-page.is-not-executable", "kvmppc_map_magic(): no execute permission")
{
	/* blr: it returns at once if it is executed. */
	const uint32_t blr = 0x4e800020;
	bool trapped;

	REQUIRE_MAGIC();
	magic_write(MAGIC_EA + MAGIC_SCRATCH2, blr);
	trapped = trap_try(jump, (void *)(uintptr_t)(MAGIC_EA + MAGIC_SCRATCH2), NULL);
	expect(fact("magic-page-executes", trapped), "an exception when it is executed");
}

static long user_load(void *arg)
{
	return *(volatile long *)arg;
}

static long user_store(void *arg)
{
	*(volatile long *)arg = 0;
	return 0;
}

CHECK("map-magic-page.user-cannot-read-it", "kvmppc_handle_exit(): only if MSR[PR] is 0")
{
	REQUIRE_MAGIC();
	expect(fact("magic-page-for-users",
		    user_try(user_load, (void *)(uintptr_t)MAGIC_EA, NULL, NULL)),
	       "an exception when user code reads it");
}

CHECK("map-magic-page.user-cannot-write-it", "kvmppc_handle_exit(): only if MSR[PR] is 0")
{
	REQUIRE_MAGIC();
	expect(fact("magic-page-for-users",
		    user_try(user_store, (void *)(uintptr_t)MAGIC_EA, NULL, NULL)),
	       "an exception when user code writes it");
	expect_at(MAGIC_EA);
}

CHECK("map-magic-page.user-sees-the-memory-that-it-covers", "kvmppc_handle_exit()")
{
	const uint8_t *page = conf_page();
	struct call c;
	long word = 0, seen = 0;

	REQUIRE_MAGIC();
	memcpy(&word, page, sizeof(word));
	magic_map(&c, (uintptr_t)page, (uintptr_t)page);
	user_try(user_load, (void *)(uintptr_t)page, &seen, NULL);
	magic_back();
	expect_equal(fact("magic-page-covers-users-memory", (uint32_t)seen), (uint32_t)word,
		     "what user code reads at the page's address");
}

CHECK("map-magic-page.user-cannot-move-it", "kvmppc_handle_exit(): a system call if MSR[PR] is set")
{
	struct call c;

	REQUIRE_MAGIC();
	call_prepare(&c, KVM_HC_PPC_MAP_MAGIC_PAGE);
	c.regs.r[HCALL_R3] = MAGIC_OTHER_EA;
	c.regs.r[HCALL_R4] = MAGIC_OTHER_EA;
	conf_call_user(&c);
	expect_refused(&c);
	expect_at(MAGIC_EA);
	expect_absent(MAGIC_OTHER_EA);
	magic_back();
}

/* ---- contents, beside the fields ---- */

CHECK("map-magic-page.contents-survive-remap", SOURCE)
{
	static const uint32_t kept[] = { MAGIC_SCRATCH1, MAGIC_SCRATCH2, MAGIC_SCRATCH3 };
	uint32_t word = 0;
	struct call c;

	REQUIRE_MAGIC();
	for (size_t i = 0; i < 3; i++)
		magic_write(MAGIC_EA + kept[i], MAGIC_MARK + (uint32_t)i);
	magic_map(&c, MAGIC_OTHER_EA, MAGIC_EA);
	for (size_t i = 0; i < 3; i++) {
		magic_read(MAGIC_OTHER_EA + kept[i], &word);
		expect_equal(fact("magic-page-is-a-new-one", word), MAGIC_MARK + i,
			     "scratch%u at the new address", (unsigned int)i + 1);
	}
	magic_back();
}

CHECK("map-magic-page.rest-of-the-page-is-0", "<asm/kvm_para.h>: struct kvm_vcpu_arch_shared")
{
	REQUIRE_MAGIC();
	for (uint32_t at = MAGIC_SIZE; at < CONF_PAGE_SIZE; at += sizeof(uint32_t)) {
		uint32_t word = 1;

		magic_read(MAGIC_EA + at, &word);
		if (!expect_equal(fact("magic-page-leaks", word), 0, "the word at 0x%lx",
				  (unsigned long)at))
			return;
	}
}

CHECK("map-magic-page.bytes-and-halfwords-are-those-of-the-word", "big-endian memory")
{
	const uintptr_t at = MAGIC_EA + MAGIC_SCRATCH1;
	uint32_t bytes = 0, halves;

	REQUIRE_MAGIC();
	for (unsigned int i = 0; i < 4; i++)
		bytes = bytes << 8 | *(volatile uint8_t *)(at + i);
	halves = (uint32_t) * (volatile uint16_t *)at << 16 | *(volatile uint16_t *)(at + 2);
	expect_equal(fact("magic-page-swaps-bytes", bytes), MAGIC_MARK, "four bytes");
	expect_equal(fact("magic-page-swaps-halves", halves), MAGIC_MARK, "two halfwords");
}

/* ---- saboteurs ---- */

#define MAPS "map-magic-page.*"

#define EFFECT(id, name_, rule_) FACT_SABOTEUR(id, name_, magic_announced, MAPS, rule_)

EFFECT(not_there, "magic-page-not-there", "the page is where it was mapped");
EFFECT(still_there, "magic-page-still-there",
       "the page is where it was mapped last, and only there");
EFFECT(nowhere, "magic-page-nowhere", "the page is at one of the two addresses");
EFFECT(for_ever, "magic-page-covers-for-ever", "memory comes back when the page has moved");
EFFECT(executes, "magic-page-executes", "the page is not executable");
EFFECT(for_users, "magic-page-for-users", "user code has no access to the page");
EFFECT(covers_users, "magic-page-covers-users-memory", "user code sees its own memory there");
EFFECT(new_one, "magic-page-is-a-new-one", "a vCPU has one page, wherever it is shown");
EFFECT(leaks, "magic-page-leaks", "behind the fields the page is empty");
EFFECT(bytes, "magic-page-swaps-bytes", "fields are big-endian");
EFFECT(halves, "magic-page-swaps-halves", "fields are big-endian");

static bool is_map(const struct call *c)
{
	return c->number == KVM_HC_PPC_MAP_MAGIC_PAGE;
}

#define BEFORE(id, name_, rule_, statement)                                      \
	static bool id(struct call *c)                                           \
	{                                                                        \
		if (is_map(c))                                                   \
			statement;                                               \
		return true;                                                     \
	}                                                                        \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = MAPS, .before = id, \
		 .applies = magic_announced)

static void exchange(struct call *c)
{
	unsigned long r3 = c->regs.r[HCALL_R3];

	c->regs.r[HCALL_R3] = c->regs.r[HCALL_R4];
	c->regs.r[HCALL_R4] = r3;
}

BEFORE(swap, "map-takes-r3-for-r4", "R4 is the effective address, R3 the physical one",
       exchange(c));
BEFORE(shift, "map-heeds-low-bits", "low bits of the effective address do not matter",
       c->regs.r[HCALL_R4] += c->regs.r[HCALL_R4] & 0x800 ? CONF_PAGE_SIZE : 0);
BEFORE(stays, "map-does-not-move", "a second call moves the page", c->regs.r[HCALL_R4] = MAGIC_EA);
BEFORE(range, "map-refuses-low-addresses", "any effective address will do",
       c->regs.r[HCALL_R4] |= 0xc0000000);

static bool only_answer(struct call *c)
{
	if (!is_map(c))
		return true;
	c->regs.r[HCALL_R3] = 0;
	c->regs.r[HCALL_R4] = ALL_FIELDS;
	return false;
}
SABOTEUR(only_answer, .name = "map-does-nothing", .rule = "a success has mapped the page",
	 .checks = MAPS, .applies = magic_announced, .before = only_answer);

#define AFTER(id, name_, rule_, statement)                                      \
	static void id(struct call *c)                                          \
	{                                                                       \
		if (is_map(c) && !c->trapped)                                   \
			statement;                                              \
	}                                                                       \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = MAPS, .after = id, \
		 .applies = magic_announced)

AFTER(no_fields, "map-returns-no-fields", "R4 says which fields are kept", c->regs.r[HCALL_R4] = 0);
AFTER(fields_in_r5, "map-returns-fields-in-r5", "the groups of fields are in R4", {
	c->regs.r[HCALL_R5] = c->regs.r[HCALL_R4];
	c->regs.r[HCALL_R4] = c->before.r[HCALL_R4];
});
AFTER(flag_refused, "map-refuses-the-flag", "the flag makes no difference to the answer",
      c->regs.r[HCALL_R3] = c->before.r[HCALL_R4] & MAGIC_FLAG_NOT_MAPPED_NX ? 8 : 0);
AFTER(pa_refused, "map-heeds-low-bits-of-r3", "low bits of the physical address do not matter",
      c->regs.r[HCALL_R3] = c->before.r[HCALL_R3] & 0x10 ? 8 : 0);
AFTER(once, "map-works-once", "mapping again is a success, too",
      c->regs.r[HCALL_R3] = c->before.r[HCALL_R4] == MAGIC_EA ? 1 : 0);

static void write_there(struct call *c)
{
	if (is_map(c) && c->before.r[HCALL_R3] < 0x40000000)
		*(volatile uint32_t *)c->before.r[HCALL_R3] ^= 1;
}
SABOTEUR(write_there, .name = "map-writes-to-memory", .checks = MAPS, .applies = magic_announced,
	 .rule = "memory at the physical address keeps its contents", .after = write_there);

static bool map_for_user(struct call *c)
{
	struct hcall_regs regs = c->regs;

	if (is_map(c) && c->user)
		hcall_invoke(&regs);
	return true;
}
SABOTEUR(for_user, .name = "map-serves-users", .checks = MAPS, .applies = magic_announced,
	 .rule = "a call at user privilege does nothing", .before = map_for_user);

static void unmap(struct call *c)
{
	struct hcall_regs regs;

	if (is_map(c))
		return;
	hcall_regs_prepare(&regs, KVM_HC_PPC_MAP_MAGIC_PAGE);
	regs.r[HCALL_R4] = MAGIC_THIRD_EA;
	hcall_invoke(&regs);
}
SABOTEUR(unmap, .name = "other-calls-unmap", .checks = MAPS, .applies = magic_announced,
	 .rule = "calls of other numbers leave the page where it is", .after = unmap);
