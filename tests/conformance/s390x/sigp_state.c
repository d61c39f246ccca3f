// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: STOP, START and RESTART do that to a CPU, and CPU RESET and INITIAL CPU RESET bring it into
 * the state that is documented.
 *
 * Source: Principles of Operation, "SIGNAL PROCESSOR", "Resets"; qemu target/s390x/sigp.c, cpu.c.
 * Outcomes: pass; fail; skip without a second CPU; an order without effect is a hang.
 */
#include <lib/cpu.h>
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/status.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	     "Principles of Operation, SIGNAL PROCESSOR"
#define RESET_SOURCE "Principles of Operation, Resets; qemu target/s390x/cpu.c"

/* So often is something looked at that must not change. */
#define LOOKS 200

#define CR0_RESET  0xe0ul
#define CR14_RESET 0xc2000000ul

/* second_cpu.S */
extern const char second_counts[], second_waits[], second_external[];

static void send(unsigned long number)
{
	struct call c;

	order(&c, number, second_address(), 0);
	expect_order_accepted(&c);
}

static void expect_still(uint64_t count)
{
	for (unsigned int i = 0; i < LOOKS; i++)
		cpu_relax();
	expect_equal(second[0].count, count, "what a stopped CPU has counted");
}

static void wait_restarts(uint64_t restarts)
{
	while (second[0].restarts < restarts)
		cpu_relax();
}

CHECK("sigp-stop.stops-a-counting-cpu", SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	expect_still(second[0].count);
	second_give_back();
}

CHECK("sigp-stop.stops-a-waiting-cpu", SOURCE)
{
	REQUIRE_SECOND(SECOND_WAITS);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL);
	expect_still(0);
	expect_equal(second[0].externals, 0, "interruptions of a stopped CPU");
	second_give_back();
}

CHECK("sigp-stop.of-a-stopped-cpu-is-accepted", SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	send(KVM_S390_SIGP_STOP);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	second_give_back();
}

CHECK("sigp-stop.keeps-a-pending-call", SOURCE)
{
	struct call c;

	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_EXTERNAL_CALL);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_refused(&c, STATUS_STOPPED | STATUS_CALL_PENDING);
	second_give_back();
}

CHECK("sigp-start.goes-on-where-it-stopped", SOURCE)
{
	uint64_t count;

	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	count = second[0].count;
	send(KVM_S390_SIGP_START);
	second_wait_counting();
	expect(second[0].count > count, "it counts on from where it was");
	expect_equal(second[0].restarts, 1, "how often its program began");
	second_give_back();
}

CHECK("sigp-start.of-an-operating-cpu-is-accepted", SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_START);
	second_wait_counting();
	expect_equal(second[0].restarts, 1, "how often its program began");
	second_give_back();
}

CHECK("sigp-start.waiting-cpu-waits-on", SOURCE)
{
	REQUIRE_SECOND(SECOND_WAITS);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL);
	send(KVM_S390_SIGP_START);
	while (!second[0].externals)
		cpu_relax();
	expect_equal(second[0].restarts, 1, "how often its program began");
	second_give_back();
}

static void expect_old_psw(uint64_t mask, const char *from, const char *to)
{
	struct psw old = second[0].old[TRAP_RESTART];

	conf_fact("old PSW of a restart", &old);
	expect_equal(old.mask & ~(uint64_t)PSW_CC, mask, "the mask of the restart's old PSW");
	expect(old.addr >= (uintptr_t)from && old.addr < (uintptr_t)to,
	       "its address lies in the interrupted program: 0x%lx", (unsigned long)old.addr);
}

CHECK("sigp-restart.interrupts-a-counting-cpu", SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_RESTART);
	wait_restarts(2);
	expect_old_psw(PSW_64BIT, second_counts, second_waits);
	second_give_back();
}

