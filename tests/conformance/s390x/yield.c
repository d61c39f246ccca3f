// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x44 and 0x9c give time away and have no other effect, whomever 0x9c names: a CPU
 * that works, waits, is stopped, is absent, or is the one that asks.
 *
 * Source: s390-diag.rst, 'X'9C; __diag_time_slice_end(), __diag_time_slice_end_directed(). Outcomes:
 * pass; fail; skip where 0x9c is unknown, or without a second CPU; a CPU that gets no time is a
 * hang.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	  "__diag_time_slice_end()"
#define TO_SOURCE "s390-diag.rst, 'X'9C; __diag_time_slice_end_directed()"

static bool yield(void)
{
	struct call c;

	CALL(&c, DIAG_YIELD);
	return expect(!c.trapped, "DIAGNOSE 0x44 is accepted") && expect_kept(&c);
}

CHECK("diag-yield.comes-back-each-time", SOURCE)
{
	REQUIRE_HYPERVISOR();
	for (unsigned int i = 0; i < 100; i++)
		if (!yield())
			return;
}

CHECK("diag-yield.names-no-register", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 0; r < 16; r++) {
		call_prepare(&c, DIAG_YIELD);
		conf_call_word(&c, DIAG(r, 15 - r, 0x44u));
		if (!expect(!c.trapped, "R1=%u, R3=%u is accepted", r, 15 - r) || !expect_kept(&c))
			return;
	}
}

CHECK("diag-yield.other-cpu-goes-on", SOURCE)
{
	uint64_t count;

	REQUIRE_SECOND(SECOND_COUNTS);
	count = second[0].count;
	while (second[0].count == count)
		if (!yield())
			break;
	second_give_back();
}

CHECK("diag-yield.stops-nobody", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_WAITS);
	for (unsigned int i = 0; i < 10; i++)
		yield();
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_accepted(&c);
	expect_equal(second[0].externals, 0, "interruptions of the other CPU");
	second_give_back();
}

/* ---- to a certain CPU ---- */

static bool knows_target(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	CALL(&c, DIAG_YIELD_TO, conf_arch.no_cpu);
	return !call_unknown(&c);
}

#define REQUIRE_TARGET()      \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(knows_target(), "a hypervisor that knows DIAG_YIELD_TO")

static bool yield_to(unsigned long cpu)
{
	struct call c;

	CALL(&c, DIAG_YIELD_TO, cpu);
	return expect(!c.trapped, "DIAGNOSE 0x9c with 0x%lx is accepted", cpu) && expect_kept(&c);
}

CHECK("diag-yield-to.itself", TO_SOURCE)
{
	REQUIRE_TARGET();
	yield_to(first_address());
}

CHECK("diag-yield-to.absent-cpu", TO_SOURCE)
{
	REQUIRE_TARGET();
	yield_to(conf_arch.no_cpu);
	yield_to(~0ul);
}

CHECK("diag-yield-to.working-cpu", TO_SOURCE)
{
	uint64_t count;

	REQUIRE_TARGET();
	REQUIRE_SECOND(SECOND_COUNTS);
	count = second[0].count;
	while (second[0].count == count)
		if (!yield_to(second_address()))
			break;
	second_give_back();
}

CHECK("diag-yield-to.waiting-cpu-is-not-interrupted", TO_SOURCE)
{
	struct call c;

	REQUIRE_TARGET();
	REQUIRE_SECOND(SECOND_WAITS);
	yield_to(second_address());
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_accepted(&c);
	expect_equal(second[0].externals, 0, "interruptions of the other CPU");
	second_give_back();
}

CHECK("diag-yield-to.stopped-cpu-is-not-started", TO_SOURCE)
{
	struct call c;

	REQUIRE_TARGET();
	REQUIRE_SECOND(SECOND_STOPPED);
	yield_to(second_address());
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_refused(&c, STATUS_STOPPED);
	second_give_back();
}

CHECK("diag-yield-to.upper-half-is-ignored", TO_SOURCE ": an int is taken from the register")
{
	REQUIRE_TARGET();
	yield_to(first_address() | 0xdeadbeef00000000);
}

/* ---- saboteurs ---- */

static bool refuse(struct call *c)
{
	if (c->number == DIAG_YIELD)
		hcall_regs_set_number(&c->regs, HCALL_UNASSIGNED);
	return true;
}
static void refused(struct call *c)
{
	if (c->number == DIAG_YIELD)
		c->regs = c->before;
}
SABOTEUR(refuse, .name = "yield-is-refused", .checks = "diag-yield.comes*,diag-yield.other*",
	 .rule = "0x44 is accepted", .before = refuse, .after = refused);

static void answers(struct call *c)
{
	if (c->number == DIAG_YIELD && c->how[0] == 'i')
		c->regs.r[HCALL_R9] = 0;
}
SABOTEUR(answers, .name = "yield-answers", .checks = "diag-yield.names*",
	 .rule = "0x44 changes no register", .after = answers);

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}
static void interrupts(struct call *c)
{
	struct hcall_regs regs;

	if (c->number != DIAG_YIELD)
		return;
	hcall_regs_prepare(&regs, KVM_S390_SIGP_STOP);
	regs.r[HCALL_R4] = second_address();
	hcall_invoke(&regs);
}
SABOTEUR(interrupts, .name = "yield-stops-the-other", .checks = "diag-yield.stops*",
	 .rule = "0x44 has no effect on others", .applies = two_cpus, .after = interrupts);

static bool two_and_target(void)
{
	return two_cpus() && knows_target();
}

#define SABOTAGE_TO(id, name_, checks_, order_, applies_)                                    \
	static void id(struct call *c)                                                       \
	{                                                                                    \
		struct hcall_regs regs;                                                      \
                                                                                             \
		if (c->number != DIAG_YIELD_TO || c->before.r[HCALL_R2] != second_address()) \
			return;                                                              \
		hcall_regs_prepare(&regs, order_);                                           \
		regs.r[HCALL_R4] = second_address();                                         \
		hcall_invoke(&regs);                                                         \
	}                                                                                    \
	SABOTEUR(id, .name = "yield-to-" name_, .checks = "diag-yield-to." checks_,          \
		 .rule = "0x9c has no other effect", .applies = applies_, .after = id)

SABOTAGE_TO(starts, "starts", "stopped*", KVM_S390_SIGP_START, two_and_target);
SABOTAGE_TO(stops, "stops", "waiting*", KVM_S390_SIGP_STOP, two_and_target);

/* But for the CPU that is named to know whether there is anybody. */
static void refuses(struct call *c)
{
	if (c->number == DIAG_YIELD_TO && c->before.r[HCALL_R2] != conf_arch.no_cpu)
		c->trapped = true;
}
SABOTEUR(refuses, .name = "yield-to-is-refused", .checks = "diag-yield-to.*",
	 .rule = "0x9c is accepted for any CPU", .applies = knows_target, .after = refuses);
