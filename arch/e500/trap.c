// SPDX-License-Identifier: BSD-2-Clause
#include <asm/spr.h>
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/trap.h>
#include "interrupt.h"
#include "mmu.h"
#include "pinned.h"

/* vectors.S */
void trap_install(void);
void machine_check_enable(void);
void e500_trap(struct trap_frame *f);

const char arch_name[] = "e500";

bool (*interrupt_handle)(struct trap_frame *f);

/* Called by vectors.S, interrupts off. */
void e500_trap(struct trap_frame *f)
{
	bool interrupt = f->vector == TRAP_EXTERNAL || f->vector == TRAP_DECREMENTER;

	if (!interrupt || !interrupt_handle || !interrupt_handle(f))
		trap_handle(f);
}

void arch_trap_init(void)
{
	trap_install();
	mmu_init();
	machine_check_enable();
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

/*
 * A trap instruction is looked for first: KVM adds its bit to what an exception before it has left
 * there (kvmppc_emulate_instruction(), OP_TRAP).
 */
static const char *program_name(uint32_t esr)
{
	if (esr & ESR_TRAP)
		return "program: trap instruction (IVOR6, ESR[PTR])";
	if (esr & ESR_PRIVILEGED)
		return "program: privileged instruction (IVOR6, ESR[PPR])";
	if (esr & ESR_UNIMPLEMENTED)
		return "program: unimplemented operation (IVOR6, ESR[PUO])";
	if (esr & ESR_ILLEGAL)
		return "program: illegal instruction (IVOR6, ESR[PIL])";
	return names[TRAP_PROGRAM];
}

const char *arch_trap_name(const struct trap_frame *f)
{
	uintptr_t address;

	if (f->vector == TRAP_PROGRAM)
		return program_name(f->esr);
	if (f->vector == TRAP_DATA_TLB && arch_trap_address(f, &address) &&
	    mmu_is_trap_guard(address))
		return "overflow of the stack for traps: data TLB miss below it (IVOR13)";
	if (f->vector == TRAP_DATA_STORAGE && f->esr & ESR_STORE)
		return "data storage: write not permitted (IVOR2)";
	if (f->vector < sizeof(names) / sizeof(names[0]) && names[f->vector])
		return names[f->vector];
	return "exception without a name";
}

/* `trap` is what __builtin_trap() is made of, as other CPUs' illegal instructions are. */
static enum trap_kind program_kind(uint32_t esr)
{
	return esr & ESR_PRIVILEGED && !(esr & ESR_TRAP) ? TRAP_KIND_PRIVILEGED : TRAP_KIND_ILLEGAL;
}

enum trap_kind arch_trap_kind(const struct trap_frame *f)
{
	switch (f->vector) {
	case TRAP_PROGRAM:
		return program_kind(f->esr);
	case TRAP_FP_UNAVAILABLE:
	case TRAP_APU_UNAVAILABLE:
	case TRAP_SPE_UNAVAILABLE:
		return TRAP_KIND_ILLEGAL;
	case TRAP_DATA_TLB:
	case TRAP_INSN_TLB:
		return TRAP_KIND_UNMAPPED;
	case TRAP_DATA_STORAGE:
	case TRAP_INSN_STORAGE:
		return TRAP_KIND_PROTECTED;
	case TRAP_ALIGNMENT:
		return TRAP_KIND_MISALIGNED;
	case TRAP_SPE_DATA:
	case TRAP_SPE_ROUND:
		return TRAP_KIND_ARITHMETIC;
	case TRAP_DEBUG:
		return TRAP_KIND_BREAKPOINT;
	case TRAP_SYSTEM_CALL:
		return TRAP_KIND_SYSCALL;
	default:
		return TRAP_KIND_OTHER;
	}
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
	f->gpr[2] = (uintptr_t)cpu_this();
	f->pc = (uintptr_t)pc;
	f->lr = 0;
	f->msr = MSR_ME;
}

bool arch_irq_enabled(void)
{
	return mfmsr() & MSR_EE;
}

bool arch_irq_save(void)
{
	bool enabled = mfmsr() & MSR_EE;

	interrupts_off();
	return enabled;
}

void arch_irq_restore(bool enabled)
{
	if (enabled)
		interrupts_on();
	else
		interrupts_off();
}
