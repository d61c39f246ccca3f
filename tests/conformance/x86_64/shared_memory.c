// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the feature bits that announce memory which KVM shares with a vCPU tell the truth: a page
 * that is registered is filled as documented, one that is given back is left alone, and bits of the
 * registers that mean nothing are refused.
 *
 * Source: Linux, Documentation/virt/kvm/x86/msr.rst; arch/x86/include/uapi/asm/kvm_para.h and
 * asm/pvclock-abi.h for the layouts; kvm_set_msr_common() in arch/x86/kvm/x86.c.
 * Outcomes: pass; fail with the field; skip where the feature bit is clear.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include "arch/x86_64/cpu.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "Documentation/virt/kvm/x86/msr.rst"

enum {
	WALL_CLOCK = 0x4b564d00,
	SYSTEM_TIME = 0x4b564d01,
	STEAL_TIME = 0x4b564d03,
	PV_EOI = 0x4b564d04,
	POLL_CONTROL = 0x4b564d05,
};
enum { BIT_CLOCKSOURCE2 = 3, BIT_STEAL = 5, BIT_EOI = 6, BIT_POLL = 12, BIT_STABLE = 24 };

#define ENABLED	   1ul
#define TSC_STABLE 1
#define YEAR_2020  1577836800u
#define MANY_READS 200
#define REQUIRE_BIT(bit)      \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(hypervisor.features >> (bit)&1, "feature bit %d", bit)

struct system_time {
	uint32_t version, pad0;
	uint64_t tsc, ns;
	uint32_t multiplier;
	int8_t shift;
	uint8_t flags, pad[2];
};
_Static_assert(sizeof(struct system_time) == 32, "pvclock-abi.h");

struct wall_clock {
	uint32_t version, sec, nsec;
};

struct steal_time {
	uint64_t ns;
	uint32_t version, flags;
	uint8_t preempted, pad[47];
};
_Static_assert(sizeof(struct steal_time) == 64, "kvm_para.h");

struct write {
	uint32_t msr;
	uint64_t value;
};

static void write_msr(void *arg)
{
	const struct write *w = arg;

	wrmsr(w->msr, w->value);
}

static bool takes(uint32_t msr, uint64_t value)
{
	struct write w = { msr, value };
	bool taken = !trap_try(write_msr, &w, NULL);

	conf_fact("msr takes a value", &taken);
	return taken;
}

/* Registers conf_page(), cleared, and returns it; NULL, and the check has failed: it is refused. */
static void *share(uint32_t msr, size_t size, uint64_t flags)
{
	uint8_t *page = conf_page();

	memset(page, 0, size);
	return expect(takes(msr, (uintptr_t)page | flags), "MSR 0x%x takes the address of memory",
		      msr)
		       ? page
		       : NULL;
}

/* msr.rst: the time is (TSC - tsc) scaled, plus ns. */
static uint64_t time_of(const volatile struct system_time *t)
{
	uint64_t ticks, ns;
	uint32_t version;

	do {
		version = t->version & ~1u;
		ticks = rdtsc() - t->tsc;
		ticks = t->shift < 0 ? ticks >> -t->shift : ticks << t->shift;
		ns = t->ns + (uint64_t)((unsigned __int128)ticks * t->multiplier >> 32);
	} while (t->version != version);
	conf_fact("system time", &ns);
	return ns;
}

static void filled(void *unused)
{
	struct system_time *t = share(SYSTEM_TIME, sizeof(*t), ENABLED);

	(void)unused;
	if (!t)
		return;
	conf_fact("system time page", t);
	expect(t->version && !(t->version & 1), "a version that is even and not 0, %u", t->version);
	expect(t->multiplier, "a multiplier that is not 0");
	expect(t->tsc <= rdtsc(), "a TSC that is not of the future");
	expect(!(t->flags & ~3u), "no flags without a meaning, 0x%x", t->flags);
	expect(!(t->flags & TSC_STABLE) || hypervisor.features >> BIT_STABLE & 1,
	       "no flag for a stable TSC without feature bit 24");
	expect_memory_kept(0, sizeof(*t));
	takes(SYSTEM_TIME, 0);
}

CHECK("system-time.is-filled", SOURCE ": MSR_KVM_SYSTEM_TIME_NEW")
{
	REQUIRE_BIT(BIT_CLOCKSOURCE2);
	filled(NULL);
}

CHECK("system-time.is-filled-on-another-cpu", SOURCE ": MSR_KVM_SYSTEM_TIME_NEW")
{
	REQUIRE_BIT(BIT_CLOCKSOURCE2);
	REQUIRE_CPUS(2);
	conf_on(1, filled, NULL);
}

