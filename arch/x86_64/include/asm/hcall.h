/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hcall0() to hcall4(): a hypercall as one inline instruction. Number in RAX, arguments in RBX,
 * RCX, RDX, RSI, status in RAX; the hypervisor changes nothing else but memory it is asked to.
 */
#ifndef ASM_HCALL_H
#define ASM_HCALL_H

#include <errno.h>
#include <asm/hcall_regs.h>

/*
 * Before it is patched, a slot is push $-ENOSYS; pop %rax: three bytes, as many as vmcall. The
 * entry in .hcall_slots is the distance from itself to the slot.
 */
#define HCALL_SLOT                                    \
	"1: pushq %[nosys]\n\t"                       \
	"popq %%rax\n\t"                              \
	".if . - 1b != 3\n\t"                         \
	".error \"a hypercall slot has 3 bytes\"\n\t" \
	".endif\n\t"                                  \
	".pushsection .hcall_slots, \"a\"\n\t"        \
	".balign 4\n\t"                               \
	".long 1b - .\n\t"                            \
	".popsection"

#define HCALL_ASM(number, ...)                                                      \
	({                                                                          \
		long status_;                                                       \
		__asm__ volatile(HCALL_SLOT                                         \
				 : "=a"(status_)                                    \
				 : "a"(number), [nosys] "i"(-ENOSYS), ##__VA_ARGS__ \
				 : "memory", "cc");                                 \
		status_;                                                            \
	})

static inline long hcall0(unsigned long nr)
{
	return HCALL_ASM(nr);
}

static inline long hcall1(unsigned long nr, unsigned long a0)
{
	return HCALL_ASM(nr, "b"(a0));
}

static inline long hcall2(unsigned long nr, unsigned long a0, unsigned long a1)
{
	return HCALL_ASM(nr, "b"(a0), "c"(a1));
}

static inline long hcall3(unsigned long nr, unsigned long a0, unsigned long a1, unsigned long a2)
{
	return HCALL_ASM(nr, "b"(a0), "c"(a1), "d"(a2));
}

static inline long hcall4(unsigned long nr, unsigned long a0, unsigned long a1, unsigned long a2,
			  unsigned long a3)
{
	return HCALL_ASM(nr, "b"(a0), "c"(a1), "d"(a2), "S"(a3));
}

/* Every register of a call, by enum hcall_reg: for hcall_invoke(). */
struct hcall_regs {
	unsigned long r[HCALL_NREGS];
};

static inline void hcall_regs_set_number(struct hcall_regs *regs, unsigned long number)
{
	regs->r[HCALL_RAX] = number;
}

#endif