CHECK("sigp-restart.interrupts-a-waiting-cpu", SOURCE)
{
	REQUIRE_SECOND(SECOND_WAITS);
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL);
	/* From here on it waits, or will without another instruction of interest. */
	while (!second[0].externals)
		cpu_relax();
	send(KVM_S390_SIGP_RESTART);
	wait_restarts(2);
	expect_old_psw(second[0].old[TRAP_RESTART].mask & PSW_WAIT ? second[0].wait.mask
								   : PSW_64BIT,
		       second_waits, second_external + 64);
	second_give_back();
}

CHECK("sigp-restart.begins-a-stopped-cpu", SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(KVM_S390_SIGP_STOP);
	second_wait_stopped();
	send(KVM_S390_SIGP_RESTART);
	wait_restarts(2);
	second_wait_counting();
	expect_old_psw(PSW_64BIT, second_counts, second_waits);
	second_give_back();
}

/* ---- resets ---- */

static void reset_stops(unsigned long number)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	send(number);
	second_wait_stopped();
	expect_still(second[0].count);
	second_give_back();
}

CHECK("sigp-cpu-reset.stops-a-counting-cpu", RESET_SOURCE)
{
	reset_stops(KVM_S390_SIGP_CPU_RESET);
}

CHECK("sigp-initial-cpu-reset.stops-a-counting-cpu", RESET_SOURCE)
{
	reset_stops(KVM_S390_SIGP_INITIAL_CPU_RESET);
}

static void reset_forgets(unsigned long number)
{
	struct call c;

	REQUIRE_SECOND(SECOND_STOPPED);
	send(KVM_S390_SIGP_EXTERNAL_CALL);
	send(KVM_S390_SIGP_EMERGENCY_SIGNAL);
	send(number);
	second_wait_stopped();
	order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
	expect_order_refused(&c, STATUS_STOPPED);
	/* The prefix may be gone; what is open there sees the one signal that is new. */
	order(&c, KVM_S390_SIGP_SET_PREFIX, second_address(), (uintptr_t)&second[0]);
	second_prepare(SECOND_WAITS);
	send(KVM_S390_SIGP_RESTART);
	send(KVM_S390_SIGP_EXTERNAL_CALL);
	while (!second[0].externals)
		cpu_relax();
	expect_equal(second[0].external_code, 0x1202, "the code of the first interruption");
	send(KVM_S390_SIGP_EXTERNAL_CALL);
	while (second[0].externals < 2)
		cpu_relax();
	expect_equal(second[0].externals, 2, "how many there were");
	second_give_back();
}

CHECK("sigp-cpu-reset.forgets-what-is-pending", RESET_SOURCE)
{
	reset_forgets(KVM_S390_SIGP_CPU_RESET);
}

CHECK("sigp-initial-cpu-reset.forgets-what-is-pending", RESET_SOURCE)
{
	reset_forgets(KVM_S390_SIGP_INITIAL_CPU_RESET);
}

/* Its registers are those of the counting program, and then what the reset leaves of them. */
static const struct cpu_status *status_after(unsigned long number)
{
	const struct cpu_status *status;

	send(number);
	second_wait_stopped();
	status = second_status();
	expect(status, "its status can be stored");
	return status;
}

static void expect_general(const struct cpu_status *status)
{
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(status->gpr[i], second[0].gpr[i], "r%u after the reset", i);
}

CHECK("sigp-cpu-reset.keeps-registers-of-the-cpu", RESET_SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	status = status_after(KVM_S390_SIGP_CPU_RESET);
	if (status) {
		expect_general(status);
		expect_equal(status->prefix, (uintptr_t)&second[0], "the prefix");
		expect_equal(status->control[0], second[0].cr0, "control register 0");
		expect_equal(status->control[14], CR14_RESET, "control register 14");
	}
	second_give_back();
}

CHECK("sigp-initial-cpu-reset.keeps-general-registers", RESET_SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	status = status_after(KVM_S390_SIGP_INITIAL_CPU_RESET);
	if (status)
		expect_general(status);
	second_give_back();
}

