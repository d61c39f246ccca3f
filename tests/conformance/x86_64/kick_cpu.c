// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_KICK_CPU ends the HLT of the vCPU with the given APIC id; if that does not halt, its
 * next HLT returns at once. What is remembered is one bit, and the wake-up takes it.
 *
 * Source: hypercalls.rst 5; kvm_pv_kick_cpu_op() in arch/x86/kvm/x86.c, __apic_accept_irq() in
 * lapic.c (APIC_DM_REMRD: pv_unhalted), kvm_vcpu_has_events(). First the CPU kicks itself, which
 * one CPU can try; then others.
 * Outcomes: pass; fail; skip where bit 7 (PV_UNHALT) is not announced or there is no local APIC;
 * a kick that is lost is a hang in HLT, with interrupts off, and reported as that.
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/clock.h>
#include <lib/irq.h>
#include "tests/conformance/sabotage.h"
#include "tests/conformance/x86_64/apic.h"

#define SOURCE "hypercalls.rst 5; kvm_pv_kick_cpu_op(); __apic_accept_irq()"

#define BROADCAST 0xfful
#define ABSENT	  0x77ul
#define ATTEMPTS  3

static bool announced(void)
{
	return hcall_patched() && conf_announced(hcall_find(KVM_HC_KICK_CPU));
}

#define REQUIRE_KICK()                                    \
	REQUIRE_HYPERVISOR();                             \
	REQUIRE(announced(), "feature bit 7, PV_UNHALT"); \
	REQUIRE(!apic_obstacle(), "%s", apic_obstacle()); \
	REQUIRE_WORK(forget_kicks(), "HLT returns at once though nobody kicks any more")

/* Until HLT waits for the timer, nothing is remembered. */
static bool forget_kicks(void)
{
	for (unsigned int i = 0; i < ATTEMPTS; i++)
		if (apic_halt_until_timer())
			return true;
	return false;
}

static void kick(unsigned long flags, unsigned long id)
{
	struct call c;

	call_prepare(&c, KVM_HC_KICK_CPU);
	c.regs.r[HCALL_RBX] = flags;
	c.regs.r[HCALL_RCX] = id;
	conf_call(&c);
	expect_status(&c, 0);
	expect_kept(&c);
}

/* Halts where nothing else could end it, if the call went well. */
static void ends_halt(void)
{
	apic_halt_deaf();
}

CHECK("kick-cpu.ends-next-halt-with-interrupts-off", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id(0));
	ends_halt();
}

CHECK("kick-cpu.ends-next-halt-with-interrupts-on", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id(0));
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

CHECK("kick-cpu.halt-waits-without-a-kick", SOURCE)
{
	REQUIRE_KICK();
	expect(apic_halt_until_timer(), "HLT without a kick waits for the timer");
}

CHECK("kick-cpu.wake-up-takes-the-kick", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id(0));
	ends_halt();
	expect(apic_halt_until_timer(), "the second HLT waits for the timer");
}

CHECK("kick-cpu.latch-is-one-bit", SOURCE)
{
	REQUIRE_KICK();
	for (unsigned int i = 0; i < 5; i++)
		kick(0, apic_id(0));
	ends_halt();
	expect(apic_halt_until_timer(), "after five kicks, the second HLT waits for the timer");
}

CHECK("kick-cpu.is-remembered-over-other-calls", SOURCE)
{
	struct call c;

	REQUIRE_KICK();
	kick(0, apic_id(0));
	CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	CALL(&c, KVM_HC_SCHED_YIELD, apic_id(0));
	CALL(&c, HCALL_UNASSIGNED);
	ends_halt();
}

CHECK("kick-cpu.is-remembered-over-an-interrupt", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id(0));
	apic_let_in();
	ends_halt();
}

CHECK("kick-cpu.ignores-flags", SOURCE)
{
	REQUIRE_KICK();
	kick(~0ul, apic_id(0));
	ends_halt();
}

CHECK("kick-cpu.ignores-upper-half-of-the-id", SOURCE ": an APIC id has 32 bits")
{
	REQUIRE_KICK();
	kick(0, apic_id(0) | 0xdeadbeeful << 32);
	ends_halt();
}

