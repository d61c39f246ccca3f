// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each exception that a program can raise comes as itself and is told by its kind; what a
 * user's function does to segment registers and flags harms nobody. Uncaught, a misaligned access is
 * reported by that name: the word "misaligned", seen from outside.
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include <lib/user.h>
#include "arch/x86_64/cpu.h"

static char bytes[64] __attribute__((aligned(16)));

static void divide(void *arg)
{
	(void)arg;
	__asm__ volatile("xor %%ecx, %%ecx; div %%ecx" : : : "rax", "rcx", "rdx", "cc");
}

static void breakpoint(void *arg)
{
	(void)arg;
	__asm__ volatile("int3");
}

static void undefined(void *arg)
{
	(void)arg;
	__asm__ volatile("ud2");
}

static void misaligned(void *arg)
{
	(void)arg;
	__asm__ volatile("movaps %0, %%xmm0" : : "m"(bytes[1]) : "xmm0");
}

static void not_canonical(void *arg)
{
	(void)arg;
	__asm__ volatile("mov (%0), %%al" : : "r"(1ul << 62) : "rax");
}

static void bad_selector(void *arg)
{
	(void)arg;
	__asm__ volatile("mov %w0, %%fs" : : "r"(0x7ff8));
}

static void single_step(void *arg)
{
	(void)arg;
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop" : : : "cc", "memory");
}

static void expect(unsigned int vector, enum trap_kind kind, void (*fn)(void *), const char *what)
{
	struct trap_frame frame;

	if (!trap_try(fn, NULL, &frame)) {
		tap_ok(false, "%s is a trap", what);
		return;
	}
	tap_equal(frame.vector, vector, "%s: vector %u", what, vector);
	tap_ok(trap_kind(&frame) == kind, "of the kind \"%s\"", trap_kind_name(kind));
}

#define USER(name, text)                                                    \
	static long name(void *arg)                                         \
	{                                                                   \
		(void)arg;                                                  \
		__asm__ volatile(text : : : "rax", "rcx", "rdx", "memory"); \
		return 0;                                                   \
	}
USER(user_hlt, "hlt")
USER(user_cli, "cli")
USER(user_in, "in $0x60, %%al")
USER(user_out_dx, "mov $0x80, %%edx; out %%al, %%dx")
USER(user_rdmsr, "mov $0x1b, %%ecx; rdmsr")
USER(user_cr, "mov %%cr0, %%rax")
USER(user_lgdt, "lgdt bytes")
USER(user_int, "int $0x80")
USER(user_int4, "int $4")
USER(user_gs,
     "xor %%eax, %%eax; mov %%eax, %%gs; mov %%eax, %%fs; mov %%eax, %%ds; mov %%eax, %%es")
USER(user_gs_trap, "xor %%eax, %%eax; mov %%eax, %%gs; hlt")
USER(user_df, "std")

static void expect_user(unsigned int vector, enum trap_kind kind, long (*fn)(void *),
			const char *what)
{
	struct trap_frame frame;

	if (!user_try(fn, NULL, NULL, &frame)) {
		tap_ok(false, "%s is a trap at CPL 3", what);
		return;
	}
	if (!tap_ok(frame.vector == vector && trap_kind(&frame) == kind,
		    "%s at CPL 3: vector %u, %s", what, vector, trap_kind_name(kind)))
		tap_note("it was vector %lu, %s", (unsigned long)frame.vector,
			 trap_kind_name(trap_kind(&frame)));
	tap_ok((frame.cs & 3) == 3, "and the frame says CPL 3");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "misaligned"))
		misaligned(NULL);
	tap_begin();
	expect(0, TRAP_KIND_ARITHMETIC, divide, "a division by zero");
	expect(1, TRAP_KIND_OTHER, single_step, "a single step");
	expect(3, TRAP_KIND_BREAKPOINT, breakpoint, "INT3");
	expect(6, TRAP_KIND_ILLEGAL, undefined, "UD2");
	expect(13, TRAP_KIND_MISALIGNED, misaligned, "a misaligned MOVAPS");
	expect(13, TRAP_KIND_OTHER, not_canonical, "an address that is not canonical");
	expect(13, TRAP_KIND_OTHER, bad_selector, "a selector beyond the table");

	expect_user(13, TRAP_KIND_PRIVILEGED, user_hlt, "HLT");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_cli, "CLI");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_in, "IN");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_out_dx, "OUT");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_rdmsr, "RDMSR");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_cr, "a move from CR0");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_lgdt, "LGDT");
	expect_user(13, TRAP_KIND_OTHER, user_int, "INT 0x80");
	expect_user(4, TRAP_KIND_SYSCALL, user_int4, "INT 4 of one's own");
	expect_user(13, TRAP_KIND_PRIVILEGED, user_gs_trap, "HLT with 0 in GS");

	tap_ok(!user_try(user_gs, NULL, NULL, NULL), "a user's 0 in all segment registers");
	tap_equal(cpu_number(), 0, "and this CPU still knows who it is");
	tap_ok(!user_try(user_df, NULL, NULL, NULL), "a user's direction flag");
	memset(bytes, 7, sizeof(bytes));
	tap_equal((unsigned long)bytes[63], 7, "and string instructions go on upwards");
	return tap_end();
}
