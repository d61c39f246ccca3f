// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a trap inside trap_try() comes back as a result with the registers of that moment; one
 * outside is reported with its cause and ends the machine as a failure (case "unexpected", which
 * is seen from outside).
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/tap.h>
#include <lib/trap.h>

static int progress;

static void quiet(void *arg)
{
	progress = *(int *)arg;
}

/* An instruction that no CPU has: the compiler knows one for each. */
static void illegal(void *arg)
{
	progress = *(int *)arg;
	__builtin_trap();
}

static void nested(void *arg)
{
	struct trap_frame inner;

	if (trap_try(illegal, arg, &inner))
		progress++;
	__builtin_trap();
}

extern const char __text_start[], __text_end[];

static bool in_text(uintptr_t pc)
{
	return pc >= (uintptr_t)__text_start && pc < (uintptr_t)__text_end;
}

static void tries(void)
{
	struct trap_frame frame;
	int value = 7;

	tap_ok(!trap_try(quiet, &value, &frame), "no trap: trap_try() says so");
	tap_equal((unsigned long)progress, 7, "and the function ran");
	value = 8;
	tap_ok(trap_try(illegal, &value, &frame), "an illegal instruction is caught");
	tap_equal((unsigned long)progress, 8, "what came before it happened");
	tap_ok(in_text(arch_trap_pc(&frame)), "the frame's program counter lies in the text");
	tap_note("cause: %s", arch_trap_name(&frame));
	value = 9;
	tap_ok(trap_try(nested, &value, &frame), "a second trap after a nested one is caught, too");
	tap_equal((unsigned long)progress, 10, "and the nested one was");
}

static void many(void)
{
	int value = 0, caught = 0;

	for (int i = 0; i < 1000; i++)
		caught += trap_try(illegal, &value, NULL);
	tap_equal((unsigned long)caught, 1000, "a thousand in a row leave nothing behind");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "unexpected"))
		__builtin_trap();
	tap_begin();
	tries();
	many();
	return tap_end();
}
