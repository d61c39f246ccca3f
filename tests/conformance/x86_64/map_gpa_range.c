// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_MAP_GPA_RANGE is answered by the monitor, and only if that asked KVM for the exit;
 * what makes no sense as a range never reaches it.
 *
 * Source: hypercalls.rst 9; kvm_emulate_hypercall(): -1000 unless the exit is enabled, then -22 for
 * an address that is not page-aligned, for no pages, and for a range that wraps around 2^64.
 * Outcomes: pass; fail with the registers; skip where the exit is not enabled, which the answer to a
 * good range says.
 */
#include <hcall/hypervisor.h>
#include <lib/machine.h>
#include "tests/conformance/sabotage.h"

#define SOURCE	   "hypercalls.rst 9; kvm_emulate_hypercall()"
#define EINVAL_KVM (-22)
#define ENOSYS_KVM (-1000)
#define ENCRYPTED  (1ul << 4)
#define PAGE_2M	   1ul
#define PAGE_1G	   2ul
/* For saboteurs: a monitor that asks for the exits. */
#define MONITOR "--cap exit-hypercall"

/* The answer to a good range says it. */
static bool enabled(void)
{
	struct call c;

	CALL(&c, KVM_HC_MAP_GPA_RANGE, (uintptr_t)conf_page(), 1, 0);
	return call_known(&c);
}

#define REQUIRE_EXITS()       \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(enabled(), "a monitor that enabled KVM_CAP_EXIT_HYPERCALL")

static void answers(unsigned long gpa, unsigned long pages, unsigned long attributes, long status)
{
	struct call c;

	CALL(&c, KVM_HC_MAP_GPA_RANGE, gpa, pages, attributes);
	expect_status(&c, status);
	expect_kept(&c);
}

CHECK("map-gpa-range.address-not-aligned", SOURCE)
{
	REQUIRE_EXITS();
	answers((uintptr_t)conf_page() + 1, 1, 0, EINVAL_KVM);
	answers((uintptr_t)conf_page() + 0x800, 1, 0, EINVAL_KVM);
}

CHECK("map-gpa-range.no-pages", SOURCE)
{
	REQUIRE_EXITS();
	answers((uintptr_t)conf_page(), 0, 0, EINVAL_KVM);
}

CHECK("map-gpa-range.wraps-around", SOURCE)
{
	REQUIRE_EXITS();
	answers(-4096ul, ~0ul, 0, EINVAL_KVM);
}

/* The last page of all is no wrap, and so it is the monitor's to say. */
CHECK("map-gpa-range.wraps-around-by-one-page", SOURCE)
{
	REQUIRE_EXITS();
	answers(-4096ul, 2, 0, EINVAL_KVM);
	answers(1ul << 63, 1ul << 52, 0, EINVAL_KVM);
}

CHECK("map-gpa-range.a-good-range", SOURCE)
{
	REQUIRE_EXITS();
	answers((uintptr_t)conf_page(), 1, 0, 0);
	answers((uintptr_t)conf_page(), 1, ENCRYPTED, 0);
}

CHECK("map-gpa-range.page-sizes", SOURCE)
{
	REQUIRE_EXITS();
	answers((uintptr_t)conf_page(), 1, ENCRYPTED | PAGE_2M, 0);
	answers((uintptr_t)conf_page(), 1, ENCRYPTED | PAGE_1G, 0);
}

CHECK("map-gpa-range.back-and-forth-keeps-memory", SOURCE ": it has no output in memory")
{
	uint8_t *page = conf_page();

	REQUIRE_EXITS();
	page = conf_page();
	answers((uintptr_t)page, 1, ENCRYPTED, 0);
	answers((uintptr_t)page, 1, 0, 0);
	expect_memory_kept(0, 0);
}

CHECK("map-gpa-range.many-times", SOURCE)
{
	REQUIRE_EXITS();
	for (unsigned int i = 0; i < 20; i++)
		answers((uintptr_t)conf_page(), 1, i & 1 ? ENCRYPTED : 0, 0);
}

/* What KVM cannot know is wrong goes to the monitor, which answers with one of the ABI's statuses. */
static void answered(unsigned long gpa, unsigned long pages, unsigned long attributes)
{
	struct call c;

	CALL(&c, KVM_HC_MAP_GPA_RANGE, gpa, pages, attributes);
	expect_documented(&c);
	expect(call_known(&c), "an answer of the monitor");
	expect_kept(&c);
}

CHECK("map-gpa-range.beyond-ram-is-for-the-monitor", SOURCE)
{
	REQUIRE_EXITS();
	answered(-4096ul, 1, 0);
	answered(1ul << 40, 1, 0);
	answered(0, machine_ram_bytes() / 4096 * 16, 0);
}

CHECK("map-gpa-range.attributes-that-do-not-exist-are-for-the-monitor", SOURCE)
{
	REQUIRE_EXITS();
	answered((uintptr_t)conf_page(), 1, ~0ul);
	answered((uintptr_t)conf_page(), 1, 3);
}

