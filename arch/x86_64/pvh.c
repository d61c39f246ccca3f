// SPDX-License-Identifier: BSD-2-Clause
/*
 * The PVH boot protocol: Xen, xen/include/public/arch-x86/hvm/start_info.h. The structures come
 * from a firmware or a monitor; every pointer in them is checked before it is followed.
 */
#include <stddef.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

#define START_INFO_MAGIC 0x336ec578u
/* The memory map came with version 1. */
#define START_INFO_V0_SIZE 40
#define MAX_MEMMAP	   128
#define MAX_MODULES	   2
#define MEMMAP_RAM	   1

struct start_info {
	uint32_t magic;
	uint32_t version;
	uint32_t flags;
	uint32_t nr_modules;
	uint64_t modlist;
	uint64_t cmdline;
	uint64_t rsdp;
	uint64_t memmap;
	uint32_t memmap_entries;
	uint32_t reserved;
};

struct module {
	uint64_t base;
	uint64_t size;
	uint64_t cmdline;
	uint64_t reserved;
};

struct memmap_entry {
	uint64_t base;
	uint64_t size;
	uint32_t type;
	uint32_t reserved;
};

_Static_assert(offsetof(struct start_info, memmap) == START_INFO_V0_SIZE, "start_info layout");
_Static_assert(sizeof(struct start_info) == 56, "start_info layout");
_Static_assert(sizeof(struct module) == 32, "module layout");
_Static_assert(sizeof(struct memmap_entry) == 24, "memmap layout");

static void read_memmap(const struct start_info *info)
{
	uint32_t n = info->memmap_entries;
	const struct memmap_entry *e;

	if (n > MAX_MEMMAP) {
		console_printf("# PVH: %u memory map entries, only %u are read\n", n, MAX_MEMMAP);
		n = MAX_MEMMAP;
	}
	e = mmu_map(info->memmap, n * sizeof(*e), MMU_MEMORY);
	if (!e) {
		console_printf("# PVH: no memory map, so no RAM for the heap\n");
		return;
	}
	for (; n; n--, e++)
		if (e->type == MEMMAP_RAM && e->size)
			probe_ram(e->base, e->size);
}

/*
 * The protocol leaves the modules' meaning to the guest. Here: what looks like a device tree is
 * one, and the first that does not is the initial ramdisk; either may come alone.
 */
static void read_modules(const struct start_info *info, struct machine *m)
{
	uint32_t n = info->nr_modules < MAX_MODULES ? info->nr_modules : MAX_MODULES;
	const struct module *module;

	if (!n)
		return;
	module = mmu_map(info->modlist, n * sizeof(*module), MMU_MEMORY);
	if (!module) {
		console_printf("# PVH: module list at 0x%llx ignored: not in memory\n",
			       (unsigned long long)info->modlist);
		return;
	}
	for (; n; n--, module++) {
		if (!m->dtb && probe_is_dtb(module->base, module->size))
			probe_dtb(m, module->base, module->size, "pvh-module");
		else if (!m->initrd.size)
			probe_initrd(m, module->base, module->size);
	}
	if (info->nr_modules > MAX_MODULES)
		console_printf("# PVH: %u modules, all but %u are ignored\n", info->nr_modules,
			       MAX_MODULES);
}

void pvh_probe(uint64_t address, struct machine *m)
{
	const struct start_info *info = mmu_map(address, START_INFO_V0_SIZE, MMU_MEMORY);

	m->name = "PVH";
	if (!info || info->magic != START_INFO_MAGIC) {
		console_printf("# PVH: no start info at 0x%llx: memory, command line unknown\n",
			       (unsigned long long)address);
		return;
	}
	if (info->version < 1 || !mmu_map(address, sizeof(*info), MMU_MEMORY))
		console_printf("# PVH: start info version 0 has no memory map\n");
	else
		read_memmap(info);
	read_modules(info, m);
	probe_cmdline(m, info->cmdline, UINT64_MAX);
	machine_rsdp = info->rsdp;
}
