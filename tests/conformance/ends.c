// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a call that resets the machine or powers it off does so, where it is announced; where the
 * monitor cannot, the call comes back with the status that its record has for that, and the guest
 * goes on as before.
 *
 * Source: the records that serve HCALL_OP_RESET and HCALL_OP_SHUTDOWN (e500: the proposal of 2013,
 * has-reset and has-shutdown; s390x: DIAGNOSE 0x308).
 * Outcomes: the machine ends, and the outside sees whether in the announced way; fail if the call
 * comes back; skip where no such call is announced. That of a monitor that cannot is to be chosen by
 * who knows that (conformance.cases): there, an end is the failure, and seen from outside.
 */
#include <lib/exit.h>
#include "tests/conformance/conf.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "the call's record in catalogue.def; e500: RFC reset and shutdown hcall, v2"

/* The record that serves it, NULL if nobody announces it here. */
static const struct hcall_desc *offered(enum hcall_op op)
{
	const struct hcall_desc *d = hcall_find_op(op);

	return d && conf_patched() && conf_announced(d) ? d : NULL;
}

#define REQUIRE_OFFERED(op, what) REQUIRE(offered(op), "a hypervisor that announces " what)

static void ends(enum hcall_op op, const char *how)
{
	struct call c;

	machine_announce_end(how);
	CALL(&c, offered(op)->number);
	expect(false, "the machine has ended: %s", how);
	expect_documented(&c);
}

CHECK_ENDS("reset.resets-the-machine", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_RESET, "a call for resets");
	ends(HCALL_OP_RESET, "reset");
}

CHECK_ENDS("shutdown.powers-the-machine-off", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_SHUTDOWN, "a call for power-off");
	ends(HCALL_OP_SHUTDOWN, "shutdown");
}

/* On whichever CPU: this one waits for it, and is gone, too. */
static void call_reset(void *unused)
{
	struct call c;

	(void)unused;
	CALL(&c, offered(HCALL_OP_RESET)->number);
}

CHECK_ENDS("reset.by-another-cpu", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_RESET, "a call for resets");
	REQUIRE_CPUS(2);
	machine_announce_end("reset");
	conf_on(1, call_reset, NULL);
	expect(false, "the machine has ended: reset");
}

static void call_shutdown(void *unused)
{
	struct call c;

	(void)unused;
	CALL(&c, offered(HCALL_OP_SHUTDOWN)->number);
}

CHECK_ENDS("shutdown.by-another-cpu", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_SHUTDOWN, "a call for power-off");
	REQUIRE_CPUS(2);
	machine_announce_end("shutdown");
	conf_on(1, call_shutdown, NULL);
	expect(false, "the machine has ended: shutdown");
}

/* Twice, because a monitor that gave up once may be asked again; then other calls, as ever. */
static void comes_back(enum hcall_op op)
{
	const struct hcall_desc *d = offered(op);
	struct call c;

	for (unsigned int i = 0; i < 2; i++) {
		conf_page();
		CALL(&c, d->number);
		expect(!c.trapped && call_status(&c) != 0, "a status that says that it failed");
		expect_documented(&c);
		expect_kept(&c);
		expect_memory_kept(0, 0);
		expect(call_known(&c), "%s is announced, and so it is not unknown", d->name);
	}
	CALL(&c, HCALL_UNASSIGNED);
	expect_unknown(&c);
}

CHECK_ENDS("reset.that-fails-comes-back", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_RESET, "a call for resets");
	comes_back(HCALL_OP_RESET);
}

CHECK_ENDS("shutdown.that-fails-comes-back", SOURCE)
{
	REQUIRE_OFFERED(HCALL_OP_SHUTDOWN, "a call for power-off");
	comes_back(HCALL_OP_SHUTDOWN);
}

/* ---- saboteurs ---- */

static bool is_op(const struct call *c, enum hcall_op op)
{
	return c->desc && c->desc->op == op;
}

static bool offers(enum hcall_op op)
{
	return offered(op) != NULL;
}

static bool offers_reset(void)
{
	return offers(HCALL_OP_RESET);
}

static bool offers_shutdown(void)
{
	return offers(HCALL_OP_SHUTDOWN);
}

static bool has_both(void)
{
	return offers_reset() && offers_shutdown();
}

static bool ignore_reset(struct call *c)
{
	return !is_op(c, HCALL_OP_RESET);
}
SABOTEUR(no_reset, .name = "reset-is-ignored", .checks = "reset.resets-the-machine",
	 .applies = offers_reset, .before = ignore_reset, .rule = "a reset resets the machine");

static bool ignore_shutdown(struct call *c)
{
	return !is_op(c, HCALL_OP_SHUTDOWN);
}
SABOTEUR(no_shutdown, .name = "shutdown-is-ignored", .checks = "shutdown.powers-the-machine-off",
	 .applies = offers_shutdown, .before = ignore_shutdown,
	 .rule = "a shutdown powers the machine off");

static bool swap(struct call *c)
{
	enum hcall_op other = is_op(c, HCALL_OP_RESET) ? HCALL_OP_SHUTDOWN : HCALL_OP_RESET;

	if (is_op(c, HCALL_OP_RESET) || is_op(c, HCALL_OP_SHUTDOWN))
		hcall_regs_set_number(&c->regs, offered(other)->number);
	return true;
}
SABOTEUR(reset_off, .name = "reset-powers-off", .checks = "reset.resets-the-machine",
	 .applies = has_both, .before = swap, .rule = "a reset is no power-off");
SABOTEUR(off_reset, .name = "shutdown-resets", .checks = "shutdown.powers-the-machine-off",
	 .applies = has_both, .before = swap, .rule = "a power-off is no reset");

static bool not_from_others(struct call *c)
{
	return !cpu_number() || ignore_reset(c);
}
SABOTEUR(from_others, .name = "reset-of-another-cpu-is-ignored", .checks = "reset.by-another-cpu",
	 .applies = offers_reset, .before = not_from_others,
	 .rule = "any CPU can reset the machine");

static bool not_off_from_others(struct call *c)
{
	return !cpu_number() || ignore_shutdown(c);
}
SABOTEUR(off_from_others, .name = "shutdown-of-another-cpu-is-ignored",
	 .checks = "shutdown.by-another-cpu", .applies = offers_shutdown,
	 .before = not_off_from_others, .rule = "any CPU can power the machine off");

/* Of monitors that fail: a success is claimed, though nothing has ended. */
static void claim_success(struct call *c)
{
	if (is_op(c, HCALL_OP_RESET) || is_op(c, HCALL_OP_SHUTDOWN))
		c->regs.r[HCALL_REG_STATUS] = 0;
}
SABOTEUR(claims_reset, .name = "reset-that-fails-says-0", .checks = "reset.that-fails-comes-back",
	 .monitor = "--fail reset", .applies = has_both, .after = claim_success,
	 .rule = "a reset that failed says so");
SABOTEUR(claims_shutdown, .name = "shutdown-that-fails-says-0",
	 .checks = "shutdown.that-fails-comes-back", .monitor = "--fail shutdown",
	 .applies = has_both, .after = claim_success, .rule = "a shutdown that failed says so");
