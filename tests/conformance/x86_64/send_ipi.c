// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_SEND_IPI delivers what the interrupt command says to every vCPU in a bitmap of 128
 * bits that begins at a given APIC id, and returns how many accepted it.
 *
 * Source: hypercalls.rst 7; kvm_pv_send_ipi(), __pv_send_ipi() and __apic_accept_irq() in
 * arch/x86/kvm/lapic.c. RBX, RCX: bitmap; RDX: id of bit 0; RSI: ICR, of which vector, delivery mode,
 * level and trigger count. What was delivered is read from the local APIC, and taken, on this CPU
 * and on the others; what was not, is not taken there.
 * Outcomes: pass; fail with the registers; skip where bit 11 is not announced, there is no local
 * APIC, or a check needs more CPUs.
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include "arch/x86_64/apic.h"
#include "tests/conformance/sabotage.h"
#include "tests/conformance/x86_64/apic.h"

#define SOURCE "hypercalls.rst 7; kvm_pv_send_ipi(); __apic_accept_irq()"

#define EINVAL_KVM (-22)

/* Intel SDM volume 3, figure 11-12. */
enum {
	LOWEST_PRIORITY = 1 << 8,
	RESERVED_MODE = 3 << 8,
	NMI = 4 << 8,
	INIT = 5 << 8,
	STARTUP = 6 << 8,
	EXTINT = 7 << 8,
	LOGICAL = 1 << 11,
	ASSERT = 1 << 14,
	LEVEL = 1 << 15,
	TO_SELF = 1 << 18,
	TO_ALL = 2 << 18,
	TO_OTHERS = 3 << 18,
};
#define V APIC_TEST_VECTOR
/* The CPU that sends, as a bit of those that are sent to; all that there are. */
#define THIS 1u
#define ALL  ((1u << cpu_count()) - 1)

static bool announced(void)
{
	return hcall_patched() && conf_announced(hcall_find(KVM_HC_SEND_IPI));
}

static bool ready(void)
{
	if (!apic_wake_all())
		return false;
	apic_forget();
	return !apic_pending(V);
}

#define REQUIRE_IPI()                                        \
	REQUIRE_HYPERVISOR();                                \
	REQUIRE(announced(), "feature bit 11, PV_SEND_IPI"); \
	REQUIRE(!apic_obstacle(), "%s", apic_obstacle());    \
	REQUIRE_WORK(ready(), "vector 0x%x is pending from before", V)

static long ipi(struct call *c, unsigned long low, unsigned long high, unsigned long first,
		unsigned long icr)
{
	CALL(c, KVM_HC_SEND_IPI, low, high, first, icr);
	return call_status(c);
}

/* The vector was taken once by those CPUs, and by no other. */
static void expect_taken(unsigned int vector, unsigned int cpus)
{
	unsigned int taken;

	apic_settle();
	for (unsigned int cpu = 0; cpu < cpu_count(); cpu++) {
		taken = apic_taken(cpu, vector);
		conf_fact("interrupts taken", &taken);
		expect_equal(taken, cpus >> cpu & 1, "how often CPU %u has taken vector 0x%x", cpu,
			     vector);
	}
}

/* The call returns that status, and has interrupted those CPUs (a bit each). */
static void sends(unsigned long low, unsigned long high, unsigned long first, unsigned long icr,
		  long status, unsigned int cpus)
{
	struct call c;
	bool pending;

	ipi(&c, low, high, first, icr);
	expect_status(&c, status);
	expect_kept(&c);
	pending = apic_pending(V);
	conf_fact("interrupt is pending", &pending);
	expect(pending == (cpus & THIS), "vector 0x%x is %s in the local APIC's IRR", V,
	       cpus & THIS ? "set" : "not set");
	expect_taken(V, cpus);
}

CHECK("send-ipi.to-itself", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V, 1, THIS);
}

CHECK("send-ipi.to-nobody", SOURCE)
{
	REQUIRE_IPI();
	sends(0, 0, apic_id(0), V, 0, 0);
}