CHECK("system-time.does-not-go-back", SOURCE ": MSR_KVM_SYSTEM_TIME_NEW")
{
	struct system_time *t;
	uint64_t before, now;
	struct call c;

	REQUIRE_BIT(BIT_CLOCKSOURCE2);
	t = share(SYSTEM_TIME, sizeof(*t), ENABLED);
	if (!t)
		return;
	before = time_of(t);
	for (unsigned int i = 0; i < MANY_READS; i++) {
		now = time_of(t);
		if (!expect(now >= before, "time that does not go back: %llu ns, then %llu",
			    (unsigned long long)before, (unsigned long long)now))
			break;
		before = now;
		/* Each leaves the guest, where KVM may write it anew. */
		CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	}
	takes(SYSTEM_TIME, 0);
}

CHECK("system-time.is-left-alone-when-given-back", SOURCE ": bit 0 clear turns it off")
{
	struct call c;

	REQUIRE_BIT(BIT_CLOCKSOURCE2);
	if (!share(SYSTEM_TIME, sizeof(struct system_time), ENABLED))
		return;
	takes(SYSTEM_TIME, 0);
	conf_page();
	for (unsigned int i = 0; i < MANY_READS; i++)
		CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	expect_memory_kept(0, 0);
}

CHECK("wall-clock.is-filled", SOURCE ": MSR_KVM_WALL_CLOCK_NEW")
{
	struct wall_clock *w;

	REQUIRE_BIT(BIT_CLOCKSOURCE2);
	w = share(WALL_CLOCK, sizeof(*w), 0);
	if (!w)
		return;
	conf_fact("wall clock", w);
	expect(w->version && !(w->version & 1), "a version that is even and not 0, %u", w->version);
	/* The time at which the guest began. */
	expect(w->sec > YEAR_2020, "seconds since 1970, %u", w->sec);
	expect(w->nsec < 1000000000, "nanoseconds below 10^9, %u", w->nsec);
	expect_memory_kept(0, sizeof(*w));
	takes(WALL_CLOCK, 0);
}

CHECK("steal-time.is-filled", SOURCE ": MSR_KVM_STEAL_TIME")
{
	struct steal_time *s;
	struct call c;

	REQUIRE_BIT(BIT_STEAL);
	s = share(STEAL_TIME, sizeof(*s), ENABLED);
	if (!s)
		return;
	CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	conf_fact("steal time", s);
	expect(s->version && !(s->version & 1), "a version that is even and not 0, %u", s->version);
	expect_equal(s->flags, 0, "flags");
	expect_equal(s->preempted, 0, "whether the vCPU that reads this is preempted");
	expect_memory_kept(0, sizeof(*s));
	takes(STEAL_TIME, 0);
}

static void refuses(uint32_t msr, uint64_t flags)
{
	uint8_t *page = conf_page();

	expect(!takes(msr, (uintptr_t)page | flags), "MSR 0x%x refuses bits 0x%llx", msr,
	       (unsigned long long)flags);
	expect_memory_kept(0, 0);
}

CHECK("steal-time.reserved-bits-are-refused", SOURCE ": bits 5-1 are zero")
{
	REQUIRE_BIT(BIT_STEAL);
	for (uint64_t bit = 2; bit <= 32; bit *= 2)
		refuses(STEAL_TIME, ENABLED | bit);
}

CHECK("pv-eoi.reserved-bits-are-refused", SOURCE ": MSR_KVM_PV_EOI_EN, bit 1 is zero")
{
	REQUIRE_BIT(BIT_EOI);
	refuses(PV_EOI, ENABLED | 2);
}

CHECK("poll-control.reserved-bits-are-refused", SOURCE ": MSR_KVM_POLL_CONTROL, bits 63-1")
{
	REQUIRE_BIT(BIT_POLL);
	expect(!takes(POLL_CONTROL, 2), "MSR 0x%x refuses 2", POLL_CONTROL);
	expect(!takes(POLL_CONTROL, 1ul << 63), "MSR 0x%x refuses bit 63", POLL_CONTROL);
}

