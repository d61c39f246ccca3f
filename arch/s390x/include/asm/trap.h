/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every register at an interruption, as vectors.S stores it.
 */
#ifndef ASM_TRAP_H
#define ASM_TRAP_H

/* Offsets in struct trap_frame, for vectors.S. */
#define FRAME_GPR	     0
#define FRAME_PSW	     128
#define FRAME_ACR	     144
#define FRAME_FPR	     208
#define FRAME_FPC	     336
#define FRAME_CLASS	     340
#define FRAME_BREAKING_EVENT 344
#define FRAME_PARAMETERS     352
#define FRAME_SIZE	     480

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* The six classes of interruption, in the order of their PSWs in the lowcore. */
enum trap_class {
	TRAP_RESTART,
	TRAP_EXTERNAL,
	TRAP_SVC,
	TRAP_PROGRAM,
	TRAP_MCHECK,
	TRAP_IO,
	TRAP_CLASSES,
};

struct psw {
	uint64_t mask;
	uint64_t addr;
};

/*
 * Real locations 0x80 to 0xff, where each class of interruption stores its parameters; those of the
 * other classes are left over from earlier interruptions (Principles of Operation, "Assigned
 * Storage Locations").
 */
struct trap_parameters {
	uint32_t ext_parameter;
	uint16_t ext_cpu;
	uint16_t ext_code;
	/* Instruction lengths: 2, 4 or 6 bytes. */
	uint16_t svc_ilc;
	uint16_t svc_code;
	uint16_t program_ilc;
	uint16_t program_code;
	uint32_t data_exception_code;
	uint16_t monitor_class;
	uint16_t per_code;
	uint64_t per_address;
	uint8_t exception_access_id;
	uint8_t per_access_id;
	uint8_t operand_access_id;
	uint8_t arch_mode_id;
	uint32_t reserved1;
	/* TEID: bits 0-51 the page, then how it was accessed and what forbade it. */
	uint64_t translation_exception;
	uint64_t monitor_code;
	uint32_t io_subchannel;
	uint32_t io_parameter;
	uint32_t io_word;
	uint32_t reserved2[9];
	uint64_t mcheck_code;
	uint32_t reserved3;
	uint32_t external_damage;
	uint64_t failing_storage;
};

struct trap_frame {
	uint64_t gpr[16];
	struct psw psw;
	uint32_t acr[16];
	uint64_t fpr[16];
	uint32_t fpc;
	/* enum trap_class */
	uint32_t class;
	/* Where the last branch before a program interruption came from. */
	uint64_t breaking_event;
	struct trap_parameters parameters;
};

_Static_assert(offsetof(struct trap_frame, psw) == FRAME_PSW, "vectors.S");
_Static_assert(offsetof(struct trap_frame, acr) == FRAME_ACR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, fpr) == FRAME_FPR, "vectors.S");
_Static_assert(offsetof(struct trap_frame, fpc) == FRAME_FPC, "vectors.S");
_Static_assert(offsetof(struct trap_frame, class) == FRAME_CLASS, "vectors.S");
_Static_assert(offsetof(struct trap_frame, breaking_event) == FRAME_BREAKING_EVENT, "vectors.S");
_Static_assert(offsetof(struct trap_frame, parameters) == FRAME_PARAMETERS, "vectors.S");
_Static_assert(offsetof(struct trap_parameters, program_code) == 0x8e - 0x80, "assigned");
_Static_assert(offsetof(struct trap_parameters, translation_exception) == 0xa8 - 0x80, "assigned");
_Static_assert(offsetof(struct trap_parameters, io_subchannel) == 0xb8 - 0x80, "assigned");
_Static_assert(offsetof(struct trap_parameters, mcheck_code) == 0xe8 - 0x80, "assigned");
_Static_assert(sizeof(struct trap_parameters) == 128, "vectors.S copies 128 bytes");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "vectors.S");
#endif

#endif
