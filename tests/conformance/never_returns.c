// SPDX-License-Identifier: BSD-2-Clause
/*
 * A saboteur that is no lie but a silence: a call that does not come back. No check can notice
 * that; whoever boots the suite has to, by the name of the check under way, and has to go on behind
 * it. (tests/host/test_runner_runs.py sees that the runner does.)
 */
#include "tests/conformance/conf.h"
#include "tests/conformance/sabotage.h"

/* One is enough: each of its checks costs a boot that waits for its time limit. */
static bool is_first(const struct hcall_desc *d)
{
	return d == hcall_catalogue;
}

static bool never_return(struct call *c)
{
	while (sabotage_hits(c))
		__asm__ volatile("" ::: "memory");
	return true;
}
SABOTEUR(never_returns, .name = "never-returns", .rule = "a call comes back", .each_call = is_first,
	 .before = never_return, .hangs = true);
