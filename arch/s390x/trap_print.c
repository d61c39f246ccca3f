// SPDX-License-Identifier: BSD-2-Clause
/*
 * A trap in words. Names and codes: z/Architecture Principles of Operation, "Interruptions",
 * figures "Program-Interruption Codes" and "Interruption Action".
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/trap.h>
#include "cpu.h"

/* Bits of a program-interruption code beside its number. */
#define PROGRAM_PER	   0x80
#define PROGRAM_CODE	   0x7f
#define PROGRAM_PROTECTION 0x04
/* Of an instruction-length code as it is stored: 0 (unknown), 2, 4 or 6. */
#define ILC_BYTES 6

/* Bits of the translation-exception identification. */
#define TEID_ADDRESS	 0xfffffffffffff000
#define TEID_FETCH	 0x800
#define TEID_STORE	 0x400
#define TEID_LOW_ADDRESS 0x80
#define TEID_DAT	 0x4

/*
 * One entry after the other: the code in one byte, the name, NUL. " exception" comes behind the name,
 * unless the code has the bit WHOLE_NAME.
 */
#define WHOLE_NAME 0x80
/* clang-format off */
static const char program_names[] =
	"\x01" "operation\0"
	"\x02" "privileged-operation\0"
	"\x03" "execute\0"
	"\x05" "addressing\0"
	"\x06" "specification\0"
	"\x07" "data\0"
	"\x08" "fixed-point-overflow\0"
	"\x09" "fixed-point-divide\0"
	"\x0a" "decimal-overflow\0"
	"\x0b" "decimal-divide\0"
	"\x0c" "HFP-exponent-overflow\0"
	"\x0d" "HFP-exponent-underflow\0"
	"\x0e" "HFP-significance\0"
	"\x0f" "HFP-divide\0"
	"\x10" "segment-translation\0"
	"\x11" "page-translation\0"
	"\x12" "translation-specification\0"
	"\x13" "special-operation\0"
	"\x15" "operand\0"
	"\x16" "trace-table\0"
	"\x18" "transaction-constraint\0"
	"\x1b" "vector-processing\0"
	"\x9c" "space-switch event\0"
	"\x1d" "HFP-square-root\0"
	"\x1f" "PC-translation-specification\0"
	"\x20" "AFX-translation\0"
	"\x21" "ASX-translation\0"
	"\x22" "LX-translation\0"
	"\x23" "EX-translation\0"
	"\x24" "primary-authority\0"
	"\x25" "secondary-authority\0"
	"\x26" "LFX-translation\0"
	"\x27" "LSX-translation\0"
	"\x28" "ALET-specification\0"
	"\x29" "ALEN-translation\0"
	"\x2a" "ALE-sequence\0"
	"\x2b" "ASTE-validity\0"
	"\x2c" "ASTE-sequence\0"
	"\x2d" "extended-authority\0"
	"\x2e" "LSTE-sequence\0"
	"\x2f" "ASTE-instance\0"
	"\x30" "stack-full\0"
	"\x31" "stack-empty\0"
	"\x32" "stack-specification\0"
	"\x33" "stack-type\0"
	"\x34" "stack-operation\0"
	"\x38" "ASCE-type\0"
	"\x39" "region-first-translation\0"
	"\x3a" "region-second-translation\0"
	"\x3b" "region-third-translation\0"
	"\x3d" "secure-storage-access\0"
	"\x3e" "non-secure-storage-access\0"
	"\xbf" "secure-storage violation\0"
	"\xc0" "monitor event\0";
/* clang-format on */

#define MAX_NAME 80

/* Adds s where at stands in a string, which has room for it. Returns the new end. */
static char *append(char *at, const char *s)
{
	return stpcpy(at, s);
}

static char *append_hex(char *at, unsigned int v, int digits)
{
	at = append(at, "0x");
	while (digits--)
		*at++ = "0123456789abcdef"[v >> (4 * digits) & 0xf];
	*at = '\0';
	return at;
}

/* "name suffix (kind 0xNN)". One result at a time on each CPU. */
static const char *with_code(const char *name, const char *suffix, const char *kind,
			     unsigned int code, int digits)
{
	static char texts[CPU_MAX][MAX_NAME];
	char *text = texts[cpu_number()];
	char *at = append(append(append(append(text, name), suffix), " ("), kind);

	append(append_hex(append(at, " "), code, digits), ")");
	return text;
}

static const char *protection_name(const struct trap_frame *f)
{
	switch (f->parameters.translation_exception & (TEID_LOW_ADDRESS | TEID_DAT)) {
	case TEID_LOW_ADDRESS | TEID_DAT:
		return "protection exception: execution of data";
	case TEID_LOW_ADDRESS:
		return "protection exception: store to low addresses";
	case TEID_DAT:
		return "protection exception: store to read-only page";
	default:
		return "protection exception";
	}
}

static const char *program_name(const struct trap_frame *f, const char **suffix)
{
	unsigned int code = f->parameters.program_code & PROGRAM_CODE;
	const char *end = program_names + sizeof(program_names) - 1;

	*suffix = "";
	if (code == PROGRAM_PROTECTION)
		return protection_name(f);
	for (const char *entry = program_names; entry < end; entry += strlen(entry) + 1) {
		if (((unsigned int)entry[0] & PROGRAM_CODE) != code)
			continue;
		if (!(entry[0] & WHOLE_NAME))
			*suffix = " exception";
		return entry + 1;
	}
	return f->parameters.program_code & PROGRAM_PER ? "PER event" : "unknown exception";
}

