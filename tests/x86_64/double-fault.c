// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: when a stack is used up, the CPU can push nothing, and the double fault of that is taken on
 * a stack of its own on each CPU (Intel SDM volume 3, 6.14.5), also on all CPUs at once and again and
 * again; each is told to be a stack overflow, at the address where it happened.
 */
#include <stdbool.h>
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/stack.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include "arch/x86_64/descriptors.h"

#define ROUNDS 200

/* Set by nobody; the compiler must not know that this recursion has no end. */
static volatile bool enough;

static char deeper(const char *below)
{
	volatile char more[256];

	more[0] = *below;
	return (char)(enough ? 0 : deeper((const char *)more) + more[0]);
}

static void overflow(void *arg)
{
	char start = 1;

	(void)arg;
	deeper(&start);
}

struct seen {
	unsigned int double_faults, stacks, own;
};

static void look(void *arg)
{
	struct seen *s = arg;
	uintptr_t bottom = cpu_this()->stack_top - STACK_SIZE;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct trap_frame f;
		uintptr_t address;

		if (!trap_try(overflow, NULL, &f))
			continue;
		s->double_faults += f.vector == TRAP_DF;
		s->stacks += trap_kind(&f) == TRAP_KIND_STACK;
		s->own += arch_trap_address(&f, &address) && address < bottom &&
			  bottom - address <= STACK_GUARD_SIZE;
	}
}

int main(void)
{
	static struct seen seen[CPU_MAX];
	unsigned int cpus = cpu_count(), double_faults = 0, stacks = 0, own = 0;

	tap_begin();
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, look, &seen[i]);
	look(&seen[0]);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpus; i++) {
		double_faults += seen[i].double_faults;
		stacks += seen[i].stacks;
		own += seen[i].own;
	}
	tap_equal(double_faults, cpus * ROUNDS, "%d overflows on each of %u CPUs: double faults",
		  ROUNDS, cpus);
	tap_equal(stacks, cpus * ROUNDS, "which are told as stack overflows");
	tap_equal(own, cpus * ROUNDS, "each in the guard of its CPU's own stack");
	return tap_end();
}
