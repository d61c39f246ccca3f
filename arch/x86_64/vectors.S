/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry of every exception: all registers into a struct trap_frame on the stack, then
 * trap_entry(), then back with the registers as the frame has them.
 */
#define FXSAVE_SIZE	512
#define PAD		8		/* keeps the stack at a multiple of 16 */

/*
 * One stub a vector, 16 bytes each so that trap.c can compute their addresses. The CPU aligned
 * the stack to 16 and pushed SS, RSP, RFLAGS, CS, RIP; an error code follows for some vectors
 * only, the others get a 0.
 */
	.text
	.balign	16
	.globl	trap_stubs
trap_stubs:
	vector = 0
	.rept	32
	.balign	16
	.if	(0x60227d00 >> vector) & 1	/* 8, 10 to 14, 17, 21, 29, 30 */
	.else
	push	$0
	.endif
	push	$vector
	jmp	save_all
	vector = vector + 1
	.endr

	.balign	16
	.globl	save_all
save_all:
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rbp
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%cr2, %rax
	push	%rax
	mov	%rsp, %rdi

	/* C code may use SSE and x87: keep the program's, and give the handler a clean state. */
	sub	$(FXSAVE_SIZE + PAD), %rsp
	fxsave64 (%rsp)
	fninit
	ldmxcsr	default_mxcsr
	cld
	call	trap_entry

	fxrstor64 (%rsp)
	add	$(FXSAVE_SIZE + PAD), %rsp
load_all:
	add	$8, %rsp		/* CR2 */
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rbp
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	add	$16, %rsp		/* vector and error code */
	iretq

/* trap_return(frame): the frame itself is the stack, down to the iretq. */
	.globl	trap_return
trap_return:
	mov	%rdi, %rsp
	jmp	load_all

	.section .rodata
	.balign	4
default_mxcsr:
	.long	0x1f80

	.section .note.GNU-stack, "", @progbits