CHECK("kick-cpu.broadcast-id-is-everyone", SOURCE "; kvm_apic_is_broadcast_dest()")
{
	REQUIRE_KICK();
	kick(0, BROADCAST);
	ends_halt();
}

CHECK("kick-cpu.absent-cpu-is-success-without-effect", SOURCE)
{
	REQUIRE_KICK();
	kick(0, ABSENT);
	expect(apic_halt_until_timer(), "after a kick of an absent CPU, HLT waits for the timer");
}

/* ---- other CPUs ---- */

/* Time for another CPU to come to its HLT; if it does not, the kick comes before it. */
#define HALT_NS 2000000

struct halter {
	bool deaf, only_until_timer;
	/* Where it stands: about to halt, may halt, has come out of HLT. */
	atomic_bool ready, go, out;
	/* What ended a second HLT. */
	bool timer;
};

static void halt_there(void *arg)
{
	struct halter *h = arg;
	bool enabled = irq_save();

	atomic_store(&h->ready, true);
	while (!atomic_load(&h->go))
		cpu_relax();
	if (h->deaf)
		apic_halt_deaf();
	else if (!h->only_until_timer)
		__asm__ volatile("sti; hlt; cli" : : : "memory");
	atomic_store(&h->out, true);
	h->timer = apic_halt_until_timer();
	irq_restore(enabled);
}

static bool start_halter(unsigned int cpu, struct halter *h)
{
	if (!conf_start(cpu, halt_there, h))
		return false;
	while (!atomic_load(&h->ready))
		cpu_relax();
	return true;
}

static void let_halt(struct halter *h)
{
	atomic_store(&h->go, true);
	clock_sleep_until(clock_ns() + HALT_NS);
}

#define REQUIRE_KICK_AND_CPUS(n) \
	REQUIRE_KICK();          \
	REQUIRE_CPUS(n);         \
	REQUIRE(apic_wake_all(), "CPUs that come to life")

static void ends_halt_of_cpu_1(bool deaf)
{
	struct halter h = { .deaf = deaf };

	if (!start_halter(1, &h))
		return;
	let_halt(&h);
	expect(!deaf || !atomic_load(&h.out), "without a kick, the other CPU's HLT lasts");
	kick(0, apic_id(1));
	conf_join(1);
}

CHECK("kick-cpu.ends-halt-of-another-cpu-with-interrupts-off", SOURCE)
{
	REQUIRE_KICK_AND_CPUS(2);
	ends_halt_of_cpu_1(true);
}

CHECK("kick-cpu.ends-halt-of-another-cpu-with-interrupts-on", SOURCE)
{
	REQUIRE_KICK_AND_CPUS(2);
	ends_halt_of_cpu_1(false);
}

static void kicked_before_it_halts(unsigned int kicks)
{
	struct halter h = { .deaf = true };

	if (!start_halter(1, &h))
		return;
	for (unsigned int i = 0; i < kicks; i++)
		kick(0, apic_id(1));
	atomic_store(&h.go, true);
	conf_join(1);
	expect(h.timer, "after %u kicks before the first HLT, the second one waits for the timer",
	       kicks);
}

CHECK("kick-cpu.of-another-cpu-is-remembered", SOURCE)
{
	REQUIRE_KICK_AND_CPUS(2);
	kicked_before_it_halts(1);
}

CHECK("kick-cpu.two-kicks-of-another-cpu-are-one", SOURCE)
{
	REQUIRE_KICK_AND_CPUS(2);
	kicked_before_it_halts(2);
}

static void kick_cpu_0(void *kicked)
{
	kick(0, apic_id(0));
	atomic_store((atomic_bool *)kicked, true);
}

CHECK("kick-cpu.by-another-cpu", SOURCE)
{
	atomic_bool kicked = false;

	REQUIRE_KICK_AND_CPUS(2);
	if (!conf_start(1, kick_cpu_0, &kicked))
		return;
	ends_halt();
	conf_join(1);
	expect(atomic_load(&kicked), "the HLT lasted until the kick");
}

/* CPU 2 runs while the kick comes: if it were for it, it would be remembered. */
CHECK("kick-cpu.wakes-nobody-else", SOURCE)
{
	struct halter h = { .only_until_timer = true };

	REQUIRE_KICK_AND_CPUS(3);
	if (!start_halter(2, &h))
		return;
	kick(0, apic_id(1));
	atomic_store(&h.go, true);
	conf_join(2);
	expect(h.timer, "after a kick of CPU 1, HLT of CPU 2 waits for the timer");
}

CHECK("kick-cpu.broadcast-ends-halt-of-every-cpu", SOURCE "; kvm_apic_is_broadcast_dest()")
{
	static struct halter h[CPU_MAX];

	REQUIRE_KICK_AND_CPUS(2);
	memset(h, 0, sizeof(h));
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++) {
		h[cpu].deaf = true;
		if (!start_halter(cpu, &h[cpu]))
			return;
	}
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		atomic_store(&h[cpu].go, true);
	clock_sleep_until(clock_ns() + HALT_NS);
	kick(0, BROADCAST);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		conf_join(cpu);
}

/* What is no kick leaves a CPU in its HLT, interrupts off, where only a kick can end it. */
static void does_not_end_halt(unsigned long number, unsigned long a0, unsigned long a1,
			      unsigned long a2, unsigned long a3)
{
	struct halter h = { .deaf = true };
	struct call c;

	if (!start_halter(1, &h))
		return;
	let_halt(&h);
	CALL(&c, number, a0, a1, a2, a3);
	clock_sleep_until(clock_ns() + HALT_NS);
	expect(!atomic_load(&h.out), "%s does not end the other CPU's HLT", c.desc->name);
	kick(0, apic_id(1));
	conf_join(1);
}

CHECK("sched-yield.does-not-end-a-halt", SOURCE "; kvm_sched_yield()")
{
	REQUIRE_KICK_AND_CPUS(2);
	does_not_end_halt(KVM_HC_SCHED_YIELD, apic_id(1), 0, 0, 0);
}

CHECK("send-ipi.does-not-end-a-halt-with-interrupts-off", SOURCE "; kvm_vcpu_has_events()")
{
	REQUIRE_KICK_AND_CPUS(2);
	does_not_end_halt(KVM_HC_SEND_IPI, 1, 0, apic_id(1), APIC_TEST_VECTOR);
}

static void leaves_latch_alone(unsigned long number, unsigned long arg)
{
	struct call c;

	REQUIRE_KICK();
	CALL(&c, number, arg);
	expect(apic_halt_until_timer(), "after %s, HLT waits for the timer",
	       c.desc ? c.desc->name : "an unknown call");
}

CHECK("sched-yield.is-no-kick", SOURCE)
{
	leaves_latch_alone(KVM_HC_SCHED_YIELD, apic_obstacle() ? 0 : apic_id(0));
}

CHECK("vapic-poll-irq.is-no-kick", SOURCE)
{
	leaves_latch_alone(KVM_HC_VAPIC_POLL_IRQ, 0);
}

CHECK("unknown.is-no-kick", SOURCE)
{
	leaves_latch_alone(HCALL_UNASSIGNED, 0);
}

/* ---- saboteurs ---- */

static bool is_kick(const struct call *c)
{
	return c->number == KVM_HC_KICK_CPU;
}

static bool answer_only(struct call *c)
{
	c->regs.r[HCALL_RAX] = 0;
	return false;
}

/* What hangs names the one check that is to hang: the others need not be waited for. */
#define SABOTAGE_KICK(id, name_, checks_, rule_, condition)                               \
	static bool id(struct call *c)                                                    \
	{                                                                                 \
		return is_kick(c) && (condition) ? answer_only(c) : true;                 \
	}                                                                                 \
	SABOTEUR(id, .checks = "kick-cpu." checks_, .name = "kick-" name_, .rule = rule_, \
		 .applies = announced, .before = id, .hangs = true)

SABOTAGE_KICK(lost, "is-lost", "ends-next-halt-with-interrupts-off", "a kick ends the next HLT",
	      true);
