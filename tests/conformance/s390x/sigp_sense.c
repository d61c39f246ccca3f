// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: SENSE tells whether a CPU is stopped and whether an external call is pending for it; SENSE
 * RUNNING STATUS whether it runs.
 *
 * Source: Principles of Operation, "SIGNAL PROCESSOR"; __sigp_sense() and __sigp_sense_running() in
 * arch/s390/kvm/sigp.c. Outcomes: pass; fail with the registers; skip without a second CPU.
 */
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE		 "Principles of Operation, SIGNAL PROCESSOR; __sigp_sense()"
#define RUNNING_SOURCE	 "__sigp_sense_running(); facility 9"
#define FACILITY_RUNNING 9

static void sense(struct call *c)
{
	order(c, KVM_S390_SIGP_SENSE, second_address(), 0);
}

static void call_it(void)
{
	struct call c;

	order(&c, KVM_S390_SIGP_EXTERNAL_CALL, second_address(), 0);
	expect_order_accepted(&c);
}

CHECK("sigp-sense.cpu-that-asks-is-operating", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, KVM_S390_SIGP_SENSE, first_address(), 0);
	expect_order_accepted(&c);
}

CHECK("sigp-sense.operating-cpu-has-no-status", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_COUNTS);
	sense(&c);
	expect_order_accepted(&c);
	second_give_back();
}

CHECK("sigp-sense.waiting-cpu-is-operating", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_WAITS);
	sense(&c);
	expect_order_accepted(&c);
	second_give_back();
}

CHECK("sigp-sense.stopped-cpu-is-stopped", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	sense(&c);
	expect_order_refused(&c, STATUS_STOPPED);
	second_give_back();
}

CHECK("sigp-sense.pending-call-shows", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_COUNTS);
	call_it();
	sense(&c);
	expect_order_refused(&c, STATUS_CALL_PENDING);
	second_give_back();
}

CHECK("sigp-sense.stopped-with-a-pending-call", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	call_it();
	sense(&c);
	expect_order_refused(&c, STATUS_STOPPED | STATUS_CALL_PENDING);
	second_give_back();
}

CHECK("sigp-sense.pending-emergency-does-not-show", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	order(&c, KVM_S390_SIGP_EMERGENCY_SIGNAL, second_address(), 0);
	expect_order_accepted(&c);
	sense(&c);
	expect_order_refused(&c, STATUS_STOPPED);
	second_give_back();
}

CHECK("sigp-sense.does-not-change-what-it-tells", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	call_it();
	for (unsigned int i = 0; i < 5; i++) {
		sense(&c);
		if (!expect_order_refused(&c, STATUS_STOPPED | STATUS_CALL_PENDING))
			break;
	}
	second_give_back();
}

/* ---- SENSE RUNNING STATUS ---- */

#define REQUIRE_RUNNING_STATUS() REQUIRE(conf_facility(FACILITY_RUNNING), "facility 9")

CHECK("sigp-sense.stopped-cpu-does-not-run", RUNNING_SOURCE)
{
	struct call c;

	REQUIRE_RUNNING_STATUS();
	REQUIRE_SECOND(SECOND_STOPPED);
	order(&c, KVM_S390_SIGP_SENSE_RUNNING_STATUS, second_address(), 0);
	expect_order_refused(&c, STATUS_NOT_RUNNING);
	second_give_back();
}

/* A hypervisor may have another use for the host's CPU at any moment, but not always. */
CHECK("sigp-sense.counting-cpu-is-seen-running", RUNNING_SOURCE)
{
	struct call c;

	REQUIRE_RUNNING_STATUS();
	REQUIRE_SECOND(SECOND_COUNTS);
	do
		order(&c, KVM_S390_SIGP_SENSE_RUNNING_STATUS, second_address(), 0);
	while (c.regs.r[HCALL_CC] == 1 && (uint32_t)c.regs.r[HCALL_R2] == STATUS_NOT_RUNNING);
	expect_order_accepted(&c);
	second_give_back();
}

CHECK("sigp-sense.cpu-that-asks-runs", RUNNING_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE_RUNNING_STATUS();
	order(&c, KVM_S390_SIGP_SENSE_RUNNING_STATUS, first_address(), 0);
	expect_order_accepted(&c);
}