CHECK("sigp-initial-cpu-reset.initialises-control-registers", RESET_SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	status = status_after(KVM_S390_SIGP_INITIAL_CPU_RESET);
	for (unsigned int i = 0; status && i < 16; i++)
		expect_equal(status->control[i],
			     i == 0    ? CR0_RESET
			     : i == 14 ? CR14_RESET
				       : 0,
			     "control register %u", i);
	second_give_back();
}

CHECK("sigp-initial-cpu-reset.clears-psw-and-prefix", RESET_SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	status = status_after(KVM_S390_SIGP_INITIAL_CPU_RESET);
	if (status) {
		expect_equal(status->psw.mask, 0, "the mask of the PSW");
		expect_equal(status->psw.addr, 0, "its address");
		expect_equal(status->prefix, 0, "the prefix");
		expect_equal(status->fpc, 0, "the floating-point-control register");
	}
	second_give_back();
}

CHECK("sigp-initial-cpu-reset.clears-timers", RESET_SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	status = status_after(KVM_S390_SIGP_INITIAL_CPU_RESET);
	if (status) {
		expect_equal(status->comparator, 0, "the clock comparator");
		expect_equal(status->tod_programmable, 0, "the TOD programmable register");
	}
	second_give_back();
}

/* ---- saboteurs ---- */

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}

static bool accept_only(struct call *c)
{
	c->regs.r[HCALL_CC] = 0;
	return false;
}

#define SABOTAGE_LOST(id, name_, checks_, order_)                                                  \
	static bool id(struct call *c)                                                             \
	{                                                                                          \
		return c->number == order_ && c->regs.r[HCALL_R4] == second_address()              \
			       ? accept_only(c)                                                    \
			       : true;                                                             \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_ "-is-lost", .checks = checks_,                          \
		 .rule = "an order that is accepted is obeyed", .applies = two_cpus, .before = id, \
		 .hangs = true)

SABOTAGE_LOST(lost_stop, "stop", "sigp-stop.stops-a-counting-cpu", KVM_S390_SIGP_STOP);
SABOTAGE_LOST(lost_start, "start", "sigp-start.goes*", KVM_S390_SIGP_START);
SABOTAGE_LOST(lost_restart, "restart", "sigp-restart.interrupts-a-c*", KVM_S390_SIGP_RESTART);

