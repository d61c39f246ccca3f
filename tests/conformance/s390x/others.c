// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x318 takes any control program code; 0x501 without a debugger is an operation
 * exception; neither has another effect. Where a hypervisor has not got them, they are unknown codes.
 *
 * Source: qemu target/s390x/kvm/kvm.c, handle_diag_318(), handle_sw_breakpoint(); facility 134 for
 * 0x318; s390-diag.rst for 0x501. Outcomes: pass; fail; skip where the hypervisor does not know it.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define CODE_SOURCE  "handle_diag_318() of qemu"
#define BREAK_SOURCE "handle_sw_breakpoint() of qemu; s390-diag.rst, 'X'501"

static bool takes_code(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	CALL(&c, DIAG_CONTROL_PROGRAM, 0);
	return !c.trapped;
}

CHECK("control-program.any-code-is-taken", CODE_SOURCE)
{
	const unsigned long codes[] = { 0x0400000000000000, 0, ~0ul, 1 };
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(takes_code(), "a hypervisor that knows DIAG_CONTROL_PROGRAM");
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		CALL(&c, DIAG_CONTROL_PROGRAM, codes[i]);
		if (!expect(!c.trapped, "code 0x%lx is taken", codes[i]) || !expect_kept(&c))
			return;
	}
}

CHECK("control-program.may-be-in-any-register", CODE_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(takes_code(), "a hypervisor that knows DIAG_CONTROL_PROGRAM");
	for (uint32_t r = 0; r < 16; r++) {
		call_prepare(&c, DIAG_CONTROL_PROGRAM);
		conf_call_word(&c, DIAG(r, 15 - r, 0x318u));
		if (!expect(!c.trapped, "r%u is taken", r) || !expect_kept(&c))
			return;
	}
}

static bool breaks(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	CALL(&c, DIAG_BREAKPOINT);
	return !call_unknown(&c);
}

CHECK("breakpoint.of-nobody-is-an-operation-exception", BREAK_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	REQUIRE(breaks(), "a hypervisor that knows DIAG_BREAKPOINT");
	CALL(&c, DIAG_BREAKPOINT);
	expect_trap(&c, "operation");
	expect_kept(&c);
}

CHECK("breakpoint.is-never-passed-by", BREAK_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (uint32_t r = 0; r < 16; r++) {
		call_prepare(&c, DIAG_BREAKPOINT);
		conf_call_word(&c, DIAG(r, 15 - r, 0x501u));
		if (!expect(c.trapped, "with r%u, it is an exception", r) || !expect_kept(&c))
			return;
	}
}

/* ---- saboteurs ---- */

/* But for the code that is asked for to know whether there is anybody. */
static void refuses(struct call *c)
{
	if (c->number == DIAG_CONTROL_PROGRAM && c->before.r[HCALL_R2])
		c->trapped = true;
}
SABOTEUR(refuses, .name = "control-program-is-refused", .checks = "control-program.*",
	 .rule = "any code is taken", .applies = takes_code, .after = refuses);

static void passes(struct call *c)
{
	if (c->number == DIAG_BREAKPOINT)
		c->trapped = false;
}
SABOTEUR(passes, .name = "breakpoint-is-passed-by", .checks = "breakpoint.*",
	 .rule = "0x501 is an exception", .after = passes);
