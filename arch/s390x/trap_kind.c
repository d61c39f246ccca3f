// SPDX-License-Identifier: BSD-2-Clause
/*
 * What kind of trap a program interruption is (Principles of Operation, "Program Interruptions").
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/trap.h>
#include "cpu.h"

#define CODE_MASK 0x7f

/* A specification exception. */
#define SPECIFICATION 0x06
/* A data exception, and what its code says of it. */
#define DATA		 0x07
#define DXC_COMPARE_TRAP 0xff
/* A data-exception code with one of these bits is an IEEE exception; without, a facility is off. */
#define DXC_IEEE 0xf8

/* The kind of each code; those that are not named here are TRAP_KIND_OTHER. */
static const uint8_t kinds[] = {
	[0x01] = TRAP_KIND_ILLEGAL,    [0x02] = TRAP_KIND_PRIVILEGED,
	[0x03] = TRAP_KIND_ILLEGAL,    [0x04] = TRAP_KIND_PROTECTED,
	[0x05] = TRAP_KIND_UNMAPPED,   [SPECIFICATION] = TRAP_KIND_ILLEGAL,
	[DATA] = TRAP_KIND_ARITHMETIC, [0x08] = TRAP_KIND_ARITHMETIC,
	[0x09] = TRAP_KIND_ARITHMETIC, [0x0a] = TRAP_KIND_ARITHMETIC,
	[0x0b] = TRAP_KIND_ARITHMETIC, [0x0c] = TRAP_KIND_ARITHMETIC,
	[0x0d] = TRAP_KIND_ARITHMETIC, [0x0e] = TRAP_KIND_ARITHMETIC,
	[0x0f] = TRAP_KIND_ARITHMETIC, [0x10] = TRAP_KIND_UNMAPPED,
	[0x11] = TRAP_KIND_UNMAPPED,   [0x1b] = TRAP_KIND_ARITHMETIC,
	[0x1d] = TRAP_KIND_ARITHMETIC, [0x38] = TRAP_KIND_UNMAPPED,
	[0x39] = TRAP_KIND_UNMAPPED,   [0x3a] = TRAP_KIND_UNMAPPED,
	[0x3b] = TRAP_KIND_UNMAPPED,
};

/*
 * Instructions whose storage operand must be aligned, base register and displacement in their third
 * and fourth byte: the first byte, the last one where the instruction has six, the alignment. Few
 * others must (Principles of Operation, "Storage Operands").
 */
static const struct {
	uint8_t first, last, bytes;
} aligned[] = {
	{ 0xba, 0x00, 4 },  /* CS */
	{ 0xbb, 0x00, 8 },  /* CDS */
	{ 0xeb, 0x14, 4 },  /* CSY */
	{ 0xeb, 0x30, 8 },  /* CSG */
	{ 0xeb, 0x31, 8 },  /* CDSY */
	{ 0xeb, 0x3e, 16 }, /* CDSG */
	{ 0xe3, 0x8e, 16 }, /* STPQ */
	{ 0xe3, 0x8f, 16 }, /* LPQ */
	{ 0xeb, 0xe4, 8 },  /* LANG */
	{ 0xeb, 0xe8, 8 },  /* LAAG */
	{ 0xeb, 0xea, 8 },  /* LAALG */
	{ 0xeb, 0xe6, 8 },  /* LAOG */
	{ 0xeb, 0xe7, 8 },  /* LAXG */
	{ 0xeb, 0xf4, 4 },  /* LAN */
	{ 0xeb, 0xf8, 4 },  /* LAA */
	{ 0xeb, 0xfa, 4 },  /* LAAL */
	{ 0xeb, 0xf6, 4 },  /* LAO */
	{ 0xeb, 0xf7, 4 },  /* LAX */
};

/*
 * The storage operand's address, or one that is as well aligned: base, the low 12 bits of the
 * displacement, index where there is one.
 */
static uintptr_t operand(const struct trap_frame *f, const uint8_t *insn)
{
	unsigned int base = insn[2] >> 4, index = insn[1] & 0xf;
	uintptr_t address = (insn[2] & 0xfu) << 8 | insn[3];

	if (base)
		address += f->gpr[base];
	if (insn[0] == 0xe3 && index)
		address += f->gpr[index];
	return address;
}

/* A specification exception has many causes; one of them is an address, which can be looked at. */
static bool is_misaligned(const struct trap_frame *f)
{
	uintptr_t pc = arch_trap_pc(f);
	const uint8_t *insn = (const uint8_t *)pc;

	if (pc & 1)
		return true;
	if (!memory_is_readable(pc) || !memory_is_readable(pc + 5))
		return false;
	for (size_t i = 0; i < sizeof(aligned) / sizeof(aligned[0]); i++)
		if (insn[0] == aligned[i].first && (insn[0] < 0xc0 || insn[5] == aligned[i].last))
			return operand(f, insn) % aligned[i].bytes != 0;
	return false;
}

static enum trap_kind data_kind(unsigned int dxc)
{
	if (dxc == DXC_COMPARE_TRAP)
		return TRAP_KIND_BREAKPOINT;
	return dxc == 0 || dxc & DXC_IEEE ? TRAP_KIND_ARITHMETIC : TRAP_KIND_OTHER;
}

enum trap_kind arch_trap_kind(const struct trap_frame *f)
{
	unsigned int code = f->parameters.program_code & CODE_MASK;

	if (f->class == TRAP_SVC)
		return TRAP_KIND_SYSCALL;
	if (f->class != TRAP_PROGRAM)
		return TRAP_KIND_OTHER;
	/* A PER event alone: of the CPU's means of debugging. */
	if (!code)
		return TRAP_KIND_BREAKPOINT;
	if (code == DATA)
		return data_kind(f->parameters.data_exception_code & 0xff);
	if (code == SPECIFICATION && is_misaligned(f))
		return TRAP_KIND_MISALIGNED;
	return code < sizeof(kinds) ? kinds[code] : TRAP_KIND_OTHER;
}
