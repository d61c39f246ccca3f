/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lowcore: the 8 KiB at real address 0 of each CPU, which prefixing maps to a place of its own.
 * The first 512 bytes and those from 0x1000 are assigned by the architecture (z/Architecture
 * Principles of Operation, "Assigned Storage Locations"); what is used between is ours.
 *
 * The constants are for assembly; struct lowcore is checked against them.
 */
#ifndef ASM_LOWCORE_H
#define ASM_LOWCORE_H

/* PSW mask bits (Principles of Operation, "Program-Status-Word Format"). */
#define PSW_DAT		  0x0400000000000000
#define PSW_IO		  0x0200000000000000
#define PSW_EXTERNAL	  0x0100000000000000
#define PSW_MACHINE_CHECK 0x0004000000000000
#define PSW_WAIT	  0x0002000000000000
#define PSW_PROBLEM_STATE 0x0001000000000000
#define PSW_CC		  0x0000300000000000
#define PSW_CC_SHIFT	  44
#define PSW_64BIT	  0x0000000180000000

/* Control register 0. */
#define CR0_LOW_ADDRESS_PROTECTION 0x10000000
#define CR0_NO_EXECUTE		   0x00100000
#define CR0_AFP			   0x00040000
#define CR0_EMERGENCY_SIGNAL	   0x00004000
#define CR0_EXTERNAL_CALL	   0x00002000
#define CR0_CLOCK_COMPARATOR	   0x00000800
#define CR0_SERVICE_SIGNAL	   0x00000200
/* All subclass masks of external interruptions. */
#define CR0_EXTERNAL_MASKS 0x0000fe70

/* Bytes of a lowcore, and what the prefix register's value is a multiple of. */
#define LOWCORE_SIZE 0x2000

/* Assigned locations. */
#define LC_PARAMETERS	  0x80
#define LC_EXT_CODE	  0x86
#define LC_IO_PARAMETERS  0xb8
#define LC_BREAKING_EVENT 0x110
#define LC_RESTART_OLD	  0x120
#define LC_EXTERNAL_OLD	  0x130
#define LC_SVC_OLD	  0x140
#define LC_PROGRAM_OLD	  0x150
#define LC_MCHECK_OLD	  0x160
#define LC_IO_OLD	  0x170
#define LC_RESTART_NEW	  0x1a0
#define LC_PROGRAM_NEW	  0x1d0

/* Ours. One register save area for each class of interruption: no two can overwrite each other. */
#define LC_SAVE		  0x200
#define LC_SAVE_SIZE	  128
#define LC_RETURN_PSW	  0x500
#define LC_TRAP_STACK	  0x510
#define LC_THIS		  0x518
#define LC_EXHAUSTED	  0x520
#define LC_CPU		  0x528
#define LC_DOUBLE_FAULT	  0x530
#define LC_INVOKE_INSN	  0x540
#define LC_INVOKE_REGS	  0x548
#define LC_INVOKE_STACK	  0x550
#define LC_INVOKE_GPR	  0x558
#define LC_START_CR0	  0x5d8
#define LC_START_CR1	  0x5e0
#define LC_START_PSW	  0x5e8
#define LC_RESTART_VECTOR 0x5f8
#define LC_SERVICE_SIGNAL 0x608
#define LC_SERVICE_CODE	  0x60c

/* The register save area that every caller leaves for its callee (s390x ELF ABI). */
#define STACK_FRAME_SIZE 160

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>
#include <asm/trap.h>

