/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the patcher (paravirt.c) branches to: one copy for each instruction that is replaced, made
 * from one of the models below and put into the room behind them.
 *
 * A copy begins with critical = r1, so that no interrupt handler comes in between and uses the same
 * scratch fields, and ends with critical = r2, which is another value. r30, r31 and CR are put down
 * in the page; at `operand` r30 becomes what the instruction has in its register.
 */
#include <asm/magic.h>
#include <asm/spr.h>

	.section .text.paravirt, "ax"
	.globl	paravirt_code_start, paravirt_code_end, paravirt_room

.macro enter
	stw	%r1, MAGIC_PAGE+MAGIC_CRITICAL(0)
	stw	%r31, MAGIC_PAGE+MAGIC_SCRATCH1(0)
	stw	%r30, MAGIC_PAGE+MAGIC_SCRATCH2(0)
	mfcr	%r31
	stw	%r31, MAGIC_PAGE+MAGIC_SCRATCH3(0)
	lwz	%r31, MAGIC_PAGE+MAGIC_MSR(0)
.endm
.macro leave
	lwz	%r30, MAGIC_PAGE+MAGIC_SCRATCH3(0)
	mtcrf	0xff, %r30
	lwz	%r30, MAGIC_PAGE+MAGIC_SCRATCH2(0)
	lwz	%r31, MAGIC_PAGE+MAGIC_SCRATCH1(0)
	stw	%r2, MAGIC_PAGE+MAGIC_CRITICAL(0)
.endm
.macro model name
	.globl	\name, \name\()_operand, \name\()_original, \name\()_back, \name\()_end
\name:
.endm
/* The instruction itself, and on behind it. */
.macro original name
	leave
\name\()_original:
	nop
	b	\name\()_back
\name\()_end:
.endm

paravirt_code_start:

/* wrteei 0 */
	model	paravirt_off
	enter
paravirt_off_operand:
	rlwinm	%r31, %r31, 0, 17, 15
	stw	%r31, MAGIC_PAGE+MAGIC_MSR(0)
	leave
paravirt_off_back:
	b	.
paravirt_off_original:
paravirt_off_end:

/* wrteei 1 and wrtee: EE from r30. If that is 1 now and an interrupt waits, the host has to see it. */
	model	paravirt_ee
	enter
paravirt_ee_operand:
	nop
	rlwimi	%r31, %r30, 0, 16, 16
	stw	%r31, MAGIC_PAGE+MAGIC_MSR(0)
	andi.	%r30, %r30, MSR_EE
	beq	1f
	lwz	%r30, MAGIC_PAGE+MAGIC_INT_PENDING(0)
	cmpwi	%r30, 0
	bne	2f
1:	leave
paravirt_ee_back:
	b	.
2:	original paravirt_ee

/* mtmsr: the whole MSR from r30. Only EE (bit 16) and RI (bit 30) may change here. */
	model	paravirt_msr
	enter
paravirt_msr_operand:
	nop
	xor	%r31, %r31, %r30
	rlwinm	%r31, %r31, 0, 17, 15
	rlwinm.	%r31, %r31, 0, 31, 29
	bne	2f
	stw	%r30, MAGIC_PAGE+MAGIC_MSR(0)
	andi.	%r31, %r30, MSR_EE
	beq	1f
	lwz	%r31, MAGIC_PAGE+MAGIC_INT_PENDING(0)
	cmpwi	%r31, 0
	bne	2f
1:	leave
paravirt_msr_back:
	b	.
2:	original paravirt_msr

/* Enough for an image of ours twice over. */
paravirt_room:
	.space	64 * 128
paravirt_code_end:
