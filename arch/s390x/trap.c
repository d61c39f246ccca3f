// SPDX-License-Identifier: BSD-2-Clause
/*
 * Interruptions: the new PSWs, and what becomes of each class.
 */
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/stack.h>
#include <lib/trap.h>
#include "cpu.h"

/* CPU 0's. It stands among the stacks, so that its guard page is one like theirs. */
static struct guarded_stack trap_stack __attribute__((section(".noinit.stacks"), aligned(4096)));

uint64_t kernel_psw_mask = PSW_MACHINE_CHECK | PSW_64BIT;

extern const char vector_restart[], vector_external[], vector_svc[], vector_program[],
	vector_mcheck[], vector_io[];

void lowcore_init(struct lowcore *lc, struct cpu *c, struct guarded_stack *stack)
{
	const char *const vectors[TRAP_CLASSES] = {
		[TRAP_RESTART] = vector_restart, [TRAP_EXTERNAL] = vector_external,
		[TRAP_SVC] = vector_svc,	 [TRAP_PROGRAM] = vector_program,
		[TRAP_MCHECK] = vector_mcheck,	 [TRAP_IO] = vector_io,
	};

	lc->trap_stack = (uint64_t)(stack + 1);
	lc->this = (uint64_t)c;
	lc->exhausted = 0;
	lc->cpu = c->number;
	lc->service_code = EXT_SERVICE_SIGNAL;
	lc->double_fault = (struct psw){ PSW_WAIT | PSW_64BIT, END_ADDRESS(TRAP_EXIT_STATUS) };
	for (int class = 0; class < TRAP_CLASSES; class ++)
		lc->new[class] = (struct psw){ PSW_64BIT, (uint64_t)vectors[class] };
}

void arch_trap_init(void)
{
	lowcore_init(lowcore(), &cpu_boot, &trap_stack);
	psw_mask_set(kernel_psw_mask);
}

void arch_cpu_set_this(struct cpu *c)
{
	real_store(offsetof(struct lowcore, this), (uint64_t)c);
}

/* True if the access is to be repeated: the address is mapped now. */
static bool translation_fault(const struct trap_frame *f)
{
	uintptr_t address;

	return arch_trap_address(f, &address) &&
	       memory_map_on_demand(f->parameters.program_code, address);
}

bool trap_stack_exhausted(const struct trap_frame *f)
{
	return lowcore_get(exhausted) == (uintptr_t)(f + 1);
}

void trap_dispatch(struct trap_frame *f)
{
	bool exhausted = trap_stack_exhausted(f);

	if (!exhausted && f->class == TRAP_PROGRAM && translation_fault(f))
		return;
	/* What follows may run for long, and may touch anything. */
	system_mask_set(kernel_psw_mask >> 56);
	if (!exhausted && irq_interrupt(f))
		return;
	/* The frames that a handler's trap_try() would go back to are overwritten. */
	if (exhausted)
		cpu_this()->guard = NULL;
	trap_handle(f);
}

void arch_trap_redirect(struct trap_frame *f, void (*pc)(void), uintptr_t sp)
{
	uint64_t *frame = (uint64_t *)((sp & ~7UL) - STACK_FRAME_SIZE);

	frame[0] = 0;
	/* Whatever IEEE exceptions the program had asked for: not here. */
	f->fpc = 0;
	f->gpr[14] = 0;
	f->gpr[15] = (uint64_t)frame;
	f->psw.mask = kernel_psw_mask;
	f->psw.addr = (uint64_t)pc;
}
