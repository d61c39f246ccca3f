/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which CPU this is. Each CPU finds its struct cpu in its own lowcore, by real address: page 0 is
 * not mapped where DAT is on. Privileged.
 */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <stdint.h>
#include <asm/lowcore.h>

struct cpu;

/* Not volatile: it never changes, so the compiler need not ask twice. */
static inline struct cpu *cpu_this(void)
{
	struct cpu *c;

	asm("lurag %0, %1" : "=d"(c) : "d"((uint64_t)LC_THIS));
	return c;
}

/* DIAGNOSE 0x44, the end of a time slice: the hypervisor may run the CPU that is waited for. */
static inline void cpu_relax(void)
{
	asm volatile("diag %%r0, %%r0, 0x44" : : : "memory");
}

#endif
