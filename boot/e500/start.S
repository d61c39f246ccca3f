/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instruction to C on e500. The entry is the one of ePAPR 1.1
 * (arch/e500/include/asm/boot.h); QEMU's ppce500 and mpc8544ds and our own monitor keep to it.
 *
 * On entry: r3, r6, r7 as described there; interrupts off; an entry of TLB1 maps effective
 * addresses from 0 to the same physical ones, at least as far as this image and the device tree.
 */
#include <asm/boot.h>

	.section .text.start, "ax"
	.globl	_start
_start:
	/* The entry registers are kept where the next blocks leave them alone. */
	mr	%r29, %r3
	mr	%r30, %r6
	mr	%r31, %r7

	/* .bss is zero: the loader cleared it, but after a reset it may be used memory. */
	lis	%r4, (__bss_start - 4)@ha
	addi	%r4, %r4, (__bss_start - 4)@l
	lis	%r5, (__bss_end - 4)@ha
	addi	%r5, %r5, (__bss_end - 4)@l
	subf	%r5, %r4, %r5
	srwi.	%r5, %r5, 2
	li	%r0, 0
	beq	2f
	mtctr	%r5
1:	stwu	%r0, 4(%r4)
	bdnz	1b

	/*
	 * A stack, with an ended back chain. r1 is never 0 in supervisor state: KVM holds
	 * interrupts back while it equals the magic page's `critical`, which starts as 0.
	 */
2:	lis	%r1, (boot_stack_top - 16 - BOOT_ENTRY_SIZE)@ha
	addi	%r1, %r1, (boot_stack_top - 16 - BOOT_ENTRY_SIZE)@l
	stw	%r0, 0(%r1)
	stw	%r0, 4(%r1)

	/* The entry registers as C wants them. */
	stw	%r29, 8+BOOT_R3(%r1)
	stw	%r30, 8+BOOT_R6(%r1)
	stw	%r31, 8+BOOT_R7(%r1)
	addi	%r3, %r1, 8
	bl	boot_main

	/* It does not return. */
3:	b	3b
