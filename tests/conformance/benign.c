// SPDX-License-Identifier: BSD-2-Clause
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"

#define LAST_PAGE ((unsigned long)-CONF_PAGE_SIZE)

void benign_prepare(struct call *c, const struct hcall_desc *d)
{
	uint8_t *page = conf_page();

	call_prepare(c, d->number);
	for (unsigned int i = 0; i < d->nr_in; i++) {
		if (d->arg[i] == HCALL_ARG_STORES || d->arg[i] == HCALL_ARG_LOADS)
			c->regs.r[d->in[i]] = (uintptr_t)page;
		else if (d->arg[i] == HCALL_ARG_MAPS)
			c->regs.r[d->in[i]] = LAST_PAGE;
		else if (d->arg[i] == HCALL_ARG_CPU)
			c->regs.r[d->in[i]] = (unsigned long)conf_arch.no_cpu;
		else
			c->regs.r[d->in[i]] = 0;
	}
}

size_t benign_stores(const struct hcall_desc *d)
{
	return d->stores;
}

const char *benign_obstacle(const struct hcall_desc *d)
{
	if (d->ends_machine && (d->status == HCALL_ACTIVE || conf_announced(d)))
		return "a boot of its own: a success ends the machine";
	return d->waits ? conf_arch_ready(d) : NULL;
}

bool must_be_unknown(const struct hcall_desc *d)
{
	return d->status == HCALL_REMOVED || d->status == HCALL_ELSEWHERE;
}
