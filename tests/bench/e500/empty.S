/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The empty guest: powers QEMU's ppce500 off at once, as hello does after its work. The GPIO block
 * is out of reach of the mapping we are entered with: one entry of TLB1 is filled in for it.
 */
#include <asm/spr.h>

/* QEMU, hw/ppc/e500.c: the GPIO at CCSR + 0xff000, shown here at an address of its own. */
#define GPIO_HIGH	0xf
#define GPIO_LOW	0xe00ff000
#define GPIO_EA		0xe00ff000
#define GPIO_DIR	0
#define GPIO_DAT	8
#define PIN0		0x8000		/* upper half */

	.text
	.globl	_start
_start:
	/* TLB1 entry 2: valid, 4 KiB, supervisor may read and write, not cached, guarded. */
	lis	%r3, 0x1002
	mtspr	SPR_MAS0, %r3
	lis	%r3, 0x8000
	ori	%r3, %r3, 0x100
	mtspr	SPR_MAS1, %r3
	lis	%r4, GPIO_EA@h
	ori	%r4, %r4, GPIO_EA@l
	ori	%r3, %r4, 0xa
	mtspr	SPR_MAS2, %r3
	lis	%r3, GPIO_LOW@h
	ori	%r3, %r3, GPIO_LOW@l + 5
	mtspr	SPR_MAS3, %r3
	li	%r3, GPIO_HIGH
	mtspr	SPR_MAS7, %r3
	isync
	tlbwe
	isync

	lis	%r3, PIN0
	stw	%r3, GPIO_DIR(%r4)
	stw	%r3, GPIO_DAT(%r4)
1:	b	1b

	.section .note.GNU-stack, "", @progbits
