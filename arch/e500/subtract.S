/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * a - b is a + -b, to the last bit: soft-fp's own subtraction is its addition a second time, 1.5 KB
 * that every program with printf() would carry. Called by the compiler; a double is passed in a
 * pair of registers, the sign in the first one.
 */
	.section .text.__subdf3, "ax"
	.globl __subdf3
	.type __subdf3, @function
__subdf3:
	xoris	%r5, %r5, 0x8000
	b	__adddf3
	.size __subdf3, . - __subdf3

	.section .text.__subsf3, "ax"
	.globl __subsf3
	.type __subsf3, @function
__subsf3:
	xoris	%r4, %r4, 0x8000
	b	__addsf3
	.size __subsf3, . - __subsf3
