/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void hcall_invoke(struct hcall_regs *regs)
 *
 * Every register but RSP from *regs, the slot, every register back into *regs. Of RFLAGS only the
 * status flags are loaded and stored; the structure keeps its other bits.
 */
#define R(n)		(8 * (n))	/* enum hcall_reg of <asm/hcall_regs.h> */
#define RFLAGS		R(16)
#define STATUS_FLAGS	0x8d5		/* OF SF ZF AF PF CF */
#define UNPATCHED	-88		/* -ENOSYS of newlib; checked in hcall.c */

	.section .text.hcall_invoke, "ax"
	.globl	hcall_invoke
	.type	hcall_invoke, @function
hcall_invoke:
	/* What the C caller expects to keep, and a frame for backtraces through it. */
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdi			/* the only copy of regs during the call */

	/* Flags last among those that need arithmetic: nothing after it changes a flag. */
	pushfq
	mov	RFLAGS(%rdi), %eax
	and	$STATUS_FLAGS, %eax
	andl	$~STATUS_FLAGS, (%rsp)
	orl	%eax, (%rsp)
	popfq
	mov	R(0)(%rdi), %rax
	mov	R(1)(%rdi), %rbx
	mov	R(2)(%rdi), %rcx
	mov	R(3)(%rdi), %rdx
	mov	R(4)(%rdi), %rsi
	mov	R(6)(%rdi), %rbp
	mov	R(8)(%rdi), %r8
	mov	R(9)(%rdi), %r9
	mov	R(10)(%rdi), %r10
	mov	R(11)(%rdi), %r11
	mov	R(12)(%rdi), %r12
	mov	R(13)(%rdi), %r13
	mov	R(14)(%rdi), %r14
	mov	R(15)(%rdi), %r15
	mov	R(5)(%rdi), %rdi

	.globl	hcall_invoke_slot
hcall_invoke_slot:
	pushq	$UNPATCHED
	popq	%rax
	.if	. - hcall_invoke_slot != 3
	.error	"a hypercall slot has 3 bytes"
	.endif

	/* RDI is exchanged for regs; moves and pushes leave the flags as the call left them. */
	xchg	%rdi, (%rsp)
	mov	%rax, R(0)(%rdi)
	mov	%rbx, R(1)(%rdi)
	mov	%rcx, R(2)(%rdi)
	mov	%rdx, R(3)(%rdi)
	mov	%rsi, R(4)(%rdi)
	mov	%rbp, R(6)(%rdi)
	mov	%r8, R(8)(%rdi)
	mov	%r9, R(9)(%rdi)
	mov	%r10, R(10)(%rdi)
	mov	%r11, R(11)(%rdi)
	mov	%r12, R(12)(%rdi)
	mov	%r13, R(13)(%rdi)
	mov	%r14, R(14)(%rdi)
	mov	%r15, R(15)(%rdi)
	pushfq
	pop	%rax
	pop	R(5)(%rdi)
	and	$STATUS_FLAGS, %eax
	andq	$~STATUS_FLAGS, RFLAGS(%rdi)
	or	%rax, RFLAGS(%rdi)

	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	/* A hypervisor that changed DF would break every string instruction of ours. */
	cld
	ret
	.size	hcall_invoke, . - hcall_invoke

	.section .hcall_slots, "a"
	.balign	4
	.long	hcall_invoke_slot - .

	.section .note.GNU-stack, "", @progbits
