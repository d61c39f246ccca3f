// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: where the CPU's translation is on, text cannot be written, data cannot be executed, and
 * address 0 cannot be read or written.
 */
#include <stdint.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/tap.h>
#include <lib/trap.h>

extern char __text_start[];

static void write_to(void *at)
{
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

static void expect_trap(void (*fn)(void *), void *at, const char *name)
{
	struct trap_frame frame;

	if (!tap_ok(trap_try(fn, at, &frame), "%s", name))
		tap_note("no trap");
	else
		tap_note("%s", arch_trap_name(&frame));
}

/* A function's code, in data: whether it runs is up to the MMU alone. */
static char code[64] __attribute__((aligned(16)));

static void nothing(void)
{
}

int main(void)
{
	unsigned int has = arch_memory_protects();

	tap_begin();
	memcpy(code, (const void *)(uintptr_t)nothing, sizeof(code));
	if (has & ARCH_PROTECTS_TEXT)
		expect_trap(write_to, __text_start, "writing into text traps");
	else
		tap_skip("writing into text traps", "address translation");
	if (has & ARCH_PROTECTS_DATA)
		expect_trap(jump_to, code, "executing data traps");
	else
		tap_skip("executing data traps", "an MMU with execute protection");
	if (has & ARCH_PROTECTS_NULL_WRITE)
		expect_trap(write_to, NULL, "writing to address 0 traps");
	else
		tap_skip("writing to address 0 traps", "low-address protection");
	if (has & ARCH_PROTECTS_NULL_READ)
		expect_trap(read_from, NULL, "reading from address 0 traps");
	else
		tap_skip("reading from address 0 traps",
			 "an architecture that keeps nothing of its own there");
	return tap_end();
}
