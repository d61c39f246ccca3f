// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: EXTERNAL CALL, EMERGENCY SIGNAL and CONDITIONAL EMERGENCY SIGNAL bring about an external
 * interruption with the sender's address; one external call is pending at a time; what is pending
 * stays so until the CPU is open for it; and a CPU in an enabled wait is woken.
 *
 * Source: Principles of Operation, "SIGNAL PROCESSOR" and "External Interruption"; arch/s390/kvm/
 * sigp.c, interrupt.c. Outcomes: pass; fail; skip without a second CPU; a signal that is lost is a
 * hang.
 */
#include <lib/cpu.h>
#include <lib/irq.h>
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	    "Principles of Operation, SIGNAL PROCESSOR, External Interruption"
#define CALL_SOURCE SOURCE "; __sigp_external_call()"
#define COND_SOURCE SOURCE "; __sigp_conditional_emergency(): the sender is not stopped"

enum { EMERGENCY = 0x1201, EXTERNAL = 0x1202 };

static void send(unsigned long number, unsigned long parameter)
{
	struct call c;

	order(&c, number, second_address(), parameter);
	expect_order_accepted(&c);
}

/* For ever, until so many have come. */
static void wait_for(uint64_t externals)
{
	while (second[0].externals < externals)
		cpu_relax();
}

static void expect_last(unsigned int code)
{
	expect_equal(second[0].external_code, code, "the interruption's code");
	expect_equal(second[0].external_cpu, first_address(), "the CPU address with it");
}

static void is_delivered(unsigned long number, unsigned int code)
{
	REQUIRE_SECOND(SECOND_WAITS);
	send(number, 0);
	wait_for(1);
	expect_last(code);
	second_give_back();
}

CHECK("sigp-external-call.wakes-a-waiting-cpu", CALL_SOURCE)
{
	is_delivered(KVM_S390_SIGP_EXTERNAL_CALL, EXTERNAL);
}

CHECK("sigp-emergency-signal.wakes-a-waiting-cpu", SOURCE)
{
	is_delivered(KVM_S390_SIGP_EMERGENCY_SIGNAL, EMERGENCY);
}

CHECK("sigp-conditional-emergency.wakes-a-waiting-cpu", COND_SOURCE)
{
	is_delivered(KVM_S390_SIGP_CONDITIONAL_EMERGENCY, EMERGENCY);
}

static void each_is_delivered(unsigned long number)
{
	REQUIRE_SECOND(SECOND_WAITS);
	for (unsigned int i = 1; i <= 20; i++) {
		send(number, 0);
		wait_for(i);
	}
	expect_equal(second[0].externals, 20, "the number of interruptions");
	second_give_back();
}

CHECK("sigp-external-call.each-is-an-interruption", CALL_SOURCE)
{
	each_is_delivered(KVM_S390_SIGP_EXTERNAL_CALL);
}

CHECK("sigp-emergency-signal.each-is-an-interruption", SOURCE)
{
	each_is_delivered(KVM_S390_SIGP_EMERGENCY_SIGNAL);
}

/* Begins its waiting program; what is pending comes then, and a last signal behind it. */
static void open_it(void)
{
	second_prepare(SECOND_WAITS);
	send(KVM_S390_SIGP_RESTART, 0);
}

static void is_kept_while_stopped(unsigned long number, unsigned int code)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	send(number, 0);
	expect_equal(second[0].externals, 0, "interruptions of a stopped CPU");
	open_it();
	wait_for(1);
	expect_last(code);
	second_give_back();
}

CHECK("sigp-external-call.is-kept-for-a-stopped-cpu", CALL_SOURCE)
{
	is_kept_while_stopped(KVM_S390_SIGP_EXTERNAL_CALL, EXTERNAL);
}

CHECK("sigp-emergency-signal.is-kept-for-a-stopped-cpu", SOURCE)
{
	is_kept_while_stopped(KVM_S390_SIGP_EMERGENCY_SIGNAL, EMERGENCY);
}

static void is_kept_while_closed(unsigned long number, unsigned int code)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(number, 0);
	second_wait_counting();
	expect_equal(second[0].externals, 0, "interruptions of a CPU that is closed for them");
	open_it();
	wait_for(1);
	expect_last(code);
	second_give_back();
}

CHECK("sigp-external-call.is-kept-for-a-closed-cpu", CALL_SOURCE)
{
	is_kept_while_closed(KVM_S390_SIGP_EXTERNAL_CALL, EXTERNAL);
}

CHECK("sigp-emergency-signal.is-kept-for-a-closed-cpu", SOURCE)
{
	is_kept_while_closed(KVM_S390_SIGP_EMERGENCY_SIGNAL, EMERGENCY);
}

