/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of lib/cpu.h that is this architecture's. GS has the address of struct cpu as its base. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

struct cpu;

static inline struct cpu *cpu_this(void)
{
	struct cpu *c;

	__asm__("mov %%gs:0, %0" : "=r"(c));
	return c;
}

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

#endif
