// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x258 arms (subcode 0) and cancels (1) the signals about pages that the host is
 * fetching, once each, and looks at every field of its parameter block.
 *
 * Source: arch/s390/kvm/diag.c, __diag_page_ref_service(), which cites SC24-6084. Outcomes: pass;
 * fail with the registers; skip where the code is unknown.
 */
#include <string.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "__diag_page_ref_service()"

enum { DONE = 0, NOT_ARMED = 4, ARMED_ALREADY = 8 };
#define SPECIFICATION "specification"
#define ADDRESSING    "addressing"

struct parameters {
	uint16_t code, subcode, length, version;
	uint64_t token, select, compare, zarch;
};
_Static_assert(sizeof(struct parameters) == 40, "__diag_page_ref_service()");

#define ZARCH  0x8000000000000000ul
#define TOKEN  0
#define CANCEL 1

static struct parameters *block(uint16_t subcode)
{
	uint8_t *page = conf_page();
	struct parameters *p = (struct parameters *)page;

	*p = (struct parameters){ .code = 0x258, .subcode = subcode, .length = 5, .version = 2 };
	if (subcode == TOKEN) {
		p->token = (uintptr_t)page + 64;
		p->zarch = ZARCH;
	}
	return p;
}

static bool answers(const struct parameters *p, long status)
{
	struct call c;

	CALL(&c, DIAG_PAGE_REFERENCE, (uintptr_t)p);
	return expect_status(&c, status) && expect_kept(&c);
}

static bool refused(const void *p, const char *trap)
{
	struct call c;

	CALL(&c, DIAG_PAGE_REFERENCE, (uintptr_t)p);
	return expect_trap(&c, trap) && expect_kept(&c);
}

/* Leaves it cancelled. */
static bool there(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	CALL(&c, DIAG_PAGE_REFERENCE, (uintptr_t)block(CANCEL));
	return !c.trapped;
}

#define REQUIRE_SERVICE()     \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(there(), "a hypervisor that knows DIAG_PAGE_REFERENCE")

CHECK("page-reference.is-armed-and-cancelled", SOURCE)
{
	REQUIRE_SERVICE();
	if (answers(block(TOKEN), DONE))
		answers(block(CANCEL), DONE);
}

CHECK("page-reference.armed-twice", SOURCE)
{
	REQUIRE_SERVICE();
	if (answers(block(TOKEN), DONE))
		answers(block(TOKEN), ARMED_ALREADY);
	answers(block(CANCEL), DONE);
}

CHECK("page-reference.cancelled-twice", SOURCE)
{
	REQUIRE_SERVICE();
	answers(block(CANCEL), NOT_ARMED);
	answers(block(CANCEL), NOT_ARMED);
}

CHECK("page-reference.armed-already-is-said-before-fields-are-looked-at", SOURCE)
{
	struct parameters *p;

	REQUIRE_SERVICE();
	if (!answers(block(TOKEN), DONE))
		return;
	p = block(TOKEN);
	p->zarch = 0;
	answers(p, ARMED_ALREADY);
	answers(block(CANCEL), DONE);
}

CHECK("page-reference.block-is-aligned", SOURCE)
{
	REQUIRE_SERVICE();
	for (unsigned int bit = 0; bit < 3; bit++)
		refused((const uint8_t *)block(CANCEL) + (1u << bit), SPECIFICATION);
}

CHECK("page-reference.block-is-in-ram", SOURCE)
{
	REQUIRE_SERVICE();
	refused((const void *)conf_arch.no_ram, ADDRESSING);
}

/* A block with one field wrong; nothing is armed after it. */
#define FIELD_CHECK(claim, subcode_, statement, trap) \
	CHECK("page-reference." claim, SOURCE)        \
	{                                             \
		struct parameters *p;                 \
                                                      \
		REQUIRE_SERVICE();                    \
		p = block(subcode_);                  \
		statement;                            \
		refused(p, trap);                     \
		answers(block(CANCEL), NOT_ARMED);    \
	}

