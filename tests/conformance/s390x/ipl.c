// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x308 subcodes 5 and 6 set and store the IPL parameter block, answer in the odd
 * register of the pair, and refuse an odd register, a wrong address, and every subcode that is
 * nobody's.
 *
 * Source: qemu target/s390x/diag.c, handle_diag_308(); hw/s390x/ipl.h, iplb_valid(); layout of the
 * block: Linux arch/s390/include/uapi/asm/ipl.h. Outcomes: pass; fail with the registers. What is
 * set here counts only for a later load, which no boot of these checks asks for.
 */
#include <string.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	     "handle_diag_308() of qemu"
#define BLOCK_SOURCE "iplb_valid_len(), iplb_valid() of qemu; uapi/asm/ipl.h"
#define PV_SOURCE    "handle_diag_308() of qemu: subcodes from 8 on need facility 161"

enum { DONE = 1, NO_BLOCK = 0x102, INVALID = 0x402, NO_PV_BLOCK = 0x902 };
#define SPECIFICATION "specification"
#define ADDRESSING    "addressing"
#define FACILITY_PV   161

/* Of the block: the header with the type, and what is needed of one for a channel device. */
#define CCW_LENGTH 200
#define TYPE_FCP   0x00
#define TYPE_CCW   0x02

struct ipl_block {
	uint32_t length;
	uint8_t flags;
	uint8_t reserved1[2];
	uint8_t version;
	uint32_t part_length;
	uint8_t type;
	uint8_t part_flags;
	uint16_t reserved2;
	uint8_t load_parameter[8];
	uint8_t reserved3[2];
	uint8_t subchannel_set;
	uint8_t reserved4;
	uint16_t device_number;
};
_Static_assert(offsetof(struct ipl_block, type) == 12, "uapi/asm/ipl.h");

/* Makes a block in a fresh page, what does not matter in a pattern. */
static uint8_t *block(uint32_t length, uint8_t type)
{
	uint8_t *page = conf_page();
	struct ipl_block *b = (struct ipl_block *)page;

	memset(b, 0, CCW_LENGTH);
	b->length = length;
	b->part_length = CCW_LENGTH - 8;
	b->type = type;
	b->device_number = 0x0123;
	return page;
}

static bool answers(unsigned long number, const void *at, long status)
{
	struct call c;

	CALL(&c, number, (uintptr_t)at);
	return expect_status(&c, status) && expect_kept(&c);
}

static bool is_set(void)
{
	return answers(DIAG_IPL_SET, block(CCW_LENGTH, TYPE_CCW), DONE);
}

CHECK("ipl.sets-a-block-for-a-channel-device", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	is_set();
}

CHECK("ipl.stores-what-was-set", BLOCK_SOURCE)
{
	uint8_t was[CCW_LENGTH];
	uint8_t *page;

	REQUIRE_HYPERVISOR();
	if (!is_set())
		return;
	memcpy(was, block(CCW_LENGTH, TYPE_CCW), sizeof(was));
	page = conf_page();
	if (answers(DIAG_IPL_STORE, page, DONE))
		expect(!memcmp(page, was, sizeof(was)), "the block that was set");
}

CHECK("ipl.stores-no-more-than-its-length", BLOCK_SOURCE)
{
	uint8_t *page;

	REQUIRE_HYPERVISOR();
	if (!is_set())
		return;
	page = conf_page();
	if (answers(DIAG_IPL_STORE, page, DONE))
		expect_memory_kept(0, CCW_LENGTH);
}

CHECK("ipl.set-reads-only", SOURCE)
{
	uint8_t was[CCW_LENGTH];
	uint8_t *page;

	REQUIRE_HYPERVISOR();
	page = block(CCW_LENGTH, TYPE_CCW);
	memcpy(was, page, sizeof(was));
	if (answers(DIAG_IPL_SET, page, DONE))
		expect(!memcmp(page, was, sizeof(was)), "the block keeps its contents");
	expect_memory_kept(0, CCW_LENGTH);
}

CHECK("ipl.a-later-block-replaces-the-first", BLOCK_SOURCE)
{
	struct ipl_block *b;

	REQUIRE_HYPERVISOR();
	if (!is_set())
		return;
	b = (struct ipl_block *)block(CCW_LENGTH, TYPE_CCW);
	b->device_number = 0x4567;
	if (!answers(DIAG_IPL_SET, b, DONE))
		return;
	b = (struct ipl_block *)conf_page();
	if (answers(DIAG_IPL_STORE, b, DONE))
		expect_equal(b->device_number, 0x4567, "the device number");
}

