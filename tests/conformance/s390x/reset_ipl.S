/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bool ipl_and_back(uint64_t subcode, struct ipl_seen *seen)
 *
 * DIAGNOSE 0x308 with a subcode that resets this CPU and loads the short PSW at absolute address 0,
 * which ipl.c has made lead to ipl_loaded. What the reset has left of the CPU is stored in *seen;
 * then all is as before, and the function returns true. It returns false if the DIAGNOSE just went
 * on. Called with DAT and interruptions off, prefix 0.
 *
 * A reset may clear every register, so nothing but addresses relative to the instruction leads back.
 */
#include "tests/conformance/s390x/reset.h"

	.section .text.ipl, "ax"
	.globl	ipl_and_back
	.type	ipl_and_back, @function
ipl_and_back:
	stmg	%r6, %r15, 48(%r15)
	stgrl	%r15, stack_at
	stgrl	%r3, seen_at
	larl	%r1, saved
	stctg	%c0, %c15, SAVED_CR(%r1)
	stckc	SAVED_COMPARATOR(%r1)
	stpt	SAVED_TIMER(%r1)
	stfpc	SAVED_FPC(%r1)
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	std	%f\n, SAVED_FPR + 8 * (\n - 8)(%r1)
	.endr

	/* Canaries, but for what the call needs: %r4, the subcode, and %r2. */
	lgr	%r4, %r2
	lghi	%r2, 0
	.irp	n, 0, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	llilf	%r\n, IPL_CANARY + \n
	.endr
	diag	%r2, %r4, 0x308

	lgrl	%r15, stack_at
	lmg	%r6, %r15, 48(%r15)
	lghi	%r2, 0
	br	%r14

	.globl	ipl_loaded
ipl_loaded:
	/* General registers first, as they are: one is needed for an address. */
	stgrl	%r15, r15_at
	lgrl	%r15, seen_at
	stmg	%r0, %r14, SEEN_GPR(%r15)
	lgrl	%r0, r15_at
	stg	%r0, SEEN_GPR + 15 * 8(%r15)
	stctg	%c0, %c15, SEEN_CR(%r15)
	stckc	SEEN_COMPARATOR(%r15)
	stpx	SEEN_PREFIX(%r15)
	epsw	%r0, %r1
	st	%r0, SEEN_PSW(%r15)
	st	%r1, SEEN_PSW + 4(%r15)

	/* Whoever touches floating point needs a bit of control register 0 first. */
	larl	%r1, saved
	lctlg	%c0, %c15, SAVED_CR(%r1)
	stfpc	SEEN_FPC(%r15)
	sckc	SAVED_COMPARATOR(%r1)
	spt	SAVED_TIMER(%r1)
	lfpc	SAVED_FPC(%r1)
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	ld	%f\n, SAVED_FPR + 8 * (\n - 8)(%r1)
	.endr
	lgrl	%r15, stack_at
	lmg	%r6, %r15, 48(%r15)
	lghi	%r2, 1
	br	%r14
	.size	ipl_and_back, . - ipl_and_back

	.section .bss.ipl, "aw", @nobits
	.balign	8
stack_at:
	.skip	8
seen_at:
	.skip	8
r15_at:
	.skip	8
saved:
	.skip	SAVED_SIZE

	.section .note.GNU-stack, "", @progbits