SABOTAGE_KICK(flags, "looks-at-flags", "ignores-flags", "flags are ignored", c->regs.r[HCALL_RBX]);
SABOTAGE_KICK(high, "looks-at-upper-half", "ignores-upper*", "an APIC id has 32 bits",
	      c->regs.r[HCALL_RCX] >> 32);
SABOTAGE_KICK(all, "knows-no-broadcast", "broadcast-id*", "0xff is everyone",
	      c->regs.r[HCALL_RCX] == BROADCAST);

static bool kick_self(struct call *c)
{
	if (is_kick(c) && c->regs.r[HCALL_RCX] == ABSENT)
		c->regs.r[HCALL_RCX] = apic_id(0);
	return true;
}

static void restore_rcx(struct call *c)
{
	c->regs.r[HCALL_RCX] = c->before.r[HCALL_RCX];
}
SABOTEUR(kick_self, .checks = "kick-cpu.*", .name = "kick-of-absent-kicks-caller",
	 .applies = announced, .rule = "an absent CPU is kicked without effect",
	 .before = kick_self, .after = restore_rcx);

static void kick_too(struct call *c)
{
	struct hcall_regs regs;

	if (is_kick(c) || (sabotage.desc && sabotage.desc->number != c->number))
		return;
	hcall_regs_prepare(&regs, KVM_HC_KICK_CPU);
	regs.r[HCALL_RCX] = apic_id(0);
	hcall_invoke(&regs);
}

static bool has_no_kick(const struct hcall_desc *d)
{
	return announced() && !apic_obstacle() &&
	       (d->number == KVM_HC_SCHED_YIELD || d->number == KVM_HC_VAPIC_POLL_IRQ);
}
SABOTEUR(kick_too, .checks = "*is-no-kick", .name = "kicks-too", .each_call = has_no_kick,
	 .after = kick_too, .rule = "only a kick is a kick");

static bool has_cpus(void)
{
	return announced() && cpu_count() > 2;
}

/* Another CPU's kick comes to whoever sent it. */
SABOTAGE_KICK(others, "never-leaves-the-cpu", "ends-halt-of*", "a kick reaches other CPUs",
	      c->regs.r[HCALL_RCX] == apic_id(1));

static void kick_cpu_2_too(struct call *c)
{
	struct hcall_regs regs;

	if (!is_kick(c) || c->before.r[HCALL_RCX] != apic_id(1))
		return;
	hcall_regs_prepare(&regs, KVM_HC_KICK_CPU);
	regs.r[HCALL_RCX] = apic_id(2);
	hcall_invoke(&regs);
}
SABOTEUR(kick_cpu_2, .checks = "kick-cpu.wakes-nobody-else", .name = "kick-wakes-neighbours",
	 .applies = has_cpus, .after = kick_cpu_2_too, .rule = "a kick is for one CPU");

/* What is to reach one CPU, and not to end its HLT, kicks it, too. */
static void end_halt_too(struct call *c)
{
	struct hcall_regs regs;

	if (c->number != KVM_HC_SCHED_YIELD && c->number != KVM_HC_SEND_IPI)
		return;
	hcall_regs_prepare(&regs, KVM_HC_KICK_CPU);
	regs.r[HCALL_RCX] = apic_id(1);
	hcall_invoke(&regs);
}
static bool could_end_halt(const struct hcall_desc *d)
{
	return has_cpus() && (d->number == KVM_HC_SCHED_YIELD || d->number == KVM_HC_SEND_IPI);
}
SABOTEUR(end_halt, .checks = "*.does-not-end-a-halt*", .name = "ends-halt",
	 .each_call = could_end_halt, .after = end_halt_too,
	 .rule = "only a kick ends HLT with interrupts off");

static void another_halt_returns(const char *kind, void *fact)
{
	static unsigned int n;

	if (!strcmp(kind, "hlt ended by the timer") && n++ % 2)
		*(bool *)fact = false;
}
SABOTEUR(latch_counts, .checks = "kick-cpu.*", .name = "kick-is-not-taken", .applies = announced,
	 .fact = another_halt_returns, .rule = "the wake-up takes the kick");
