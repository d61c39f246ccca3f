// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: every call of the catalogue answers as its record says, and discovery tells the truth
 * about which calls there are.
 *
 * Source: the records of arch/<a>/catalogue.def, each with its own. Outcomes: pass; fail if the
 * answer is none of the documented ones; skip if nobody can be called, if a success would end the
 * machine, or if the hypervisor need not have the call and has not.
 */
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"

CHECK_EACH("answers-as-documented", "the call's record in catalogue.def")
{
	struct call c;

	REQUIRE_BENIGN(d);
	benign_prepare(&c, d);
	conf_call(&c);
	if (must_be_unknown(d)) {
		expect_unknown(&c);
		return;
	}
	REQUIRE(!(d->optional && call_unknown(&c)), "a hypervisor that knows %s", d->name);
	expect_documented(&c);
}

/* What may be answered though nobody announced it is said in the record. */
static void not_announced(const struct call *c)
{
	if (!c->desc->answers_unannounced && !call_unknown(c)) {
		expect(false, "%s is not announced, and is answered as an unknown number",
		       c->desc->name);
		expect_unknown(c);
	}
}

CHECK_EACH("discovery-agrees", "how the call's record says it is announced")
{
	struct call c;

	REQUIRE_BENIGN(d);
	benign_prepare(&c, d);
	conf_call(&c);
	if (must_be_unknown(d)) {
		expect(d->found_by == HCALL_FOUND_BY_ABI || !conf_announced(d),
		       "nobody announces %s, which nobody answers", d->name);
		expect_unknown(&c);
		return;
	}
	REQUIRE(!(d->optional && call_unknown(&c)), "a hypervisor that knows %s", d->name);
	if (!conf_announced(d))
		not_announced(&c);
	else
		expect(call_known(&c), "%s is announced, and so it is not answered as unknown",
		       d->name);
}

/* The same question gets the same kind of answer: nothing is used up by asking. */
CHECK_EACH("answers-again", "the call's record in catalogue.def: no state is part of it")
{
	struct call first, second;

	REQUIRE_BENIGN(d);
	benign_prepare(&first, d);
	conf_call(&first);
	REQUIRE(!benign_obstacle(d), "%s", benign_obstacle(d));
	benign_prepare(&second, d);
	conf_call(&second);
	expect_equal(second.trapped, first.trapped, "whether the second call ends in an exception");
	expect_equal((unsigned long)call_status(&second), (unsigned long)call_status(&first),
		     "the status of the second call");
}
