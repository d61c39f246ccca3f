// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_KICK_CPU ends the HLT of the vCPU with the given APIC id; if that does not halt, its
 * next HLT returns at once. What is remembered is one bit, and the wake-up takes it.
 *
 * Source: hypercalls.rst 5; kvm_pv_kick_cpu_op() in arch/x86/kvm/x86.c, __apic_accept_irq() in
 * lapic.c (APIC_DM_REMRD: pv_unhalted), kvm_vcpu_has_events(). Here the CPU kicks itself.
 * Outcomes: pass; fail; skip where bit 7 (PV_UNHALT) is not announced or there is no local APIC;
 * a kick that is lost is a hang in HLT, with interrupts off, and reported as that.
 */
#include <string.h>
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
	kick(0, apic_id());
	ends_halt();
}

CHECK("kick-cpu.ends-next-halt-with-interrupts-on", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id());
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
	kick(0, apic_id());
	ends_halt();
	expect(apic_halt_until_timer(), "the second HLT waits for the timer");
}

CHECK("kick-cpu.latch-is-one-bit", SOURCE)
{
	REQUIRE_KICK();
	for (unsigned int i = 0; i < 5; i++)
		kick(0, apic_id());
	ends_halt();
	expect(apic_halt_until_timer(), "after five kicks, the second HLT waits for the timer");
}

CHECK("kick-cpu.is-remembered-over-other-calls", SOURCE)
{
	struct call c;

	REQUIRE_KICK();
	kick(0, apic_id());
	CALL(&c, KVM_HC_VAPIC_POLL_IRQ);
	CALL(&c, KVM_HC_SCHED_YIELD, apic_id());
	CALL(&c, HCALL_UNASSIGNED);
	ends_halt();
}

CHECK("kick-cpu.is-remembered-over-an-interrupt", SOURCE)
{
	REQUIRE_KICK();
	kick(0, apic_id());
	apic_let_in();
	ends_halt();
}

CHECK("kick-cpu.ignores-flags", SOURCE)
{
	REQUIRE_KICK();
	kick(~0ul, apic_id());
	ends_halt();
}

CHECK("kick-cpu.ignores-upper-half-of-the-id", SOURCE ": an APIC id has 32 bits")
{
	REQUIRE_KICK();
	kick(0, apic_id() | 0xdeadbeeful << 32);
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
	leaves_latch_alone(KVM_HC_SCHED_YIELD, apic_obstacle() ? 0 : apic_id());
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

#define SABOTAGE_KICK(id, name_, rule_, condition)                                 \
	static bool id(struct call *c)                                             \
	{                                                                          \
		return is_kick(c) && (condition) ? answer_only(c) : true;          \
	}                                                                          \
	SABOTEUR(id, .checks = "kick-cpu.*", .name = "kick-" name_, .rule = rule_, \
		 .applies = announced, .before = id, .hangs = true)

SABOTAGE_KICK(lost, "is-lost", "a kick ends the next HLT", true);
SABOTAGE_KICK(flags, "looks-at-flags", "flags are ignored", c->regs.r[HCALL_RBX]);
SABOTAGE_KICK(high, "looks-at-upper-half", "an APIC id has 32 bits", c->regs.r[HCALL_RCX] >> 32);
SABOTAGE_KICK(all, "knows-no-broadcast", "0xff is everyone", c->regs.r[HCALL_RCX] == BROADCAST);

static bool kick_self(struct call *c)
{
	if (is_kick(c) && c->regs.r[HCALL_RCX] == ABSENT)
		c->regs.r[HCALL_RCX] = apic_id();
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
	regs.r[HCALL_RCX] = apic_id();
	hcall_invoke(&regs);
}

static bool has_no_kick(const struct hcall_desc *d)
{
	return announced() && !apic_obstacle() &&
	       (d->number == KVM_HC_SCHED_YIELD || d->number == KVM_HC_VAPIC_POLL_IRQ);
}
SABOTEUR(kick_too, .checks = "*is-no-kick", .name = "kicks-too", .each_call = has_no_kick,
	 .after = kick_too, .rule = "only a kick is a kick");

static void another_halt_returns(const char *kind, void *fact)
{
	static unsigned int n;

	if (!strcmp(kind, "hlt ended by the timer") && n++ % 2)
		*(bool *)fact = false;
}
SABOTEUR(latch_counts, .checks = "kick-cpu.*", .name = "kick-is-not-taken", .applies = announced,
	 .fact = another_halt_returns, .rule = "the wake-up takes the kick");
