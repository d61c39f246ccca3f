// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

void fact_flip(const char *kind, void *value)
{
	if (!strcmp(kind, sabotage.who->name))
		*(uint32_t *)value ^= 1;
}

bool magic_announced(void)
{
	return hcall_patched() && conf_announced(hcall_find(KVM_HC_PPC_MAP_MAGIC_PAGE));
}

bool magic_map(struct call *c, uint32_t ea, uint32_t pa)
{
	uint32_t unused;

	CALL(c, KVM_HC_PPC_MAP_MAGIC_PAGE, ea, pa);
	magic_read(ea & -(uint32_t)CONF_PAGE_SIZE, &unused);
	return !c->trapped && call_status(c) == 0;
}

struct access {
	volatile uint32_t *at;
	uint32_t word;
};

static void load(void *arg)
{
	struct access *a = arg;

	a->word = *a->at;
}

static void store(void *arg)
{
	struct access *a = arg;

	*a->at = a->word;
}

bool magic_read(uint32_t ea, uint32_t *word)
{
	struct access a = { .at = (volatile uint32_t *)(uintptr_t)ea };

	if (trap_try(load, &a, NULL))
		return false;
	*word = a.word;
	return true;
}

bool magic_write(uint32_t ea, uint32_t word)
{
	struct access a = { .at = (volatile uint32_t *)(uintptr_t)ea, .word = word };

	return !trap_try(store, &a, NULL);
}

bool magic_is_at(uint32_t ea)
{
	uint32_t word;

	return magic_read(ea + MAGIC_SCRATCH1, &word) && word == MAGIC_MARK;
}

bool magic_is_absent(uint32_t ea)
{
	uint32_t word;

	return !magic_read(ea + MAGIC_SCRATCH1, &word);
}

/* Without the flag of new guests the whole TLB is flushed. Behind the back of any saboteur. */
void magic_back(void)
{
	struct hcall_regs regs;
	uint32_t unused;

	hcall_regs_prepare(&regs, KVM_HC_PPC_MAP_MAGIC_PAGE);
	regs.r[HCALL_R3] = MAGIC_EA;
	regs.r[HCALL_R4] = MAGIC_EA;
	hcall_invoke(&regs);
	magic_read(MAGIC_EA, &unused);
}

bool magic_ready(void)
{
	magic_back();
	return magic_write(MAGIC_EA + MAGIC_SCRATCH1, MAGIC_MARK) && magic_is_at(MAGIC_EA);
}