CHECK("send-ipi.absent-cpus-are-skipped", SOURCE)
{
	REQUIRE_IPI();
	sends(~0ul, ~0ul, apic_id(0), V, (long)cpu_count(), ALL);
}

/* Ids from 8 on: there are at most that many CPUs. */
CHECK("send-ipi.only-absent-cpus", SOURCE)
{
	REQUIRE_IPI();
	sends(0xff00, 0, apic_id(0), V, 0, 0);
}

CHECK("send-ipi.first-id-above-the-highest", SOURCE)
{
	REQUIRE_IPI();
	sends(~0ul, ~0ul, 0x1000, V, 0, 0);
}

CHECK("send-ipi.upper-half-of-first-id-is-ignored", SOURCE ": an APIC id has 32 bits")
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0) | 0xdeadbeeful << 32, V, 1, THIS);
}

/* Bit 0 of the high half is first + 64, in 32 bits: 0xffffffc0 + 64 is 0. */
CHECK("send-ipi.high-bitmap-wraps-around", SOURCE)
{
	REQUIRE_IPI();
	sends(0, 1, apic_id(0) - 64u, V, 1, THIS);
}

CHECK("send-ipi.high-bitmap-begins-at-64", SOURCE)
{
	REQUIRE_IPI();
	sends(0, 1, apic_id(0), V, 0, 0);
	sends(0, 1ul << 32, apic_id(0) - 64u, V, 0, 0);
}

CHECK("send-ipi.disabled-apic-counts-nobody", SOURCE)
{
	struct call c;

	REQUIRE_IPI();
	apic_disable();
	ipi(&c, 1, 0, apic_id(0), V);
	expect_status(&c, 0);
	arch_irq_init();
	expect(!apic_pending(V), "nothing was accepted while the APIC was disabled");
}

/* A vector that is pending already is accepted once more, and taken once. */
CHECK("send-ipi.twice-is-taken-once", SOURCE)
{
	struct call c;

	REQUIRE_IPI();
	ipi(&c, 1, 0, apic_id(0), V);
	expect_status(&c, 1);
	ipi(&c, 1, 0, apic_id(0), V);
	expect_status(&c, 1);
	apic_let_in();
	expect_equal(apic_taken(0, V), 1, "how often the interrupt was taken");
}

CHECK("send-ipi.vector-is-the-low-byte", SOURCE)
{
	static const uint8_t vectors[] = { 0x20, 0x31, 0x80, 0xee };
	struct call c;

	REQUIRE_IPI();
	for (size_t i = 0; i < sizeof(vectors); i++) {
		ipi(&c, 1, 0, apic_id(0), vectors[i]);
		expect_status(&c, 1);
		apic_let_in();
		expect_equal(apic_taken(0, vectors[i]), 1, "how often vector 0x%x was taken",
			     vectors[i]);
	}
}

/* Accepted and counted, and too low to interrupt anything. */
CHECK("send-ipi.vectors-below-16-are-counted", SOURCE)
{
	struct call c;

	REQUIRE_IPI();
	for (unsigned long v = 0; v < 16; v += 5) {
		ipi(&c, 1, 0, apic_id(0), v);
		expect_status(&c, 1);
	}
	apic_let_in();
}

CHECK("send-ipi.logical-destination-is-refused", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | LOGICAL, EINVAL_KVM, 0);
}

CHECK("send-ipi.shorthands-are-refused", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | TO_SELF, EINVAL_KVM, 0);
	sends(1, 0, apic_id(0), V | TO_ALL, EINVAL_KVM, 0);
	sends(1, 0, apic_id(0), V | TO_OTHERS, EINVAL_KVM, 0);
}

CHECK("send-ipi.refusal-comes-before-the-bitmap", SOURCE)
{
	REQUIRE_IPI();
	sends(0, 0, 0, V | LOGICAL, EINVAL_KVM, 0);
}

CHECK("send-ipi.destination-of-the-icr-is-ignored", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | 0xffffffff00000000, 1, THIS);
}

CHECK("send-ipi.assert-is-ignored-for-edges", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | ASSERT, 1, THIS);
}

