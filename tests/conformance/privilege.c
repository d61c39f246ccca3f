// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a call is for the system, not for its users: at user privilege every call comes to the same,
 * whatever its number is, and does nothing.
 *
 * Source: x86_64, kvm_emulate_hypercall() in arch/x86/kvm/x86.c: -1 (EPERM), before the number is
 * looked at; e500, kvmppc_handle_exit() in arch/powerpc/kvm/booke.c: with MSR[PR] set, `sc` is a
 * system call of the guest, whatever R0 holds; s390x, Principles of Operation, DIAGNOSE: a
 * privileged instruction. What it comes to is in <a>/arch.c. Calls that would end the machine are
 * among those that are tried.
 * Outcomes: pass; fail with the registers; skip where nobody can be called. Where a call is answered
 * after all, the machine may end: the outside sees that.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "the privilege that the ABI wants for a call: conf_arch of <a>/arch.c"

#define RANDOM_NUMBERS 16

CHECK_EACH("user-is-refused", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	benign_prepare(&c, d);
	conf_call_user(&c);
	expect_refused(&c);
}

CHECK_EACH("user-changes-nothing", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	benign_prepare(&c, d);
	conf_call_user(&c);
	/* The page is as it was, too, where the same call would have stored. */
	expect_memory_kept(0, 0);
	expect_kept_of(&c, ~(HCALL_NOT_LOADED | conf_arch.slot_changes |
			     (conf_arch.user_trap ? 0 : 1ull << HCALL_REG_STATUS)));
}

static bool is_refused(unsigned long number)
{
	struct call c;

	call_prepare(&c, number);
	conf_call_user(&c);
	return expect_refused(&c);
}

CHECK("user.unassigned-numbers-are-refused", SOURCE)
{
	REQUIRE_HYPERVISOR();
	for (const unsigned long *n = conf_arch.unassigned; *n; n++)
		if (!is_refused(*n))
			return;
}

CHECK("user.random-numbers-are-refused", SOURCE "; seed=N")
{
	REQUIRE_HYPERVISOR();
	for (unsigned int i = 0; i < RANDOM_NUMBERS; i++)
		if (!is_refused(conf_arch.random_unassigned(conf_random())))
			return;
}

/* What is refused there is nobody's business here: supervisor's calls are what they were. */
CHECK("user.refusal-is-forgotten", SOURCE)
{
	struct call before, after;

	REQUIRE_HYPERVISOR();
	CALL(&before, HCALL_UNASSIGNED);
	is_refused(HCALL_UNASSIGNED);
	CALL(&after, HCALL_UNASSIGNED);
	expect_equal(after.trapped, before.trapped, "whether an unknown number traps, after it");
	expect_unknown(&after);
}

static void refused_here(void *unused)
{
	(void)unused;
	is_refused(hcall_catalogue[0].number);
	is_refused(HCALL_UNASSIGNED);
}

CHECK("user.is-refused-on-every-cpu", SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE_CPUS(2);
	for (unsigned int cpu = 0; cpu < cpu_count(); cpu++)
		if (!conf_on(cpu, refused_here, NULL))
			return;
}

/* ---- saboteurs ---- */

static bool on_another_cpu(const struct call *c)
{
	return c->user && cpu_number();
}

/* As if the call had been made, and had gone well. */
static bool serve(struct call *c)
{
	c->regs.r[HCALL_REG_STATUS] = 0;
	return false;
}

static bool serve_user(struct call *c)
{
	return !c->user || serve(c);
}
SABOTEUR(served, .name = "user-is-served", .checks = "*.user-is-refused", .before = serve_user,
	 .rule = "a known call is refused at user privilege");

static bool serve_unknown(struct call *c)
{
	return !c->user || c->desc || serve(c);
}
SABOTEUR(unknown, .name = "user-may-call-unknown", .checks = "user.*", .before = serve_unknown,
	 .rule = "an unknown number is refused at user privilege, too");

static bool serve_elsewhere(struct call *c)
{
	return !on_another_cpu(c) || serve(c);
}
static bool has_cpus(void)
{
	return hcall_patched() && cpu_count() > 1;
}
SABOTEUR(elsewhere, .name = "user-is-served-on-other-cpus", .checks = "user.*", .applies = has_cpus,
	 .before = serve_elsewhere, .rule = "user privilege is refused on every CPU");

static void spoil_register(struct call *c)
{
	if (c->user)
		c->regs.r[HCALL_NREGS - 1] ^= 1;
}
SABOTEUR(spoils, .name = "user-clobber", .checks = "*.user-changes-nothing",
	 .after = spoil_register, .rule = "a call that is refused keeps registers");

static void store_for_user(struct call *c)
{
	if (c->user)
		memory_spoil(0);
}
SABOTEUR(stores, .name = "user-stores", .checks = "*.user-changes-nothing", .after = store_for_user,
	 .rule = "a call that is refused stores nothing");

/* From then on every call is refused: what the CPU was is not looked at, but what it was once. */
static bool seen_user;

static bool is_supervisor_now(struct call *c)
{
	seen_user |= c->user;
	return c->user || !seen_user || serve(c);
}
SABOTEUR(sticks, .name = "user-refusal-sticks", .checks = "user.refusal-is-forgotten",
	 .before = is_supervisor_now, .rule = "privilege is that of the moment of the call");
