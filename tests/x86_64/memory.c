// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: of what the page tables map, nothing is writable and executable; text is neither writable,
 * nor is anything but text executable; page 0 and the guards of the stacks are not there; RAM is
 * mapped by its first use, and what is no RAM is not. Every CPU keeps to it: paging, write protection
 * and no-execute are on, with the same tables (Intel SDM volume 3, 4.1 and 4.5).
 */
#include <stdint.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include "arch/x86_64/cpu.h"

#define CR0_PG	    (1ul << 31)
#define PRESENT	    1ull
#define WRITE	    2ull
#define LARGE	    0x80ull
#define NX	    (1ull << 63)
#define ADDRESS	    0x000ffffffffff000ull
#define CODE_2M	    (1ull << 21)
#define ENTRIES	    512u
#define LEAF_LEVEL  1u
#define TABLE_LEVEL 4u

extern char __executable_start[], __text_end[], __rodata_end[];

/* Counted over all pages that are mapped. */
static struct {
	unsigned int pages, writable_text, executable_data, both, writable_constants;
	bool null, guard;
} found;

static void leaf(uint64_t at, uint64_t size, bool writable, bool executable)
{
	uint64_t last = at + size - 1;
	uint64_t text = (uintptr_t)__executable_start, text_end = (uintptr_t)__text_end;
	uint64_t constants_end = (uintptr_t)__rodata_end;

	found.pages++;
	found.both += writable && executable;
	found.null |= at == 0;
	for (uint64_t page = at; size == 4096 && page <= last; page += 4096)
		found.guard |= stack_is_guard(page);
	if (last >= text && at < text_end)
		found.writable_text += writable;
	else
		found.executable_data += executable;
	if (last >= text_end && at < constants_end && at >= text_end)
		found.writable_constants += writable;
}

static void walk(const uint64_t *table, unsigned int level, uint64_t base, bool writable,
		 bool executable)
{
	uint64_t size = 1ull << (12 + 9 * (level - 1));

	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint64_t e = table[i];
		bool w = writable && e & WRITE, x = executable && !(e & NX);

		if (!(e & PRESENT))
			continue;
		if (level == LEAF_LEVEL || e & LARGE)
			leaf(base + i * size, size, w, x);
		else
			walk((const uint64_t *)(uintptr_t)(e & ADDRESS), level - 1, base + i * size,
			     w, x);
	}
}

static bool is_mapped(uint64_t at)
{
	const uint64_t *table = (const uint64_t *)(uintptr_t)(read_cr3() & ADDRESS);

	for (unsigned int level = TABLE_LEVEL;; level--) {
		uint64_t e = table[at >> (12 + 9 * (level - 1)) & (ENTRIES - 1)];

		if (!(e & PRESENT))
			return false;
		if (level == LEAF_LEVEL || e & LARGE)
			return true;
		table = (const uint64_t *)(uintptr_t)(e & ADDRESS);
	}
}

static void read_from(void *at)
{
	(void)*(volatile char *)at;
}

static void write_to(void *at)
{
	*(volatile char *)at = 1;
}

/* What a CPU finds out. */
struct seen {
	uint64_t cr0, cr3, efer;
	bool text, beyond;
};

static void look(void *arg)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];
	struct seen *s = arg;
	struct trap_frame f;

	s->cr0 = read_cr0();
	s->cr3 = read_cr3();
	s->efer = rdmsr(MSR_EFER);
	s->text =
		trap_try(write_to, __executable_start, &f) && trap_kind(&f) == TRAP_KIND_PROTECTED;
	s->beyond = trap_try(read_from, (void *)(uintptr_t)(last->base + last->size), &f) &&
		    trap_kind(&f) == TRAP_KIND_UNMAPPED;
}

static void tables(bool nx)
{
	walk((const uint64_t *)(uintptr_t)(read_cr3() & ADDRESS), TABLE_LEVEL, 0, true, true);
	tap_ok(found.pages > 10, "%u pages are mapped", found.pages);
	tap_equal(found.writable_text, 0, "no page of text is writable");
	tap_equal(found.writable_constants, 0, "no page of constants is");
	if (nx) {
		tap_equal(found.both, 0, "none is writable and executable");
		tap_equal(found.executable_data, 0, "none but text is executable");
	} else {
		tap_skip("none but text is executable", "a CPU with the NX bit");
	}
	tap_ok(!found.null && !found.guard, "page 0 and the guards are not among them");
}

static void on_demand(void)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];
	char *at = (char *)(uintptr_t)(last->base + last->size - 4096);

	if (last->size < 4 * CODE_2M) {
		tap_skip("RAM is mapped by its first use", "more of it: --mem 64M");
		return;
	}
	tap_ok(!is_mapped((uintptr_t)at), "the end of RAM is not mapped before its first use");
	write_to(at);
	tap_ok(is_mapped((uintptr_t)at) && *at == 1, "but it is then");
}

int main(void)
{
	bool nx = cpuid(0x80000001).edx >> 20 & 1;
	unsigned int cpus = cpu_count(), on = 0, same = 0, text = 0, beyond = 0;
	static struct seen seen[CPU_MAX];

	tap_begin();
	for (unsigned int i = 1; i < cpus; i++) {
		cpu_start(i, look, &seen[i]);
		cpu_join(i);
	}
	look(&seen[0]);
	for (unsigned int i = 0; i < cpus; i++) {
		on += seen[i].cr0 & CR0_PG && seen[i].cr0 & CR0_WP &&
		      !(seen[i].efer & EFER_NXE) == !nx;
		same += seen[i].cr3 == seen[0].cr3;
		text += seen[i].text;
		beyond += seen[i].beyond;
	}
	tap_equal(on, cpus, "paging, write protection and no-execute are on, on each CPU");
	tap_equal(same, cpus, "with the same page tables");
	tap_equal(text, cpus, "text is read-only on each");
	tap_equal(beyond, cpus, "nothing is mapped behind the RAM");
	on_demand();
	tables(nx);
	return tap_end();
}
