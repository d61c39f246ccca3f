/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of <string.h> that this CPU has instructions for; newlib's own go byte by byte or
 * word by word. Arguments in %r2 to %r4, the result in %r2; %r0, %r1, %r3 to %r5 may be changed.
 */

	.macro	function name
	.section .text.\name, "ax", @progbits
	.globl	\name
	.type	\name, @function
\name:
	.endm

/* void *memcpy(void *to, const void *from, size_t n): whole blocks of 256 bytes, then the rest. */
	function memcpy
	ltgr	%r4, %r4
	bzr	%r14
	lgr	%r1, %r2
	aghi	%r4, -1
	srlg	%r5, %r4, 8
	ltgr	%r5, %r5
	jz	1f
0:	mvc	0(256, %r1), 0(%r3)
	aghi	%r1, 256
	aghi	%r3, 256
	brctg	%r5, 0b
	/* MVC counts one less than it moves; EXRL puts in the low byte of that. */
1:	exrl	%r4, 2f
	br	%r14
2:	mvc	0(1, %r1), 0(%r3)
	.size	memcpy, . - memcpy

/* void *memset(void *at, int c, size_t n): a move from nothing, padded with c. */
	function memset
	lgr	%r0, %r2
	lgr	%r1, %r4
	lghi	%r5, 0
0:	mvcle	%r0, %r4, 0(%r3)
	jo	0b
	br	%r14
	.size	memset, . - memset

/* void *memchr(const void *at, int c, size_t n) */
	function memchr
	agr	%r4, %r2
	llgcr	%r0, %r3
0:	srst	%r4, %r2
	jo	0b
	lghi	%r2, 0
	bnlr	%r14
	lgr	%r2, %r4
	br	%r14
	.size	memchr, . - memchr

/* size_t strlen(const char *s) */
	function strlen
	lghi	%r0, 0
	lghi	%r1, 0
	lgr	%r3, %r2
0:	srst	%r1, %r3
	jo	0b
	sgr	%r1, %r2
	lgr	%r2, %r1
	br	%r14
	.size	strlen, . - strlen

/* char *strchr(const char *s, int c): to the end, then to c, which may be the end itself. */
	function strchr
	lghi	%r0, 0
	lghi	%r1, 0
	lgr	%r4, %r2
0:	srst	%r1, %r4
	jo	0b
	aghi	%r1, 1
	llgcr	%r0, %r3
1:	srst	%r1, %r2
	jo	1b
	lghi	%r2, 0
	bnlr	%r14
	lgr	%r2, %r1
	br	%r14
	.size	strchr, . - strchr

	.section .note.GNU-stack, "", @progbits