static const char *external_name(const struct trap_frame *f)
{
	switch (f->parameters.ext_code) {
	case 0x0040:
		return "interrupt key";
	case 0x1004:
		return "clock comparator";
	case 0x1005:
		return "CPU timer";
	case 0x1200:
		return "malfunction alert";
	case 0x1406:
		return "timing alert";
	case 0x1407:
		return "measurement alert";
	case 0x2603:
		return "page-fault or virtio signal";
	default:
		return "unknown signal";
	}
}

const char *arch_trap_name(const struct trap_frame *f)
{
	const char *name, *suffix;

	switch (f->class) {
	case TRAP_RESTART:
		return "restart interruption";
	case TRAP_EXTERNAL:
		return with_code(external_name(f), "", "external interruption",
				 f->parameters.ext_code, 4);
	case TRAP_SVC:
		return "supervisor call (SVC)";
	case TRAP_PROGRAM:
		name = program_name(f, &suffix);
		return with_code(name, suffix, "program interruption",
				 f->parameters.program_code & 0xff, 2);
	case TRAP_MCHECK:
		return "machine check";
	case TRAP_IO:
		return "I/O interruption";
	default:
		return "unknown class of interruption";
	}
}

/*
 * Whether the old PSW points to the instruction itself, to be executed again (nullification), and
 * not behind it (Principles of Operation, "Types of Instruction Ending").
 */
static bool is_nullified(unsigned int code)
{
	return code == 0x10 || code == 0x11 || (code >= 0x20 && code <= 0x34 && code != 0x28) ||
	       (code >= 0x38 && code <= 0x3f);
}

uintptr_t arch_trap_pc(const struct trap_frame *f)
{
	const struct trap_parameters *p = &f->parameters;

	if (f->class == TRAP_PROGRAM && !is_nullified(p->program_code & PROGRAM_CODE))
		return f->psw.addr - (p->program_ilc & ILC_BYTES);
	if (f->class == TRAP_SVC)
		return f->psw.addr - (p->svc_ilc & ILC_BYTES);
	return f->psw.addr;
}

/* The TEID is stored for translation exceptions, and for protection if a bit says so. */
static bool has_teid(const struct trap_frame *f)
{
	unsigned int code = f->parameters.program_code & PROGRAM_CODE;

	if (f->class != TRAP_PROGRAM)
		return false;
	if (code == PROGRAM_PROTECTION)
		return f->parameters.translation_exception & (TEID_LOW_ADDRESS | TEID_DAT);
	return code == 0x10 || code == 0x11 || (code >= 0x38 && code <= 0x3b);
}

bool arch_trap_address(const struct trap_frame *f, uintptr_t *address)
{
	if (trap_stack_exhausted(f)) {
		*address = lowcore_get(trap_stack) - STACK_SIZE - STACK_GUARD_SIZE;
		return true;
	}
	if (!has_teid(f))
		return false;
	/* Bits 0 to 51: the page alone. */
	*address = f->parameters.translation_exception & TEID_ADDRESS;
	return true;
}

static void print_parameters(const struct trap_frame *f)
{
	const struct trap_parameters *p = &f->parameters;

	switch (f->class) {
	case TRAP_PROGRAM:
		console_printf("#   code 0x%04x ilc %u dxc 0x%02x breaking-event 0x%lx",
			       p->program_code, p->program_ilc, p->data_exception_code & 0xff,
			       f->breaking_event);
		if (has_teid(f))
			console_printf(" teid 0x%016lx%s%s", p->translation_exception,
				       p->translation_exception & TEID_STORE ? " store" : "",
				       p->translation_exception & TEID_FETCH ? " fetch" : "");
		console_printf("\n");
		break;
	case TRAP_SVC:
		console_printf("#   code 0x%04x ilc %u\n", p->svc_code, p->svc_ilc);
		break;
	case TRAP_EXTERNAL:
		console_printf("#   code 0x%04x parameter 0x%08x cpu 0x%04x\n", p->ext_code,
			       p->ext_parameter, p->ext_cpu);
		break;
	case TRAP_MCHECK:
		console_printf("#   code 0x%016lx external-damage 0x%08x storage 0x%lx\n",
			       p->mcheck_code, p->external_damage, p->failing_storage);
		break;
	case TRAP_IO:
		console_printf("#   subchannel 0x%08x parameter 0x%08x word 0x%08x\n",
			       p->io_subchannel, p->io_parameter, p->io_word);
		break;
	}
}

static void print_registers(char kind, const uint64_t *r)
{
	for (int i = 0; i < 16; i += 4)
		console_printf("#   %c%d  %016lx %016lx %016lx %016lx\n", kind, i, r[i], r[i + 1],
			       r[i + 2], r[i + 3]);
}

void arch_trap_print(const struct trap_frame *f)
{
	console_printf("#   psw %016lx %016lx %s state, cc %lu\n", f->psw.mask, f->psw.addr,
		       f->psw.mask & PSW_PROBLEM_STATE ? "problem" : "supervisor",
		       (f->psw.mask & PSW_CC) >> PSW_CC_SHIFT);
	print_parameters(f);
	print_registers('r', f->gpr);
	for (int i = 0; i < 16; i += 4)
		console_printf("#   a%d  %08x %08x %08x %08x\n", i, f->acr[i], f->acr[i + 1],
			       f->acr[i + 2], f->acr[i + 3]);
	print_registers('f', f->fpr);
	console_printf("#   fpc %08x\n", f->fpc);
}
