/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void invoke(struct hcall_regs *regs, uint32_t insn)
 *
 * Executes one instruction of four bytes with all general registers and the condition code from
 * *regs, and stores all of them back. The instruction and the way back stand in the lowcore, which
 * needs no base register; no register is left out, %r15 included. If the instruction traps, the
 * registers are in the trap frame and the lowcore's words are simply not used again.
 *
 * Runs with DAT and interruptions off: page 0 is then the lowcore whatever is mapped there.
 */
#include <asm/lowcore.h>

#define REGS_CC (17 * 8)

	.section .text.near_start, "ax"
	.globl	invoke
	.type	invoke, @function
invoke:
	stmg	%r6, %r15, 48(%r15)
	stnsm	16(%r15), 0x00
	stg	%r2, LC_INVOKE_REGS(%r0)
	stg	%r15, LC_INVOKE_STACK(%r0)
	st	%r3, LC_INVOKE_INSN(%r0)

	/* The condition code, with a program mask of 0; then everything, the pointer to it last. */
	lg	%r1, REGS_CC(%r2)
	sllg	%r1, %r1, 28
	nilh	%r1, 0x3000
	spm	%r1
	lmg	%r0, %r15, 0(%r2)
	ex	%r0, LC_INVOKE_INSN(%r0)
	stmg	%r0, %r15, LC_INVOKE_GPR(%r0)

	/* None of these changes the condition code before IPM has it. */
	lghi	%r0, 0
	ipm	%r0
	srlg	%r0, %r0, 28
	lg	%r2, LC_INVOKE_REGS(%r0)
	lg	%r15, LC_INVOKE_STACK(%r0)
	mvc	0(128, %r2), LC_INVOKE_GPR(%r0)
	stg	%r0, REGS_CC(%r2)

	/* As before: DAT, interruptions, the registers that belong to the caller. */
	ssm	16(%r15)
	lmg	%r6, %r15, 48(%r15)
	br	%r14
	.size	invoke, . - invoke

	.section .note.GNU-stack, "", @progbits
