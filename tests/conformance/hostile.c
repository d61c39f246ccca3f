// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: whatever the arguments are, a call answers as documented, changes no memory but its
 * documented outputs, and the hypervisor is alive after it.
 *
 * Source: the records of the catalogue; for memory, that no call has an output elsewhere. Each
 * argument in turn takes values at the edges and some at random (seed=N repeats them), while the
 * others are harmless: a random interrupt command for a random CPU would end the suite, rightly.
 * Outcomes: pass; fail with the registers of the call that did it; a hang is seen from outside.
 */
#include <lib/machine.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"

#define RANDOMS 4

static const uint64_t edges[] = {
	0,	    1,		2,	    0xfff,	0x7fffffff,	   0x80000000,
	0xffffffff, 0xfffff000, 0xfffffffe, UINT64_MAX, UINT64_C(1) << 63, UINT64_MAX >> 1,
};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

/* The value number n for an argument of that kind; false: there are no more. */
static bool hostile_value(const struct hcall_desc *d, enum hcall_arg kind, unsigned int n,
			  const uint8_t *page, uint64_t *value)
{
	const uint64_t addresses[] = {
		(uintptr_t)page + 1,
		(uintptr_t)page + CONF_PAGE_SIZE - (d->stores ? d->stores : 1),
		conf_arch.no_ram,
		conf_arch.no_ram + 1,
		conf_arch.device,
		UINT64_MAX,
		UINT64_MAX - CONF_PAGE_SIZE + 1,
		UINT64_C(1) << 63,
	};
	const unsigned int nr_addresses = sizeof(addresses) / sizeof(addresses[0]);

	if (kind == HCALL_ARG_NUMBER) {
		*value = n < EDGES ? edges[n] : conf_random();
		return n < EDGES + RANDOMS;
	}
	/* What happens to a CPU that is there is for the checks of that call. */
	if (kind == HCALL_ARG_CPU) {
		*value = conf_random() | conf_arch.no_cpu;
		return n < RANDOMS;
	}
	/* A success would end the suite, now or in the midst of another check. */
	if (kind == HCALL_ARG_DEADLINE)
		return false;
	/* Anywhere in the page that can be seen, with whatever low bits. */
	if (kind == HCALL_ARG_MAPS) {
		*value = (uint64_t)-CONF_PAGE_SIZE | (conf_random() & (CONF_PAGE_SIZE - 1));
		return n < RANDOMS;
	}
	*value = n < nr_addresses ? addresses[n] : conf_random();
	return n < nr_addresses + RANDOMS;
}

/* Memory that is not ours to give: as a guest-physical address for the call to write or discard. */
static bool too_dangerous(enum hcall_arg kind, unsigned long value, const uint8_t *page)
{
	if (kind == HCALL_ARG_NUMBER || kind == HCALL_ARG_MAPS || kind == HCALL_ARG_CPU)
		return false;
	if (kind == HCALL_ARG_DISCARDS)
		return machine_is_ram(value & -(unsigned long)CONF_PAGE_SIZE, 1);
	return machine_is_ram(value, 1) && value - (uintptr_t)page >= CONF_PAGE_SIZE;
}

static bool judge(const struct call *c, const struct hcall_desc *d, const uint8_t *page,
		  unsigned long value, enum hcall_arg kind)
{
	size_t at = 0, size = d->stores;
	bool ok;

	if (kind == HCALL_ARG_STORES) {
		at = value - (uintptr_t)page;
		if (at >= CONF_PAGE_SIZE)
			size = at = 0;
	}
	if (must_be_unknown(d))
		ok = expect_unknown(c);
	else
		ok = (d->optional && call_unknown(c)) || d->status == HCALL_PROPOSED ||
		     expect_documented(c);
	return expect_memory_kept(at, size) && ok;
}

static bool alive(void)
{
	struct call c;

	CALL(&c, HCALL_UNASSIGNED);
	return expect(call_unknown(&c), "an unassigned number is unknown still");
}

static bool try_argument(const struct hcall_desc *d, unsigned int arg)
{
	const uint8_t *page = conf_page();
	uint64_t value;
	struct call c;

	for (unsigned int n = 0; hostile_value(d, d->arg[arg], n, page, &value); n++) {
		if (too_dangerous(d->arg[arg], (unsigned long)value, page) || benign_obstacle(d))
			continue;
		benign_prepare(&c, d);
		c.regs.r[d->in[arg]] = (unsigned long)value;
		conf_call(&c);
		if (!judge(&c, d, page, (unsigned long)value, d->arg[arg]))
			return false;
	}
	return true;
}

CHECK_EACH("hostile-arguments", "the call's record in catalogue.def; seed=N repeats the values")
{
	bool ok = true;

	REQUIRE_BENIGN(d);
	REQUIRE(d->nr_in, "a call with arguments");
	for (unsigned int i = 0; i < d->nr_in && ok; i++)
		ok = try_argument(d, i);
	alive();
}

CHECK_EACH("keeps-memory", "the call's record in catalogue.def: what it stores, and where")
{
	struct call c;

	REQUIRE_BENIGN(d);
	benign_prepare(&c, d);
	conf_call(&c);
	expect_memory_kept(0, benign_stores(d));
}