struct lowcore {
	uint8_t ipl[LC_PARAMETERS];
	struct trap_parameters parameters;
	uint8_t reserved1[LC_BREAKING_EVENT - 0x100];
	uint64_t breaking_event;
	uint8_t reserved2[LC_RESTART_OLD - 0x118];
	/* In the order of enum trap_class. */
	struct psw old[TRAP_CLASSES];
	uint8_t reserved3[0x1a0 - 0x180];
	struct psw new[TRAP_CLASSES];
	/* Ours, from 0x200. */
	uint64_t save[TRAP_CLASSES][16];
	/* What LPSWE of a return from a trap loads. */
	struct psw return_psw;
	/* First address after this CPU's trap stack, which has STACK_SIZE bytes. */
	uint64_t trap_stack;
	/* What cpu_this() returns. */
	uint64_t this;
	/* Not 0: the trap stack has overflowed, and was begun anew with a frame that ends here. */
	uint64_t exhausted;
	/* This CPU's number, 0 to machine.cpus - 1. */
	uint64_t cpu;
	/* Loaded when the trap stack itself has overflowed. */
	struct psw double_fault;
	/* hcall_invoke(): the instruction, where the registers belong, the registers after it. */
	uint32_t invoke_insn;
	uint32_t reserved5;
	uint64_t invoke_regs;
	uint64_t invoke_stack;
	uint64_t invoke_gpr[16];
	/* What a CPU that is started takes over from the one that starts it: secondary.S. */
	uint64_t start_cr0;
	uint64_t start_cr1;
	struct psw start_psw;
	/* What new[TRAP_RESTART] is, once it has started. */
	struct psw restart_vector;
	/* Parameter of the last service signal, and the code that is one: EXT_SERVICE_SIGNAL. */
	uint32_t service_signal;
	uint16_t service_code;
	uint16_t reserved4;
};

_Static_assert(offsetof(struct lowcore, breaking_event) == LC_BREAKING_EVENT, "assigned");
_Static_assert(offsetof(struct lowcore, old) == LC_RESTART_OLD, "assigned");
_Static_assert(offsetof(struct lowcore, old[TRAP_IO]) == LC_IO_OLD, "assigned");
_Static_assert(offsetof(struct lowcore, new[TRAP_RESTART]) == LC_RESTART_NEW, "assigned");
_Static_assert(offsetof(struct lowcore, new[TRAP_PROGRAM]) == LC_PROGRAM_NEW, "assigned");
_Static_assert(offsetof(struct lowcore, parameters.io_subchannel) == LC_IO_PARAMETERS, "assigned");
_Static_assert(offsetof(struct lowcore, save) == LC_SAVE, "vectors.S");
_Static_assert(sizeof((struct lowcore *)0)->save[0] == LC_SAVE_SIZE, "vectors.S");
_Static_assert(offsetof(struct lowcore, return_psw) == LC_RETURN_PSW, "vectors.S");
_Static_assert(offsetof(struct lowcore, trap_stack) == LC_TRAP_STACK, "vectors.S");
_Static_assert(offsetof(struct lowcore, this) == LC_THIS, "asm/cpu.h");
_Static_assert(offsetof(struct lowcore, exhausted) == LC_EXHAUSTED, "vectors.S");
_Static_assert(offsetof(struct lowcore, cpu) == LC_CPU, "vectors.S");
_Static_assert(offsetof(struct lowcore, double_fault) == LC_DOUBLE_FAULT, "vectors.S");
_Static_assert(offsetof(struct lowcore, invoke_insn) == LC_INVOKE_INSN, "hcall_invoke.S");
_Static_assert(offsetof(struct lowcore, invoke_regs) == LC_INVOKE_REGS, "hcall_invoke.S");
_Static_assert(offsetof(struct lowcore, invoke_stack) == LC_INVOKE_STACK, "hcall_invoke.S");
_Static_assert(offsetof(struct lowcore, invoke_gpr) == LC_INVOKE_GPR, "hcall_invoke.S");
_Static_assert(offsetof(struct lowcore, start_cr0) == LC_START_CR0, "secondary.S");
_Static_assert(offsetof(struct lowcore, start_cr1) == LC_START_CR1, "secondary.S");
_Static_assert(offsetof(struct lowcore, start_psw) == LC_START_PSW, "secondary.S");
_Static_assert(offsetof(struct lowcore, parameters.ext_code) == LC_EXT_CODE, "vectors.S");
_Static_assert(offsetof(struct lowcore, service_signal) == LC_SERVICE_SIGNAL, "vectors.S");
_Static_assert(offsetof(struct lowcore, service_code) == LC_SERVICE_CODE, "vectors.S");
_Static_assert(offsetof(struct lowcore, restart_vector) == LC_RESTART_VECTOR, "secondary.S");

/*
 * This CPU's lowcore, as long as DAT is off. The address passes through an asm so that 0 is not a
 * null pointer to C.
 */
static inline struct lowcore *lowcore(void)
{
	struct lowcore *lc;

	asm("lghi %0, 0" : "=d"(lc));
	return lc;
}
#endif

#endif
