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
#include <lib/trap.h>
#include "cpu.h"

#define SAVED_R14 112

extern const char __text_start[], __text_end[], boot_stack_bottom[], boot_stack_top[];

static bool in_text(uintptr_t pc)
{
	return pc >= (uintptr_t)__text_start && pc < (uintptr_t)__text_end;
}

/* Frames are 8-byte aligned, and none is in the lowcore. */
static bool is_frame(uintptr_t sp)
{
	return sp % 8 == 0 && sp >= sizeof(struct lowcore) &&
	       machine_is_ram(sp, STACK_FRAME_SIZE) && memory_is_readable(sp);
}

/*
 * After a stack overflow %r15 is in the unmapped page, and the newest frame was never written:
 * takes the first word of the stack that looks like a back chain.
 */
static uintptr_t first_frame_of_stack(void)
{
	for (const uintptr_t *sp = (const uintptr_t *)boot_stack_bottom; is_frame((uintptr_t)sp);
	     sp++)
		if (*sp > (uintptr_t)sp && *sp < (uintptr_t)boot_stack_top && is_frame(*sp) &&
		    in_text(*(const uintptr_t *)(*sp + SAVED_R14)))
			return (uintptr_t)sp;
	return 0;
}

void arch_unwind_trap(struct unwind *u, const struct trap_frame *f)
{
	u->pc = arch_trap_pc(f);
	u->frame = f->gpr[15];
	if (memory_is_guard(u->frame))
		u->frame = first_frame_of_stack();
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
