/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instruction of CPUs other than 0 (smp.c).
 */
#include "pinned.h"

/* struct cpu.stack_top: lib/cpu.h. */
#define CPU_STACK_TOP 4

/*
 * On entry: r3 = this CPU's struct cpu_area; interrupts off; an entry of TLB1 maps the first 64 MiB
 * one to one. C then has its stack, with an ended back chain, and struct cpu in r2.
 */
	.section .text.secondary_start, "ax"
	.globl	secondary_start
secondary_start:
	lwz	%r2, CPU_BASE+SAVE_THIS(%r3)
	lwz	%r1, CPU_STACK_TOP(%r2)
	li	%r0, 0
	stwu	%r0, -16(%r1)
	stw	%r0, 4(%r1)
	b	secondary_main
