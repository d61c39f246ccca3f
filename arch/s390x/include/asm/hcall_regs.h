/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of KVM on s390x, seen from the registers: DIAGNOSE, whose function code stands in the
 * instruction and whose subcode stands in a register (Linux Documentation/virt/kvm/s390/
 * s390-diag.rst). This header compiles in the guest and on the host.
 *
 * The number of a call, here and in the catalogue, is code << 16 | subcode. Two calls of the same
 * kind are instructions of their own: their code is the operation code, and for SIGP the order.
 */
#ifndef ASM_HCALL_REGS_H
#define ASM_HCALL_REGS_H

/* The order is known to arch/s390x/hcall_invoke.S. */
enum hcall_reg {
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
	/*
	 * No register: the function code, up to 0xfff, that is put into the DIAGNOSE; or
	 * HCALL_CODE_SIGP plus an order, or HCALL_CODE_STHYI.
	 */
	HCALL_DIAG,
	/* Condition code, 0 to 3. */
	HCALL_CC,
	HCALL_NREGS
};

extern const char *const hcall_reg_name[HCALL_NREGS];

/* The subcode of most codes goes in here; R2 of DIAGNOSE 0x500 is its status. */
#define HCALL_REG_NUMBER HCALL_R1
#define HCALL_REG_STATUS HCALL_R2

/* Parameters of DIAGNOSE 0x500 in order; there are no more. */
#define HCALL_REG_ARGS                                                     \
	{                                                                  \
		HCALL_R2, HCALL_R3, HCALL_R4, HCALL_R5, HCALL_R6, HCALL_R7 \
	}
#define HCALL_NR_ARGS 6

/* Nothing but the status changes, not even the condition code. */
#define HCALL_CLOBBERS 0ull

/* What hcall_invoke() cannot load: it loads all that are registers. */
#define HCALL_NOT_LOADED (1ull << HCALL_DIAG)
/* The bits that a register can hold. */
#define HCALL_REG_BITS(reg) ((reg) == HCALL_CC ? 3ul : (reg) == HCALL_DIAG ? 0xfffful : ~0ul)

/* diag %r2, %r4, code: one instruction of four bytes. */
#define HCALL_INSN_SIZE	 4
#define HCALL_SLOT_INSNS 1
#define HCALL_SLOT_SIZE	 (HCALL_INSN_SIZE * HCALL_SLOT_INSNS)
/* nop 0 */
#define HCALL_NOP                      \
	{                              \
		0x47, 0x00, 0x00, 0x00 \
	}

/* DIAGNOSE codes that treat their registers in a way of their own. */
#define HCALL_DIAG_VIRTIO 0x500
#define HCALL_DIAG_IPL	  0x308

/*
 * sigp %r2, %r4, order (0xae, the order in the last byte): CPU address in R4, parameter in R3,
 * status in R2. sthyi %r2, %r4 (0xb256): function code in R2, buffer address in R4, return code in
 * R5. Both answer by the condition code.
 */
#define HCALL_CODE_SIGP	 0xae00u
#define HCALL_CODE_STHYI 0xb256u

/* A number of the form that this ABI uses, which no document gives to anybody. */
#define HCALL_UNASSIGNED 0x05007ffful
/* Whether a call with that number ends in an exception (1), or in a status that says so (0). */
#define HCALL_UNASSIGNED_TRAPS 1

#endif
