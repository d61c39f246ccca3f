/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of a CPU other than the first from its start-up interrupt to ap_main(). It begins in real
 * mode at the page that the interrupt named, where smp.c has put a copy of ap_trampoline.
 */
#include <arch/x86_64/descriptors.h>

#define CR0		0x80010033	/* PG, WP, NE, ET, MP, PE; as boot/x86_64/start.S */
#define CR4		0x00000620	/* OSXMMEXCPT, OSFXSR, PAE */
#define MSR_EFER	0xc0000080

	.section .rodata.ap_trampoline, "a"
	.globl	ap_trampoline, ap_trampoline_end
	.code16
ap_trampoline:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	lgdtl	ap_gdt_pointer - ap_trampoline
	mov	$1, %eax		/* PE alone */
	mov	%eax, %cr0
	ljmpl	$CODE32, $ap_start32

	.balign	4
ap_gdt_pointer:
	.word	TSS - 1			/* all that is needed here */
	.long	boot_gdt
ap_trampoline_end:

	/* Protected mode, no paging yet. Leaves: our page tables, long mode. */
	.section .text.ap_start, "ax"
	.code32
ap_start32:
	mov	$DATA, %eax
	mov	%eax, %ds
	mov	$CR4, %eax
	mov	%eax, %cr4
	mov	$boot_tables, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	mov	ap_efer, %eax
	wrmsr
	mov	$CR0, %eax
	mov	%eax, %cr0
	ljmp	$CODE64, $ap_start64

	/* Leaves: segments as on the first CPU, RDI = struct cpu, its stack. */
	.code64
ap_start64:
	lgdt	boot_gdt_pointer
	mov	$DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%eax, %ss
	mov	$1, %eax
	cpuid
	shr	$24, %ebx		/* the local APIC id, by which we are known */
	xor	%eax, %eax
1:	cmp	ap_nr, %eax
	jae	2f
	cmp	%ebx, cpu_apic_id(, %rax, 4)
	je	3f
	inc	%eax
	jmp	1b
2:	cli				/* nobody asked for this CPU */
	hlt
	jmp	2b
3:	mov	ap_cpus(, %rax, 8), %rdi
	mov	8(%rdi), %rsp		/* stack_top of struct cpu */
	fninit
	xor	%ebp, %ebp
	call	ap_main
	ud2

	.section .note.GNU-stack, "", @progbits
