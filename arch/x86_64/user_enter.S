/* SPDX-License-Identifier: BSD-2-Clause */
#include <arch/x86_64/descriptors.h>

	.section .text.user, "ax"
/*
 * user_enter(fn, arg, sp, rsp0): notes the supervisor stack for what ends this, and leaves for CPL 3
 * at fn(arg), flags as they are, with a return address that leads to the INT below.
 */
	.globl	user_enter
user_enter:
	mov	%rsp, (%rcx)		/* a trap aligns it by itself */
	movq	$user_return, -8(%rdx)
	sub	$8, %rdx
	mov	%rdi, %rax
	mov	%rsi, %rdi
	pushfq
	pop	%r11
	push	$USER_DATA
	push	%rdx
	push	%r11
	push	$USER_CODE64
	push	%rax
	xor	%ebp, %ebp
	iretq

/* At CPL 3, fn's result in RAX. */
user_return:
	int	$VECTOR_USER_RETURN
	.globl	user_returned_here
user_returned_here:
	ud2

	.section .note.GNU-stack, "", @progbits
