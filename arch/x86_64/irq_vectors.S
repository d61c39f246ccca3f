/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stubs of vectors 32 to 255, 8 bytes each. Each calls, and the return address says which it
 * was; its place on the stack is that of the error code, which interrupts have none of.
 */
	.section .text.irq_stubs, "ax"
	.balign	8
	.globl	irq_stubs
irq_stubs:
	.rept	224
	.balign	8
	call	irq_entry
	.endr

	/* Leaves what a stub of vectors.S leaves: an error code of 0 and the vector. */
	.balign	8
irq_entry:
	push	$0
	push	%rax
	mov	16(%rsp), %rax
	sub	$irq_stubs, %rax
	shr	$3, %eax
	add	$32, %eax
	mov	%rax, 8(%rsp)
	movq	$0, 16(%rsp)
	pop	%rax
	jmp	save_all

	.section .note.GNU-stack, "", @progbits
