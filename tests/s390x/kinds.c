// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each program interruption that a C program's mistakes lead to is told by its kind: a
 * specification exception as misalignment where it is one and only there, a data exception by its
 * code, and so on (Principles of Operation, "Program-Interruption Conditions"). Uncaught, a misaligned
 * access is reported by that name: the word "misaligned", seen from outside.
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include "cpu.h"

static uint64_t words[8] __attribute__((aligned(16)));

static char *odd(int by)
{
	return (char *)words + by;
}

static void cs(void *arg)
{
	asm volatile("cs %%r0, %%r1, 0(%0)" : : "a"(arg) : "cc", "memory");
}

static void csg(void *arg)
{
	asm volatile("csg %%r0, %%r1, 0(%0)" : : "a"(arg) : "cc", "memory");
}

/* A displacement below zero, which a 20-bit field holds with its sign apart. */
static void csg_below(void *arg)
{
	asm volatile("csg %%r0, %%r1, -4095(%0)" : : "a"((char *)arg + 4096) : "cc", "memory");
}

/* Index and base. */
static void lpq(void *arg)
{
	uint64_t index = 8;

	asm volatile("lpq %%r0, 0(%0, %1)" : : "a"(index), "a"(arg) : "r0", "r1");
}

/* Aligned, but an odd register where a pair begins with an even one. */
static void odd_register(void *arg)
{
	asm volatile(".insn rxy, 0xe3000000008f, %%r1, 0(%0)" : : "a"(arg) : "r1", "r2");
}

static void divide(void *arg)
{
	register uint64_t high asm("0") = 0;
	register uint64_t low asm("1") = 5;

	asm volatile("dsgr %0, %2" : "+d"(high), "+d"(low) : "d"(*(volatile uint64_t *)arg));
}

/* IEEE, with the mask for a division by zero. */
static void divide_ieee(void *arg)
{
	double one = 1.0, zero = 0.0;

	(void)arg;
	asm volatile("sfpc %0" : : "d"(0x40000000));
	asm volatile("ddbr %0, %1" : "+f"(one) : "f"(zero));
}

static void compare_and_trap(void *arg)
{
	asm volatile("cgrt %0, %0, 8" : : "d"(arg));
}

static void svc(void *arg)
{
	(void)arg;
	asm volatile("svc 200");
}

static void store(void *arg)
{
	*(volatile char *)arg = 1;
}

static void load(void *arg)
{
	(void)*(volatile char *)arg;
}

static void call(void *arg)
{
	((void (*)(void))arg)();
}

static void zeros(void *arg)
{
	(void)arg;
	asm volatile(".word 0x0000");
}

static void kind_of(void (*fn)(void *arg), void *arg, enum trap_kind kind, const char *what)
{
	struct trap_frame f;

	if (!tap_ok(trap_try(fn, arg, &f), "%s: a trap", what))
		return;
	if (!tap_equal(trap_kind(&f), kind, "of the kind \"%s\"", trap_kind_name(kind)))
		tap_note("it is: %s", arch_trap_name(&f));
}

int main(int argc, char **argv)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];

	if (argc > 1 && !strcmp(argv[1], "misaligned"))
		csg(odd(4));
	tap_begin();
	kind_of(cs, odd(2), TRAP_KIND_MISALIGNED, "CS at 2 of 4");
	kind_of(csg, odd(4), TRAP_KIND_MISALIGNED, "CSG at 4 of 8");
	kind_of(csg_below, odd(0), TRAP_KIND_MISALIGNED, "CSG below its base");
	kind_of(lpq, odd(0), TRAP_KIND_MISALIGNED, "LPQ at 8 of 16");
	kind_of(odd_register, odd(0), TRAP_KIND_ILLEGAL, "an odd register for an even one");
	kind_of(zeros, NULL, TRAP_KIND_ILLEGAL, "a word of zeros");
	kind_of(divide, &words[0], TRAP_KIND_ARITHMETIC, "division by zero");
	kind_of(divide_ieee, NULL, TRAP_KIND_ARITHMETIC, "IEEE division by zero");
	kind_of(compare_and_trap, NULL, TRAP_KIND_BREAKPOINT, "compare and trap");
	kind_of(svc, NULL, TRAP_KIND_SYSCALL, "SVC 200");
	kind_of(store, (void *)main, TRAP_KIND_PROTECTED, "a store to text");
	kind_of(call, words, TRAP_KIND_PROTECTED, "a call to data");
	kind_of(load, NULL, TRAP_KIND_NULL, "a load from address 0");
	kind_of(store, (void *)4095, TRAP_KIND_NULL, "a store to address 4095");
	kind_of(load, (void *)4096, TRAP_KIND_UNMAPPED, "a load from address 4096");
	kind_of(load, (void *)(last->base + last->size), TRAP_KIND_UNMAPPED, "a load behind RAM");
	kind_of(load, (void *)-8L, TRAP_KIND_UNMAPPED, "a load from the end of all addresses");
	return tap_end();
}