CHECK("ipl.refused-block-replaces-nothing", BLOCK_SOURCE)
{
	struct ipl_block *b;

	REQUIRE_HYPERVISOR();
	if (!is_set())
		return;
	b = (struct ipl_block *)block(CCW_LENGTH, 0x55);
	b->device_number = 0x89ab;
	if (!answers(DIAG_IPL_SET, b, INVALID))
		return;
	b = (struct ipl_block *)conf_page();
	if (answers(DIAG_IPL_STORE, b, DONE))
		expect_equal(b->device_number, 0x0123, "the device number");
}

CHECK("ipl.block-without-length-is-invalid", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	answers(DIAG_IPL_SET, block(0, TYPE_CCW), INVALID);
}

CHECK("ipl.too-short-a-block-is-invalid", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (answers(DIAG_IPL_SET, block(CCW_LENGTH - 1, TYPE_CCW), INVALID))
		answers(DIAG_IPL_SET, block(8, TYPE_CCW), INVALID);
}

CHECK("ipl.too-long-a-block-is-invalid", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (answers(DIAG_IPL_SET, block(4097, TYPE_CCW), INVALID))
		answers(DIAG_IPL_SET, block(0xffffffff, TYPE_CCW), INVALID);
}

CHECK("ipl.longest-block-is-taken", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	answers(DIAG_IPL_SET, block(4096, TYPE_CCW), DONE);
}

CHECK("ipl.block-of-another-type-is-invalid", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (answers(DIAG_IPL_SET, block(CCW_LENGTH, 0x01), INVALID))
		answers(DIAG_IPL_SET, block(CCW_LENGTH, 0xfe), INVALID);
}

CHECK("ipl.fcp-block-is-longer", BLOCK_SOURCE)
{
	REQUIRE_HYPERVISOR();
	answers(DIAG_IPL_SET, block(CCW_LENGTH, TYPE_FCP), INVALID);
}

/* ---- registers and addresses ---- */

static void by_registers(struct call *c, unsigned long number, unsigned int address,
			 unsigned int subcode, const void *at)
{
	call_prepare(c, number);
	c->regs.r[HCALL_R4] = hcall_canary(HCALL_R4);
	c->regs.r[address] = (uintptr_t)at;
	c->regs.r[subcode] = number & 0xffff;
	conf_call_word(c, DIAG(address, subcode, 0x308u));
}

CHECK("ipl.answers-in-the-odd-register-of-the-pair", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int r = 0; r < 14; r += 2) {
		by_registers(&c, DIAG_IPL_SET, r, 15, block(0, TYPE_CCW));
		if (!expect(!c.trapped, "R1 may be %u", r) ||
		    !expect_equal(c.regs.r[r + 1], INVALID, "r%u", r + 1) ||
		    !expect_kept_of(&c, ~(HCALL_NOT_LOADED | 2ull << r)))
			return;
	}
}

CHECK("ipl.subcode-may-be-in-any-register", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int r = 0; r < 16; r++) {
		if (r == 6 || r == 7)
			continue;
		by_registers(&c, DIAG_IPL_SET, 6, r, block(0, TYPE_CCW));
		if (!expect(!c.trapped, "R3 may be %u", r) ||
		    !expect_equal(c.regs.r[7], INVALID, "r7"))
			return;
	}
}

static void odd_is_refused(unsigned long number)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int r = 1; r < 15; r += 2) {
		by_registers(&c, number, r, 15, block(CCW_LENGTH, TYPE_CCW));
		if (!expect_trap(&c, SPECIFICATION) || !expect_kept(&c))
			return;
	}
	expect_memory_kept(0, CCW_LENGTH);
}

CHECK("ipl.set-refuses-an-odd-register", SOURCE)
{
	odd_is_refused(DIAG_IPL_SET);
}

CHECK("ipl.store-refuses-an-odd-register", SOURCE)
{
	odd_is_refused(DIAG_IPL_STORE);
}

static void refuses(unsigned long number, unsigned long address, const char *trap)
{
	struct call c;

	conf_page();
	CALL(&c, number, address);
	expect_trap(&c, trap);
	expect_kept(&c);
	expect_memory_kept(0, 0);
}

static void alignment_counts(unsigned long number)
{
	uint8_t *page = conf_page();

	REQUIRE_HYPERVISOR();
	for (unsigned int bit = 0; bit < 12; bit++)
		refuses(number, (uintptr_t)page + (1ul << bit), SPECIFICATION);
}

CHECK("ipl.set-refuses-an-address-between-pages", SOURCE)
{
	alignment_counts(DIAG_IPL_SET);
}