CHECK("sigp-external-call.one-is-pending-at-a-time", CALL_SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	send(KVM_S390_SIGP_EXTERNAL_CALL, 0);
	for (unsigned int i = 0; i < 3; i++) {
		order(&c, KVM_S390_SIGP_EXTERNAL_CALL, second_address(), 0);
		expect_order_refused(&c, STATUS_CALL_PENDING);
	}
	second_give_back();
}

/* The signal of the other kind comes last: what else there is, has come before it or with it. */
static void are_one_interruption(unsigned long number, unsigned int times, unsigned long other)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	for (unsigned int i = 0; i < times; i++)
		order(&c, number, second_address(), 0);
	open_it();
	wait_for(1);
	send(other, 0);
	wait_for(2);
	send(other, 0);
	wait_for(3);
	expect_equal(second[0].externals, 3, "interruptions, of which two are of the other kind,");
	second_give_back();
}

CHECK("sigp-external-call.refused-ones-are-no-interruption", CALL_SOURCE)
{
	are_one_interruption(KVM_S390_SIGP_EXTERNAL_CALL, 4, KVM_S390_SIGP_EMERGENCY_SIGNAL);
}

CHECK("sigp-emergency-signal.one-sender-is-one-interruption", SOURCE)
{
	are_one_interruption(KVM_S390_SIGP_EMERGENCY_SIGNAL, 4, KVM_S390_SIGP_EXTERNAL_CALL);
}

CHECK("sigp-emergency-signal.many-are-accepted", SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	for (unsigned int i = 0; i < 5; i++)
		send(KVM_S390_SIGP_EMERGENCY_SIGNAL, 0);
	second_give_back();
}

CHECK("sigp-external-call.both-kinds-may-be-pending", SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	send(KVM_S390_SIGP_EXTERNAL_CALL, 0);
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL, 0);
	open_it();
	wait_for(2);
	second_give_back();
}

CHECK("sigp-external-call.leaves-the-emergency-mask-alone", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	second[0].cr0 &= ~(uint64_t)CR0_EXTERNAL_CALL;
	send(KVM_S390_SIGP_EXTERNAL_CALL, 0);
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL, 0);
	open_it();
	wait_for(1);
	expect_last(EMERGENCY);
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_refused(&c, STATUS_CALL_PENDING);
	second_give_back();
}

CHECK("sigp-conditional-emergency.parameter-does-not-matter-to-a-waiting-cpu", COND_SOURCE)
{
	REQUIRE_SECOND(SECOND_WAITS);
	for (unsigned int i = 1; i <= 4; i++) {
		send(KVM_S390_SIGP_CONDITIONAL_EMERGENCY, i * 0x1111);
		wait_for(i);
	}
	second_give_back();
}

CHECK("sigp-conditional-emergency.closed-cpu-is-sent-one", COND_SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_CONDITIONAL_EMERGENCY, 0);
	open_it();
	wait_for(1);
	expect_last(EMERGENCY);
	second_give_back();
}

/* ---- the CPU that sends ---- */

static void to_itself(unsigned long number, bool shows)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, number, first_address(), 0);
	if (!expect_order_accepted(&c))
		return;
	order(&c, KVM_S390_SIGP_SENSE, first_address(), 0);
	if (shows)
		expect_order_refused(&c, STATUS_CALL_PENDING);
	else
		expect_order_accepted(&c);
	/* Whoever handles it, lib/irq.h: it is taken. */
	irq_ready();
	irq_enable();
	do
		order(&c, KVM_S390_SIGP_SENSE, first_address(), 0);
	while (c.regs.r[HCALL_CC] == 1);
	irq_disable();
}

CHECK("sigp-external-call.may-be-sent-to-itself", CALL_SOURCE)
{
	to_itself(KVM_S390_SIGP_EXTERNAL_CALL, true);
}

CHECK("sigp-emergency-signal.may-be-sent-to-itself", SOURCE)
{
	to_itself(KVM_S390_SIGP_EMERGENCY_SIGNAL, false);
}

/* ---- saboteurs ---- */

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}

#define CC(c) ((c)->regs.r[HCALL_CC])

static bool accept_only(struct call *c)
{
	CC(c) = 0;
	return false;
}

#define SABOTAGE_LOST(id, name_, order_)                                                   \
	static bool id(struct call *c)                                                     \
	{                                                                                  \
		return c->number == order_ && c->regs.r[HCALL_R4] == second_address()      \
			       ? accept_only(c)                                            \
			       : true;                                                     \
	}                                                                                  \
	SABOTEUR(id, .name = "sigp-" name_ "-is-lost", .checks = "sigp-" name_ ".wakes*",  \
		 .rule = "a signal is an interruption", .applies = two_cpus, .before = id, \
		 .hangs = true)

