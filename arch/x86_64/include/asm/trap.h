/* SPDX-License-Identifier: BSD-2-Clause */
/* Every register at a trap, as arch/x86_64/vectors.S pushes them, lowest address first. */
#ifndef ASM_TRAP_H
#define ASM_TRAP_H

#include <stdint.h>

/* Exceptions have vectors 0 to 31 (Intel SDM volume 3, table 6-1). */
#define TRAP_NR_EXCEPTIONS 32

enum {
	TRAP_NMI = 2,
	TRAP_BP = 3,
	TRAP_UD = 6,
	TRAP_DF = 8,
	TRAP_GP = 13,
	TRAP_PF = 14,
	TRAP_MC = 18,
};

/* Error code of #PF (Intel SDM volume 3, section 4.7). */
enum {
	PF_PRESENT = 1 << 0,
	PF_WRITE = 1 << 1,
	PF_USER = 1 << 2,
	PF_RESERVED = 1 << 3,
	PF_FETCH = 1 << 4,
};

struct trap_frame {
	/* The address of the access if vector is TRAP_PF, else what was left there. */
	uint64_t cr2;
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector;
	/* 0 for vectors that have none. */
	uint64_t error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/*
 * Goes on with the registers in *f, as a return from the trap would (only x87 and SSE stay as
 * they are now).
 */
_Noreturn void trap_return(const struct trap_frame *f);

#endif
