/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a CPU that was started by SIGP restart (arch/s390x/smp_start.c). On entry:
 * 64-bit PSW, supervisor state, DAT and all interruptions off; page 0 is this CPU's lowcore, which
 * holds what follows; control registers as after an initial CPU reset.
 */
#include <asm/lowcore.h>

/* struct cpu: stack_top. */
#define CPU_STACK_TOP 8

	.section .text.secondary, "ax"
	.globl	secondary_start
secondary_start:
	/* Another restart would be an interruption like any other. */
	mvc	LC_RESTART_NEW(16, %r0), LC_RESTART_VECTOR(%r0)

	/* Protection, address space and floating point as on the CPU that started this one. */
	lctlg	%c0, %c0, LC_START_CR0(%r0)
	lctlg	%c1, %c1, LC_START_CR1(%r0)
	lghi	%r0, 0
	sfpc	%r0

	/* Its own stack, with an ended back chain. The frame is written with DAT off: same place. */
	lg	%r2, LC_THIS(%r0)
	lg	%r15, CPU_STACK_TOP(%r2)
	aghi	%r15, -STACK_FRAME_SIZE
	xc	0(8, %r15), 0(%r15)

	/* cpu_secondary_main(c), with DAT on. */
	lghi	%r14, 0
	lpswe	LC_START_PSW(%r0)

	.section .note.GNU-stack, "", @progbits