CHECK("send-ipi.lowest-priority-is-for-everyone", SOURCE)
{
	REQUIRE_IPI();
	sends(~0ul, 0, apic_id(0), V | LOWEST_PRIORITY, (long)cpu_count(), ALL);
}

CHECK("send-ipi.level-without-assert-counts-nobody", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | LEVEL, 0, 0);
}

CHECK("send-ipi.extint-counts-nobody", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | EXTINT, 0, 0);
}

CHECK("send-ipi.startup-of-a-running-cpu-is-counted-only", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | STARTUP, 1, 0);
}

/* ---- to other CPUs; APIC ids are one after the other, as monitors count them ---- */

#define REQUIRE_IPI_AND_CPUS(n) \
	REQUIRE_IPI();          \
	REQUIRE_CPUS(n);        \
	REQUIRE(apic_id(1) == apic_id(0) + 1, "APIC ids that follow each other")

CHECK("send-ipi.to-another-cpu", SOURCE)
{
	REQUIRE_IPI_AND_CPUS(2);
	sends(1, 0, apic_id(1), V, 1, 2);
	apic_forget();
	sends(2, 0, apic_id(0), V, 1, 2);
}

CHECK("send-ipi.to-each-cpu-in-turn", SOURCE)
{
	REQUIRE_IPI_AND_CPUS(2);
	for (unsigned int cpu = 0; cpu < cpu_count(); cpu++) {
		sends(1ul << cpu, 0, apic_id(0), V, 1, 1u << cpu);
		apic_forget();
	}
}

CHECK("send-ipi.to-all-but-itself", SOURCE)
{
	REQUIRE_IPI_AND_CPUS(2);
	sends(~1ul, 0, apic_id(0), V, (long)cpu_count() - 1, ALL & ~THIS);
}

CHECK("send-ipi.high-bitmap-to-another-cpu", SOURCE)
{
	REQUIRE_IPI_AND_CPUS(2);
	sends(0, 1, apic_id(1) - 64u, V, 1, 2);
	apic_forget();
	sends(0, 2, apic_id(0) - 64u, V, 1, 2);
	apic_forget();
	sends(0, 3, apic_id(0) - 64u, V, 2, 3);
}

/* The low half, unlike the high one, does not wrap around: its first id is compared as it is. */
CHECK("send-ipi.half-that-begins-above-all-ids-is-for-nobody", SOURCE ": min > max_apic_id")
{
	REQUIRE_IPI_AND_CPUS(2);
	sends(1ul << 63, 1, apic_id(0) - 63u, V, 1, 2);
}

CHECK("send-ipi.only-the-bits-that-are-set", SOURCE)
{
	const unsigned long odd = 0xaaaaaaaaaaaaaaaa;

	REQUIRE_IPI_AND_CPUS(3);
	sends(odd, 0, apic_id(0), V, cpu_count() / 2, ALL & (unsigned int)odd);
}

CHECK("send-ipi.counts-present-cpus-among-absent-ones", SOURCE)
{
	REQUIRE_IPI_AND_CPUS(2);
	sends(0xff00000000000002, ~0ul, apic_id(0), V, 1, 2);
}

static void send_to_0(void *arg)
{
	struct call *c = arg;

	ipi(c, 1, 0, apic_id(0), V);
}

CHECK("send-ipi.by-another-cpu", SOURCE)
{
	struct call c;

	REQUIRE_IPI_AND_CPUS(2);
	/* It is taken while this CPU waits for the other one, or afterwards. */
	if (!conf_on(1, send_to_0, &c))
		return;
	expect_status(&c, 1);
	expect_taken(V, THIS);
}

CHECK("send-ipi.cpu-with-disabled-apic-is-not-counted", SOURCE)
{
	struct call c;

	REQUIRE_IPI_AND_CPUS(2);
	apic_disable();
	ipi(&c, 3, 0, apic_id(0), V);
	arch_irq_init();
	expect_status(&c, 1);
	expect_taken(V, 2);
}

CHECK("send-ipi.init-without-assert-is-not-counted", SOURCE)
{
	REQUIRE_IPI();
	sends(1, 0, apic_id(0), V | INIT | LEVEL, 0, 0);
}

