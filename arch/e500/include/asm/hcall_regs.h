/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of a hypercall on Power, and the shape of a hypercall slot. No guest code: programs
 * on the host include this too.
 *
 * ePAPR 1.1, hypercalls; Linux, arch/powerpc/include/asm/epapr_hcalls.h.
 */
#ifndef ASM_HCALL_REGS_H
#define ASM_HCALL_REGS_H

#define HCALL_CR    32
#define HCALL_XER   33
#define HCALL_CTR   34
#define HCALL_LR    35
#define HCALL_NREGS 36

/* What an unpatched slot answers: -ENOSYS of newlib, whose <errno.h> is not for assembly. */
#define HCALL_UNPATCHED (-88)

#ifndef __ASSEMBLER__
enum hcall_reg {
	/* General-purpose register n is number n. */
	HCALL_R0,
	HCALL_R1,
	HCALL_R2,
	HCALL_R3,
	HCALL_R4,
	HCALL_R5,
	HCALL_R6,
	HCALL_R7,
	HCALL_R8,
	HCALL_R9,
	HCALL_R10,
	HCALL_R11,
	HCALL_R12,
	HCALL_R13,
	HCALL_R14,
	HCALL_R15,
	HCALL_R16,
	HCALL_R17,
	HCALL_R18,
	HCALL_R19,
	HCALL_R20,
	HCALL_R21,
	HCALL_R22,
	HCALL_R23,
	HCALL_R24,
	HCALL_R25,
	HCALL_R26,
	HCALL_R27,
	HCALL_R28,
	HCALL_R29,
	HCALL_R30,
	HCALL_R31,
};

extern const char *const hcall_reg_name[HCALL_NREGS];

#define HCALL_REG_NUMBER HCALL_R11
#define HCALL_REG_STATUS HCALL_R3
#define HCALL_REG_ARGS                                                                          \
	{                                                                                       \
		HCALL_R3, HCALL_R4, HCALL_R5, HCALL_R6, HCALL_R7, HCALL_R8, HCALL_R9, HCALL_R10 \
	}
#define HCALL_NR_ARGS 8

/*
 * What any call may change, results or not: r0, r3 to r12, and CR, XER, CTR, LR, which no list of
 * the ABI has as preserved.
 */
#define HCALL_CLOBBERS                                                                    \
	(1ull << HCALL_R0 | 0x3ffull << HCALL_R3 | 1ull << HCALL_CR | 1ull << HCALL_XER | \
	 1ull << HCALL_CTR | 1ull << HCALL_LR)
/*
 * The stack pointer: hcall_invoke() finds its way back by it. Its value in *regs is neither used
 * nor changed.
 */
#define HCALL_NOT_LOADED (1ull << HCALL_R1)

/* ePAPR: up to four instructions of four bytes, the rest filled up with nops (ori r0,r0,0). */
#define HCALL_INSN_SIZE	 4
#define HCALL_SLOT_INSNS 4
#define HCALL_SLOT_SIZE	 16
#define HCALL_NOP                      \
	{                              \
		0x60, 0x00, 0x00, 0x00 \
	}
#endif

/* The bits of a register that keep any value: XER has SO, OV, CA and a byte count. */
#define HCALL_REG_BITS(reg) ((reg) == HCALL_XER ? 0xe000007ful : ~0ul)

/* A number of the form that this ABI uses, which no document gives to anybody. */
#define HCALL_UNASSIGNED 0x002a7ffful
/* Whether a call with that number ends in an exception (1), or in a status that says so (0). */
#define HCALL_UNASSIGNED_TRAPS 0

#endif
