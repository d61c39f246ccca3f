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
#include "tests/conformance/conf.h"

#define SOURCE	   "hypercalls.rst 9; kvm_emulate_hypercall()"
#define EINVAL_KVM (-22)
#define ENCRYPTED  (1ul << 4)

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

CHECK("map-gpa-range.a-good-range", SOURCE)
{
	REQUIRE_EXITS();
	answers((uintptr_t)conf_page(), 1, 0, 0);
	answers((uintptr_t)conf_page(), 1, ENCRYPTED, 0);
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
