/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls by hand, to compare with: number in RAX, arguments in RBX, RCX, RDX, RSI. */
#include "bench.h"

	.macro	call_by_hand name:req, load:vararg
	.text
	.globl	\name
\name:
	push	%rbx
	call	region_begin
	\load
	mov	$BENCH_NUMBER, %eax
	nopl	(%rax)			/* vmcall */
	call	region_end
	pop	%rbx
	ret
	.endm

	.macro	four_arguments
	mov	$1, %ebx
	mov	$2, %ecx
	mov	$3, %edx
	mov	$4, %esi
	.endm

	call_by_hand region_bare0
	call_by_hand region_bare4, four_arguments

	.section .note.GNU-stack, "", @progbits
