/* SPDX-License-Identifier: BSD-2-Clause */
#include <asm/spr.h>
#include "pinned.h"

/* Where this page is seen while the TLB is rearranged: no region lies there (mmu.c). */
#define ALIAS 0xfffe0000

	.section .text.start, "ax"
/*
 * void mmu_take_over(uint32_t text_page, uint32_t data_page)
 *
 * From the mapping that the image was started with to ours: the two pinned pages, and the TLB miss
 * handler for all else. Two entries must never map one address, so the change is made from an
 * alias of this page. The boot mapping may be any entry of TLB1 but the last one, which is used
 * for the alias. No memory is accessed until the end. Keeps r12 = LR, r3, r4, r5 = last entry.
 */
	.globl	mmu_take_over
mmu_take_over:
	mflr	%r12
	mfspr	%r5, SPR_TLB1CFG
	andi.	%r5, %r5, TLBCFG_ENTRIES
	addi	%r5, %r5, -1
	li	%r6, 0
	mtspr	SPR_MAS7, %r6
	lis	%r6, (MAS1_VALID | MAS1_IPROT)@h
	ori	%r6, %r6, TSIZE_4K << MAS1_TSIZE_SHIFT

	/* The alias is mapped: go there. */
	mr	%r8, %r5
	lis	%r7, ALIAS@h
	ori	%r9, %r3, MAS3_SX
	bl	write_entry
	bl	1f
1:	mflr	%r10
	rlwinm	%r10, %r10, 0, 32 - PAGE_SHIFT, 31
	or	%r10, %r10, %r7
	addi	%r10, %r10, 2f - 1b
	mtctr	%r10
	bctr

	/* No other entry is valid, in TLB1 or TLB0. */
2:	mtctr	%r5
	mr	%r11, %r6
	li	%r6, 0
	mr	%r8, %r5
3:	addi	%r8, %r8, -1
	bl	write_entry
	bdnz	3b
	li	%r10, MMUCSR0_FLUSH_TLB0
	mtspr	SPR_MMUCSR0, %r10
	isync

	/* This page is mapped where it belongs: go back there. */
	mr	%r6, %r11
	li	%r8, TLB1_PINNED_TEXT
	mr	%r7, %r3
	ori	%r9, %r3, MAS3_UX | MAS3_SX | MAS3_UR | MAS3_SR
	bl	write_entry
	lis	%r10, 4f@h
	ori	%r10, %r10, 4f@l
	mtctr	%r10
	bctr

	/* The data page is mapped, the alias is not; the caller's text will be refilled. */
4:	li	%r8, TLB1_PINNED_DATA
	mr	%r7, %r4
	ori	%r9, %r4, MAS3_UW | MAS3_SW | MAS3_UR | MAS3_SR
	bl	write_entry
	li	%r6, 0
	mr	%r8, %r5
	bl	write_entry
	mtlr	%r12
	blr

/* Entry r8 of TLB1: MAS1 from r6, effective page r7, physical page and permissions r9. */
write_entry:
	rlwinm	%r10, %r8, MAS0_ESEL_SHIFT, 0, 31 - MAS0_ESEL_SHIFT
	oris	%r10, %r10, MAS0_TLB1@h
	mtspr	SPR_MAS0, %r10
	mtspr	SPR_MAS1, %r6
	ori	%r10, %r7, MAS2_M
	mtspr	SPR_MAS2, %r10
	mtspr	SPR_MAS3, %r9
	isync
	tlbwe
	isync
	blr
	.globl	mmu_take_over_end
mmu_take_over_end:
