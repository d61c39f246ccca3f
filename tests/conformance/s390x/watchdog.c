// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x288 starts, changes and cancels the watchdog; whatever it cannot do is a
 * specification exception and changes nothing; the watchdog expires when its time is over, and only
 * then.
 *
 * Source: qemu target/s390x/diag.c, handle_diag_288(), hw/watchdog/wdt_diag288.c; Linux
 * drivers/watchdog/diag288_wdt.c. Outcomes: pass; fail with the registers; skip without the device.
 * What needs minutes of the guest's time are boots of their own, in which waiting takes none
 * (conformance.cases: -icount sleep=off).
 */
#include <lib/clock.h>
#include <lib/exit.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	      "handle_diag_288() and wdt_diag288_handle_timer() of qemu"
#define EXPIRY_SOURCE "wdt_diag288_handle_timer() of qemu: seconds of the guest's time"

enum { START, CHANGE, CANCEL };
#define SHORTEST 15ul
/* Long enough for every check. */
#define LONG	      100000ul
#define SPECIFICATION "specification"

static void watchdog(struct call *c, unsigned long function, unsigned long seconds,
		     unsigned long action)
{
	CALL(c, DIAG_WATCHDOG, function, seconds, action);
}

static bool accepted(unsigned long function, unsigned long seconds)
{
	struct call c;

	watchdog(&c, function, seconds, 0);
	return expect(!c.trapped, "function %lu with %lu seconds is accepted", function, seconds) &&
	       expect_kept(&c);
}

static bool refused(unsigned long function, unsigned long seconds, unsigned long action)
{
	struct call c;

	watchdog(&c, function, seconds, action);
	return expect_trap(&c, SPECIFICATION) && expect_kept(&c);
}

/* Leaves it cancelled. */
static bool there(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	call_prepare(&c, DIAG_WATCHDOG);
	c.regs.r[HCALL_R2] = START;
	c.regs.r[HCALL_R3] = LONG;
	c.regs.r[HCALL_R4] = 0;
	hcall_regs_set_number(&c.regs, DIAG_WATCHDOG);
	conf_call_word(&c, DIAG_R2_R4(0x288));
	if (c.trapped)
		return false;
	c.regs.r[HCALL_R2] = CANCEL;
	conf_call_word(&c, DIAG_R2_R4(0x288));
	return true;
}

#define REQUIRE_WATCHDOG()    \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(there(), "a watchdog: -device diag288")

CHECK("watchdog.starts-and-is-cancelled", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (accepted(START, LONG))
		accepted(CANCEL, 0);
}

CHECK("watchdog.too-short-a-time-is-refused", SOURCE)
{
	REQUIRE_WATCHDOG();
	for (unsigned long seconds = 0; seconds < SHORTEST; seconds++)
		if (!refused(START, seconds, 0))
			return;
	/* It was not started, either. */
	refused(CANCEL, 0, 0);
}

CHECK("watchdog.too-short-a-change-is-refused", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (!accepted(START, LONG))
		return;
	refused(CHANGE, SHORTEST - 1, 0);
	/* It runs on. */
	accepted(CANCEL, 0);
}

CHECK("watchdog.changes-while-it-runs", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (accepted(START, LONG) && accepted(CHANGE, LONG * 2))
		accepted(CHANGE, LONG / 2);
	accepted(CANCEL, 0);
}

CHECK("watchdog.starts-again-while-it-runs", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (accepted(START, LONG))
		accepted(START, LONG);
	accepted(CANCEL, 0);
}

CHECK("watchdog.change-of-one-that-does-not-run-is-refused", SOURCE)
{
	REQUIRE_WATCHDOG();
	refused(CHANGE, LONG, 0);
}

CHECK("watchdog.cancel-of-one-that-does-not-run-is-refused", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (refused(CANCEL, 0, 0))
		refused(CANCEL, LONG, 0);
}

CHECK("watchdog.cancel-looks-at-no-time", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (accepted(START, LONG))
		accepted(CANCEL, ~0ul);
}

CHECK("watchdog.unknown-functions-are-refused", SOURCE)
{
	const unsigned long functions[] = { 3, 4, 0xff, 1ul << 32, 1ul << 32 | CHANGE, ~0ul };

	REQUIRE_WATCHDOG();
	if (!accepted(START, LONG))
		return;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (!refused(functions[i], LONG, 0))
			break;
	accepted(CANCEL, 0);
}

