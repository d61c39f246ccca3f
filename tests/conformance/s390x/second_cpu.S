/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the second CPU runs (tests/conformance/s390x/second.h). It is entered by its restart PSW: DAT
 * and interruptions off, page 0 is its own lowcore. Nothing here changes a general register, so that
 * a status that is stored of it is known.
 */
#include "tests/conformance/s390x/second.h"

#define LC_EXTERNAL_CPU	  0x84
#define LC_PROGRAM_LENGTH 0x8c

	.section .text.second, "ax"
	.globl	second_counts
second_counts:
	lctlg	%c0, %c0, SECOND_CR0(%r0)
	lmg	%r0, %r15, SECOND_GPR(%r0)
	agsi	SECOND_RESTARTS(%r0), 1
0:	agsi	SECOND_COUNT(%r0), 1
	j	0b

	.globl	second_waits
second_waits:
	lctlg	%c0, %c0, SECOND_CR0(%r0)
	lmg	%r0, %r15, SECOND_GPR(%r0)
	agsi	SECOND_RESTARTS(%r0), 1
	lpswe	SECOND_WAIT(%r0)

	.globl	second_external
second_external:
	mvc	SECOND_EXTERNAL(4, %r0), LC_EXTERNAL_CPU(%r0)
	agsi	SECOND_EXTERNALS(%r0), 1
	lpswe	SECOND_WAIT(%r0)

	.globl	second_program
second_program:
	mvc	SECOND_PROGRAM(4, %r0), LC_PROGRAM_LENGTH(%r0)
	j	.

	.section .note.GNU-stack, "", @progbits
