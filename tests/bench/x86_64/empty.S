/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The empty guest: powers QEMU's microvm off at once, as hello does after its work. Entered by PVH
 * in 32-bit mode without paging.
 */

/* ACPI sleep control of the microvm (QEMU, hw/i386/microvm.c: GED_MMIO_BASE_REGS); S5, SLP_EN. */
#define SLEEP_CONTROL	0xfea00200
#define SLEEP_S5	0x34

	.section .note.pvh, "a", @note
	.balign	4
	.long	4, 4, 18		/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.long	_start

	.text
	.code32
	.globl	_start
_start:
	movb	$SLEEP_S5, SLEEP_CONTROL
1:	hlt
	jmp	1b

	.section .note.GNU-stack, "", @progbits
