/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of KVM on x86_64, seen from the registers: Linux, Documentation/virt/kvm/x86/
 * hypercalls.rst and kvm_emulate_hypercall() in arch/x86/kvm/x86.c. This header compiles in the
 * guest and on the host.
 */
#ifndef ASM_HCALL_REGS_H
#define ASM_HCALL_REGS_H

/* The order is known to arch/x86_64/hcall_invoke.S. */
enum hcall_reg {
	HCALL_RAX,
	HCALL_RBX,
	HCALL_RCX,
	HCALL_RDX,
	HCALL_RSI,
	HCALL_RDI,
	HCALL_RBP,
	HCALL_RSP,
	HCALL_R8,
	HCALL_R9,
	HCALL_R10,
	HCALL_R11,
	HCALL_R12,
	HCALL_R13,
	HCALL_R14,
	HCALL_R15,
	HCALL_RFLAGS,
	HCALL_NREGS
};

extern const char *const hcall_reg_name[HCALL_NREGS];

/* The call's number goes in here, its status comes back in here. */
#define HCALL_REG_NUMBER HCALL_RAX
#define HCALL_REG_STATUS HCALL_RAX

/* Arguments in order; there are no more. */
/* clang-format off */
#define HCALL_REG_ARGS { HCALL_RBX, HCALL_RCX, HCALL_RDX, HCALL_RSI }
/* clang-format on */
#define HCALL_NR_ARGS 4

/* KVM changes RAX alone, not even a flag. */
#define HCALL_CLOBBERS 0ull

/* What hcall_invoke() cannot load. It stays in the structure as it was. */
#define HCALL_NOT_LOADED (1ull << HCALL_RSP)

/* The bits of a register that keep any value; of RFLAGS hcall_invoke() looks at few anyway. */
#define HCALL_REG_BITS(reg) (~0ul)

/* vmcall or vmmcall, three bytes each; a slot holds one. */
#define HCALL_INSN_SIZE	 3
#define HCALL_SLOT_INSNS 1
#define HCALL_SLOT_SIZE	 (HCALL_INSN_SIZE * HCALL_SLOT_INSNS)
/* nopl (%rax) */
/* clang-format off */
#define HCALL_NOP { 0x0f, 0x1f, 0x00 }
/* clang-format on */

/* A number of the form that this ABI uses, which no document gives to anybody. */
#define HCALL_UNASSIGNED 0x7ffful
/* Whether a call with that number ends in an exception (1), or in a status that says so (0). */
#define HCALL_UNASSIGNED_TRAPS 0

#endif
