/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * _Noreturn void arch_user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp)
 *
 * Calls fn(arg) in problem state, all else in the PSW as it is now. The way back is a SUPERVISOR
 * CALL in the caller's place.
 */
#include <asm/lowcore.h>

/* Of the new frame: words that fn does not use until it has been entered. */
#define PSW_AT (STACK_FRAME_SIZE - 16)

	.section .text.user, "ax"
	.globl	arch_user_enter
	.type	arch_user_enter, @function
arch_user_enter:
	/* The first frame of the stack. */
	lgr	%r15, %r4
	aghi	%r15, -STACK_FRAME_SIZE
	xc	0(8, %r15), 0(%r15)

	/* The PSW, with bit 15: problem state. */
	epsw	%r0, %r1
	st	%r0, PSW_AT(%r15)
	st	%r1, PSW_AT + 4(%r15)
	oi	PSW_AT + 1(%r15), PSW_PROBLEM_STATE >> 48
	stg	%r2, PSW_AT + 8(%r15)

	lgr	%r2, %r3
	larl	%r14, user_return
	lpswe	PSW_AT(%r15)
	.size	arch_user_enter, . - arch_user_enter

user_return:
	svc	0
	.globl	user_returned
user_returned:
	/* Where its old PSW points; nothing ever goes on from here. */
	j	.

	.section .note.GNU-stack, "", @progbits
