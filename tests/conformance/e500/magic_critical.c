// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: while the field `critical` of the magic page equals r1 in supervisor state, no asynchronous
 * interrupt is delivered, whatever MSR[EE] is; it comes when they differ again. Exceptions of the
 * instructions themselves are not held off, nor is anything in user state. The field int_pending
 * says, at each entry into the guest, whether an interrupt waits.
 *
 * Source: ppc-pv.rst, "Magic page layout" and "Interrupts"; kvmppc_booke_irqprio_deliver() and
 * kvmppc_core_check_exceptions() in arch/powerpc/kvm/booke.c.
 * Outcomes: pass; fail; skip where there is no magic page.
 */
#include <asm/spr.h>
#include <lib/user.h>
#include "tests/conformance/e500/due.h"
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define SOURCE "ppc-pv.rst, Magic page layout; kvmppc_booke_irqprio_deliver()"

#define CRITICAL_HIGH (MAGIC_CRITICAL - 4)

#define REQUIRE_CRITICAL()                        \
	REQUIRE_MAGIC();                          \
	magic_write(MAGIC_EA + CRITICAL_HIGH, 0); \
	REQUIRE_DUE()

static uint32_t read_field(uint32_t offset)
{
	return *(volatile uint32_t *)(uintptr_t)(MAGIC_EA + offset);
}

/* Some exits with interrupts on, with critical = r1 + difference. Returns how many came. */
static unsigned int window(unsigned long difference)
{
	asm volatile("add %%r0, %%r1, %[difference]\n\t"
		     "stw %%r0, %[critical](0)\n\t"
		     "wrteei 1\n\t"
		     "mfspr %%r0, %[pir]\n\t"
		     "mfspr %%r0, %[pir]\n\t"
		     "wrteei 0"
		     :
		     : [difference] "r"(difference), [critical] "i"(MAGIC_PAGE + MAGIC_CRITICAL),
		       [pir] "i"(SPR_PIR)
		     : "r0", "memory");
	magic_write(MAGIC_EA + MAGIC_CRITICAL, 0);
	return due_came();
}

CHECK("critical.holds-off-an-interrupt", SOURCE)
{
	REQUIRE_CRITICAL();
	expect_equal(fact("critical-delivers", window(0)), 0,
		     "the number of interrupts while critical equals r1");
	due_never();
}

CHECK("critical.interrupt-comes-afterwards", SOURCE)
{
	REQUIRE_CRITICAL();
	window(0);
	expect_equal(fact("critical-loses", window(4)), 1,
		     "the number of interrupts when critical is r1 no more");
	due_never();
}

CHECK("critical.another-value-holds-nothing-off", SOURCE)
{
	static const unsigned long differences[] = { 4, 16, 0x10000, 0x80000000 };

	for (unsigned int i = 0; i < 4; i++) {
		REQUIRE_CRITICAL();
		expect_equal(fact("critical-holds-for-ever", window(differences[i])), 1,
			     "the number of interrupts with critical = r1 + 0x%lx", differences[i]);
	}
	due_never();
}

CHECK("critical.only-the-low-half-counts", SOURCE ": truncated in 32-bit mode")
{
	unsigned int came;

	REQUIRE_CRITICAL();
	magic_write(MAGIC_EA + CRITICAL_HIGH, 0xffffffff);
	came = window(0);
	magic_write(MAGIC_EA + CRITICAL_HIGH, 0);
	expect_equal(fact("critical-compares-64-bits", came), 0,
		     "the number of interrupts while the low half equals r1");
	due_never();
}

static void nowhere_in_critical(void *arg)
{
	asm volatile("stw %%r1, %[critical](0)\n\tlwz %%r0, 0(%[nowhere])"
		     :
		     : [critical] "i"(MAGIC_PAGE + MAGIC_CRITICAL), [nowhere] "r"(arg)
		     : "r0", "memory");
}

CHECK("critical.holds-off-no-exception", SOURCE)
{
	bool trapped;

	REQUIRE_MAGIC();
	trapped = trap_try(nowhere_in_critical, (void *)(uintptr_t)MAGIC_THIRD_EA, NULL);
	magic_write(MAGIC_EA + MAGIC_CRITICAL, 0);
	expect(fact("critical-holds-exceptions", trapped), "a TLB miss is taken at once");
}

CHECK("critical.holds-off-no-hypercall", SOURCE)
{
	struct call c;

	REQUIRE_MAGIC();
	magic_write(MAGIC_EA + MAGIC_CRITICAL, (uint32_t)(uintptr_t)__builtin_frame_address(0));
	CALL(&c, KVM_HC_FEATURES);
	magic_write(MAGIC_EA + MAGIC_CRITICAL, 0);
	expect_status(&c, 0);
}

/* User code with r1 = critical: what it counts in is memory, and it does not wait for ever. */
#define USER_R1	   0x12345670
#define USER_TURNS 200000000

static long user_waits(void *arg)
{
	long turns = USER_TURNS;

	(void)arg;
	asm volatile(
		"mr %%r0, %%r1\n\t"
		"lis %%r1, %[high]\n\t"
		"ori %%r1, %%r1, %[low]\n"
		"1:\tlwz %%r12, 0(%[came])\n\t"
		"cmpwi %%r12, 0\n\t"
		"bne 2f\n\t"
		"addic. %[turns], %[turns], -1\n\t"
		"bne 1b\n"
		"2:\tmr %%r1, %%r0"
		: [turns] "+r"(turns)
		: [came] "r"(due_counter), [high] "i"(USER_R1 >> 16), [low] "i"(USER_R1 & 0xffff)
		: "r0", "r12", "cr0", "xer", "memory");
	return turns;
}