/* Another order than the one that is asked for. */
#define SABOTAGE_SWAP(id, name_, rule_, checks_, from, to)                                         \
	static bool id(struct call *c)                                                             \
	{                                                                                          \
		if (c->number == from)                                                             \
			hcall_regs_set_number(&c->regs, to);                                       \
		return true;                                                                       \
	}                                                                                          \
	static void id##_after(struct call *c)                                                     \
	{                                                                                          \
		c->regs.r[HCALL_DIAG] = c->before.r[HCALL_DIAG];                                   \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_, .checks = checks_, .rule = rule_, .applies = two_cpus, \
		 .before = id, .after = id##_after)

SABOTAGE_SWAP(stop_resets, "stop-is-a-reset", "STOP keeps what is pending", "sigp-stop.keeps*",
	      KVM_S390_SIGP_STOP, KVM_S390_SIGP_CPU_RESET);
SABOTAGE_SWAP(start_restarts, "start-is-a-restart", "START goes on where the CPU stopped",
	      "sigp-start.goes*,sigp-start.of*", KVM_S390_SIGP_START, KVM_S390_SIGP_RESTART);
SABOTAGE_SWAP(reset_initial, "cpu-reset-is-an-initial-one", "CPU RESET keeps registers",
	      "sigp-cpu-reset.keeps-registers-of*", KVM_S390_SIGP_CPU_RESET,
	      KVM_S390_SIGP_INITIAL_CPU_RESET);
SABOTAGE_SWAP(initial_reset, "initial-cpu-reset-is-a-plain-one",
	      "INITIAL CPU RESET initialises control registers",
	      "sigp-initial-cpu-reset.initialises*", KVM_S390_SIGP_INITIAL_CPU_RESET,
	      KVM_S390_SIGP_CPU_RESET);
SABOTAGE_SWAP(initial_psw, "initial-cpu-reset-keeps-psw", "INITIAL CPU RESET clears the PSW",
	      "sigp-initial-cpu-reset.clears-psw*", KVM_S390_SIGP_INITIAL_CPU_RESET,
	      KVM_S390_SIGP_CPU_RESET);
SABOTAGE_SWAP(reset_stop, "cpu-reset-only-stops", "CPU RESET forgets what is pending",
	      "sigp-cpu-reset.forgets*", KVM_S390_SIGP_CPU_RESET, KVM_S390_SIGP_STOP);
SABOTAGE_SWAP(initial_stop, "initial-cpu-reset-only-stops",
	      "INITIAL CPU RESET forgets what is pending", "sigp-initial-cpu-reset.forgets*",
	      KVM_S390_SIGP_INITIAL_CPU_RESET, KVM_S390_SIGP_STOP);

/* What the second CPU did is changed behind its back. */
#define SABOTAGE_SEEN(id, name_, rule_, checks_, condition, statement)                             \
	static void id(struct call *c)                                                             \
	{                                                                                          \
		if (c->number >> 24 == HCALL_CODE_SIGP >> 8 && (condition))                        \
			statement;                                                                 \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_, .checks = checks_, .rule = rule_, .applies = two_cpus, \
		 .after = id)

SABOTAGE_SEEN(waits_not, "stopped-takes-interruptions", "a stopped CPU takes none",
	      "sigp-stop.stops-a-waiting*", true, second[0].externals = 1);
SABOTAGE_SEEN(start_begins, "start-begins-anew", "START begins nothing anew", "sigp-start.waiting*",
	      c->number == KVM_S390_SIGP_START, second[0].restarts++);
SABOTAGE_SEEN(not_stopped, "refuses-a-second-stop", "STOP of a stopped CPU is accepted",
	      "sigp-stop.of*", c->number == KVM_S390_SIGP_STOP, c->regs.r[HCALL_CC] = 2 - 1);

/* A status that is stored goes by here. */
static bool status_facts(const char *kind)
{
	return kind[0] == 's' && kind[1] == 't';
}

#define SABOTAGE_STATUS(id, name_, rule_, checks_, statement)                       \
	static void id(const char *kind, void *fact)                                \
	{                                                                           \
		struct cpu_status *s = fact;                                        \
                                                                                    \
		if (status_facts(kind))                                             \
			statement;                                                  \
	}                                                                           \
	SABOTEUR(id, .name = "sigp-reset-" name_, .checks = checks_, .rule = rule_, \
		 .applies = two_cpus, .fact = id)

SABOTAGE_STATUS(clears_gpr, "clears-general-registers", "a reset keeps general registers",
		"sigp-*reset.keeps-g*,sigp-*reset.keeps-r*-of-the-cpu", s->gpr[13] = 0);
SABOTAGE_STATUS(keeps_timer, "keeps-the-comparator", "the clock comparator is cleared",
		"sigp-*reset.clears-timers", s->comparator = 1);
SABOTAGE_STATUS(keeps_prefix, "keeps-the-prefix", "the prefix is cleared",
		"sigp-*reset.clears-psw*", s->prefix = 0x2000);
SABOTAGE_STATUS(cr14, "forgets-control-register-14", "control register 14 is initialised",
		"sigp-*reset.initialises*", s->control[14] = 0);

static void old_psw(const char *kind, void *fact)
{
	if (kind[0] == 'o')
		((struct psw *)fact)->addr = 0;
}
SABOTEUR(old_psw, .name = "sigp-restart-stores-no-psw", .checks = "sigp-restart.*",
	 .rule = "a restart stores the old PSW", .applies = two_cpus, .fact = old_psw);
