/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interruptions. The new PSWs in the lowcore (arch/s390x/trap.c) come here with DAT, interruptions
 * and machine checks off. So page 0 is the real one, this CPU's lowcore, whatever the interrupted
 * program had mapped there, and it is addressed without a base register.
 */
#include <asm/lowcore.h>
#include <asm/trap.h>
#include <lib/stack.h>

/* What the C part needs below the frame, at least. */
#define TRAP_STACK_RESERVE 2048

	.section .text.near_start, "ax"

	/* All general registers are in the class's save area; %r13 is the class. */
	.macro	vector name, class
	.globl	\name
	.balign	8
\name:	stmg	%r0, %r15, LC_SAVE + \class * LC_SAVE_SIZE(%r0)
	lghi	%r13, \class
	j	trap_common
	.endm

	/*
	 * The service signal, the answer of the SCLP, has a short way, for many come at boot: it is
	 * noted in the lowcore, and ends the wait (sclp.c). No register is touched.
	 */
	.globl	vector_external
	.balign	8
vector_external:
	clc	LC_EXT_CODE(2, %r0), LC_SERVICE_CODE(%r0)
	jne	external_common
	mvc	LC_SERVICE_SIGNAL(4, %r0), LC_PARAMETERS(%r0)
	mvc	LC_RETURN_PSW(16, %r0), LC_EXTERNAL_OLD(%r0)
	tm	LC_RETURN_PSW + 1(%r0), PSW_WAIT >> 48
	jz	0f
	ni	LC_RETURN_PSW(%r0), 0xff - ((PSW_EXTERNAL | PSW_IO) >> 56)
	ni	LC_RETURN_PSW + 1(%r0), 0xff - (PSW_WAIT >> 48)
0:	lpswe	LC_RETURN_PSW(%r0)

	/* Numbers as in enum trap_class. */
	vector	external_common, 1
	vector	vector_restart, 0
	vector	vector_svc, 2
	vector	vector_program, 3
	vector	vector_mcheck, 4
	vector	vector_io, 5

trap_common:
	/*
	 * A stack: this CPU's trap stack from its top, or below the frames that are on it already
	 * when an interruption comes out of a handler. The interrupted stack is not used: an
	 * overflow of it must be reportable. Below the trap stack, too, lies a guard page, which
	 * does not guard here, where DAT is off.
	 */
	lg	%r10, LC_TRAP_STACK(%r0)
	lgr	%r9, %r10
	slgr	%r9, %r15
	clgfi	%r9, STACK_SIZE + STACK_GUARD_SIZE
	jnl	0f
	clgfi	%r9, STACK_SIZE - (STACK_FRAME_SIZE + FRAME_SIZE + TRAP_STACK_RESERVE)
	jh	exhausted
	lgr	%r10, %r15
	nill	%r10, 0xfff8
0:	lgr	%r15, %r10
	aghi	%r15, -(STACK_FRAME_SIZE + FRAME_SIZE)

	/* The struct trap_frame, from the save area, the old PSW, the parameters, the rest of the CPU. */
	sllg	%r12, %r13, 7
	mvc	STACK_FRAME_SIZE + FRAME_GPR(128, %r15), LC_SAVE(%r12)
	sllg	%r12, %r13, 4
	mvc	STACK_FRAME_SIZE + FRAME_PSW(16, %r15), LC_RESTART_OLD(%r12)
	mvc	STACK_FRAME_SIZE + FRAME_PARAMETERS(128, %r15), LC_PARAMETERS(%r0)
	mvc	STACK_FRAME_SIZE + FRAME_BREAKING_EVENT(8, %r15), LC_BREAKING_EVENT(%r0)
	st	%r13, STACK_FRAME_SIZE + FRAME_CLASS(%r15)
	stam	%a0, %a15, STACK_FRAME_SIZE + FRAME_ACR(%r15)
	stfpc	STACK_FRAME_SIZE + FRAME_FPC(%r15)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	std	%f\n, STACK_FRAME_SIZE + FRAME_FPR + 8 * \n(%r15)
	.endr

	/* C runs with its back chain ended and no IEEE traps; trap_dispatch() turns on DAT. */
	xc	0(8, %r15), 0(%r15)
	lghi	%r0, 0
	sfpc	%r0
	la	%r2, STACK_FRAME_SIZE(%r15)
	brasl	%r14, trap_dispatch

	/* Back to what the frame says now. DAT goes off again, for the lowcore. */
	stnsm	STACK_FRAME_SIZE - 8(%r15), 0x00
	mvc	LC_RETURN_PSW(16, %r0), STACK_FRAME_SIZE + FRAME_PSW(%r15)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	ld	%f\n, STACK_FRAME_SIZE + FRAME_FPR + 8 * \n(%r15)
	.endr
	lfpc	STACK_FRAME_SIZE + FRAME_FPC(%r15)
	lam	%a0, %a15, STACK_FRAME_SIZE + FRAME_ACR(%r15)
	lmg	%r0, %r15, STACK_FRAME_SIZE + FRAME_GPR(%r15)
	lpswe	LC_RETURN_PSW(%r0)

	/*
	 * A handler has overflowed the trap stack. The report of that gets the stack from its top;
	 * if it uses it up as well, nothing can be reported.
	 */
exhausted:
	ltg	%r9, LC_EXHAUSTED(%r0)
	jnz	double_fault
	stg	%r10, LC_EXHAUSTED(%r0)
	j	0b
double_fault:
	lpswe	LC_DOUBLE_FAULT(%r0)

	.section .note.GNU-stack, "", @progbits
