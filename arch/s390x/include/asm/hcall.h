/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inline hypercalls for s390x. The slot stands in the caller's code: no call, no branch, nothing
 * but loading the registers. All slots are DIAGNOSE 0x500 once they are patched; the other codes
 * are for hcall_invoke(), as are SIGP and STHYI.
 *
 * hcall0(number) to hcall6(number, ...) return the status: R2. hcallN() of a number that is not
 * DIAGNOSE 0x500 returns -ENOSYS without leaving the guest.
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
	unsigned long code = number >> 16;

	regs->r[HCALL_DIAG] = code;
	/* What is no DIAGNOSE has no subcode. */
	if (code < HCALL_CODE_SIGP)
		regs->r[code == HCALL_DIAG_IPL ? HCALL_R4 : HCALL_R1] = number & 0xffff;
}

/* Unpatched, a slot is this; lghi and diag are both one instruction of four bytes. */
#define HCALL_SLOT                            \
	"0:	lghi %%r2, %[enosys]\n"           \
	"	.pushsection .hcall_slots, \"a\"\n" \
	"	.balign 4\n"                        \
	"	.long 0b - .\n"                     \
	"	.popsection"

#define HCALL_IS_SLOT(number) ((number) >> 16 == HCALL_DIAG_VIRTIO)

/* A value that costs no instruction, for a register that nobody reads. */
static inline __attribute__((always_inline)) unsigned long hcall_any(void)
{
	unsigned long v;

	asm volatile("" : "=d"(v));
	return v;
}

/* The call with its first argument, and the further ones in their registers as inputs of the slot. */
#define HCALL_ASM(number, first, ...)                                                 \
	({                                                                            \
		register unsigned long r1_ asm("1") = (number)&0xffff;                \
		register unsigned long r2_ asm("2") = (first);                        \
                                                                                      \
		if (HCALL_IS_SLOT(number))                                            \
			asm volatile(HCALL_SLOT                                       \
				     : "+d"(r2_)                                      \
				     : [enosys] "K"(-ENOSYS), "d"(r1_), ##__VA_ARGS__ \
				     : "memory");                                     \
		else                                                                  \
			r2_ = (unsigned long)-ENOSYS;                                 \
		(long)r2_;                                                            \
	})

static inline long hcall0(unsigned long number)
{
	return HCALL_ASM(number, hcall_any());
}

static inline long hcall1(unsigned long number, unsigned long a)
{
	return HCALL_ASM(number, a);
}

static inline long hcall2(unsigned long number, unsigned long a, unsigned long b)
{
	register unsigned long r3 asm("3") = b;

	return HCALL_ASM(number, a, "d"(r3));
}

static inline long hcall3(unsigned long number, unsigned long a, unsigned long b, unsigned long c)
{
	register unsigned long r3 asm("3") = b;
	register unsigned long r4 asm("4") = c;

	return HCALL_ASM(number, a, "d"(r3), "d"(r4));
}

static inline long hcall4(unsigned long number, unsigned long a, unsigned long b, unsigned long c,
			  unsigned long d)
{
	register unsigned long r3 asm("3") = b;
	register unsigned long r4 asm("4") = c;
	register unsigned long r5 asm("5") = d;

	return HCALL_ASM(number, a, "d"(r3), "d"(r4), "d"(r5));
}

static inline long hcall5(unsigned long number, unsigned long a, unsigned long b, unsigned long c,
			  unsigned long d, unsigned long e)
{
	register unsigned long r3 asm("3") = b;
	register unsigned long r4 asm("4") = c;
	register unsigned long r5 asm("5") = d;
	register unsigned long r6 asm("6") = e;

	return HCALL_ASM(number, a, "d"(r3), "d"(r4), "d"(r5), "d"(r6));
}

static inline long hcall6(unsigned long number, unsigned long a, unsigned long b, unsigned long c,
			  unsigned long d, unsigned long e, unsigned long f)
{
	register unsigned long r3 asm("3") = b;
	register unsigned long r4 asm("4") = c;
	register unsigned long r5 asm("5") = d;
	register unsigned long r6 asm("6") = e;
	register unsigned long r7 asm("7") = f;

	return HCALL_ASM(number, a, "d"(r3), "d"(r4), "d"(r5), "d"(r6), "d"(r7));
}

#endif
