// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: EV_IDLE waits until an exception is due for the CPU, and comes back at once if one is due
 * already; it looks at no MSR[EE] and changes none, so the interrupt is still there to be taken. It
 * may come back for no reason. The status is 0.
 *
 * Source: ePAPR 1.1, EV_IDLE; kvmppc_kvm_pv(), kvm_arch_vcpu_runnable() in
 * arch/powerpc/kvm/powerpc.c. All calls here are made with interrupts off: what becomes due before
 * the call is still due in it, and none is lost.
 * Outcomes: pass; fail; skip where has-idle is not announced; an idle CPU that is not woken is a hang.
 */
#include <asm/spr.h>
#include <lib/arch.h>
#include "tests/conformance/e500/due.h"
#include "tests/conformance/e500/facts.h"

#define SOURCE "ePAPR 1.1, EV_IDLE; kvmppc_kvm_pv()"

/* Until the interrupt; and how many returns without a reason are too many in that time. */
#define WAIT_NS	 20000000
#define SPURIOUS 100

static bool announced(void)
{
	return hcall_patched() && conf_announced(hcall_find(EV_IDLE));
}

#define REQUIRE_IDLE()        \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(announced(), "has-idle in the device tree")

CHECK("ev-idle.returns-at-once-if-an-interrupt-is-due", SOURCE)
{
	struct call c;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	CALL(&c, EV_IDLE);
	due_never();
	expect_status(&c, 0);
}

CHECK("ev-idle.returns-again-while-it-is-due", SOURCE)
{
	struct call c;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	for (unsigned int i = 0; i < 3; i++) {
		CALL(&c, EV_IDLE);
		if (!expect_status(&c, 0))
			break;
	}
	due_never();
}

CHECK("ev-idle.r4-is-0", "kvmppc_kvm_pv(): R4 is always written")
{
	struct call c;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	call_prepare(&c, EV_IDLE);
	c.regs.r[HCALL_R4] = hcall_canary(HCALL_R4);
	conf_call(&c);
	due_never();
	expect_equal(c.regs.r[HCALL_R4], 0, "R4");
}

CHECK("ev-idle.waits-until-an-interrupt-is-due", SOURCE)
{
	unsigned int calls = 0;
	struct call c;

	REQUIRE_IDLE();
	due_in(WAIT_NS);
	do {
		CALL(&c, EV_IDLE);
		calls++;
	} while (!(mfspr(SPR_TSR) & TSR_DIS) && calls < SPURIOUS);
	due_never();
	expect(calls < SPURIOUS, "it waits; instead it came back %u times, and nothing was due",
	       calls);
}

CHECK("ev-idle.takes-no-interrupt-itself", SOURCE ": it looks at no MSR[EE]")
{
	struct call c;
	uint32_t tsr;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	CALL(&c, EV_IDLE);
	tsr = (uint32_t)mfspr(SPR_TSR);
	expect_equal(due_came(), 0, "the number of interrupts taken with MSR[EE] clear");
	expect(tsr & TSR_DIS, "the decrementer's interrupt, which is still due");
	due_never();
}

CHECK("ev-idle.leaves-the-interrupt-to-be-taken", SOURCE)
{
	struct call c;
	unsigned int came;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	CALL(&c, EV_IDLE);
	interrupts_on();
	(void)mfspr(SPR_PIR);
	interrupts_off();
	came = due_came();
	due_never();
	expect_equal(fact("idle-loses-the-interrupt", came), 1,
		     "the number of interrupts taken after MSR[EE] was set");
}

CHECK("ev-idle.keeps-msr", SOURCE)
{
	struct call c;
	uint32_t before, after;

	REQUIRE_IDLE();
	REQUIRE_DUE();
	before = (uint32_t)mfmsr();
	CALL(&c, EV_IDLE);
	after = (uint32_t)mfmsr();
	due_never();
	expect_equal(fact("idle-turns-interrupts-on", after), before, "MSR");
}

/* ---- saboteurs ---- */

static bool is_idle(const struct call *c)
{
	return c->number == EV_IDLE;
}

#define IDLE "ev-idle.*"

static bool at_once(struct call *c)
{
	if (!is_idle(c))
		return true;
	c->regs.r[HCALL_R3] = 0;
	c->regs.r[HCALL_R4] = 0;
	return false;
}
SABOTEUR(at_once, .name = "idle-does-not-wait", .rule = "it waits until an interrupt is due",
	 .checks = IDLE, .applies = announced, .before = at_once);

static bool for_ever(struct call *c)
{
	while (is_idle(c))
		;
	return true;
}
SABOTEUR(for_ever, .name = "idle-never-returns", .rule = "what is due ends it", .checks = IDLE,
	 .applies = announced, .before = for_ever, .hangs = true);

#define AFTER(id, name_, rule_, statement)                                      \
	static void id(struct call *c)                                          \
	{                                                                       \
		if (is_idle(c))                                                 \
			statement;                                              \
	}                                                                       \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = IDLE, .after = id, \
		 .applies = announced)

AFTER(r4, "idle-keeps-r4", "R4 is always written", c->regs.r[HCALL_R4] = c->before.r[HCALL_R4]);
/* The other checks would wait for ever for the one that it took. */
static void take_it(struct call *c)
{
	if (is_idle(c)) {
		interrupts_on();
		interrupts_off();
	}
}
SABOTEUR(take_it, .name = "idle-takes-the-interrupt", .rule = "it leaves the interrupt alone",
	 .checks = "ev-idle.takes-*", .applies = announced, .after = take_it);

static unsigned int made;

AFTER(wears_out, "idle-wears-out", "it works again and again",
      c->regs.r[HCALL_R3] = made++ % 2 ? 12 : c->regs.r[HCALL_R3]);

#define BREAKS(id, name_, rule_) FACT_SABOTEUR(id, name_, announced, IDLE, rule_)

BREAKS(loses, "idle-loses-the-interrupt", "what ended it can be taken after it");
BREAKS(turns_on, "idle-turns-interrupts-on", "it changes no MSR");