/*
 * The interrupt is to become due in user state and not on the way there, however slow that is. What
 * user_waits() returns says how many turns were left: all of them, if it was over before the first.
 */
static bool interrupted_user(long *left)
{
	for (uint64_t ns = 1000000; ns <= 1000000000; ns *= 10) {
		if (!due_in(ns))
			continue;
		magic_write(MAGIC_EA + MAGIC_CRITICAL, USER_R1);
		interrupts_on();
		user_try(user_waits, NULL, left, NULL);
		interrupts_off();
		if (*left != USER_TURNS)
			return true;
	}
	return false;
}

CHECK("critical.does-not-count-in-user-state", SOURCE ": only if MSR[PR] is 0")
{
	long left = 0;

	REQUIRE_CRITICAL();
	REQUIRE_WORK(interrupted_user(&left), "no interrupt becomes due in user state");
	due_never();
	magic_write(MAGIC_EA + MAGIC_CRITICAL, 0);
	expect(fact("critical-counts-for-users", left != 0), "an interrupt of user code");
}

/* ---- int_pending ---- */

CHECK("int-pending.is-0-when-nothing-waits", SOURCE "; kvmppc_core_check_exceptions()")
{
	REQUIRE_MAGIC();
	due_never();
	(void)mfspr(SPR_PIR);
	expect_equal(fact("int-pending-without-cause", read_field(MAGIC_INT_PENDING)), 0,
		     "int_pending with nothing due");
}

CHECK("int-pending.is-not-0-when-an-interrupt-waits", SOURCE "; kvmppc_core_check_exceptions()")
{
	uint32_t pending;

	REQUIRE_MAGIC();
	REQUIRE_DUE();
	pending = read_field(MAGIC_INT_PENDING);
	due_never();
	expect(fact("int-pending-misses-one", pending != 0),
	       "int_pending not 0 while the decrementer's interrupt waits for MSR[EE]");
}

CHECK("int-pending.is-0-after-the-interrupt", SOURCE "; kvmppc_core_check_exceptions()")
{
	REQUIRE_MAGIC();
	REQUIRE_DUE();
	interrupts_on();
	(void)mfspr(SPR_PIR);
	interrupts_off();
	expect_equal(due_came(), 1, "the number of interrupts");
	expect_equal(fact("int-pending-stays", read_field(MAGIC_INT_PENDING)), 0,
		     "int_pending after the interrupt was handled");
	due_never();
}

CHECK("int-pending.tells-of-what-critical-holds-off", SOURCE)
{
	uint32_t pending = 0;

	REQUIRE_CRITICAL();
	asm volatile("stw %%r1, %[critical](0)\n\t"
		     "wrteei 1\n\t"
		     "mfspr %%r0, %[pir]\n\t"
		     "lwz %[pending], %[at](0)\n\t"
		     "wrteei 0"
		     : [pending] "=r"(pending)
		     : [critical] "i"(MAGIC_PAGE + MAGIC_CRITICAL), [pir] "i"(SPR_PIR),
		       [at] "i"(MAGIC_PAGE + MAGIC_INT_PENDING)
		     : "r0", "memory");
	magic_write(MAGIC_EA + MAGIC_CRITICAL, 0);
	due_never();
	expect(fact("int-pending-misses-held", pending != 0),
	       "int_pending not 0 while critical holds the interrupt off");
}

/* ---- saboteurs ---- */

#define BREAKS(id, name_, checks_, rule_) FACT_SABOTEUR(id, name_, magic_announced, checks_, rule_)

BREAKS(delivers, "critical-delivers", "critical.*", "nothing comes while critical equals r1");
BREAKS(loses, "critical-loses", "critical.*", "what was held off comes afterwards");
BREAKS(for_ever, "critical-holds-for-ever", "critical.*", "only a value equal to r1 holds off");
BREAKS(wide, "critical-compares-64-bits", "critical.*", "in 32-bit mode the low half counts");
BREAKS(exceptions, "critical-holds-exceptions", "critical.*", "exceptions are not held off");
BREAKS(users, "critical-counts-for-users", "critical.*", "user code is in no critical section");
BREAKS(no_cause, "int-pending-without-cause", "int-pending.*", "int_pending is 0 if nothing waits");
BREAKS(misses, "int-pending-misses-one", "int-pending.*", "int_pending tells of an interrupt");
BREAKS(stays, "int-pending-stays", "int-pending.*", "int_pending is 0 after the interrupt");
BREAKS(held, "int-pending-misses-held", "int-pending.*", "int_pending tells of what is held off");

static void refuse_in_critical(struct call *c)
{
	if (magic_announced() && read_field(MAGIC_CRITICAL) == 0)
		return;
	c->regs.r[HCALL_R3] = 4;
}
SABOTEUR(refuses, .name = "critical-refuses-hypercalls", .applies = magic_announced,
	 .checks = "critical.*", .rule = "a hypercall works in a critical section, too",
	 .after = refuse_in_critical);
