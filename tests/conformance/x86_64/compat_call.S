/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void compat_call(struct hcall_regs *regs): a hypercall by code of 32 bits in a 64-bit guest
 * (compatibility mode: long mode is active, CS.L is 0). All registers but RSP and R8 to R15, which
 * 32-bit code does not have, are loaded in 64-bit mode with all their bits; the 32-bit code is the
 * instruction alone. Code and stack are below 4 GiB.
 *
 * The runtime's descriptor for code of 32 bits, which start.S comes by, does for it.
 */
#include <arch/x86_64/descriptors.h>

#define R(n)	(8 * (n))

	.section .text.compat, "ax"
	.globl	compat_call
	.type	compat_call, @function
compat_call:
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r12
	/* R12 is out of reach of the call, and comes back with all its bits. */
	mov	%rdi, %r12
	mov	R(0)(%r12), %rax
	mov	R(1)(%r12), %rbx
	mov	R(2)(%r12), %rcx
	mov	R(3)(%r12), %rdx
	mov	R(4)(%r12), %rsi
	mov	R(5)(%r12), %rdi
	ljmpl	*to_code32

	.code32
	.globl	compat_insn
compat_insn:
	.byte	0x0f, 0x0b, 0x90	/* ud2; nop: compat.c writes the instruction here */
	ljmp	$CODE64, $back

	.code64
back:	mov	%rax, R(0)(%r12)
	mov	%rbx, R(1)(%r12)
	mov	%rcx, R(2)(%r12)
	mov	%rdx, R(3)(%r12)
	mov	%rsi, R(4)(%r12)
	mov	%rdi, R(5)(%r12)
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size	compat_call, . - compat_call

	.section .rodata
	.balign	8
to_code32:
	.long	compat_insn
	.word	CODE32

	.section .note.GNU-stack, "", @progbits
