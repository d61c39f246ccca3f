// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: whatever a monitor or firmware says of the machine at the start, by either protocol, what is
 * sound of it is taken, and what is not is named on the console (which the case expects); nothing of
 * it crashes or hangs. A map of RAM may have holes and overlaps; RAM beyond what can be mapped is left
 * out. The structures: Xen, xen/include/public/arch-x86/hvm/start_info.h; Linux,
 * Documentation/x86/zero-page.rst.
 */
#include <stdint.h>
#include <string.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

#define MAGIC	    0x336ec578u
#define RAM	    1
#define RESERVED    2
#define MIB	    (1ull << 20)
#define NOWHERE	    (1ull << 60)
#define NR_ENTRIES  200
#define BOOT_FLAG   0xaa55
#define HDRS	    0x53726448u
#define SETUP_OTHER 1

struct entry {
	uint64_t base, size;
	uint32_t type, reserved;
};

static struct {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp, memmap;
	uint32_t memmap_entries, reserved;
} info;
static struct entry map[NR_ENTRIES];
static struct {
	uint64_t base, size, cmdline, reserved;
} module[3];

static struct machine real;

/* The machine is what the protocol says, until the end of the question. */
static void ask_pvh(const void *start)
{
	real = machine;
	memset(&machine, 0, sizeof(machine));
	machine.cmdline = "";
	pvh_probe((uintptr_t)start, &machine);
}

static void back(void)
{
	machine = real;
}

static void describe(unsigned int entries)
{
	memset(&info, 0, sizeof(info));
	info.magic = MAGIC;
	info.version = 1;
	info.memmap = (uintptr_t)map;
	info.memmap_entries = entries;
}

static void holes_and_overlaps(void)
{
	static const struct entry odd[] = {
		{ 0x10000000, 16 * MIB, RAM, 0 },  { 0, 0xa0000, RAM, 0 },
		{ 0xa0000, 0x60000, RESERVED, 0 }, { MIB, 31 * MIB, RAM, 0 },
		{ 16 * MIB, 32 * MIB, RAM, 0 },	   { 20 * MIB, MIB, RAM, 0 },
		{ 64 * MIB, 0, RAM, 0 },
	};
	bool sorted, holes;

	describe(sizeof(odd) / sizeof(odd[0]));
	memcpy(map, odd, sizeof(odd));
	ask_pvh(&info);
	sorted = machine.nr_ram == 3 && machine.ram[0].base == 0 && machine.ram[1].base == MIB &&
		 machine.ram[1].size == 47 * MIB && machine.ram[2].base == 0x10000000;
	holes = !machine_is_ram(0xa0000, 1) && !machine_is_ram(0x3000000, 1) &&
		machine_is_ram(0x2ffffff, 1);
	tap_equal(machine.ram_overlaps, 2, "two ranges that overlap others are counted");
	back();
	tap_ok(sorted, "the map is sorted and joined");
	tap_ok(holes, "its holes are no RAM");
}

static void too_high(void)
{
	uint64_t end = mmu_ram_end(), bytes;

	describe(3);
	map[0] = (struct entry){ end - MIB, 2 * MIB, RAM, 0 };
	map[1] = (struct entry){ UINT64_MAX - MIB, 2 * MIB, RAM, 0 };
	map[2] = (struct entry){ MIB, MIB, RAM, 0 };
	ask_pvh(&info);
	bytes = machine_ram_bytes();
	back();
	tap_equal(bytes, 2 * MIB, "RAM that cannot be mapped is left out");
}

static void too_many(void)
{
	unsigned int n, ignored;

	describe(NR_ENTRIES);
	for (unsigned int i = 0; i < NR_ENTRIES; i++)
		map[i] = (struct entry){ (i + 1) * 2 * MIB, MIB, RAM, 0 };
	ask_pvh(&info);
	n = machine.nr_ram;
	ignored = machine.ram_ignored;
	back();
	tap_equal(n, MACHINE_MAX_RAM, "of too many ranges, the first %d are taken",
		  MACHINE_MAX_RAM);
	tap_ok(ignored > 0, "and the others counted");
}

static void not_there(void)
{
	unsigned int n = 0;

	describe(4);
	info.memmap = NOWHERE;
	ask_pvh(&info);
	n += machine.nr_ram;
	back();
	describe(0);
	ask_pvh(&info);
	n += machine.nr_ram;
	back();
	describe(4);
	info.magic++;
	ask_pvh(&info);
	n += machine.nr_ram;
	back();
	ask_pvh((const void *)NOWHERE);
	n += machine.nr_ram;
	back();
	tap_equal(n, 0,
		  "a map that is nowhere, an empty one, a wrong magic, a wrong address: no RAM");
}

static void modules(void)
{
	static char words[4096];
	bool none, text, tree;

	describe(1);
	map[0] = (struct entry){ MIB, MIB, RAM, 0 };
	info.nr_modules = 3;
	info.modlist = (uintptr_t)module;
	info.cmdline = (uintptr_t)words;
	memset(words, 'x', sizeof(words));
	module[0].base = NOWHERE;
	module[0].size = 4096;
	module[1].base = (uintptr_t)words;
	module[1].size = 3;
	ask_pvh(&info);
	none = !machine.dtb;
	text = !strcmp(machine.cmdline, "");
	back();
	tap_ok(none, "modules that are nowhere, too small or too many are no device tree");
	tap_ok(text, "a command line without an end is none");
	memcpy(words, "\xd0\x0d\xfe\xed", 4);
	module[1].size = 1ull << 40;
	ask_pvh(&info);
	tree = machine.dtb;
	back();
	tap_ok(!tree, "a device tree that is larger than all memory is none");
}

static uint8_t params[4096] __attribute__((aligned(8)));

static void put(unsigned int offset, uint64_t value, unsigned int bytes)
{
	memcpy(params + offset, &value, bytes);
}

/* A list of setup_data that leads back to its beginning, and one that leads nowhere. */
static void linux_boot(void)
{
	static struct {
		uint64_t next;
		uint32_t type, len;
	} ring = { .type = SETUP_OTHER };
	unsigned int n;
	uint64_t bytes;

	real = machine;
	memset(&machine, 0, sizeof(machine));
	machine.cmdline = "";
	linux64_probe((uintptr_t)params, &machine);
	n = machine.nr_ram;
	put(0x1fe, BOOT_FLAG, 2);
	put(0x202, HDRS, 4);
	linux64_probe((uintptr_t)params, &machine);
	n += machine.nr_ram;
	put(0x1e8, 2, 1);
	put(0x2d0, MIB, 8);
	put(0x2d8, 3 * MIB, 8);
	put(0x2e0, RAM, 4);
	put(0x2e4, 2 * MIB, 8);
	put(0x2ec, 4 * MIB, 8);
	put(0x2f4, RAM, 4);
	ring.next = (uintptr_t)&ring;
	put(0x250, (uintptr_t)&ring, 8);
	linux64_probe((uintptr_t)params, &machine);
	bytes = machine_ram_bytes();
	ring.next = NOWHERE;
	linux64_probe((uintptr_t)params, &machine);
	back();
	tap_equal(n, 0, "boot_params without its marks, or without a map: no RAM");
	tap_equal(bytes, 5 * MIB, "ranges of its map that overlap are joined");
	tap_ok(true, "a ring of setup_data is no hang");
}

int main(void)
{
	tap_begin();
	holes_and_overlaps();
	too_high();
	too_many();
	not_there();
	modules();
	linux_boot();
	return tap_end();
}
