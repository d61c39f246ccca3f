/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls inline: the slot itself is part of the caller.
 *
 * Token in r11, parameters in r3 to r10; status in r3, further outputs in r4 to r11; r0 and r12 are
 * volatile, and so, as far as anybody promises, are CR, XER, CTR and LR.
 */
#ifndef ASM_HCALL_H
#define ASM_HCALL_H

#include <errno.h>
#include <asm/hcall_regs.h>

struct hcall_regs {
	unsigned long r[HCALL_NREGS];
};

static inline void hcall_regs_set_number(struct hcall_regs *regs, unsigned long number)
{
	regs->r[HCALL_R11] = number;
}

/*
 * A value that costs no instruction, for registers that the callee does not read. Volatile, or all
 * of them would be made the same value, with moves.
 */
static inline __attribute__((always_inline)) unsigned long hcall_any(void)
{
	unsigned long v;

	asm volatile("" : "=r"(v));
	return v;
}

/* The outputs of a call, r4 to r11. */
struct hcall_outputs {
	unsigned long r[8];
};

/*
 * The only slot in C code. Unpatched it answers -ENOSYS; hcall_patch() finds it by its entry in
 * .hcall_slots, the distance from the entry to the slot.
 */
static inline __attribute__((always_inline)) long
hcall_outputs(unsigned long nr, unsigned long a, unsigned long b, unsigned long c, unsigned long d,
	      unsigned long e, unsigned long f, unsigned long g, unsigned long h,
	      struct hcall_outputs *out)
{
	register unsigned long r3 asm("r3") = a;
	register unsigned long r4 asm("r4") = b;
	register unsigned long r5 asm("r5") = c;
	register unsigned long r6 asm("r6") = d;
	register unsigned long r7 asm("r7") = e;
	register unsigned long r8 asm("r8") = f;
	register unsigned long r9 asm("r9") = g;
	register unsigned long r10 asm("r10") = h;
	register unsigned long r11 asm("r11") = nr;

	asm volatile("1:\n\t"
		     "li 3, %[enosys]\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     ".pushsection .hcall_slots, \"a\"\n\t"
		     ".balign 4\n\t"
		     ".long 1b - .\n\t"
		     ".popsection"
		     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8), "+r"(r9),
		       "+r"(r10), "+r"(r11)
		     : [enosys] "i"(-ENOSYS)
		     : "r0", "r12", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7", "xer",
		       "ctr", "lr", "memory");
	*out = (struct hcall_outputs){ { r4, r5, r6, r7, r8, r9, r10, r11 } };
	return (long)r3;
}

/* Without parameters, status only, and so on: the unused registers cost nothing. */
#define HCALL_INLINE static inline __attribute__((always_inline)) long
#define HCALL_ANY    hcall_any()

HCALL_INLINE hcall8(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
		    unsigned long d, unsigned long e, unsigned long f, unsigned long g,
		    unsigned long h)
{
	struct hcall_outputs out;

	return hcall_outputs(nr, a, b, c, d, e, f, g, h, &out);
}

HCALL_INLINE hcall7(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
		    unsigned long d, unsigned long e, unsigned long f, unsigned long g)
{
	return hcall8(nr, a, b, c, d, e, f, g, HCALL_ANY);
}

HCALL_INLINE hcall6(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
		    unsigned long d, unsigned long e, unsigned long f)
{
	return hcall7(nr, a, b, c, d, e, f, HCALL_ANY);
}

HCALL_INLINE hcall5(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
		    unsigned long d, unsigned long e)
{
	return hcall6(nr, a, b, c, d, e, HCALL_ANY);
}

HCALL_INLINE hcall4(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
		    unsigned long d)
{
	return hcall5(nr, a, b, c, d, HCALL_ANY);
}

HCALL_INLINE hcall3(unsigned long nr, unsigned long a, unsigned long b, unsigned long c)
{
	return hcall4(nr, a, b, c, HCALL_ANY);
}

HCALL_INLINE hcall2(unsigned long nr, unsigned long a, unsigned long b)
{
	return hcall3(nr, a, b, HCALL_ANY);
}

HCALL_INLINE hcall1(unsigned long nr, unsigned long a)
{
	return hcall2(nr, a, HCALL_ANY);
}

HCALL_INLINE hcall0(unsigned long nr)
{
	return hcall1(nr, HCALL_ANY);
}

#endif