CHECK("ipl.store-refuses-an-address-between-pages", SOURCE)
{
	alignment_counts(DIAG_IPL_STORE);
}

CHECK("ipl.set-refuses-what-is-no-ram", SOURCE)
{
	REQUIRE_HYPERVISOR();
	refuses(DIAG_IPL_SET, conf_arch.no_ram, ADDRESSING);
	refuses(DIAG_IPL_SET, -4096ul, ADDRESSING);
}

CHECK("ipl.store-refuses-what-is-no-ram", SOURCE)
{
	REQUIRE_HYPERVISOR();
	refuses(DIAG_IPL_STORE, conf_arch.no_ram, ADDRESSING);
	refuses(DIAG_IPL_STORE, -4096ul, ADDRESSING);
}

CHECK("ipl.alignment-is-looked-at-before-ram", SOURCE)
{
	REQUIRE_HYPERVISOR();
	refuses(DIAG_IPL_STORE, conf_arch.no_ram + 8, SPECIFICATION);
}

/* ---- subcodes ---- */

static void refuses_subcode(unsigned long subcode)
{
	struct call c;

	call_prepare(&c, DIAG_IPL_STORE);
	c.regs.r[HCALL_R2] = (uintptr_t)conf_page();
	c.regs.r[HCALL_R4] = subcode;
	conf_call(&c);
	expect_trap(&c, SPECIFICATION);
	expect_kept(&c);
	expect_memory_kept(0, 0);
}

CHECK("ipl.subcodes-of-nobody-are-refused", SOURCE)
{
	const unsigned long subcodes[] = { 2, 7, 11, 12, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff };

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < sizeof(subcodes) / sizeof(subcodes[0]); i++)
		refuses_subcode(subcodes[i]);
}

/* Not with 3 and 4: KVM looks at 16 bits only before it asks anybody, and would load. */
CHECK("ipl.subcode-has-64-bits", SOURCE)
{
	REQUIRE_HYPERVISOR();
	for (unsigned int bit = 16; bit < 64; bit++)
		refuses_subcode(6 | 1ul << bit);
}

CHECK("ipl.protected-mode-needs-its-facility", PV_SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE(!conf_facility(FACILITY_PV), "a machine without facility 161, unpack");
	for (unsigned long subcode = 8; subcode <= 10; subcode++)
		refuses_subcode(subcode);
}

CHECK("ipl.protected-mode-start-needs-a-block", PV_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(conf_facility(FACILITY_PV), "facility 161, unpack");
	CALL(&c, DIAG_PV_START);
	expect_status(&c, NO_PV_BLOCK);
	expect_kept(&c);
}

CHECK("ipl.protected-mode-has-no-block-at-first", PV_SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE(conf_facility(FACILITY_PV), "facility 161, unpack");
	answers(DIAG_PV_STORE, conf_page(), NO_BLOCK);
	expect_memory_kept(0, 0);
}

/* ---- saboteurs ---- */

static bool is_ipl(const struct call *c)
{
	return c->number >> 16 == HCALL_DIAG_IPL;
}

#define ANSWER(c) ((c)->regs.r[HCALL_R3])
#define ASKED(c)  ((const struct ipl_block *)(c)->before.r[HCALL_R2])

/* By the usual instruction only: otherwise R2 is no address. */
static bool is_set_of(const struct call *c)
{
	return c->number == DIAG_IPL_SET && c->how[0] == 's' && !c->trapped;
}

#define SABOTAGE_ANSWER(id, name_, rule_, checks_, condition, answer) \
	static void id(struct call *c)                                \
	{                                                             \
		if (is_set_of(c) && (condition))                      \
			ANSWER(c) = answer;                           \
	}                                                             \
	SABOTEUR(id, .name = "ipl-" name_, .checks = "ipl." checks_, .rule = rule_, .after = id)

SABOTAGE_ANSWER(no_length, "takes-no-length", "a block has a length", "block-without*",
		!ASKED(c)->length, DONE);
SABOTAGE_ANSWER(short_block, "takes-short-blocks", "a block is long enough", "too-short*",
		ASKED(c)->length < CCW_LENGTH, DONE);
SABOTAGE_ANSWER(long_block, "takes-long-blocks", "a block is a page at most", "too-long*",
		ASKED(c)->length > 4096, DONE);
SABOTAGE_ANSWER(page_block, "refuses-a-page", "a block may be a page", "longest*",
		ASKED(c)->length == 4096, INVALID);
