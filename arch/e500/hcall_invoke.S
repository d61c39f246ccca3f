/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hypercall with every register under control.
 */
#include <asm/hcall_regs.h>

/*
 * Frame: back chain, LR word of callees, where the registers belong, r3 of the call, and what
 * belongs to the caller: CR, r2, r13 to r31.
 */
#define FRAME_REGS 8
#define FRAME_R3 12
#define FRAME_CR 16
#define FRAME_R2 20
#define FRAME_R13 24
#define FRAME_SIZE 112
/* LR word of our caller's frame. */
#define FRAME_LR (FRAME_SIZE + 4)

/*
 * void \name(struct hcall_regs *regs), whose slot of four instructions is at \slot. r1 is the one
 * register that has to survive the call: everything else is found again by it. Runs in any state,
 * also as a user program. If the call traps, the registers are in the trap frame and none of this
 * function's own is needed again.
 */
.macro invoke name, slot
	.section .text.\name, "ax"
	.globl	\name
\name:
	/* What the ABI lets no function change is put down. */
	stwu	%r1, -FRAME_SIZE(%r1)
	mflr	%r0
	stw	%r0, FRAME_LR(%r1)
	mfcr	%r0
	stw	%r0, FRAME_CR(%r1)
	stw	%r2, FRAME_R2(%r1)
	stmw	%r13, FRAME_R13(%r1)
	stw	%r3, FRAME_REGS(%r1)

	/* Every register but r1 comes from *regs; r3, the pointer, last. */
	lwz	%r0, 4*HCALL_CR(%r3)
	mtcrf	0xff, %r0
	lwz	%r0, 4*HCALL_XER(%r3)
	mtxer	%r0
	lwz	%r0, 4*HCALL_CTR(%r3)
	mtctr	%r0
	lwz	%r0, 4*HCALL_LR(%r3)
	mtlr	%r0
	lwz	%r0, 4*0(%r3)
	lwz	%r2, 4*2(%r3)
	lmw	%r4, 4*4(%r3)
	lwz	%r3, 4*3(%r3)

	.globl	\slot
\slot:
	li	%r3, HCALL_UNPATCHED
	nop
	nop
	nop

	/* All of them go back into *regs, but r1, which has just proved to be as it was. */
	stw	%r3, FRAME_R3(%r1)
	lwz	%r3, FRAME_REGS(%r1)
	stw	%r0, 4*0(%r3)
	stw	%r2, 4*2(%r3)
	stmw	%r4, 4*4(%r3)
	lwz	%r4, FRAME_R3(%r1)
	stw	%r4, 4*3(%r3)
	mfcr	%r4
	stw	%r4, 4*HCALL_CR(%r3)
	/* XER has only these bits; what a CPU makes of the others is its own affair. */
	mfxer	%r5
	lwz	%r4, 4*HCALL_XER(%r3)
	rlwimi	%r4, %r5, 0, 0, 2
	rlwimi	%r4, %r5, 0, 25, 31
	stw	%r4, 4*HCALL_XER(%r3)
	mfctr	%r4
	stw	%r4, 4*HCALL_CTR(%r3)
	mflr	%r4
	stw	%r4, 4*HCALL_LR(%r3)

	/* Back to the caller's world. */
	lwz	%r2, FRAME_R2(%r1)
	lmw	%r13, FRAME_R13(%r1)
	lwz	%r0, FRAME_CR(%r1)
	mtcrf	0xff, %r0
	lwz	%r0, FRAME_LR(%r1)
	mtlr	%r0
	addi	%r1, %r1, FRAME_SIZE
	blr
.endm

/* The slot of this one is patched with what discovery found. */
	invoke	hcall_invoke, hcall_invoke_slot
	.pushsection .hcall_slots, "a"
	.balign	4
	.long	hcall_invoke_slot - .
	.popsection

/* The slot of this one is rewritten at each call of hcall_invoke_insn() (hcall.c). */
	invoke	hcall_invoke_other, hcall_invoke_other_slot