CHECK("send-ipi.nmi-is-delivered", SOURCE)
{
	struct call c;

	REQUIRE_IPI();
	ipi(&c, 1, 0, apic_id(0), NMI);
	if (expect_trap(&c, "non-maskable"))
		expect_equal(c.frame.rax, 1, "the count, at the time of the NMI");
}

struct nmi_target {
	atomic_bool ready;
	bool came;
};

static void spin(void *arg)
{
	struct nmi_target *t = arg;

	atomic_store(&t->ready, true);
	for (;;)
		cpu_relax();
}

static void wait_for_nmi(void *arg)
{
	struct trap_frame frame;

	((struct nmi_target *)arg)->came = trap_try(spin, arg, &frame) && frame.vector == TRAP_NMI;
}

CHECK("send-ipi.nmi-to-another-cpu", SOURCE)
{
	struct nmi_target target = { .came = false };
	struct call c;

	REQUIRE_IPI_AND_CPUS(2);
	if (!conf_start(1, wait_for_nmi, &target))
		return;
	while (!atomic_load(&target.ready))
		cpu_relax();
	ipi(&c, 1, 0, apic_id(1), NMI);
	expect_status(&c, 1);
	conf_join(1);
	expect(target.came, "what CPU 1 got was an NMI");
}

CHECK("send-ipi.mode-3-is-a-kick", SOURCE ": APIC_DM_REMRD sets pv_unhalted")
{
	struct call c;

	REQUIRE_IPI();
	REQUIRE(apic_halt_until_timer() || apic_halt_until_timer(), "an HLT that waits");
	ipi(&c, 1, 0, apic_id(0), V | RESERVED_MODE);
	expect_status(&c, 1);
	expect(!apic_pending(V), "vector 0x%x is not set in IRR", V);
	apic_halt_deaf();
}

/*
 * A kick needs no local APIC that is on, and so counts a CPU that never touched its own. To be seen
 * in a boot of its own only: nearly all other checks do touch it.
 */
CHECK("send-ipi.reaches-a-cpu-that-left-its-apic-alone", SOURCE "; kvm_recalculate_apic_map()")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(announced(), "feature bit 11, PV_SEND_IPI");
	REQUIRE(!cpu_this()->irq_ready, "a boot in which nobody has touched a local APIC yet");
	ipi(&c, 1, 0, apic_id(0), RESERVED_MODE);
	expect_status(&c, 1);
	/* The kick is not for the next check. */
	REQUIRE(!apic_obstacle(), "%s", apic_obstacle());
	apic_halt_until_timer();
}

/* ---- saboteurs ---- */

static bool is_ipi(const struct call *c)
{
	return c->number == KVM_HC_SEND_IPI;
}

static bool answer(struct call *c, long status)
{
	c->regs.r[HCALL_RAX] = (unsigned long)status;
	return false;
}

/* Before the call: statement changes what is asked, or returns answer() for what is not asked. */
#define SABOTAGE_IPI(id, name_, rule_, statement)                                      \
	static bool id(struct call *c)                                                 \
	{                                                                              \
		unsigned long *r = c->regs.r, icr = r[HCALL_RSI];                      \
                                                                                       \
		(void)icr;                                                             \
		if (is_ipi(c))                                                         \
			statement;                                                     \
		return true;                                                           \
	}                                                                              \
	static void CONF_PASTE(id, _after)(struct call * c)                            \
	{                                                                              \
		if (is_ipi(c))                                                         \
			for (unsigned int i = 1; i < HCALL_NREGS; i++)                 \
				c->regs.r[i] = c->before.r[i];                         \
	}                                                                              \
	SABOTEUR(id, .checks = "send-ipi.*", .name = "send-ipi-" name_, .rule = rule_, \
		 .applies = announced, .before = id, .after = CONF_PASTE(id, _after))

SABOTAGE_IPI(lost, "is-lost", "what is counted is delivered",
	     return answer(c, (r[HCALL_RBX] & 1) && (icr & 0x700) == 0 && r[HCALL_RDX] < 2));