CHECK("poll-control.keeps-its-value", SOURCE ": MSR_KVM_POLL_CONTROL, 1 is the default")
{
	uint64_t value;

	REQUIRE_BIT(BIT_POLL);
	value = rdmsr(POLL_CONTROL);
	conf_fact("poll control", &value);
	expect_equal(value, 1, "MSR 0x%x", POLL_CONTROL);
	expect(takes(POLL_CONTROL, 0), "MSR 0x%x takes 0", POLL_CONTROL);
	value = rdmsr(POLL_CONTROL);
	conf_fact("poll control, cleared", &value);
	expect_equal(value, 0, "MSR 0x%x after 0 was written", POLL_CONTROL);
	takes(POLL_CONTROL, 1);
}

/* ---- saboteurs ---- */

static bool has(unsigned int bit)
{
	return hcall_patched() && hypervisor.features >> bit & 1;
}

static bool has_clock(void)
{
	return has(BIT_CLOCKSOURCE2);
}

static bool has_steal(void)
{
	return has(BIT_STEAL);
}

static bool has_poll(void)
{
	return has(BIT_POLL);
}

#define SABOTAGE_MEMORY(id, name_, checks_, rule_, applies_, kind_, statement)             \
	static void id(const char *kind, void *fact)                                       \
	{                                                                                  \
		if (!strcmp(kind, kind_))                                                  \
			statement;                                                         \
	}                                                                                  \
	SABOTEUR(id, .name = name_, .checks = checks_, .rule = rule_, .applies = applies_, \
		 .fact = id)

#define TIME  ((struct system_time *)fact)
#define STEAL ((struct steal_time *)fact)
#define WALL  ((struct wall_clock *)fact)

SABOTAGE_MEMORY(odd, "system-time-stays-odd", "system-time.*", "a version that is even is whole",
		has_clock, "system time page", TIME->version |= 1);
SABOTAGE_MEMORY(empty, "system-time-is-empty", "system-time.*", "the page is filled", has_clock,
		"system time page", memset(fact, 0, sizeof(*TIME)));
SABOTAGE_MEMORY(future, "system-time-of-the-future", "system-time.*", "its TSC has been", has_clock,
		"system time page", TIME->tsc += 1ul << 60);
SABOTAGE_MEMORY(flags, "system-time-flags", "system-time.*", "no flag without a meaning", has_clock,
		"system time page", TIME->flags |= 0x80);
SABOTAGE_MEMORY(behind, "system-time-writes-behind", "system-time.*", "no more is filled",
		has_clock, "system time page", TIME[1].version ^= 1);
SABOTAGE_MEMORY(no_wall, "wall-clock-is-empty", "wall-clock.*", "the time is stored", has_clock,
		"wall clock", WALL->sec = 0);
SABOTAGE_MEMORY(wall_ns, "wall-clock-nanoseconds", "wall-clock.*", "nanoseconds below 10^9",
		has_clock, "wall clock", WALL->nsec += 1000000000);
SABOTAGE_MEMORY(no_steal, "steal-time-is-empty", "steal-time.*", "the page is filled", has_steal,
		"steal time", STEAL->version = 0);
SABOTAGE_MEMORY(preempted, "steal-time-says-preempted", "steal-time.*", "who reads it runs",
		has_steal, "steal time", STEAL->preempted = 1);
SABOTAGE_MEMORY(no_poll, "poll-control-is-0", "poll-control.*", "1 is the default", has_poll,
		"poll control", *(uint64_t *)fact = 0);
SABOTAGE_MEMORY(poll_stays, "poll-control-stays", "poll-control.*", "it keeps what is written",
		has_poll, "poll control, cleared", *(uint64_t *)fact = 1);
SABOTAGE_MEMORY(takes_all, "msr-takes-everything", "*reserved-bits*", "reserved bits are refused",
		has_clock, "msr takes a value", *(bool *)fact = true);
SABOTAGE_MEMORY(takes_none, "msr-takes-nothing", "*is-filled", "what is announced can be used",
		has_clock, "msr takes a value", *(bool *)fact = false);

static void go_back(const char *kind, void *fact)
{
	static unsigned int n;

	if (!strcmp(kind, "system time") && n++ == MANY_READS / 2)
		*(uint64_t *)fact -= 1000000000;
}
SABOTEUR(go_back, .name = "system-time-goes-back", .checks = "system-time.*", .applies = has_clock,
	 .fact = go_back, .rule = "time does not go back");

static void write_on(struct call *c)
{
	static bool written;

	if (c->number == KVM_HC_VAPIC_POLL_IRQ && !written)
		memory_spoil(0);
	written = true;
}
SABOTEUR(write_on, .name = "system-time-is-written-on", .checks = "system-time.is-left-alone*",
	 .applies = has_clock, .after = write_on,
	 .rule = "memory that was given back is left alone");
