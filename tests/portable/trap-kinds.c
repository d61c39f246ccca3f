// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a trap is told by its kind, the same on every architecture: an illegal instruction, an
 * access to nothing, to what is protected, through a null pointer, below the stack. Uncaught, it is
 * reported by that name, with the CPU that it came on; those cases are seen from outside.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cmdline.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/tap.h>
#include <lib/trap.h>

extern char __text_start[];

static void illegal(void *at)
{
	(void)at;
	__builtin_trap();
}

static void write_to(void *at)
{
	/* cppcheck-suppress nullPointer ; that it traps is the point */
	*(volatile char *)at = 1;
}

static void read_from(void *at)
{
	(void)*(volatile char *)at;
}

static void jump_to(void *at)
{
	((void (*)(void))at)();
}

/* Set by nobody; the compiler must not know that this recursion has no end. */
static volatile bool enough;

static char deeper(char *below)
{
	volatile char more[256];

	more[0] = *below;
	return (char)(enough ? 0 : deeper((char *)more) + more[0]);
}

static void overflow(void *at)
{
	char start = 1;

	(void)at;
	deeper(&start);
}

static void expect(enum trap_kind kind, void (*fn)(void *), void *at, const char *what)
{
	struct trap_frame frame;

	if (!trap_try(fn, at, &frame)) {
		tap_ok(false, "%s is a trap", what);
		return;
	}
	if (!tap_ok(trap_kind(&frame) == kind, "%s: %s", what, trap_kind_name(kind)))
		tap_note("it was: %s", trap_kind_name(trap_kind(&frame)));
	tap_note("%s", arch_trap_name(&frame));
}

/* The first address that is no RAM and that no device has: they are all further up. */
static void *beyond_ram(void)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];

	return (void *)(uintptr_t)((last->base + last->size + 0xffff) & ~(uint64_t)0xffff);
}

static char code[64] __attribute__((aligned(16)));

static void kinds(void)
{
	unsigned int has = arch_memory_protects();
	int *null = NULL;

	expect(TRAP_KIND_ILLEGAL, illegal, NULL, "an illegal instruction");
	expect(TRAP_KIND_UNMAPPED, read_from, beyond_ram(), "reading beyond the RAM");
	expect(TRAP_KIND_UNMAPPED, write_to, beyond_ram(), "writing beyond the RAM");
	if (has & ARCH_PROTECTS_TEXT)
		expect(TRAP_KIND_PROTECTED, write_to, __text_start, "writing into text");
	else
		tap_skip("writing into text", "address translation");
	if (has & ARCH_PROTECTS_DATA)
		expect(TRAP_KIND_PROTECTED, jump_to, code, "executing data");
	else
		tap_skip("executing data", "an MMU with execute protection");
	if (has & ARCH_PROTECTS_NULL_WRITE)
		expect(TRAP_KIND_NULL, write_to, null + 1, "writing near address 0");
	else
		tap_skip("writing near address 0", "low-address protection");
	if (has & ARCH_PROTECTS_NULL_READ)
		expect(TRAP_KIND_NULL, read_from, null + 1, "reading near address 0");
	else
		tap_skip("reading near address 0",
			 "an architecture that keeps nothing of its own there");
}

static void overflows(void *arg)
{
	(void)arg;
	for (int i = 0; i < 3; i++)
		expect(TRAP_KIND_STACK, overflow, NULL, "a recursion without end");
}

/* Every guard page, from this CPU: they are there for all. */
static void guards(void)
{
	unsigned int guarded = 0, n = 0;

	for (char *g = stacks_start; g < stacks_end; g += STACK_GUARD_SIZE + STACK_SIZE, n++) {
		struct trap_frame frame;

		guarded += trap_try(write_to, g, &frame) && trap_kind(&frame) == TRAP_KIND_STACK;
		guarded += trap_try(read_from, g + STACK_GUARD_SIZE - 1, &frame) &&
			   trap_kind(&frame) == TRAP_KIND_STACK;
	}
	tap_ok(n >= CPU_MAX, "there is a stack for each CPU");
	tap_equal(guarded, 2 * n, "below each of which nothing can be read or written");
}

static void write_from(void *at)
{
	console_write(at, 16);
}

/* Whoever writes next would wait for ever, and so would the end of the machine. */
static void in_a_write(void *arg)
{
	unsigned int *held = arg;

	tap_ok(trap_try(write_from, beyond_ram(), NULL),
	       "a write to the console traps in its middle");
	*held = console_held();
}

static void writes(void)
{
	unsigned int held = 1;

	in_a_write(&held);
	tap_equal(held, 0, "it does not keep the console");
	if (cpu_count() < 2) {
		tap_skip("nor does one on CPU 1", "a second CPU: --cpus 2");
		return;
	}
	held = 1;
	cpu_start(1, in_a_write, &held);
	cpu_join(1);
	tap_equal(held, 0, "nor does one on CPU 1");
}

/* Unexpected, to be seen from outside. */
static void die(const char *how)
{
	if (!strcmp(how, "illegal"))
		illegal(NULL);
	if (!strcmp(how, "null"))
		write_to(NULL);
	if (!strcmp(how, "overflow"))
		overflow(NULL);
	if (!strcmp(how, "other-illegal"))
		cpu_start(1, illegal, NULL);
	if (!strcmp(how, "other-overflow"))
		cpu_start(1, overflow, NULL);
	for (;;)
		cpu_idle();
}

int main(int argc, char **argv)
{
	static const char *const known[] = { "die=", NULL };
	const char *how = cmdline_value(argc, argv, "die");

	cmdline_check(argc, argv, known);
	if (how)
		die(how);
	tap_begin();
	kinds();
	overflows(NULL);
	if (cpu_count() > 1) {
		tap_ok(cpu_start(1, overflows, NULL) == 0 && cpu_join(1) == 0, "so it is on CPU 1");
	} else {
		tap_skip("a recursion without end on CPU 1", "a second CPU: --cpus 2");
	}
	guards();
	writes();
	return tap_end();
}
