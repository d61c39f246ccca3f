// SPDX-License-Identifier: BSD-2-Clause
/*
 * Measured regions: what runs between region_begin() and region_end() in the functions region_*
 * here and in tests/bench/<a>/bare.S. The counting is done from outside (scripts/runner/bench.py),
 * by the program counter of every instruction; nothing here takes part in it.
 */
#include <stdint.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/trap.h>
#include "bench.h"

/* Each region runs this often; the last one counts, when nothing has to be mapped any more. */
#define ROUNDS 3

/* hcall/patch.c */
extern const int32_t hcall_slots_start[], hcall_slots_end[];

/* A function that stays one, and that does not jump to the last one it calls. */
#define REGION __attribute__((noipa, optimize("no-optimize-sibling-calls")))
REGION void region_begin(void);
REGION void region_end(void);
REGION void region_nothing(void);
REGION void region_hcall0(void);
REGION void region_hcall4(void);
REGION void region_hcall_invoke(void);
REGION void region_trap(void);
/* By hand, as short as they can be. */
void region_bare0(void);
void region_bare4(void);

void region_begin(void)
{
}

void region_end(void)
{
}

/* What the marks themselves cost: it is taken off the others. */
void region_nothing(void)
{
	region_begin();
	region_end();
}

void region_hcall0(void)
{
	region_begin();
	hcall0(BENCH_NUMBER);
	region_end();
}

void region_hcall4(void)
{
	region_begin();
	hcall4(BENCH_NUMBER, 1, 2, 3, 4);
	region_end();
}

void region_hcall_invoke(void)
{
	static struct hcall_regs regs;

	hcall_regs_prepare(&regs, BENCH_INVOKE_NUMBER);
	region_begin();
	hcall_invoke(&regs);
	region_end();
}

static void illegal(void *unused)
{
	(void)unused;
	__builtin_trap();
}

void region_trap(void)
{
	region_begin();
	trap_try(illegal, NULL, NULL);
	region_end();
}

/* No hypervisor takes part: every slot does as many instructions as it has, and these do nothing. */
static void patch_slots(void)
{
	static const uint8_t nop[HCALL_INSN_SIZE] = HCALL_NOP;

	for (const int32_t *slot = hcall_slots_start; slot < hcall_slots_end; slot++)
		for (size_t i = 0; i < HCALL_SLOT_INSNS; i++)
			arch_text_write((uint8_t *)(uintptr_t)slot + *slot + i * sizeof(nop), nop,
					sizeof(nop));
}

int main(void)
{
	patch_slots();
	for (int i = 0; i < ROUNDS; i++) {
		region_nothing();
		region_bare0();
		region_hcall0();
		region_bare4();
		region_hcall4();
		region_hcall_invoke();
		region_trap();
	}
	return 0;
}
