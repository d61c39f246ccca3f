// SPDX-License-Identifier: BSD-2-Clause
/*
 * Backtraces along the back chain (-mbackchain): 0(%r15) is the caller's stack pointer, and the
 * callee has stored %r14 at 112 of the caller's frame (s390x ELF ABI, "The Stack Frame").
 *
 * A function that calls nothing may have no frame of its own; its caller is then missing from the
 * chain, and stands in %r14.
 */
#include <lib/arch.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/trap.h>
#include "cpu.h"

#define SAVED_R14 112

extern const char __text_start[], __text_end[];

static bool in_text(uintptr_t pc)
{
	return pc >= (uintptr_t)__text_start && pc < (uintptr_t)__text_end;
}

/* Frames are 8-byte aligned, and none is in the lowcore. */
static bool is_frame(uintptr_t sp)
{
	return sp % 8 == 0 && sp >= LOWCORE_SIZE && machine_is_ram(sp, STACK_FRAME_SIZE) &&
	       memory_is_readable(sp);
}

/*
 * After a stack overflow %r15 is in the guard page, and the newest frame was never written: takes
 * the first word of the stack above that looks like a back chain.
 */
static uintptr_t first_frame_above(uintptr_t guard)
{
	uintptr_t bottom = (guard & -(uintptr_t)STACK_GUARD_SIZE) + STACK_GUARD_SIZE;
	uintptr_t top = bottom + STACK_SIZE;

	for (uintptr_t sp = bottom; sp < top && is_frame(sp); sp += sizeof(uintptr_t)) {
		uintptr_t caller = *(const uintptr_t *)sp;

		if (caller > sp && caller < top && is_frame(caller) &&
		    in_text(*(const uintptr_t *)(caller + SAVED_R14)))
			return sp;
	}
	return 0;
}

void arch_unwind_trap(struct unwind *u, const struct trap_frame *f)
{
	u->pc = arch_trap_pc(f);
	u->frame = f->gpr[15];
	if (stack_is_guard(u->frame))
		u->frame = first_frame_above(u->frame);
	/* A call to somewhere that is no code: the caller's frame is still the topmost one. */
	if (!in_text(u->pc) && in_text(f->gpr[14]))
		u->pc = f->gpr[14];
}

bool arch_unwind_next(struct unwind *u)
{
	uintptr_t caller;

	if (!is_frame(u->frame))
		return false;
	caller = *(const uintptr_t *)u->frame;
	/* The stack grows down: a chain that does not go up has no end. */
	if (caller <= u->frame || !is_frame(caller))
		return false;
	u->frame = caller;
	u->pc = *(const uintptr_t *)(caller + SAVED_R14);
	return in_text(u->pc);
}
