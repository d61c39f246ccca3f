/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls by hand, to compare with: DIAGNOSE 0x500, subcode in R1, arguments from R2 on. */
#include "bench.h"

	.macro	call_by_hand name:req, load:vararg
	.text
	.globl	\name
\name:
	stmg	%r14, %r15, 112(%r15)
	aghi	%r15, -160
	brasl	%r14, region_begin
	\load
	lghi	%r1, BENCH_NUMBER & 0xffff
	bc	0, 0			/* diag */
	brasl	%r14, region_end
	lmg	%r14, %r15, 272(%r15)
	br	%r14
	.endm

	.macro	four_arguments
	lghi	%r2, 1
	lghi	%r3, 2
	lghi	%r4, 3
	lghi	%r5, 4
	.endm

	call_by_hand region_bare0
	call_by_hand region_bare4, four_arguments

	.section .note.GNU-stack, "", @progbits
