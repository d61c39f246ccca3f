/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void user_call(struct hcall_regs *regs): the instruction that ways.c has put here, with all general
 * registers and the condition code from *regs, and all of them back if there is a way back. No
 * other instruction of this is privileged, so that it is that one that traps in problem state.
 */
#define REGS_CC (17 * 8)

	.section .text.user_call, "ax"
	.globl	user_call
	.type	user_call, @function
user_call:
	stmg	%r6, %r15, 48(%r15)
	stgrl	%r2, regs_at
	stgrl	%r15, stack_at

	/* The condition code, with a program mask of 0; then everything, the pointer to it last. */
	lg	%r1, REGS_CC(%r2)
	sllg	%r1, %r1, 28
	nilh	%r1, 0x3000
	spm	%r1
	lmg	%r0, %r15, 0(%r2)
	.globl	user_call_insn
user_call_insn:
	diag	%r2, %r4, 0

	/* LGRL and STGRL need no register for an address, and change no condition code. */
	stgrl	%r15, r15_at
	lgrl	%r15, regs_at
	stmg	%r0, %r14, 0(%r15)
	lghi	%r0, 0
	ipm	%r0
	srlg	%r0, %r0, 28
	stg	%r0, REGS_CC(%r15)
	lgrl	%r0, r15_at
	stg	%r0, 15*8(%r15)
	lgrl	%r15, stack_at
	lmg	%r6, %r15, 48(%r15)
	br	%r14
	.size	user_call, . - user_call

	.section .bss.user_call, "aw", @nobits
	.balign	8
regs_at:
	.skip	8
stack_at:
	.skip	8
r15_at:
	.skip	8

	.section .note.GNU-stack, "", @progbits