SABOTAGE_IPI(vector, "other-vector", "the vector is the one that was asked for", r[HCALL_RSI]++);
SABOTAGE_IPI(low, "loses-low-bitmap", "the low bitmap is looked at", r[HCALL_RBX] = 0);
SABOTAGE_IPI(high, "loses-high-bitmap", "the high bitmap is looked at", r[HCALL_RCX] = 0);
SABOTAGE_IPI(from0, "ignores-first-id", "bit 0 is the first id", r[HCALL_RDX] = 0);
SABOTAGE_IPI(id64, "first-id-of-64-bits", "an APIC id has 32 bits",
	     if (r[HCALL_RDX] >> 32) return answer(c, 0));
SABOTAGE_IPI(logical, "accepts-logical", "logical destination is refused",
	     r[HCALL_RSI] &= ~(unsigned long)LOGICAL);
SABOTAGE_IPI(shorthand, "accepts-shorthands", "shorthands are refused",
	     r[HCALL_RSI] &= ~(unsigned long)TO_OTHERS);
SABOTAGE_IPI(icr_high, "looks-at-destination", "the ICR's destination is ignored",
	     if (icr >> 32) return answer(c, 0));
SABOTAGE_IPI(mode, "ignores-mode", "the delivery mode is looked at",
	     r[HCALL_RSI] &= ~(unsigned long)EXTINT);
SABOTAGE_IPI(trigger, "ignores-trigger", "level without assert counts nobody",
	     r[HCALL_RSI] &= ~(unsigned long)LEVEL);
SABOTAGE_IPI(low16, "refuses-low-vectors", "vectors below 16 are counted",
	     if ((icr & 0xff) < 16 && !(icr & 0x700)) return answer(c, 0));
SABOTAGE_IPI(nmi, "loses-nmi", "an NMI is delivered",
	     if ((icr & 0x700) == NMI) return answer(c, 1));

static void count_more(struct call *c)
{
	if (is_ipi(c) && !c->trapped && call_status(c) >= 0)
		c->regs.r[HCALL_RAX]++;
}
SABOTEUR(count, .checks = "send-ipi.*", .name = "send-ipi-counts-one-more", .applies = announced,
	 .after = count_more, .rule = "the count is that of who accepted it");

static bool has_cpus(void)
{
	return announced() && cpu_count() > 2;
}

static void one_more(const char *kind, void *fact)
{
	static unsigned int n;

	if (!strcmp(kind, "interrupts taken") && n++ % cpu_count() == 1)
		*(unsigned int *)fact ^= 1;
}
SABOTEUR(stray, .checks = "send-ipi.*", .name = "send-ipi-to-the-wrong-cpu", .applies = has_cpus,
	 .fact = one_more, .rule = "it is delivered to whom it was sent, and to nobody else");

static bool only_self(struct call *c)
{
	if (is_ipi(c) && c->regs.r[HCALL_RSI] == V && c->regs.r[HCALL_RDX] == apic_id(0))
		c->regs.r[HCALL_RBX] &= 1;
	return true;
}

static void count_all(struct call *c)
{
	for (unsigned int i = 1; is_ipi(c) && i < HCALL_NREGS; i++)
		c->regs.r[i] = c->before.r[i];
	if (is_ipi(c) && c->before.r[HCALL_RSI] == V && c->before.r[HCALL_RDX] == apic_id(0))
		c->regs.r[HCALL_RAX] =
			(unsigned long)__builtin_popcountl(c->before.r[HCALL_RBX] & ALL);
}
SABOTEUR(only_self, .checks = "send-ipi.*", .name = "send-ipi-stays-here", .applies = has_cpus,
	 .before = only_self, .after = count_all,
	 .rule = "what is counted is delivered, elsewhere too");

static void still_pending(const char *kind, void *fact)
{
	if (!strcmp(kind, "interrupt is pending"))
		*(bool *)fact = false;
}
SABOTEUR(pending, .checks = "send-ipi.*", .name = "send-ipi-is-not-pending", .applies = announced,
	 .fact = still_pending, .rule = "what is counted is pending in the local APIC");
