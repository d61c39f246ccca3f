/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls by hand, to compare with: token in r11, arguments from r3 on. KVM announces four
 * instructions for the call; here, they are four that do nothing.
 */
#include "bench.h"

	.macro	call_by_hand name:req, load:vararg
	.text
	.globl	\name
\name:
	stwu	%r1, -16(%r1)
	mflr	%r0
	stw	%r0, 20(%r1)
	bl	region_begin
	\load
	lis	%r11, BENCH_NUMBER@h
	ori	%r11, %r11, BENCH_NUMBER@l
	nop				/* lis, ori, sc, nop */
	nop
	nop
	nop
	bl	region_end
	lwz	%r0, 20(%r1)
	mtlr	%r0
	addi	%r1, %r1, 16
	blr
	.endm

	.macro	four_arguments
	li	%r3, 1
	li	%r4, 2
	li	%r5, 3
	li	%r6, 4
	.endm

	call_by_hand region_bare0
	call_by_hand region_bare4, four_arguments

	.section .note.GNU-stack, "", @progbits
