/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of lib/cpu.h that is this architecture's. r2 holds the address of struct cpu: the ABI
 * reserves it for the system, compiled code never touches it, and vectors.S loads it anew at each
 * exception, whatever the interrupted program has made of it.
 */
#ifndef ASM_CPU_H
#define ASM_CPU_H

struct cpu;

register struct cpu *cpu_r2 __asm__("r2");

static inline struct cpu *cpu_this(void)
{
	return cpu_r2;
}

/*
 * An e500v2 has no hint for it. QEMU's TCG lets one CPU of this architecture run at a time, up to
 * 100 ms until the next one's turn, unless it idles: who waits for long should do that.
 */
static inline void cpu_relax(void)
{
	__asm__ volatile("" : : : "memory");
}

#endif
