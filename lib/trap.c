// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stddef.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/exit.h>
#include <lib/trap.h>

#define MAX_BACKTRACE 16

/* One trap_try() in progress: where to go on, and where to leave the registers. */
struct guard {
	jmp_buf resume;
	uintptr_t stack;
	struct trap_frame *frame;
	struct guard *outer;
};

static struct guard *guard;
static bool reporting;

/* Runs on the stack of trap_try(), in supervisor state, outside of the trap. */
static void land(void)
{
	struct guard *g = guard;

	longjmp(g->resume, 1);
}

bool trap_try(void (*fn)(void *arg), void *arg, struct trap_frame *frame)
{
	/* volatile: lives in memory over setjmp(), and its address marks the stack to land on. */
	volatile struct guard g = { .frame = frame, .outer = guard };
	bool trapped = false;

	/*
	 * Well below every frame that is live here, and aligned for any ABI; land() only needs
	 * enough room to call longjmp().
	 */
	((struct guard *)&g)->stack = ((uintptr_t)&g - 1024) & ~(uintptr_t)255;
	guard = (struct guard *)&g;
	if (setjmp(((struct guard *)&g)->resume) == 0)
		fn(arg);
	else
		trapped = true;
	guard = g.outer;
	return trapped;
}

static void backtrace(const struct trap_frame *frame)
{
	struct unwind u;

	arch_unwind_trap(&u, frame);
	for (unsigned int i = 0; i < MAX_BACKTRACE; i++) {
		console_printf("#   at 0x%lx\n", (unsigned long)u.pc);
		if (!arch_unwind_next(&u))
			break;
	}
}

void trap_report(const struct trap_frame *frame)
{
	uintptr_t address;

	console_printf("\n# paravane trap pc=0x%lx", (unsigned long)arch_trap_pc(frame));
	if (arch_trap_address(frame, &address))
		console_printf(" address=0x%lx", (unsigned long)address);
	console_printf(" cause: %s\n", arch_trap_name(frame));
	arch_trap_print(frame);
	backtrace(frame);
}

void trap_handle(struct trap_frame *frame)
{
	if (guard) {
		if (guard->frame)
			*guard->frame = *frame;
		arch_trap_redirect(frame, land, guard->stack);
		return;
	}
	/* A trap inside the report would end in a loop of reports. */
	if (!reporting) {
		reporting = true;
		trap_report(frame);
	}
	machine_end(TRAP_EXIT_STATUS);
}
