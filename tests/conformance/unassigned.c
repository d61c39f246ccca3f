// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a number that belongs to nobody is answered "unknown", whatever else is in the registers,
 * and changes nothing; and a number is compared in its full width.
 *
 * Source: calling conventions, <asm/hcall_regs.h>; arch/<a>/catalogue.def says how unknown looks.
 * Outcomes: pass; fail with the registers; skip where nobody can be called.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"

#define RANDOM_NUMBERS 16

CHECK("unassigned.is-unknown", "calling convention: the answer to an unknown number")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (const unsigned long *n = conf_arch.unassigned; *n; n++) {
		CALL(&c, *n);
		if (!expect_unknown(&c))
			return;
	}
}

CHECK("unassigned.keeps-registers", "calling convention, <asm/hcall_regs.h>: HCALL_CLOBBERS")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (const unsigned long *n = conf_arch.unassigned; *n; n++) {
		CALL(&c, *n);
		if (!expect_kept(&c))
			return;
	}
}

CHECK("unassigned.keeps-system-registers", "calling convention: a call has no such output")
{
	static struct watch w;
	struct call c;

	REQUIRE_HYPERVISOR();
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call_watched(&c, &w);
	expect_watched(&c, &w);
}

CHECK("unassigned.keeps-memory", "calling convention: an unknown call has no output in memory")
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	uint8_t *page = conf_page();
	struct call c;

	REQUIRE_HYPERVISOR();
	for (const unsigned long *n = conf_arch.unassigned; *n; n++) {
		call_prepare(&c, *n);
		for (size_t i = 0; i < sizeof(args); i++)
			if (c.regs.r[args[i]] == 0)
				c.regs.r[args[i]] = (uintptr_t)page;
		conf_call(&c);
		if (!expect_memory_kept(0, 0))
			return;
	}
}

/* No document gives these away either; a hypervisor must not fall over any of them. */
CHECK("unassigned.random-numbers", "calling convention: the answer to an unknown number; seed=N")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int i = 0; i < RANDOM_NUMBERS; i++) {
		unsigned long n = conf_arch.random_unassigned(conf_random());

		if (hcall_find(n))
			continue;
		CALL(&c, n);
		if (!expect_unknown(&c))
			return;
	}
}
