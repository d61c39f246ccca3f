// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: STHYI is there with facility 74 and only then; it stores a page about the machine's
 * capacity, answers by condition code and return code, and refuses wrong registers, a wrong address
 * and an unknown function code.
 *
 * Source: arch/s390/kvm/intercept.c, handle_sthyi(); layout: arch/s390/kernel/sthyi.c, struct
 * hdr_sctn. Outcomes: pass; fail with the registers; skip without facility 74 (QEMU's TCG), except
 * for what holds without it.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	      "handle_sthyi() in arch/s390/kvm/intercept.c"
#define LAYOUT_SOURCE "struct hdr_sctn in arch/s390/kernel/sthyi.c"

#define STORED	      0
#define UNKNOWN_CODE  3
#define RC_UNKNOWN    4
#define SPECIFICATION "specification"

/* The header section: where the others begin, and how long they are. */
struct header {
	uint8_t flags, reserved1[6], sections;
	uint16_t total, length;
	uint16_t machine_at, machine_length;
	uint16_t partition_at, partition_length;
};

static bool there(void)
{
	return conf_patched() && conf_facility(FACILITY_STHYI);
}

#define REQUIRE_STHYI()       \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(there(), "facility 74, STHYI")

static void sthyi(struct call *c, unsigned long code, unsigned long address)
{
	CALL(c, KVM_S390_STHYI, code, address);
}

CHECK("sthyi.without-facility-74-there-is-no-such-instruction", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(!there(), "a machine without facility 74");
	for (uint32_t r = 0; r < 16; r++) {
		call_prepare(&c, KVM_S390_STHYI);
		conf_call_word(&c, STHYI(r, 15 - r));
		if (!expect_trap(&c, "operation") || !expect_kept(&c))
			return;
	}
}

CHECK("sthyi.stores-a-page", SOURCE)
{
	uint8_t *page = conf_page();
	struct call c;

	REQUIRE_STHYI();
	sthyi(&c, 0, (uintptr_t)page);
	expect_status(&c, STORED);
	expect_equal(c.regs.r[HCALL_R5], 0, "the return code in R5");
	expect_kept(&c);
	expect_memory_kept(0, CONF_PAGE_SIZE);
}

CHECK("sthyi.sections-lie-within-what-is-stored", LAYOUT_SOURCE)
{
	const struct header *h = (const struct header *)conf_page();
	struct call c;

	REQUIRE_STHYI();
	sthyi(&c, 0, (uintptr_t)h);
	if (!expect_status(&c, STORED))
		return;
	conf_fact("sthyi header", (void *)(uintptr_t)h);
	expect(h->total <= CONF_PAGE_SIZE, "a total length of a page at most, %u", h->total);
	expect(h->length >= sizeof(*h) && h->length <= h->total, "a header within it, %u",
	       h->length);
	expect(h->machine_at + h->machine_length <= h->total, "a machine section within it");
	expect(h->partition_at + h->partition_length <= h->total, "a partition section within it");
}

CHECK("sthyi.unknown-function-code", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	for (unsigned int bit = 0; bit < 16; bit++) {
		sthyi(&c, 1ul << bit, (uintptr_t)conf_page());
		if (!expect_status(&c, UNKNOWN_CODE) ||
		    !expect_equal(c.regs.r[HCALL_R5], RC_UNKNOWN, "the return code in R5"))
			return;
		expect_kept(&c);
	}
	expect_memory_kept(0, 0);
}

CHECK("sthyi.function-code-has-16-bits", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	sthyi(&c, 0xabcdef0123450000, (uintptr_t)conf_page());
	expect_status(&c, STORED);
}

CHECK("sthyi.code-is-looked-at-before-the-address", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	sthyi(&c, 1, (uintptr_t)conf_page() + 1);
	expect_status(&c, UNKNOWN_CODE);
}

CHECK("sthyi.address-between-pages-is-refused", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	for (unsigned int bit = 0; bit < 12; bit++) {
		sthyi(&c, 0, (uintptr_t)conf_page() | 1ul << bit);
		if (!expect_trap(&c, SPECIFICATION) || !expect_kept(&c))
			return;
	}
	expect_memory_kept(0, 0);
}

CHECK("sthyi.odd-registers-are-refused", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	for (uint32_t r = 1; r < 16; r += 2) {
		call_prepare(&c, KVM_S390_STHYI);
		conf_call_word(&c, STHYI(r, 4u));
		if (!expect_trap(&c, SPECIFICATION))
			return;
		call_prepare(&c, KVM_S390_STHYI);
		conf_call_word(&c, STHYI(2u, r));
		if (!expect_trap(&c, SPECIFICATION))
			return;
	}
}

CHECK("sthyi.one-register-for-both-is-refused", SOURCE)
{
	struct call c;

	REQUIRE_STHYI();
	for (uint32_t r = 0; r < 16; r += 2) {
		call_prepare(&c, KVM_S390_STHYI);
		conf_call_word(&c, STHYI(r, r));
		if (!expect_trap(&c, SPECIFICATION))
			return;
	}
}

/* ---- saboteurs ---- */

static bool not_there(void)
{
	return conf_patched() && !there();
}

static bool is_sthyi(const struct call *c)
{
	return c->number == KVM_S390_STHYI;
}

static bool not_made(struct call *c)
{
	return !is_sthyi(c);
}
SABOTEUR(not_made, .name = "sthyi-is-there-unannounced", .checks = "sthyi.without*",
	 .rule = "without facility 74, there is no STHYI", .applies = not_there,
	 .before = not_made);

#define SABOTAGE_STHYI(id, name_, rule_, checks_, statement)                            \
	static void id(struct call *c)                                                  \
	{                                                                               \
		if (is_sthyi(c))                                                        \
			statement;                                                      \
	}                                                                               \
	SABOTEUR(id, .name = "sthyi-" name_, .checks = "sthyi." checks_, .rule = rule_, \
		 .applies = there, .after = id)

SABOTAGE_STHYI(other_cc, "says-it-has-not-stored", "condition code 0: stored", "stores*,function*",
	       c->regs.r[HCALL_CC] = 3);
SABOTAGE_STHYI(knows, "knows-every-code", "an unknown code is refused", "unknown*,code*", {
	c->trapped = false;
	c->regs.r[HCALL_CC] = 0;
});
SABOTAGE_STHYI(accepts, "accepts-everything", "wrong operands are refused", "address*,odd*,one*",
	       c->trapped = false);

static void lies(const char *kind, void *fact)
{
	if (kind[0] == 's' && kind[1] == 't' && kind[2] == 'h')
		((struct header *)fact)->total = 0xffff;
}
SABOTEUR(lies, .name = "sthyi-lies-about-lengths", .checks = "sthyi.sections*",
	 .rule = "sections lie within the page", .applies = there, .fact = lies);
