// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: pages that are mapped when they are first touched are mapped once, whichever CPUs touch
 * them at the same moment and wherever they lie, and keep what is written; the lowcore, the pages
 * below the stacks and what is beyond RAM are not mapped, by no CPU.
 */
#include <stdatomic.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include "cpu.h"

#define MIB (1UL << 20)
/* How many places in RAM are touched, at most. */
#define PLACES 128

extern const char __image_end[];

static _Atomic unsigned int arrived;
static _Atomic unsigned long added, bad;

/* No CPU goes on before all have come. */
static void meet(unsigned int turn)
{
	atomic_fetch_add(&arrived, 1);
	while (atomic_load(&arrived) < turn * cpu_count())
		cpu_relax();
}

static uint64_t end_of_ram(void)
{
	return machine.ram[machine.nr_ram - 1].base + machine.ram[machine.nr_ram - 1].size;
}

/* Whether something lies at an address that is not to be overwritten here. */
static bool in_use(uint64_t address)
{
	if (address < (uintptr_t)__image_end)
		return true;
	for (unsigned int i = 0; i < machine.nr_reserved; i++)
		if (address - machine.reserved[i].base < machine.reserved[i].size)
			return true;
	return false;
}

/*
 * Distance of the places: each has a page table of its own, and, as it is a power of 2, the places
 * of one region lie where those of the others do.
 */
static uint64_t step(void)
{
	uint64_t at = MIB;

	while (end_of_ram() / at > PLACES)
		at *= 2;
	return at;
}

/* A word at each place, 0 on a new machine: all CPUs add to it, from the two ends to the middle. */
static void touch(void *arg)
{
	uint64_t places = end_of_ram() / step();

	(void)arg;
	meet(1);
	for (uint64_t i = 0; i < places; i++) {
		uint64_t n = cpu_number() % 2 ? places - 1 - i : i;
		uint64_t address = n * step() + MIB / 2;

		if (in_use(address))
			continue;
		atomic_fetch_add((_Atomic uint64_t *)address, n + 1);
		atomic_fetch_add(&added, 1);
	}
	meet(2);
}

static void check(void)
{
	uint64_t places = end_of_ram() / step();

	for (uint64_t n = 0; n < places; n++) {
		uint64_t address = n * step() + MIB / 2;

		if (!in_use(address))
			bad += *(uint64_t *)address != (n + 1) * cpu_count();
	}
	tap_note("%lu additions to words every %lu MiB", added, step() / MIB);
	tap_equal(bad, 0, "%u CPUs at once map what they touch, and lose nothing", cpu_count());
}

static void load(void *arg)
{
	*(volatile char *)arg;
}

static bool is_mapped(uintptr_t address)
{
	return !trap_try(load, (void *)address, NULL);
}

static void not_mapped(void *arg)
{
	unsigned int guards = 0, stacks = 0;

	(void)arg;
	for (uintptr_t a = 0; a < LOWCORE_SIZE; a += 4096)
		tap_ok(!is_mapped(a), "CPU %u: the lowcore's page 0x%lx is not mapped",
		       cpu_number(), a);
	for (uintptr_t g = (uintptr_t)stacks_start; g < (uintptr_t)stacks_end;
	     g += sizeof(struct guarded_stack)) {
		stacks++;
		guards += !is_mapped(g) && !is_mapped(g + STACK_GUARD_SIZE - 1) &&
			  is_mapped(g + STACK_GUARD_SIZE);
	}
	tap_equal(guards, stacks, "nor are the pages below %u stacks", stacks);
	tap_ok(!is_mapped(end_of_ram()), "nor what follows RAM");
	tap_ok(!is_mapped((uintptr_t)1 << 45), "nor an address far away");
}

int main(void)
{
	unsigned int last = cpu_count() - 1;

	tap_begin();
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_start(i, touch, NULL);
	touch(NULL);
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_join(i);
	check();
	not_mapped(NULL);
	if (last) {
		cpu_start(last, not_mapped, NULL);
		cpu_join(last);
	}
	return tap_end();
}
