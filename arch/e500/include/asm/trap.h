/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every register at an exception, as vectors.S stores it.
 */
#ifndef ASM_TRAP_H
#define ASM_TRAP_H

/* Offsets in struct trap_frame, for vectors.S. */
#define FRAME_GPR    0
#define FRAME_PC     128
#define FRAME_MSR    132
#define FRAME_CR     136
#define FRAME_XER    140
#define FRAME_CTR    144
#define FRAME_LR     148
#define FRAME_DEAR   152
#define FRAME_ESR    156
#define FRAME_MCSR   160
#define FRAME_VECTOR 164
#define FRAME_SIZE   168

/* Numbers of the exceptions: IVORn holds the address of n (EREF, "Interrupt Vector Offset"). */
#define TRAP_CRITICAL_INPUT  0
#define TRAP_MACHINE_CHECK   1
#define TRAP_DATA_STORAGE    2
#define TRAP_INSN_STORAGE    3
#define TRAP_EXTERNAL	     4
#define TRAP_ALIGNMENT	     5
#define TRAP_PROGRAM	     6
#define TRAP_FP_UNAVAILABLE  7
#define TRAP_SYSTEM_CALL     8
#define TRAP_APU_UNAVAILABLE 9
#define TRAP_DECREMENTER     10
#define TRAP_FIXED_INTERVAL  11
#define TRAP_WATCHDOG	     12
#define TRAP_DATA_TLB	     13
#define TRAP_INSN_TLB	     14
#define TRAP_DEBUG	     15
#define TRAP_SPE_UNAVAILABLE 32
#define TRAP_SPE_DATA	     33
#define TRAP_SPE_ROUND	     34
#define TRAP_PERFORMANCE     35

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct trap_frame {
	uint32_t gpr[32];
	/* SRR0 and SRR1, or CSRR0/1 or MCSRR0/1 for those classes of exception. */
	uint32_t pc;
	uint32_t msr;
	uint32_t cr;
	uint32_t xer;
	uint32_t ctr;
	uint32_t lr;
	/* Only some exceptions set these three; else they are left over from an earlier one. */
	uint32_t dear;
	uint32_t esr;
	uint32_t mcsr;
	/* TRAP_... */
	uint32_t vector;
};

_Static_assert(offsetof(struct trap_frame, pc) == FRAME_PC, "vectors.S");
_Static_assert(offsetof(struct trap_frame, msr) == FRAME_MSR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, cr) == FRAME_CR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, xer) == FRAME_XER, "vectors.S");
_Static_assert(offsetof(struct trap_frame, ctr) == FRAME_CTR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, lr) == FRAME_LR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, dear) == FRAME_DEAR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, esr) == FRAME_ESR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, mcsr) == FRAME_MCSR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, vector) == FRAME_VECTOR, "vectors.S");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "vectors.S");
#endif

#endif