static void good_range(void *unused)
{
	(void)unused;
	answers(0x100000, 1, 0, 0);
	answers(0x100001, 1, 0, EINVAL_KVM);
}

CHECK("map-gpa-range.by-another-cpu", SOURCE)
{
	REQUIRE_EXITS();
	REQUIRE_CPUS(2);
	conf_on(1, good_range, NULL);
}

/* Whether the monitor asked for the exits is the same for everyone, and feature bit 16 says it. */
CHECK("map-gpa-range.enabled-is-announced", SOURCE "; cpuid.rst: KVM_FEATURE_HC_MAP_GPA_RANGE")
{
	bool announced = conf_announced(hcall_find(KVM_HC_MAP_GPA_RANGE));

	REQUIRE_HYPERVISOR();
	expect_equal(announced, enabled(), "whether it is announced, beside whether it is there,");
}

/* Not enabled is said before anything else, for every range, and shown by feature bit 16. */
CHECK("map-gpa-range.not-enabled-is-unknown", SOURCE)
{
	static const unsigned long addresses[] = { 0, 1, 0x100000, -4096ul };
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(!enabled(), "a monitor that did not enable KVM_CAP_EXIT_HYPERCALL");
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		for (unsigned long pages = 0; pages < 2; pages++) {
			CALL(&c, KVM_HC_MAP_GPA_RANGE, addresses[i], pages, ENCRYPTED);
			if (!expect_unknown(&c) || !expect_kept(&c))
				return;
		}
}

/* ---- saboteurs: in a machine whose monitor asks for the exits ---- */

static bool is_map(const struct call *c)
{
	return c->number == KVM_HC_MAP_GPA_RANGE && !c->user;
}

#define SABOTAGE_MAP(id, name_, rule_, condition, status)                                        \
	static bool id(struct call *c)                                                           \
	{                                                                                        \
		unsigned long gpa = c->regs.r[HCALL_RBX], n = c->regs.r[HCALL_RCX];              \
                                                                                                 \
		if (!is_map(c) || !(condition))                                                  \
			return true;                                                             \
		(void)gpa;                                                                       \
		(void)n;                                                                         \
		c->regs.r[HCALL_RAX] = (unsigned long)(status);                                  \
		return false;                                                                    \
	}                                                                                        \
	SABOTEUR(id, .checks = "map-gpa-range.*", .name = "map-gpa-range-" name_, .rule = rule_, \
		 .monitor = MONITOR, .before = id)

SABOTAGE_MAP(unaligned, "takes-any-address", "an address is that of a page", gpa % 4096, 0);
SABOTAGE_MAP(no_pages, "takes-no-pages", "a range has pages", !n, 0);
SABOTAGE_MAP(wraps, "takes-ranges-that-wrap", "a range does not wrap around",
	     n &&gpa % 4096 == 0 && gpa / 4096 + n > 1ul << 52, 0);
SABOTAGE_MAP(encrypted, "knows-no-attributes", "the attributes reach the monitor",
	     c->regs.r[HCALL_RDX] == ENCRYPTED, EINVAL_KVM);
SABOTAGE_MAP(sizes, "knows-no-page-sizes", "pages have three sizes", c->regs.r[HCALL_RDX] & PAGE_2M,
	     EINVAL_KVM);
SABOTAGE_MAP(elsewhere, "of-another-cpu-is-unknown", "any CPU may call", cpu_number(), ENOSYS_KVM);
SABOTAGE_MAP(ret, "answers-anything", "the monitor answers with a status of the ABI",
	     gpa == 1ul << 40, 0x7777);
SABOTAGE_MAP(once, "forgets", "the exits stay enabled", n == 1 && conf_random() % 8 == 0,
	     ENOSYS_KVM);

static void clobber(struct call *c)
{
	if (is_map(c))
		c->regs.r[HCALL_RCX] ^= 1;
}
SABOTEUR(clobber, .checks = "map-gpa-range.*", .name = "map-gpa-range-clobbers", .monitor = MONITOR,
	 .after = clobber, .rule = "an answer of the monitor changes no other register");

static void store(struct call *c)
{
	if (is_map(c) && machine_is_ram(c->before.r[HCALL_RBX], 1) && !call_status(c) &&
	    c->before.r[HCALL_RDX] == ENCRYPTED)
		*(volatile uint8_t *)c->before.r[HCALL_RBX] ^= 1;
}
SABOTEUR(store, .checks = "map-gpa-range.*", .name = "map-gpa-range-changes-memory",
	 .monitor = MONITOR, .after = store, .rule = "memory keeps its contents");

static bool never_announced(const struct hcall_desc *d, bool really)
{
	return d->number == KVM_HC_MAP_GPA_RANGE ? false : really;
}
SABOTEUR(silent, .checks = "map-gpa-range.*", .name = "map-gpa-range-is-not-announced",
	 .monitor = MONITOR, .announced = never_announced, .rule = "what is enabled is announced");
