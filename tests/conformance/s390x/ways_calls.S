/* SPDX-License-Identifier: BSD-2-Clause */
#include <asm/lowcore.h>

#define REGS_CC (17 * 8)

	.section .text.ways, "ax"

	/*
	 * void invoke_in_…(struct hcall_regs *regs, uint32_t insn): as invoke() in
	 * arch/s390x/hcall_invoke.S, with the instruction in another addressing mode. Code and
	 * registers' structure lie in the first 16 MiB, so the way there and back can be in it.
	 */
	.macro	invoke_in bits
	.globl	invoke_in_\bits
	.type	invoke_in_\bits, @function
invoke_in_\bits:
	stmg	%r6, %r15, 48(%r15)
	stnsm	16(%r15), 0x00
	stg	%r2, LC_INVOKE_REGS(%r0)
	stg	%r15, LC_INVOKE_STACK(%r0)
	st	%r3, LC_INVOKE_INSN(%r0)
	lg	%r1, REGS_CC(%r2)
	sllg	%r1, %r1, 28
	nilh	%r1, 0x3000
	sam\bits
	spm	%r1
	lmg	%r0, %r15, 0(%r2)
	ex	%r0, LC_INVOKE_INSN(%r0)
	sam64
	stmg	%r0, %r15, LC_INVOKE_GPR(%r0)
	lghi	%r0, 0
	ipm	%r0
	srlg	%r0, %r0, 28
	lg	%r2, LC_INVOKE_REGS(%r0)
	lg	%r15, LC_INVOKE_STACK(%r0)
	mvc	0(128, %r2), LC_INVOKE_GPR(%r0)
	stg	%r0, REGS_CC(%r2)
	ssm	16(%r15)
	lmg	%r6, %r15, 48(%r15)
	br	%r14
	.size	invoke_in_\bits, . - invoke_in_\bits
	.endm

	invoke_in 24
	invoke_in 31

	.section .note.GNU-stack, "", @progbits