CHECK("watchdog.other-actions-are-refused", SOURCE ": the action in R4 must be 0")
{
	const unsigned long actions[] = { 1, 2, 0x80000000, 1ul << 32, ~0ul };

	REQUIRE_WATCHDOG();
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!refused(START, LONG, actions[i]))
			return;
	refused(CANCEL, 0, 0);
}

/* The registers are those that the instruction names: an even one and the one behind it. */
static void by_registers(struct call *c, unsigned int pair, unsigned int action)
{
	call_prepare(c, DIAG_WATCHDOG);
	c->regs.r[pair] = START;
	c->regs.r[pair + 1 < 16 ? pair + 1 : 0] = LONG;
	c->regs.r[action] = 0;
	conf_call_word(c, DIAG(pair, action, 0x288u));
}

CHECK("watchdog.any-even-register-will-do", SOURCE)
{
	struct call c;

	REQUIRE_WATCHDOG();
	for (unsigned int pair = 0; pair < 16; pair += 2) {
		by_registers(&c, pair, pair ? pair - 2 : 14);
		if (!expect(!c.trapped, "R1 may be %u", pair) || !expect_kept(&c))
			return;
	}
	accepted(CANCEL, 0);
}

CHECK("watchdog.an-odd-register-is-refused", SOURCE)
{
	struct call c;

	REQUIRE_WATCHDOG();
	for (unsigned int pair = 1; pair < 15; pair += 2) {
		by_registers(&c, pair, 15);
		if (!expect_trap(&c, SPECIFICATION))
			return;
	}
	refused(CANCEL, 0, 0);
}

CHECK("watchdog.without-the-device-all-is-refused", SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE(!there(), "a machine without a watchdog");
	if (refused(START, LONG, 0) && refused(CHANGE, LONG, 0))
		refused(CANCEL, 0, 0);
}

/* ---- boots of their own ---- */

#define SECOND 1000000000ull

static void wait_seconds(unsigned int seconds)
{
	clock_sleep_until(clock_ns() + seconds * SECOND);
}

/* Elsewhere it could expire, if the host had other things to do. */
CHECK_ENDS("watchdog.shortest-time", SOURCE)
{
	REQUIRE_WATCHDOG();
	if (accepted(START, SHORTEST) && accepted(CHANGE, SHORTEST))
		accepted(CANCEL, 0);
}

CHECK_ENDS("watchdog.resets-the-machine-when-its-time-is-over", EXPIRY_SOURCE)
{
	REQUIRE_WATCHDOG();
	machine_announce_end("reset");
	accepted(START, SHORTEST);
	wait_seconds(2 * SHORTEST);
	expect(false, "%lu seconds after its start it has reset the machine", SHORTEST);
}

CHECK_ENDS("watchdog.does-not-expire-early", EXPIRY_SOURCE)
{
	REQUIRE_WATCHDOG();
	accepted(START, SHORTEST);
	wait_seconds(SHORTEST - 1);
	accepted(CHANGE, SHORTEST);
	wait_seconds(SHORTEST - 1);
	accepted(START, 2 * SHORTEST);
	wait_seconds(2 * SHORTEST - 1);
	accepted(CANCEL, 0);
}

CHECK_ENDS("watchdog.cancelled-does-not-expire", EXPIRY_SOURCE)
{
	REQUIRE_WATCHDOG();
	accepted(START, SHORTEST);
	accepted(CANCEL, 0);
	wait_seconds(10 * SHORTEST);
	expect(clock_ns() > SECOND, "the machine is there still");
}

CHECK_ENDS("watchdog.refused-change-changes-no-time", EXPIRY_SOURCE)
{
	REQUIRE_WATCHDOG();
	machine_announce_end("reset");
	accepted(START, SHORTEST);
	refused(CHANGE, 0, 0);
	refused(CHANGE, LONG, 1);
	wait_seconds(2 * SHORTEST);
	expect(false, "%lu seconds after its start it has reset the machine", SHORTEST);
}

/* So long that nobody lives to see it: 2^63 - 1 seconds, or 2^34, whose nanoseconds have 65 bits. */
CHECK_ENDS("watchdog.longest-time-does-not-expire-at-once", EXPIRY_SOURCE)
{
	const unsigned long times[] = { 1ul << 34, ~0ul >> 1 };

	REQUIRE_WATCHDOG();
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		accepted(START, times[i]);
		wait_seconds(SHORTEST);
		accepted(CANCEL, 0);
	}
}

/* ---- saboteurs ---- */

#define FUNCTION(c) ((c)->regs.r[HCALL_R2])
#define SECONDS(c)  ((c)->regs.r[HCALL_R3])
#define ACTION(c)   ((c)->regs.r[HCALL_R4])

