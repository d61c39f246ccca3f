// SPDX-License-Identifier: BSD-2-Clause
#include <asm/spr.h>
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/console.h>
#include "mmu.h"
#include "pinned.h"

/* vectors.S */
void trap_install(void);

const char arch_name[] = "e500";

void arch_trap_init(void)
{
	trap_install();
	mmu_init();
	/* A machine check is an exception, not the silent end of the CPU. */
	mtmsr(mfmsr() | MSR_ME);
}

static const char *const names[] = {
	[TRAP_CRITICAL_INPUT] = "critical input (IVOR0)",
	[TRAP_MACHINE_CHECK] = "machine check (IVOR1)",
	[TRAP_DATA_STORAGE] = "data storage: access not permitted (IVOR2)",
	[TRAP_INSN_STORAGE] = "instruction storage: execution not permitted (IVOR3)",
	[TRAP_EXTERNAL] = "external input (IVOR4)",
	[TRAP_ALIGNMENT] = "alignment (IVOR5)",
	[TRAP_PROGRAM] = "program (IVOR6)",
	[TRAP_FP_UNAVAILABLE] = "floating point unavailable (IVOR7)",
	[TRAP_SYSTEM_CALL] = "system call (IVOR8)",
	[TRAP_APU_UNAVAILABLE] = "auxiliary processor unavailable (IVOR9)",
	[TRAP_DECREMENTER] = "decrementer (IVOR10)",
	[TRAP_FIXED_INTERVAL] = "fixed-interval timer (IVOR11)",
	[TRAP_WATCHDOG] = "watchdog timer (IVOR12)",
	[TRAP_DATA_TLB] = "data TLB miss: nothing is mapped there (IVOR13)",
	[TRAP_INSN_TLB] = "instruction TLB miss: nothing is mapped there (IVOR14)",
	[TRAP_DEBUG] = "debug (IVOR15)",
	[TRAP_SPE_UNAVAILABLE] = "SPE unavailable (IVOR32)",
	[TRAP_SPE_DATA] = "embedded floating-point data (IVOR33)",
	[TRAP_SPE_ROUND] = "embedded floating-point round (IVOR34)",
	[TRAP_PERFORMANCE] = "performance monitor (IVOR35)",
};

static const char *program_name(uint32_t esr)
{
	if (esr & ESR_PRIVILEGED)
		return "program: privileged instruction (IVOR6, ESR[PPR])";
	if (esr & ESR_TRAP)
		return "program: trap instruction (IVOR6, ESR[PTR])";
	if (esr & ESR_UNIMPLEMENTED)
		return "program: unimplemented operation (IVOR6, ESR[PUO])";
	if (esr & ESR_ILLEGAL)
		return "program: illegal instruction (IVOR6, ESR[PIL])";
	return names[TRAP_PROGRAM];
}

/* On KVM a page that is not ours may be there (arch_memory_protects()): not always a TLB miss. */
static const char *null_name(uint32_t vector)
{
	switch (vector) {
	case TRAP_DATA_TLB:
		return "NULL access: data TLB miss in page 0 (IVOR13)";
	case TRAP_INSN_TLB:
		return "NULL call: instruction TLB miss in page 0 (IVOR14)";
	case TRAP_INSN_STORAGE:
		return "NULL call: execution not permitted in page 0 (IVOR3)";
	default:
		return names[vector];
	}
}

const char *arch_trap_name(const struct trap_frame *f)
{
	uintptr_t address;

	if (f->vector == TRAP_PROGRAM)
		return program_name(f->esr);
	if (arch_trap_address(f, &address)) {
		if (address < PAGE_SIZE)
			return null_name(f->vector);
		if (mmu_is_guard(address) && f->vector == TRAP_DATA_TLB)
			return "stack overflow: data TLB miss in the page below a stack (IVOR13)";
	}
	if (f->vector == TRAP_DATA_STORAGE && f->esr & ESR_STORE)
		return "data storage: write not permitted (IVOR2)";
	if (f->vector < sizeof(names) / sizeof(names[0]) && names[f->vector])
		return names[f->vector];
	return "exception without a name";
}

uintptr_t arch_trap_pc(const struct trap_frame *f)
{
	return f->pc;
}

bool arch_trap_address(const struct trap_frame *f, uintptr_t *address)
{
	switch (f->vector) {
	case TRAP_DATA_STORAGE:
	case TRAP_ALIGNMENT:
	case TRAP_DATA_TLB:
		*address = f->dear;
		return true;
	case TRAP_INSN_STORAGE:
	case TRAP_INSN_TLB:
		*address = f->pc;
		return true;
	default:
		return false;
	}
}

void arch_trap_print(const struct trap_frame *f)
{
	console_printf("#   pc   %08x  msr  %08x  lr   %08x  ctr  %08x\n", f->pc, f->msr, f->lr,
		       f->ctr);
	console_printf("#   cr   %08x  xer  %08x  dear %08x  esr  %08x  mcsr %08x\n", f->cr, f->xer,
		       f->dear, f->esr, f->mcsr);
	for (unsigned int i = 0; i < 32; i += 4)
		console_printf("#   r%02u  %08x  r%02u  %08x  r%02u  %08x  r%02u  %08x\n", i,
			       f->gpr[i], i + 1, f->gpr[i + 1], i + 2, f->gpr[i + 2], i + 3,
			       f->gpr[i + 3]);
}

void arch_trap_redirect(struct trap_frame *f, void (*pc)(void), uintptr_t sp)
{
	uint32_t *frame = (uint32_t *)(sp & ~(uintptr_t)15) - 4;

	/* The callee expects a frame of ours above its own; the chain of calls ends there. */
	frame[0] = 0;
	f->gpr[1] = (uintptr_t)frame;
	f->pc = (uintptr_t)pc;
	f->lr = 0;
	f->msr = MSR_ME;
}