SABOTAGE_ANSWER(type, "takes-any-type", "a block has a type", "block-of*", true, DONE);
SABOTAGE_ANSWER(fcp, "takes-short-fcp-blocks", "an FCP block is longer", "fcp*", true, DONE);
SABOTAGE_ANSWER(none, "takes-nothing", "a good block is taken", "sets*", true, INVALID);

static void writes_to_set(struct call *c)
{
	if (is_set_of(c))
		*(uint8_t *)c->before.r[HCALL_R2] ^= 1;
}
SABOTEUR(writes_to_set, .name = "ipl-writes-to-what-it-reads", .checks = "ipl.set-reads*",
	 .rule = "subcode 5 stores nothing", .after = writes_to_set);

static struct ipl_block *stored(struct call *c)
{
	return c->number == DIAG_IPL_STORE && c->how[0] == 's' && !c->trapped
		       ? (struct ipl_block *)c->before.r[HCALL_R2]
		       : NULL;
}

#define SABOTAGE_STORED(id, name_, rule_, checks_, statement) \
	static void id(struct call *c)                        \
	{                                                     \
		struct ipl_block *b = stored(c);              \
                                                              \
		if (b)                                        \
			statement;                            \
	}                                                     \
	SABOTEUR(id, .name = "ipl-" name_, .checks = "ipl." checks_, .rule = rule_, .after = id)

SABOTAGE_STORED(other_block, "stores-another-block", "what was set is stored", "stores-what*",
		b->load_parameter[7] ^= 1);
SABOTAGE_STORED(longer, "stores-a-byte-more", "the block's length is stored", "stores-no-more*",
		((uint8_t *)b)[CCW_LENGTH] ^= 1);
SABOTAGE_STORED(first_stays, "keeps-the-first-block", "a block replaces the one before", "a-later*",
		b->device_number = 0x0123);
SABOTAGE_STORED(refused_counts, "keeps-a-refused-block", "a refused block is not kept", "refused*",
		b->device_number = 0x89ab);

/* Not asked where it would be refused. */
#define SABOTAGE_REFUSAL(id, name_, rule_, checks_, condition) \
	static bool id(struct call *c)                         \
	{                                                      \
		return !(is_ipl(c) && (condition));            \
	}                                                      \
	SABOTEUR(id, .name = "ipl-" name_, .checks = "ipl." checks_, .rule = rule_, .before = id)

SABOTAGE_REFUSAL(odd, "takes-odd-registers", "R1 is even", "*odd-register",
		 c->how[0] == 'i' && c->regs.r[3] < 1ul << 32);
SABOTAGE_REFUSAL(unaligned, "takes-any-address", "an address is one of a page", "*between-pages",
		 c->regs.r[HCALL_R2] & 0x800);
SABOTAGE_REFUSAL(no_ram, "takes-what-is-no-ram", "an address is one of RAM", "*-no-ram",
		 c->regs.r[HCALL_R2] == conf_arch.no_ram);
SABOTAGE_REFUSAL(subcode, "has-another-subcode", "there are no other subcodes", "subcodes*",
		 c->regs.r[HCALL_R4] == 0x100);
SABOTAGE_REFUSAL(wide, "cuts-the-subcode", "a subcode has 64 bits", "subcode-has*",
		 c->regs.r[HCALL_R4] >> 63);

static void ram_first(struct call *c)
{
	if (is_ipl(c) && c->before.r[HCALL_R2] > conf_arch.no_ram)
		c->frame.parameters.program_code = 5;
}
SABOTEUR(ram_first, .name = "ipl-looks-at-ram-first", .checks = "ipl.alignment*",
	 .rule = "the order in which an address is looked at", .after = ram_first);

static void answers_in_r3(struct call *c)
{
	if (is_ipl(c) && c->how[0] == 'i' && !c->trapped && c->regs.r[7] == INVALID) {
		c->regs.r[7] = c->before.r[7];
		ANSWER(c) = INVALID;
	}
}
SABOTEUR(answers_in_r3, .name = "ipl-answers-in-r3", .checks = "ipl.answers*,ipl.subcode-may*",
	 .rule = "the answer is in the odd register of the pair", .after = answers_in_r3);

static bool no_facility(void)
{
	return conf_patched() && !conf_facility(FACILITY_PV);
}
static bool pv_answers(struct call *c)
{
	return !(is_ipl(c) && c->regs.r[HCALL_R4] == 10);
}
SABOTEUR(pv_answers, .name = "ipl-has-protected-mode", .checks = "ipl.protected-mode-needs*",
	 .rule = "without facility 161, there are no such subcodes", .applies = no_facility,
	 .before = pv_answers);
