// SPDX-License-Identifier: BSD-2-Clause
/*
 * Backtraces by the back chain of the PowerPC System V ABI: r1 points to the word that holds the
 * caller's r1, and a function that calls others has put its return address into the word above
 * that of its caller's frame.
 */
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/machine.h>

#define INSN_MFLR_R0 0x7c0802a6u
#define INSN_BLR     0x4e800020u

extern char __text_start[], __text_end[];

/* Set in unwind.frame (a multiple of 16 otherwise): the next caller is in LR, not in the chain. */
#define FRAME_IS_TRAP 1u

static bool is_text(uintptr_t pc)
{
	return pc % 4 == 0 && pc >= (uintptr_t)__text_start && pc < (uintptr_t)__text_end;
}

/*
 * Whether the function at pc has not saved LR (yet): no mflr between pc and the end of the function
 * before. Wrong only after a return in the middle of a function; then the backtrace shows one line
 * too many.
 */
static bool lr_is_live(uintptr_t pc)
{
	if (!is_text(pc))
		return true;
	while ((pc -= 4) >= (uintptr_t)__text_start) {
		uint32_t insn = *(const uint32_t *)pc;

		if (insn == INSN_MFLR_R0)
			return false;
		if (insn == INSN_BLR)
			return true;
	}
	return true;
}

void arch_unwind_trap(struct unwind *u, const struct trap_frame *f)
{
	u->pc = f->pc;
	u->frame = f->gpr[1];
	if (is_text(f->lr) && lr_is_live(f->pc))
		u->frame = (uintptr_t)f | FRAME_IS_TRAP;
}

bool arch_unwind_next(struct unwind *u)
{
	uintptr_t caller;

	if (u->frame & FRAME_IS_TRAP) {
		const struct trap_frame *f = (const struct trap_frame *)(u->frame & ~FRAME_IS_TRAP);

		u->pc = f->lr;
		u->frame = f->gpr[1];
		return true;
	}
	if (u->frame % 16 || !machine_is_ram(u->frame, 4))
		return false;
	caller = *(const uint32_t *)u->frame;
	if (caller <= u->frame || caller % 16 || !machine_is_ram(caller, 8))
		return false;
	u->pc = ((const uint32_t *)caller)[1];
	u->frame = caller;
	return is_text(u->pc);
}
