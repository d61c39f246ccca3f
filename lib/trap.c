// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/exit.h>
#include <lib/stack.h>
#include <lib/trap.h>

#define MAX_BACKTRACE 16
/* An access below this goes through a null pointer, or a member or an element of one. */
#define NULL_END 4096

/* One trap_try() in progress: where to go on, and where to leave the registers. */
struct trap_guard {
	jmp_buf resume;
	uintptr_t stack;
	struct trap_frame *frame;
	struct trap_guard *outer;
};

/* Runs on the stack of trap_try(), in supervisor state, outside of the trap. */
static void land(void)
{
	longjmp(cpu_this()->guard->resume, 1);
}

bool trap_try(void (*fn)(void *arg), void *arg, struct trap_frame *frame)
{
	struct cpu *volatile c = cpu_this();
	/* volatile: lives in memory over setjmp(), and its address marks the stack to land on. */
	volatile struct trap_guard g = { .frame = frame, .outer = c->guard };
	volatile bool enabled = arch_irq_enabled();
	volatile unsigned int held = console_held();
	bool trapped = false;

	/*
	 * Well below every frame that is live here, and aligned for any ABI; land() only needs
	 * enough room to call longjmp().
	 */
	((struct trap_guard *)&g)->stack = ((uintptr_t)&g - 1024) & ~(uintptr_t)255;
	c->guard = (struct trap_guard *)&g;
	if (setjmp(((struct trap_guard *)&g)->resume) == 0)
		fn(arg);
	else
		trapped = true;
	c->guard = g.outer;
	if (!trapped)
		return false;
	console_drop(held);
	if (enabled)
		arch_irq_restore(true);
	return true;
}

enum trap_kind trap_kind(const struct trap_frame *frame)
{
	enum trap_kind kind = arch_trap_kind(frame);
	uintptr_t address;

	if (!arch_trap_address(frame, &address))
		return kind;
	if (stack_is_guard(address))
		return TRAP_KIND_STACK;
	if (address < NULL_END && (kind == TRAP_KIND_UNMAPPED || kind == TRAP_KIND_PROTECTED))
		return TRAP_KIND_NULL;
	return kind;
}

const char *trap_kind_name(enum trap_kind kind)
{
	static const char *const names[] = {
		[TRAP_KIND_OTHER] = "exception",
		[TRAP_KIND_ILLEGAL] = "illegal instruction",
		[TRAP_KIND_PRIVILEGED] = "privileged instruction",
		[TRAP_KIND_UNMAPPED] = "unmapped address",
		[TRAP_KIND_PROTECTED] = "protected address",
		[TRAP_KIND_NULL] = "null pointer",
		[TRAP_KIND_STACK] = "stack overflow",
		[TRAP_KIND_MISALIGNED] = "misaligned access",
		[TRAP_KIND_ARITHMETIC] = "arithmetic",
		[TRAP_KIND_BREAKPOINT] = "breakpoint",
		[TRAP_KIND_SYSCALL] = "system call",
	};

	return names[kind];
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
	console_printf(" cpu=%u cause: %s: %s\n", cpu_number(), trap_kind_name(trap_kind(frame)),
		       arch_trap_name(frame));
	arch_trap_print(frame);
	backtrace(frame);
}

void trap_handle(struct trap_frame *frame)
{
	static _Atomic bool reporting;
	struct trap_guard *guard = cpu_this()->guard;

	if (guard) {
		if (guard->frame)
			*guard->frame = *frame;
		arch_trap_redirect(frame, land, guard->stack);
		return;
	}
	console_seize();
	/* A trap inside the report would end in a loop of reports. */
	if (!atomic_exchange(&reporting, true))
		trap_report(frame);
	machine_end(TRAP_EXIT_STATUS);
}