CHECK("sigp-sense.running-status-needs-facility-9", RUNNING_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(!conf_facility(FACILITY_RUNNING), "a machine without facility 9");
	order(&c, KVM_S390_SIGP_SENSE_RUNNING_STATUS, first_address(), 0);
	expect_order_refused(&c, STATUS_INVALID_ORDER);
}

/* ---- saboteurs ---- */

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}

#define STATUS(c) ((c)->regs.r[HCALL_R2])
#define CC(c)	  ((c)->regs.r[HCALL_CC])

#define SABOTAGE_SENSE(id, name_, rule_, checks_, condition, cc, status)                          \
	static void id(struct call *c)                                                            \
	{                                                                                         \
		if (c->number != KVM_S390_SIGP_SENSE || !(condition))                             \
			return;                                                                   \
		CC(c) = cc;                                                                       \
		STATUS(c) = cc ? (c->before.r[HCALL_R2] & ~0xfffffffful) | (status)               \
			       : c->before.r[HCALL_R2];                                           \
	}                                                                                         \
	SABOTEUR(id, .name = "sigp-sense-" name_, .checks = "sigp-sense." checks_, .rule = rule_, \
		 .applies = two_cpus, .after = id)

SABOTAGE_SENSE(running_stopped, "shows-operating-as-stopped", "an operating CPU has no status",
	       "operating*", CC(c) == 0, 1, STATUS_STOPPED);
SABOTAGE_SENSE(waiting_stopped, "shows-waiting-as-stopped", "a waiting CPU is operating",
	       "waiting*", CC(c) == 0, 1, STATUS_STOPPED);
SABOTAGE_SENSE(self_stopped, "shows-itself-as-stopped", "who asks is operating", "cpu-that-asks*",
	       CC(c) == 0, 1, STATUS_STOPPED);
SABOTAGE_SENSE(stopped_running, "shows-stopped-as-operating", "a stopped CPU is stopped",
	       "stopped-cpu*", CC(c) == 1, 0, 0);
SABOTAGE_SENSE(hides_call, "hides-a-pending-call", "a pending call shows",
	       "pending-call*,stopped-with*", CC(c) == 1 && STATUS(c) & STATUS_CALL_PENDING, 1,
	       STATUS_STOPPED);
SABOTAGE_SENSE(shows_emergency, "shows-an-emergency", "a pending emergency signal does not show",
	       "pending-emergency*", true, 1, STATUS_STOPPED | STATUS_CALL_PENDING);

static void takes_call(struct call *c)
{
	static unsigned int n;

	if (c->number == KVM_S390_SIGP_SENSE && CC(c) == 1 && n++)
		STATUS(c) &= ~(unsigned long)STATUS_CALL_PENDING;
}
SABOTEUR(takes_call, .name = "sigp-sense-takes-the-call", .checks = "sigp-sense.does-not*",
	 .rule = "SENSE changes nothing", .applies = two_cpus, .after = takes_call);

#define SABOTAGE_RUNNING(id, name_, rule_, checks_, hangs_, statement)                            \
	static void id(struct call *c)                                                            \
	{                                                                                         \
		if (c->number == KVM_S390_SIGP_SENSE_RUNNING_STATUS)                              \
			statement;                                                                \
	}                                                                                         \
	SABOTEUR(id, .name = "sigp-sense-" name_, .checks = "sigp-sense." checks_, .rule = rule_, \
		 .applies = two_cpus, .after = id, .hangs = hangs_)

SABOTAGE_RUNNING(stopped_runs, "shows-stopped-as-running", "a stopped CPU does not run",
		 "stopped-cpu-does*", false, CC(c) = 0);
SABOTAGE_RUNNING(never_runs, "shows-nobody-running", "a CPU that counts is seen running",
		 "counting*", true, {
			 CC(c) = 1;
			 STATUS(c) = STATUS_NOT_RUNNING;
		 });
SABOTAGE_RUNNING(self_idle, "shows-itself-not-running", "who asks is running", "cpu-that-asks-runs",
		 false, {
			 CC(c) = 1;
			 STATUS(c) = STATUS_NOT_RUNNING;
		 });
