// SPDX-License-Identifier: BSD-2-Clause
/*
 * Interruptions: the new PSWs, and what becomes of each class.
 */
#include <lib/arch.h>
#include <lib/trap.h>
#include "cpu.h"

/* External interruption codes (Principles of Operation, "External Interruption"). */
#define EXT_EMERGENCY_SIGNAL 0x1201
#define EXT_EXTERNAL_CALL    0x1202
#define EXT_SERVICE_SIGNAL   0x2401

#define TRAP_STACK_SIZE 8192

static char trap_stack[TRAP_STACK_SIZE] __attribute__((aligned(16), section(".noinit.trap_stack")));

uint64_t kernel_psw_mask = PSW_MACHINE_CHECK | PSW_64BIT;

extern const char vector_restart[], vector_external[], vector_svc[], vector_program[],
	vector_mcheck[], vector_io[];

void arch_trap_init(void)
{
	const char *const vectors[TRAP_CLASSES] = {
		[TRAP_RESTART] = vector_restart, [TRAP_EXTERNAL] = vector_external,
		[TRAP_SVC] = vector_svc,	 [TRAP_PROGRAM] = vector_program,
		[TRAP_MCHECK] = vector_mcheck,	 [TRAP_IO] = vector_io,
	};
	struct lowcore *lc = lowcore();

	lc->trap_stack = (uint64_t)trap_stack + TRAP_STACK_SIZE;
	lc->trap_stack_size = TRAP_STACK_SIZE;
	lc->cpu = 0;
	lc->double_fault = (struct psw){ PSW_WAIT | PSW_64BIT, END_ADDRESS(TRAP_EXIT_STATUS) };
	for (int class = 0; class < TRAP_CLASSES; class ++)
		lc->new[class] = (struct psw){ PSW_64BIT, (uint64_t)vectors[class] };
	psw_mask_set(kernel_psw_mask);
}

/* True if the interruption was somebody's signal and is dealt with. */
static bool external_interrupt(struct trap_frame *f)
{
	switch (f->parameters.ext_code) {
	case EXT_SERVICE_SIGNAL:
		sclp_interrupt(f->parameters.ext_parameter);
		break;
	case EXT_EMERGENCY_SIGNAL:
	case EXT_EXTERNAL_CALL:
		/* Its whole meaning is that the CPU no longer waits. */
		break;
	default:
		return false;
	}
	f->psw.mask &= ~PSW_WAIT;
	return true;
}

/* True if the access is to be repeated: the address is mapped now. */
static bool translation_fault(const struct trap_frame *f)
{
	uintptr_t address;

	return arch_trap_address(f, &address) &&
	       memory_map_on_demand(f->parameters.program_code, address);
}

void trap_dispatch(struct trap_frame *f)
{
	if (f->class == TRAP_EXTERNAL && external_interrupt(f))
		return;
	if (f->class == TRAP_PROGRAM && translation_fault(f))
		return;
	/* What follows may run for long, and may touch anything. */
	system_mask_set(kernel_psw_mask >> 56);
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