FIELD_CHECK("code-is-checked", TOKEN, p->code = 0x259, SPECIFICATION)
FIELD_CHECK("version-is-checked", TOKEN, p->version = 1, SPECIFICATION)
FIELD_CHECK("length-is-checked", TOKEN, p->length = 4, SPECIFICATION)
FIELD_CHECK("token-is-aligned", TOKEN, p->token += 4, SPECIFICATION)
FIELD_CHECK("token-is-in-ram", TOKEN, p->token = conf_arch.no_ram, ADDRESSING)
FIELD_CHECK("compare-is-part-of-select", TOKEN, p->compare = 1, SPECIFICATION)
FIELD_CHECK("architecture-is-checked", TOKEN, p->zarch = 0, SPECIFICATION)
FIELD_CHECK("subcode-2-is-unknown", 2, p->subcode = 2, SPECIFICATION)

static void cancel_with(uint64_t token, uint64_t select, uint64_t compare, uint64_t zarch)
{
	struct parameters *p = block(CANCEL);

	p->token = token;
	p->select = select;
	p->compare = compare;
	p->zarch = zarch;
	refused(p, SPECIFICATION);
}

CHECK("page-reference.cancel-wants-zeros", SOURCE)
{
	REQUIRE_SERVICE();
	cancel_with(8, 0, 0, 0);
	cancel_with(0, 1, 0, 0);
	cancel_with(0, 0, 1, 0);
	cancel_with(0, 0, 0, ZARCH);
}

CHECK("page-reference.masks-are-taken", SOURCE)
{
	struct parameters *p;

	REQUIRE_SERVICE();
	p = block(TOKEN);
	p->select = ~0ul;
	p->compare = 0x0001000000000000;
	if (answers(p, DONE))
		answers(block(CANCEL), DONE);
}

CHECK("page-reference.stores-nothing", SOURCE)
{
	struct parameters was, *p;

	REQUIRE_SERVICE();
	p = block(TOKEN);
	was = *p;
	answers(p, DONE);
	expect(!memcmp(p, &was, sizeof(was)), "the block is as it was");
	expect_memory_kept(0, sizeof(was));
	answers(block(CANCEL), DONE);
}

/* ---- saboteurs ---- */

#define ASKED(c) ((const struct parameters *)(c)->before.r[HCALL_R2])

static bool in_page(const struct call *c)
{
	return c->number == DIAG_PAGE_REFERENCE && c->before.r[HCALL_R2] < conf_arch.no_ram;
}

#define SABOTAGE_ANSWER(id, name_, rule_, checks_, condition, answer)                      \
	static void id(struct call *c)                                                     \
	{                                                                                  \
		if (in_page(c) && (condition)) {                                           \
			c->trapped = false;                                                \
			c->regs.r[HCALL_R4] = answer;                                      \
		}                                                                          \
	}                                                                                  \
	SABOTEUR(id, .name = "page-reference-" name_, .checks = "page-reference." checks_, \
		 .rule = rule_, .applies = there, .after = id)

SABOTAGE_ANSWER(never, "is-never-armed", "a good block is taken", "is-armed*,masks*",
		ASKED(c)->subcode == TOKEN, ARMED_ALREADY);
SABOTAGE_ANSWER(twice, "may-be-armed-twice", "it is armed once", "armed*", true, DONE);
SABOTAGE_ANSWER(cancel, "may-be-cancelled-twice", "it is cancelled once", "cancelled*", true, DONE);
SABOTAGE_ANSWER(unaligned, "takes-any-address", "a block is aligned", "block-is-a*",
		c->before.r[HCALL_R2] & 7, DONE);
SABOTAGE_ANSWER(any_field, "looks-at-no-field", "fields are looked at",
		"*-is-checked,token*,compare*,subcode*,cancel-wants*", true, DONE);

static void writes(struct call *c)
{
	if (in_page(c) && !c->trapped)
		*(uint64_t *)((c->before.r[HCALL_R2] & -8ul) + 64) = 0;
}
SABOTEUR(writes, .name = "page-reference-stores", .checks = "page-reference.stores*",
	 .rule = "nothing is stored", .applies = there, .after = writes);
