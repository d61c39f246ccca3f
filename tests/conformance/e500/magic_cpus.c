// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each vCPU has a magic page of its own, at the address that it chose itself: what one maps or
 * writes is nothing to the others, and one that has not made the call sees no page at all. Features
 * are the same on all.
 *
 * Source: ppc-pv.rst; kvmppc_kvm_pv(), kvmppc_handle_exit(); Linux itself makes the call on each CPU
 * (kvm_use_magic_page() in arch/powerpc/kernel/kvm.c).
 * Outcomes: pass; fail; skip on a machine of one CPU, or without a magic page.
 */
#include <asm/spr.h>
#include <lib/arch.h>
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define SOURCE "ppc-pv.rst; kvmppc_kvm_pv(); kvm_use_magic_page()"

#define OTHER 1u

/* CPU 1 has made the call: there is no way back. */
static bool other_has_mapped;

#define REQUIRE_OTHER()  \
	REQUIRE_CPUS(2); \
	REQUIRE_MAGIC()

/* ---- before the other CPU maps it ---- */

#define REQUIRE_NEW_CPU() \
	REQUIRE_OTHER();  \
	REQUIRE(!other_has_mapped, "a CPU that has not mapped the page yet")

static void is_absent(void *arg)
{
	uint32_t *ea = arg, word;

	*ea = !magic_read(*ea, &word);
}

CHECK("magic-page.is-not-at-the-last-page-of-a-cpu-that-has-not-mapped-it", SOURCE)
{
	uint32_t ea = MAGIC_EA;

	REQUIRE_NEW_CPU();
	if (conf_on(OTHER, is_absent, &ea))
		expect(fact("page-is-on-all-cpus", ea), "nothing at 0x%08lx of CPU 1",
		       (unsigned long)MAGIC_EA);
}

/* Nothing says where the page is at first; our own tables have nothing at 0. */
CHECK("magic-page.is-not-at-0-of-a-cpu-that-has-not-mapped-it", SOURCE)
{
	uint32_t ea = 0;

	REQUIRE_NEW_CPU();
	if (conf_on(OTHER, is_absent, &ea))
		expect(ea, "nothing at 0 of CPU 1, on which no call was made");
}

/* ---- on both ---- */

struct there {
	/* In. */
	uint32_t ea, mark;
	/* Out. */
	long status;
	uint32_t fields, seen, pir_field, pir, features;
	bool at_last_page;
};

static void map_there(void *arg)
{
	struct there *t = arg;
	struct call c;
	uint32_t word;

	magic_map(&c, t->ea, t->ea);
	t->status = call_status(&c);
	t->fields = c.regs.r[HCALL_R4];
	magic_write(t->ea + MAGIC_SCRATCH1, t->mark);
	magic_read(t->ea + MAGIC_SCRATCH1, &t->seen);
	magic_read(t->ea + MAGIC_PIR, &t->pir_field);
	t->pir = (uint32_t)mfspr(SPR_PIR);
	t->at_last_page = magic_read(MAGIC_EA, &word);
	CALL(&c, KVM_HC_FEATURES);
	t->features = c.regs.r[HCALL_R4];
	other_has_mapped = true;
}

CHECK("magic-page.maps-on-another-cpu", SOURCE)
{
	struct there t = { .ea = MAGIC_EA, .mark = ~MAGIC_MARK };

	REQUIRE_OTHER();
	if (!conf_on(OTHER, map_there, &t))
		return;
	expect_equal((unsigned long)t.status, 0, "the status on CPU 1");
	expect_equal(t.fields, MAGIC_FEAT_SR | MAGIC_FEAT_MAS0_TO_SPRG7, "R4 on CPU 1");
	expect_equal(fact("page-fails-on-others", t.seen), t.mark,
		     "what CPU 1 wrote into its page");
}

CHECK("magic-page.is-each-cpus-own", SOURCE)
{
	struct there t = { .ea = MAGIC_EA, .mark = ~MAGIC_MARK };

	REQUIRE_OTHER();
	if (conf_on(OTHER, map_there, &t))
		expect(fact("page-is-shared", magic_is_at(MAGIC_EA)),
		       "the mark of CPU 0 in the page of CPU 0, after CPU 1 wrote into its own");
}

CHECK("magic-page.address-is-each-cpus-own", SOURCE)
{
	struct there t = { .ea = MAGIC_OTHER_EA, .mark = ~MAGIC_MARK };

	REQUIRE_OTHER();
	if (!conf_on(OTHER, map_there, &t))
		return;
	expect_equal(t.seen, t.mark, "what CPU 1 wrote at the other address");
	expect(!t.at_last_page, "nothing at the last page of CPU 1");
	expect(fact("page-moves-for-all", magic_is_at(MAGIC_EA)), "the page of CPU 0 where it was");
	expect(magic_is_absent(MAGIC_OTHER_EA), "nothing at the other address of CPU 0");
}

CHECK("magic-page.pir-is-each-cpus-own", SOURCE)
{
	REQUIRE_OTHER();
	for (unsigned int cpu = 0; cpu < cpu_count(); cpu++) {
		struct there t = { .ea = MAGIC_EA, .mark = MAGIC_MARK };

		if (!conf_on(cpu, map_there, &t))
			return;
		expect_equal(fact("pir-is-another-cpus", t.pir_field), arch_cpu_hwid(cpu),
			     "PIR's field on CPU %u", cpu);
		expect_equal(t.pir, arch_cpu_hwid(cpu), "PIR on CPU %u", cpu);
	}
}

CHECK("features.are-the-same-on-every-cpu", SOURCE)
{
	struct call c;

	REQUIRE_OTHER();
	CALL(&c, KVM_HC_FEATURES);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++) {
		struct there t = { .ea = MAGIC_EA, .mark = MAGIC_MARK };

		if (!conf_on(cpu, map_there, &t) ||
		    !expect_equal(fact("features-differ-by-cpu", t.features), c.regs.r[HCALL_R4],
				  "R4 of KVM_HC_FEATURES on CPU %u", cpu))
			return;
	}
}

/* ---- saboteurs ---- */

static bool has_other(void)
{
	return magic_announced() && cpu_count() > 1;
}

#define BREAKS(id, name_, checks_, rule_) FACT_SABOTEUR(id, name_, has_other, checks_, rule_)

BREAKS(everywhere, "page-is-on-all-cpus", "magic-page.*-of-a-cpu-*",
       "a CPU that has not mapped the page has none");
BREAKS(fails, "page-fails-on-others", "magic-page.maps-*", "every CPU can map its page");
BREAKS(shared, "page-is-shared", "magic-page.*own", "each CPU has a page of its own");
BREAKS(moves, "page-moves-for-all", "magic-page.*own", "each CPU chooses the address for itself");
BREAKS(pir, "pir-is-another-cpus", "magic-page.*own", "PIR is each CPU's own");
BREAKS(features, "features-differ-by-cpu", "features.*", "features are the same on every CPU");

static void refuse_others(struct call *c)
{
	if (cpu_number() && c->number == KVM_HC_PPC_MAP_MAGIC_PAGE)
		c->regs.r[HCALL_R3] = 1;
}
SABOTEUR(refuses, .name = "map-is-for-cpu-0", .rule = "every CPU can map its page",
	 .checks = "magic-page.maps-*", .applies = has_other, .after = refuse_others);
