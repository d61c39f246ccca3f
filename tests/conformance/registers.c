// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a call changes its outputs and what the ABI lets any call change, and no other register;
 * and its answer depends on its number and its arguments, and on no other register.
 *
 * Source: the calling conventions in <asm/hcall_regs.h>. Every register holds a canary of its own.
 * Outcomes: pass; fail with all registers before and after; skip as for all generic checks.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"

CHECK_EACH("keeps-registers", "calling convention, <asm/hcall_regs.h>: HCALL_CLOBBERS")
{
	struct call c;

	REQUIRE_BENIGN(d);
	benign_prepare(&c, d);
	conf_call(&c);
	expect_kept(&c);
}

CHECK_EACH("keeps-system-registers", "calling convention: a call has no such output")
{
	static struct watch w;
	struct call c;

	REQUIRE_BENIGN(d);
	benign_prepare(&c, d);
	conf_call_watched(&c, &w);
	expect_watched(&c, &w);
}

static bool is_input(const struct hcall_desc *d, unsigned int reg, const struct call *c)
{
	static const uint8_t all[] = HCALL_REG_ARGS;

	for (unsigned int i = 0; i < d->nr_in; i++)
		if (d->in[i] == reg)
			return true;
	/* A record without inputs may belong to a call whose arguments no document names. */
	for (unsigned int i = 0; !d->nr_in && i < sizeof(all); i++)
		if (all[i] == reg)
			return true;
	/* Whatever the number is put into. */
	return c->regs.r[reg] != hcall_canary(reg) || HCALL_NOT_LOADED >> reg & 1;
}

CHECK_EACH("reads-only-its-arguments", "calling convention: which registers are inputs")
{
	struct call first, second;

	REQUIRE_BENIGN(d);
	benign_prepare(&first, d);
	conf_call(&first);
	REQUIRE(!benign_obstacle(d), "%s", benign_obstacle(d));
	benign_prepare(&second, d);
	for (unsigned int i = 0; i < HCALL_NREGS; i++)
		if (!is_input(d, i, &second))
			second.regs.r[i] = ~second.regs.r[i] & HCALL_REG_BITS(i);
	conf_call(&second);
	expect_equal(second.trapped, first.trapped,
		     "whether it ends in an exception with other values in other registers");
	/* What is refused by an exception leaves the status as it was loaded: different. */
	if (!first.trapped)
		expect_equal((unsigned long)call_status(&second),
			     (unsigned long)call_status(&first),
			     "the status with other values in other registers");
}
