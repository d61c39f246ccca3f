// SPDX-License-Identifier: BSD-2-Clause
/*
 * A trap in words. Names and codes: z/Architecture Principles of Operation, "Interruptions",
 * figures "Program-Interruption Codes" and "Interruption Action".
 */
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/trap.h>
#include "cpu.h"

/* Bits of a program-interruption code beside its number. */
#define PROGRAM_PER 0x80
#define PROGRAM_CODE 0x7f
#define PROGRAM_PROTECTION 0x04
#define PROGRAM_PAGE 0x11

/* Bits of the translation-exception identification. */
#define TEID_ADDRESS 0xfffffffffffff000
#define TEID_FETCH 0x800
#define TEID_STORE 0x400
#define TEID_LOW_ADDRESS 0x80
#define TEID_DAT 0x4

#define P(code, name) [code] = name " (program interruption " #code ")"

static const char *const program_name[PROGRAM_CODE + 1] = {
	P(0x01, "operation exception"),
	P(0x02, "privileged-operation exception"),
	P(0x03, "execute exception"),
	P(0x04, "protection exception"),
	P(0x05, "addressing exception"),
	P(0x06, "specification exception"),
	P(0x07, "data exception"),
	P(0x08, "fixed-point-overflow exception"),
	P(0x09, "fixed-point-divide exception"),
	P(0x0a, "decimal-overflow exception"),
	P(0x0b, "decimal-divide exception"),
	P(0x0c, "HFP-exponent-overflow exception"),
	P(0x0d, "HFP-exponent-underflow exception"),
	P(0x0e, "HFP-significance exception"),
	P(0x0f, "HFP-divide exception"),
	P(0x10, "segment-translation exception"),
	P(0x11, "page-translation exception"),
	P(0x12, "translation-specification exception"),
	P(0x13, "special-operation exception"),
	P(0x15, "operand exception"),
	P(0x16, "trace-table exception"),
	P(0x18, "transaction-constraint exception"),
	P(0x1b, "vector-processing exception"),
	P(0x1c, "space-switch event"),
	P(0x1d, "HFP-square-root exception"),
	P(0x1f, "PC-translation-specification exception"),
	P(0x20, "AFX-translation exception"),
	P(0x21, "ASX-translation exception"),
	P(0x22, "LX-translation exception"),
	P(0x23, "EX-translation exception"),
	P(0x24, "primary-authority exception"),
	P(0x25, "secondary-authority exception"),
	P(0x26, "LFX-translation exception"),
	P(0x27, "LSX-translation exception"),
	P(0x28, "ALET-specification exception"),
	P(0x29, "ALEN-translation exception"),
	P(0x2a, "ALE-sequence exception"),
	P(0x2b, "ASTE-validity exception"),
	P(0x2c, "ASTE-sequence exception"),
	P(0x2d, "extended-authority exception"),
	P(0x2e, "LSTE-sequence exception"),
	P(0x2f, "ASTE-instance exception"),
	P(0x30, "stack-full exception"),
	P(0x31, "stack-empty exception"),
	P(0x32, "stack-specification exception"),
	P(0x33, "stack-type exception"),
	P(0x34, "stack-operation exception"),
	P(0x38, "ASCE-type exception"),
	P(0x39, "region-first-translation exception"),
	P(0x3a, "region-second-translation exception"),
	P(0x3b, "region-third-translation exception"),
	P(0x3d, "secure-storage-access exception"),
	P(0x3e, "non-secure-storage-access exception"),
	P(0x3f, "secure-storage violation"),
	P(0x40, "monitor event"),
};

static const char *protection_name(const struct trap_frame *f)
{
	switch (f->parameters.translation_exception & (TEID_LOW_ADDRESS | TEID_DAT)) {
	case TEID_LOW_ADDRESS | TEID_DAT:
		return "protection exception: execution of data (program interruption 0x04)";
	case TEID_LOW_ADDRESS:
		return "protection exception: store to low addresses (program interruption 0x04)";
	case TEID_DAT:
		return "protection exception: store to read-only page (program interruption 0x04)";
	default:
		return program_name[PROGRAM_PROTECTION];
	}
}

static const char *program_trap_name(const struct trap_frame *f)
{
	unsigned int code = f->parameters.program_code;

	if ((code & PROGRAM_CODE) == PROGRAM_PROTECTION)
		return protection_name(f);
	if (code == PROGRAM_PAGE && memory_is_guard(f->parameters.translation_exception))
		return "stack overflow: page-translation exception (program interruption 0x11)";
	if (program_name[code & PROGRAM_CODE])
		return program_name[code & PROGRAM_CODE];
	return code & PROGRAM_PER ? "PER event (program interruption 0x80)" :
				    "unknown program interruption";
}

static const char *external_trap_name(const struct trap_frame *f)
{
	switch (f->parameters.ext_code) {
	case 0x0040:
		return "interrupt key (external interruption 0x0040)";
	case 0x1004:
		return "clock comparator (external interruption 0x1004)";
	case 0x1005:
		return "CPU timer (external interruption 0x1005)";
	case 0x1200:
		return "malfunction alert (external interruption 0x1200)";
	case 0x1406:
		return "timing alert (external interruption 0x1406)";
	case 0x1407:
		return "measurement alert (external interruption 0x1407)";
	case 0x2603:
		return "page-fault or virtio signal (external interruption 0x2603)";
	default:
		return "unknown external interruption";
	}
}

const char *arch_trap_name(const struct trap_frame *f)
{
	switch (f->class) {
	case TRAP_RESTART:
		return "restart interruption";
	case TRAP_EXTERNAL:
		return external_trap_name(f);
	case TRAP_SVC:
		return "supervisor call (SVC)";
	case TRAP_PROGRAM:
		return program_trap_name(f);
	case TRAP_MCHECK:
		return "machine check";
	case TRAP_IO:
		return "I/O interruption";
	default:
		return "unknown class of interruption";
	}
}

uintptr_t arch_trap_pc(const struct trap_frame *f)
{
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

void arch_trap_print(const struct trap_frame *f)
{
	console_printf("#   psw %016lx %016lx %s state, cc %lu\n", f->psw.mask, f->psw.addr,
		       f->psw.mask & PSW_PROBLEM_STATE ? "problem" : "supervisor",
		       (f->psw.mask & PSW_CC) >> PSW_CC_SHIFT);
	print_parameters(f);
	for (int i = 0; i < 16; i += 4)
		console_printf("#   r%d  %016lx %016lx %016lx %016lx\n", i, f->gpr[i],
			       f->gpr[i + 1], f->gpr[i + 2], f->gpr[i + 3]);
	for (int i = 0; i < 16; i += 8)
		console_printf("#   a%d  %08x %08x %08x %08x %08x %08x %08x %08x\n", i, f->acr[i],
			       f->acr[i + 1], f->acr[i + 2], f->acr[i + 3], f->acr[i + 4],
			       f->acr[i + 5], f->acr[i + 6], f->acr[i + 7]);
	for (int i = 0; i < 16; i += 4)
		console_printf("#   f%d  %016lx %016lx %016lx %016lx\n", i, f->fpr[i], f->fpr[i + 1],
			       f->fpr[i + 2], f->fpr[i + 3]);
	console_printf("#   fpc %08x\n", f->fpc);
}
