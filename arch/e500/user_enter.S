/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to user privilege. It lies in the pinned page: a TLB miss between the writes of SRR0 and
 * SRR1 and the rfi would overwrite both.
 */
#include <asm/spr.h>

	.section .text.start, "ax"

/* _Noreturn void user_enter(fn, arg, sp, msr): fn(arg) with that MSR, interrupts off until then. */
	.globl	user_enter
user_enter:
	/* The user's first frame, where the back chain ends. */
	rlwinm	%r1, %r5, 0, 0, 27
	li	%r0, 0
	stwu	%r0, -16(%r1)
	stw	%r0, 4(%r1)
	mtctr	%r3
	mr	%r3, %r4
	lis	%r4, 1f@h
	ori	%r4, %r4, 1f@l
	mtspr	SPR_SRR0, %r4
	mtspr	SPR_SRR1, %r6
	rfi

	/* At user privilege. The system call that leaves SRR0 at user_end is the way back. */
1:	bctrl
	sc
	.globl	user_end
user_end:
