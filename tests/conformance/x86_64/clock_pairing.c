// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_CLOCK_PAIRING stores the host's time and this guest's TSC of the same moment, 64
 * bytes at a guest-physical address, or says why not, and then stores nothing.
 *
 * Source: hypercalls.rst 6; kvm_pv_clock_pairing() in arch/x86/kvm/x86.c: s64 sec, s64 nsec, u64
 * tsc, u32 flags (0), u32 pad[9] (0). The clock type is looked at before the address.
 * Outcomes: pass; fail with registers or fields; skip where the host's clock is not the TSC, which
 * the call says itself (-EOPNOTSUPP) before it looks at the address.
 */
#include <string.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "hypercalls.rst 6; kvm_pv_clock_pairing()"

#define EFAULT_KVM     (-14)
#define EOPNOTSUPP_KVM (-95)
#define WALLCLOCK      0ul
#define NSEC_PER_SEC   1000000000
#define YEAR_2020      1577836800

struct pairing {
	int64_t sec, nsec;
	uint64_t tsc;
	uint32_t flags, pad[9];
};
_Static_assert(sizeof(struct pairing) == 64, "hypercalls.rst 6");

static uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* False: this host has no such clock. */
static bool host_has_clock(const uint8_t *page)
{
	struct call c;

	CALL(&c, KVM_HC_CLOCK_PAIRING, (uintptr_t)page, WALLCLOCK);
	return call_status(&c) != EOPNOTSUPP_KVM;
}

#define REQUIRE_CLOCK(page)   \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(host_has_clock(page), "a host whose clock is the TSC")

/* Asks at an offset of the page, and copies what was stored. */
static bool ask(struct call *c, size_t at, struct pairing *p)
{
	uint8_t *page = conf_page();

	CALL(c, KVM_HC_CLOCK_PAIRING, (uintptr_t)page + at, WALLCLOCK);
	memcpy(p, page + at, sizeof(*p));
	return expect_status(c, 0) && expect_memory_kept(at, sizeof(*p));
}

CHECK("clock-pairing.stores-the-time", SOURCE)
{
	struct pairing p;
	struct call c;

	REQUIRE_CLOCK(conf_page());
	if (!ask(&c, 0, &p))
		return;
	expect(p.sec > YEAR_2020, "seconds since 1970, %lld", (long long)p.sec);
	expect(p.nsec >= 0 && p.nsec < NSEC_PER_SEC, "nanoseconds below 10^9, %lld",
	       (long long)p.nsec);
}

CHECK("clock-pairing.tsc-is-of-this-moment", SOURCE)
{
	uint64_t before, after;
	struct pairing p;
	struct call c;

	REQUIRE_CLOCK(conf_page());
	before = rdtsc();
	if (!ask(&c, 0, &p))
		return;
	after = rdtsc();
	expect(p.tsc >= before && p.tsc <= after, "TSC 0x%llx between 0x%llx and 0x%llx",
	       (unsigned long long)p.tsc, (unsigned long long)before, (unsigned long long)after);
}

CHECK("clock-pairing.flags-and-padding-are-zero", SOURCE)
{
	struct pairing p;
	struct call c;
	uint32_t all = 0;

	REQUIRE_CLOCK(conf_page());
	if (!ask(&c, 0, &p))
		return;
	for (unsigned int i = 0; i < 9; i++)
		all |= p.pad[i];
	expect_equal(p.flags, 0, "flags");
	expect_equal(all, 0, "the padding");
}

CHECK("clock-pairing.does-not-go-back", SOURCE)
{
	struct pairing p, q;
	struct call c;

	REQUIRE_CLOCK(conf_page());
	if (!ask(&c, 0, &p) || !ask(&c, 0, &q))
		return;
	expect(q.tsc > p.tsc, "the second TSC is later");
	expect(q.sec > p.sec || (q.sec == p.sec && q.nsec >= p.nsec),
	       "the second time is not earlier");
}

CHECK("clock-pairing.needs-no-alignment", SOURCE)
{
	struct pairing p;
	struct call c;

	REQUIRE_CLOCK(conf_page());
	for (size_t at = 1; at < 64; at += 13)
		if (!ask(&c, at, &p))
			return;
}

CHECK("clock-pairing.may-cross-a-page", SOURCE)
{
	struct pairing p;
	struct call c;

	REQUIRE_CLOCK(conf_page());
	ask(&c, CONF_PAGE_SIZE - sizeof(p) / 2, &p);
}

