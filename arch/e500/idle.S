/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Idling by hypercall.
 */
#include <asm/hcall_regs.h>

/*
 * long idle_hcall(unsigned long token)
 *
 * With interrupts off: turns them on and makes the hypercall EV_IDLE, which blocks until there is
 * an interrupt. Returns its status, with interrupts off. One that comes before the call is made
 * would not end it: e500_trap() moves the program counter from anywhere between idle_begin and
 * idle_end to idle_end, with 0 in r3.
 */
	.section .text.idle_hcall, "ax"
	.globl	idle_hcall
idle_hcall:
	/* CR, CTR, LR and r0 may be lost in the call. The frame holds LR. */
	stwu	%r1, -16(%r1)
	mflr	%r0
	stw	%r0, 20(%r1)
	mfcr	%r0
	stw	%r0, 8(%r1)
	mr	%r11, %r3
	wrteei	1
	.globl	idle_begin
idle_begin:
1:	li	%r3, HCALL_UNPATCHED
	nop
	nop
	nop
	.globl	idle_end
idle_end:
	wrteei	0
	lwz	%r0, 8(%r1)
	mtcrf	0xff, %r0
	lwz	%r0, 20(%r1)
	mtlr	%r0
	addi	%r1, %r1, 16
	blr

	.pushsection .hcall_slots, "a"
	.balign	4
	.long	1b - .
	.popsection