SABOTAGE_LOST(lost_call, "external-call", KVM_S390_SIGP_EXTERNAL_CALL);
SABOTAGE_LOST(lost_emergency, "emergency-signal", KVM_S390_SIGP_EMERGENCY_SIGNAL);
SABOTAGE_LOST(lost_conditional, "conditional-emergency", KVM_S390_SIGP_CONDITIONAL_EMERGENCY);

/* Another order than the one that is asked for. */
#define SABOTAGE_SWAP(id, name_, rule_, checks_, from, to)                                 \
	static bool id(struct call *c)                                                     \
	{                                                                                  \
		if (c->number == from)                                                     \
			hcall_regs_set_number(&c->regs, to);                               \
		return true;                                                               \
	}                                                                                  \
	static void id##_after(struct call *c)                                             \
	{                                                                                  \
		c->regs.r[HCALL_DIAG] = c->before.r[HCALL_DIAG];                           \
	}                                                                                  \
	SABOTEUR(id, .name = name_, .checks = checks_, .rule = rule_, .applies = two_cpus, \
		 .before = id, .after = id##_after)

SABOTAGE_SWAP(call_as_emergency, "sigp-external-call-is-an-emergency",
	      "an external call has its code",
	      "sigp-external-call.wakes*,sigp-external-call.is-kept*", KVM_S390_SIGP_EXTERNAL_CALL,
	      KVM_S390_SIGP_EMERGENCY_SIGNAL);
SABOTAGE_SWAP(emergency_as_call, "sigp-emergency-is-an-external-call",
	      "an emergency signal has its code", "sigp-emergency-signal.wakes*",
	      KVM_S390_SIGP_EMERGENCY_SIGNAL, KVM_S390_SIGP_EXTERNAL_CALL);
SABOTAGE_SWAP(emergency_once, "sigp-emergency-is-refused-while-pending",
	      "several emergency signals are accepted", "sigp-emergency-signal.many*",
	      KVM_S390_SIGP_EMERGENCY_SIGNAL, KVM_S390_SIGP_EXTERNAL_CALL);
SABOTAGE_SWAP(self_emergency, "sigp-emergency-to-itself-is-a-call",
	      "an emergency signal to itself is one", "sigp-emergency-signal.may*",
	      KVM_S390_SIGP_EMERGENCY_SIGNAL, KVM_S390_SIGP_EXTERNAL_CALL);
SABOTAGE_SWAP(self_call, "sigp-call-to-itself-is-an-emergency", "an external call to itself is one",
	      "sigp-external-call.may*", KVM_S390_SIGP_EXTERNAL_CALL,
	      KVM_S390_SIGP_EMERGENCY_SIGNAL);

static void second_accepted(struct call *c)
{
	if (c->number == KVM_S390_SIGP_EXTERNAL_CALL && CC(c) == 1) {
		CC(c) = 0;
		c->regs.r[HCALL_R2] = c->before.r[HCALL_R2];
	}
}
SABOTEUR(second_accepted, .name = "sigp-external-call-has-a-queue",
	 .checks = "sigp-external-call.one*", .rule = "one external call is pending",
	 .applies = two_cpus, .after = second_accepted);

/* What the second CPU saw is changed behind its back. */
#define SABOTAGE_SEEN(id, name_, rule_, checks_, statement)                          \
	static void id(struct call *c)                                               \
	{                                                                            \
		if (c->number >> 24 == HCALL_CODE_SIGP >> 8)                         \
			statement;                                                   \
	}                                                                            \
	SABOTEUR(id, .name = "sigp-signal-" name_, .checks = checks_, .rule = rule_, \
		 .applies = two_cpus, .after = id)

SABOTAGE_SEEN(early, "comes-to-a-stopped-cpu", "a stopped CPU takes no interruption",
	      "*.is-kept-for-a-stopped-cpu", second[0].externals = 1);
SABOTAGE_SEEN(closed, "comes-to-a-closed-cpu", "a closed CPU takes no interruption",
	      "*.is-kept-for-a-closed-cpu", second[0].externals = 1);

/* Before the last signal is sent: who waits for that one sees more. */
static bool many_more(struct call *c)
{
	if (c->number >> 24 == HCALL_CODE_SIGP >> 8 && second[0].externals == 2)
		second[0].externals += 10;
	return true;
}
SABOTEUR(many_more, .name = "sigp-signal-comes-again",
	 .checks = "*no-interruption,*is-one-interruption",
	 .rule = "signals of a sender are one interruption", .applies = two_cpus,
	 .before = many_more);
