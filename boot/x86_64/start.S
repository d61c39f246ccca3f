/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the first instruction to boot_main(). Two ways lead here:
 *
 *   start_pvh      32-bit protected mode without paging, EBX = hvm_start_info (PVH: the address is
 *                  in the ELF note; Xen, docs/misc/pvh.pandoc)
 *   start_linux64  64-bit mode, identity-mapped, RSI = boot_params (the ELF entry; Linux,
 *                  Documentation/x86/boot.rst, "64-bit Boot Protocol")
 *
 * Both leave: our GDT, our page tables (the first 2 MiB mapped one to one), SSE on, .bss cleared,
 * our stack.
 */
#include <asm/boot.h>

#define CR0		0x80010033	/* PG, WP, NE, ET, MP, PE */
#define CR4		0x00000620	/* OSXMMEXCPT, OSFXSR, PAE */
#define MSR_EFER	0xc0000080
#define EFER_LME	0x100
#define PTE_TABLE	0x007		/* present, writable, also for users */
#define PTE_2M		0x087		/* the same, 2 MiB page */

#define CODE64		0x08
#define DATA		0x10

	.section .note.pvh, "a", @note
	.balign 4
	.long	4, 4, 18		/* lengths of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.long	start_pvh

/*
 * Leaves .bss cleared, the page tables in it linked. By the widest store there is: a boot has to
 * wait for it. The same text in both modes.
 */
	.macro	clear_and_map
	xorps	%xmm0, %xmm0
	mov	$__bss_start, %edi
1:	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movaps	%xmm0, 16 * \i(%edi)
	.endr
	sub	$-128, %edi
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	movaps	%xmm0, 16 * \i(%edi)
	.endr
	sub	$-128, %edi
	cmp	$__bss_end, %edi
	jb	1b
	movl	$(boot_tables + 0x1000 + PTE_TABLE), boot_tables
	movl	$(boot_tables + 0x2000 + PTE_TABLE), boot_tables + 0x1000
	movl	$PTE_2M, boot_tables + 0x2000
	.endm

	.section .text.start, "ax"
	.code32
	.globl	start_pvh
start_pvh:
	cld
	mov	%ebx, %ebp
	mov	$CR4, %eax		/* allows SSE */
	mov	%eax, %cr4
	clear_and_map

	/* Long mode: PAE (in CR4) and LME, then paging; the code segment still has 32 bits. */
	mov	$boot_tables, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	$CR0, %eax
	mov	%eax, %cr0
	lgdt	boot_gdt_pointer
	ljmp	$CODE64, $1f

	.code64
1:	mov	%ebp, %ebp		/* clears the upper half */
	mov	$BOOT_PVH, %ebx
	jmp	common

	.globl	start_linux64
start_linux64:
	cli
	cld
	mov	%rsi, %rbp
	mov	$CR0, %eax
	mov	%rax, %cr0
	mov	$CR4, %eax
	mov	%rax, %cr4
	clear_and_map

	/* Off the monitor's page tables and descriptors. */
	mov	$boot_tables, %eax
	mov	%rax, %cr3
	lgdt	boot_gdt_pointer
	mov	$boot_stack_top, %esp
	push	$CODE64
	push	$1f
	lretq
1:	mov	$BOOT_LINUX64, %ebx

common:
	/* Segments: all flat; FS and GS with base 0. */
	mov	$DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%eax, %ss

	/* The stack holds a struct boot_entry; a frame pointer of 0 ends a backtrace. */
	mov	$boot_stack_top, %esp
	fninit
	push	%rbp
	push	%rbx
	mov	%rsp, %rdi
	xor	%ebp, %ebp
	call	boot_main
	ud2

	.section .note.GNU-stack, "", @progbits
