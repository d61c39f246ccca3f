/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp() and longjmp() for newlib, whose s390x port is ours: lib/libc/newlib.patch gives jmp_buf
 * its 18 words. The z/Architecture ELF ABI makes r6-r15 and f8-f15 the callee's to save; r14 is the
 * return address, r15 the stack. f8-f15 exist only with the AFP-register control (CR0 bit 45),
 * which start-up code has set.
 */

	.section .text.setjmp, "ax", @progbits
	.globl	setjmp
	.type	setjmp, @function
/* int setjmp(jmp_buf env): r2 = env. Returns 0 in r2, and once more for every longjmp(). */
setjmp:
	stmg	%r6, %r15, 0(%r2)
	std	%f8, 80(%r2)
	std	%f9, 88(%r2)
	std	%f10, 96(%r2)
	std	%f11, 104(%r2)
	std	%f12, 112(%r2)
	std	%f13, 120(%r2)
	std	%f14, 128(%r2)
	std	%f15, 136(%r2)
	lghi	%r2, 0
	br	%r14
	.size	setjmp, . - setjmp

	.section .text.longjmp, "ax", @progbits
	.globl	longjmp
	.type	longjmp, @function
/* void longjmp(jmp_buf env, int value): r2 = env, r3 = value. setjmp() returns value, 1 for 0. */
longjmp:
	ld	%f8, 80(%r2)
	ld	%f9, 88(%r2)
	ld	%f10, 96(%r2)
	ld	%f11, 104(%r2)
	ld	%f12, 112(%r2)
	ld	%f13, 120(%r2)
	ld	%f14, 128(%r2)
	ld	%f15, 136(%r2)
	lmg	%r6, %r15, 0(%r2)
	ltgfr	%r2, %r3
	bnzr	%r14
	lghi	%r2, 1
	br	%r14
	.size	longjmp, . - longjmp

	.section .note.GNU-stack, "", @progbits