static void refused(unsigned long address, unsigned long type, long status)
{
	struct call c;

	conf_page();
	CALL(&c, KVM_HC_CLOCK_PAIRING, address, type);
	expect_status(&c, status);
	expect_memory_kept(0, 0);
}

CHECK("clock-pairing.other-clocks-are-not-supported", SOURCE)
{
	const unsigned long types[] = { 1, 2, 0x80000000, 0x100000000, ~0ul };

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		refused((uintptr_t)conf_page(), types[i], EOPNOTSUPP_KVM);
}

CHECK("clock-pairing.type-is-looked-at-before-address", SOURCE)
{
	REQUIRE_HYPERVISOR();
	refused(conf_arch.no_ram, 1, EOPNOTSUPP_KVM);
}

CHECK("clock-pairing.address-that-is-no-memory", SOURCE)
{
	REQUIRE_CLOCK(conf_page());
	refused(conf_arch.no_ram, WALLCLOCK, EFAULT_KVM);
}

CHECK("clock-pairing.address-of-a-device", SOURCE)
{
	REQUIRE_CLOCK(conf_page());
	refused(conf_arch.device, WALLCLOCK, EFAULT_KVM);
}

CHECK("clock-pairing.address-above-all-physical-ones", SOURCE)
{
	REQUIRE_CLOCK(conf_page());
	refused(1ul << 63, WALLCLOCK, EFAULT_KVM);
	refused(-4096ul, WALLCLOCK, EFAULT_KVM);
}

/* ---- saboteurs: each stores something else ---- */

static bool pairs(void)
{
	struct call c;
	uint8_t *page = conf_page();

	if (!hcall_patched())
		return false;
	CALL(&c, KVM_HC_CLOCK_PAIRING, (uintptr_t)page, WALLCLOCK);
	return call_status(&c) == 0;
}

/* What a call that succeeded has stored; NULL for other calls. */
static struct pairing *stored(const struct call *c)
{
	if (c->number != KVM_HC_CLOCK_PAIRING || c->trapped || call_status(c))
		return NULL;
	return (struct pairing *)c->before.r[HCALL_RBX];
}

#define SABOTAGE_PAIRING(id, name_, rule_, statement)                                            \
	static void id(struct call *c)                                                           \
	{                                                                                        \
		struct pairing *p = stored(c);                                                   \
                                                                                                 \
		if (p)                                                                           \
			statement;                                                               \
	}                                                                                        \
	SABOTEUR(id, .checks = "clock-pairing.*", .name = "clock-pairing-" name_, .rule = rule_, \
		 .applies = pairs, .after = id)

SABOTAGE_PAIRING(no_time, "no-time", "the time is stored", p->sec = 0);
SABOTAGE_PAIRING(nsec, "too-many-nanoseconds", "nanoseconds are below 10^9",
		 p->nsec += NSEC_PER_SEC);
SABOTAGE_PAIRING(old_tsc, "tsc-of-before", "the TSC is of this moment", p->tsc >>= 1);
SABOTAGE_PAIRING(new_tsc, "tsc-of-after", "the TSC is of this moment", p->tsc += 1ul << 40);
SABOTAGE_PAIRING(flags, "flags", "flags are 0", p->flags = 1);
SABOTAGE_PAIRING(pad, "padding", "padding is 0", p->pad[8] = 1);

static void accept(struct call *c)
{
	if (c->number == KVM_HC_CLOCK_PAIRING && !c->trapped)
		c->regs.r[HCALL_RAX] = 0;
}
SABOTEUR(accept, .checks = "clock-pairing.*", .name = "clock-pairing-accepts-everything",
	 .rule = "bad arguments are refused", .after = accept);

static bool address_first(struct call *c)
{
	if (c->number == KVM_HC_CLOCK_PAIRING && c->regs.r[HCALL_RBX] == conf_arch.no_ram) {
		c->regs.r[HCALL_RAX] = (unsigned long)EFAULT_KVM;
		return false;
	}
	return true;
}
SABOTEUR(address_first, .checks = "clock-pairing.*", .name = "clock-pairing-looks-at-address-first",
	 .rule = "the order in which arguments are looked at", .before = address_first);

static bool type_32_bits(struct call *c)
{
	if (c->number == KVM_HC_CLOCK_PAIRING)
		c->regs.r[HCALL_RCX] = (uint32_t)c->regs.r[HCALL_RCX];
	return true;
}
SABOTEUR(type_32_bits, .checks = "clock-pairing.*", .name = "clock-pairing-truncates-type",
	 .applies = pairs, .rule = "arguments have 64 bits", .before = type_32_bits);
