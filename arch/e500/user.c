// SPDX-License-Identifier: BSD-2-Clause
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include "pinned.h"

/* user_enter.S */
_Noreturn void user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp, uint32_t msr);
extern const char user_end[];

/* The stack for traps from there: the usual one, or what a handler that is on it has left of it. */
static uint32_t trap_stack(const struct trap_save *save)
{
	uint32_t sp = (uintptr_t)__builtin_frame_address(0);

	return save->trap_stack - sp < TRAP_STACK_SIZE ? sp & ~15u : save->trap_stack;
}

void arch_user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp)
{
	struct cpu_area *area = &e500_pinned.cpus[cpu_number()];
	uint32_t msr = mfmsr() | MSR_PR;

	interrupts_off();
	area->base.user_stack = trap_stack(&area->base);
	area->critical.user_stack = area->base.user_stack;
	area->machine_check.user_stack = area->base.user_stack;
	user_enter(fn, arg, sp, msr);
}

bool arch_user_returned(const struct trap_frame *f, long *result)
{
	if (f->vector != TRAP_SYSTEM_CALL || !(f->msr & MSR_PR) || f->pc != (uintptr_t)user_end)
		return false;
	*result = (long)f->gpr[3];
	return true;
}
