/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt vectors 32 to 255: each counts itself in apic_taken[] and tells the local APIC that it
 * is done. 16 bytes a stub, so that apic.c can compute their addresses.
 */
#define EOI 0xfee000b0

	.text
	.balign	16
	.globl	apic_stubs
apic_stubs:
	vector = 32
	.rept	224
	.balign	16
	pushq	$vector
	jmp	count
	vector = vector + 1
	.endr

	.balign	16
count:
	push	%rax
	push	%rbx
	mov	16(%rsp), %rax
	mov	$apic_taken, %ebx
	lock incl (%rbx,%rax,4)
	mov	$EOI, %ebx
	movl	$0, (%rbx)
	pop	%rbx
	pop	%rax
	add	$8, %rsp
	iretq

	.section .note.GNU-stack, "", @progbits
