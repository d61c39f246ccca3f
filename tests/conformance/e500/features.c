// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_FEATURES answers 0 in R3 and feature bits in R4, always the same ones, whatever else
 * is in the registers and whichever CPU asks. Bit 1 is the only one that has a meaning, and it is the
 * truth: the magic page can be mapped and used if and only if it is set.
 *
 * Source: ppc-pv.rst, "KVM hypercall ABI" and "Magic page"; kvmppc_kvm_pv(); KVM_FEATURE_MAGIC_PAGE
 * is the number of a bit, not a mask (<asm/kvm_para.h>).
 * Outcomes: pass; fail with the registers; skip where nobody can be called.
 */
#include <hcall/hypervisor.h>
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define SOURCE "ppc-pv.rst; kvmppc_kvm_pv()"

#define FEATURE_MAGIC_PAGE (1u << 1)

static bool is_features(const struct call *c)
{
	return c->number == KVM_HC_FEATURES;
}

static uint32_t ask(struct call *c)
{
	CALL(c, KVM_HC_FEATURES);
	return c->regs.r[HCALL_R4];
}

CHECK("features.status-is-0", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	ask(&c);
	expect_status(&c, 0);
}

CHECK("features.bits-are-in-r4", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, KVM_HC_FEATURES);
	c.regs.r[HCALL_R4] = hcall_canary(HCALL_R4);
	conf_call(&c);
	expect(c.regs.r[HCALL_R4] != hcall_canary(HCALL_R4), "R4 is written");
	expect_equal(c.regs.r[HCALL_R4], hypervisor.features,
		     "R4, and what discovery read at boot,");
}

CHECK("features.unassigned-bits-are-0", "<asm/kvm_para.h>: KVM_FEATURE_MAGIC_PAGE is all there is")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	expect_equal(ask(&c) & ~FEATURE_MAGIC_PAGE, 0, "R4 without bit 1");
}

CHECK("features.arguments-do-not-matter", SOURCE ": the call has none")
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	struct call plain, c;
	uint32_t bits;

	REQUIRE_HYPERVISOR();
	bits = ask(&plain);
	for (unsigned int i = 0; i < sizeof(args); i++) {
		call_prepare(&c, KVM_HC_FEATURES);
		c.regs.r[args[i]] = ~0ul;
		conf_call(&c);
		if (!expect_status(&c, 0) ||
		    !expect_equal(c.regs.r[HCALL_R4], bits, "R4 with all ones in %s",
				  hcall_reg_name[args[i]]))
			return;
	}
}

CHECK("features.stay-the-same", SOURCE)
{
	struct call c;
	uint32_t bits;

	REQUIRE_HYPERVISOR();
	bits = ask(&c);
	CALL(&c, KVM_HC_PPC_MAP_MAGIC_PAGE, MAGIC_EA, MAGIC_EA);
	expect_equal(ask(&c), bits, "R4 after the page was mapped");
	CALL(&c, HCALL_UNASSIGNED);
	expect_equal(ask(&c), bits, "R4 after an unknown call");
}

static bool page_works(void)
{
	struct call c;
	uint32_t word;

	return magic_map(&c, MAGIC_EA, MAGIC_EA) &&
	       magic_write(MAGIC_EA + MAGIC_SCRATCH1, MAGIC_MARK) &&
	       magic_read(MAGIC_EA + MAGIC_SCRATCH1, &word) && word == MAGIC_MARK;
}

CHECK("features.bit-1-is-set-where-the-page-works", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(page_works(), "a magic page that can be mapped and used");
	expect(ask(&c) & FEATURE_MAGIC_PAGE, "bit 1 of R4, for the page can be used");
}

CHECK("features.the-page-works-where-bit-1-is-set", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(ask(&c) & FEATURE_MAGIC_PAGE, "feature bit 1, magic page");
	expect(fact("features-page-does-not-work", page_works()),
	       "a page that can be mapped, written and read");
}

/* On e500mc the call for it succeeds all the same, and maps nothing. */
CHECK("features.the-page-does-not-work-where-bit-1-is-clear", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(!(ask(&c) & FEATURE_MAGIC_PAGE), "feature bit 1 clear, no magic page");
	expect(!page_works(), "no page, as bit 1 is clear");
}

/* ---- saboteurs ---- */

#define BREAKS(id, name_, rule_, statement) \
	static void id(struct call *c)      \
	{                                   \
		if (is_features(c))         \
			statement;          \
	}                                   \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = "features.*", .after = id)

BREAKS(fails, "features-fails", "the status is 0", c->regs.r[HCALL_R3] = 1);
BREAKS(in_r3, "features-in-r3", "feature bits are in R4, the status in R3", {
	c->regs.r[HCALL_R3] = c->regs.r[HCALL_R4];
	c->regs.r[HCALL_R4] = c->before.r[HCALL_R4];
});
BREAKS(keeps_r4, "features-keeps-r4", "feature bits are in R4",
       c->regs.r[HCALL_R4] = c->before.r[HCALL_R4]);
BREAKS(more, "features-has-more-bits", "bits without a meaning are 0", c->regs.r[HCALL_R4] |= 1);
BREAKS(none, "features-hides-the-page", "a page that works is announced", c->regs.r[HCALL_R4] = 0);
BREAKS(argument, "features-heeds-an-argument", "the call has no arguments",
       c->regs.r[HCALL_R4] ^= c->before.r[HCALL_R7] == ~0ul);

static void changes_with_time(struct call *c)
{
	static bool unknown_made;

	unknown_made |= !c->desc;
	if (is_features(c) && unknown_made)
		c->regs.r[HCALL_R4] ^= FEATURE_MAGIC_PAGE;
}
SABOTEUR(changes, .name = "features-change", .rule = "features stay the same",
	 .checks = "features.*", .after = changes_with_time);

FACT_SABOTEUR(no_page, "features-page-does-not-work", magic_announced, "features.*",
	      "a page that is announced works");
