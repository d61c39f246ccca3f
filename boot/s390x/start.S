/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instruction to C on s390x. The image is an ELF whose entry is 0x10000: so QEMU takes it for
 * a Linux kernel and fills in the parameter area below (arch/s390x/include/asm/boot.h).
 *
 * On entry: 64-bit PSW, supervisor state, DAT and all interruptions off, CPU 0, the others stopped;
 * registers and control registers as after a CPU reset, so nothing in them is relied on.
 */
#include <asm/boot.h>
#include <asm/lowcore.h>

	.section .text.start, "ax"
	.globl	_start
_start:
	/* 64-bit addressing, DAT and interruptions off, prefix 0: real addresses are absolute ones. */
	sam64
	larl	%r13, constants
	ssm	zero - constants(%r13)
	spx	zero - constants(%r13)
	/* Any program interruption before arch_trap_init() stops here instead of looping. */
	mvc	LC_PROGRAM_NEW(16, %r0), early_trap - constants(%r13)
	/* All 16 floating-point registers may be used, and no IEEE exception traps. */
	lctlg	%c0, %c0, cr0 - constants(%r13)
	sfpc	%r0
	lfpc	zero - constants(%r13)

	/* .bss is zero; a re-IPL leaves in memory what was there. */
	larl	%r2, __bss_start
	larl	%r3, __bss_end
	sgr	%r3, %r2
	lghi	%r5, 0
0:	mvcle	%r2, %r4, 0
	jo	0b

	/* A stack, with the register save area that the ABI gives a callee, and an ended back chain. */
	larl	%r15, boot_stack_top
	aghi	%r15, -STACK_FRAME_SIZE
	xc	0(8, %r15), 0(%r15)

	larl	%r2, boot_parameters
	brasl	%r14, boot_main
	/* It does not return; if it does, the machine stops and shows where. */
	larl	%r13, constants
	lpswe	returned - constants(%r13)

	.balign	8
constants:
zero:	.quad	0
cr0:	.quad	CR0_AFP
	/* Disabled waits: the address is what the outside sees of a stopped CPU. */
early_trap:
	.quad	PSW_WAIT | PSW_64BIT, 0xbadff0
returned:
	.quad	PSW_WAIT | PSW_64BIT, 0xbadff0

	/*
	 * Filled in by the loader; these bytes must be in the file. The linker script puts other
	 * code in front and sees to it that the address is BOOT_PARM_ADDRESS.
	 */
	.section .text.parameters, "ax"
	.balign	0x400
	.globl	boot_parameters
boot_parameters:
	.skip	0x400
	/* In a section of its own, as a section's size is a multiple of its alignment. */
	.section .text.parameters.end, "ax"
	.quad	0

	.section .note.GNU-stack, "", @progbits