/* Not called at all where the condition holds: it looks as if it were accepted. */
#define SABOTAGE_ACCEPTS(id, name_, checks_, condition)                                \
	static bool id(struct call *c)                                                 \
	{                                                                              \
		return c->number != DIAG_WATCHDOG || !(condition);                     \
	}                                                                              \
	SABOTEUR(id, .name = "watchdog-accepts-" name_, .checks = "watchdog." checks_, \
		 .rule = "what it cannot do is refused", .applies = there, .before = id)

SABOTAGE_ACCEPTS(short_start, "a-short-time", "too-short-a-time*",
		 FUNCTION(c) == START && SECONDS(c) == SHORTEST - 1);
SABOTAGE_ACCEPTS(short_change, "a-short-change", "too-short-a-change*",
		 FUNCTION(c) == CHANGE && SECONDS(c) < SHORTEST);
SABOTAGE_ACCEPTS(idle_change, "a-change-of-none", "change-of-one*", FUNCTION(c) == CHANGE);
SABOTAGE_ACCEPTS(idle_cancel, "a-cancel-of-none", "cancel-of-one*",
		 FUNCTION(c) == CANCEL && SECONDS(c) == LONG);
SABOTAGE_ACCEPTS(function, "a-function-of-its-own", "unknown*", FUNCTION(c) == 3);
SABOTAGE_ACCEPTS(high_function, "a-function-with-high-bits", "unknown*",
		 FUNCTION(c) >> 32 && (uint32_t)FUNCTION(c) == CHANGE);
SABOTAGE_ACCEPTS(action, "another-action", "other-actions*", ACTION(c) == 1);
SABOTAGE_ACCEPTS(high_action, "an-action-with-high-bits", "other-actions*",
		 ACTION(c) && !(uint32_t)ACTION(c));
SABOTAGE_ACCEPTS(odd, "an-odd-register", "an-odd*",
		 c->how[0] == 'i' && c->regs.r[1] == START && c->regs.r[2] == LONG);
SABOTAGE_ACCEPTS(lost_start, "a-start-and-does-not", "starts-and*",
		 c->how[0] == 's' && FUNCTION(c) == START);

static bool to_refuse;

#define SABOTAGE_REFUSES(id, name_, checks_, condition)                                \
	static bool id(struct call *c)                                                 \
	{                                                                              \
		to_refuse = c->number == DIAG_WATCHDOG && (condition);                 \
		if (to_refuse)                                                         \
			hcall_regs_set_number(&c->regs, HCALL_UNASSIGNED);             \
		return true;                                                           \
	}                                                                              \
	static void id##_after(struct call *c)                                         \
	{                                                                              \
		if (to_refuse)                                                         \
			c->regs = c->before;                                           \
	}                                                                              \
	SABOTEUR(id, .name = "watchdog-refuses-" name_, .checks = "watchdog." checks_, \
		 .rule = "what it can do is accepted", .applies = there, .before = id, \
		 .after = id##_after)

SABOTAGE_REFUSES(shortest, "the-shortest-time", "shortest-time", SECONDS(c) == SHORTEST);
SABOTAGE_REFUSES(change, "a-change", "changes*", FUNCTION(c) == CHANGE);
SABOTAGE_REFUSES(long_cancel, "a-cancel-with-a-time", "cancel-looks*",
		 FUNCTION(c) == CANCEL && SECONDS(c) == ~0ul);

static bool started;

static bool refuses_again(struct call *c)
{
	to_refuse =
		c->number == DIAG_WATCHDOG && c->how[0] == 's' && FUNCTION(c) == START && started;
	if (c->number == DIAG_WATCHDOG && c->how[0] == 's')
		started = FUNCTION(c) == START;
	if (to_refuse)
		hcall_regs_set_number(&c->regs, HCALL_UNASSIGNED);
	return true;
}
static void refused_again(struct call *c)
{
	if (to_refuse)
		c->regs = c->before;
}
SABOTEUR(refuses_again, .name = "watchdog-refuses-a-second-start",
	 .checks = "watchdog.starts-again*", .rule = "one that runs may be started again",
	 .applies = there, .before = refuses_again, .after = refused_again);

static void writes_r8(struct call *c)
{
	if (c->number == DIAG_WATCHDOG && c->regs.r[HCALL_R8] == hcall_canary(HCALL_R8))
		c->regs.r[HCALL_R8]++;
}
SABOTEUR(writes_r8, .name = "watchdog-writes-a-register", .checks = "watchdog.any*",
	 .rule = "no register changes", .applies = there, .after = writes_r8);
