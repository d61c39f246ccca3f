// SPDX-License-Identifier: BSD-2-Clause
#include <asm/boot.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

/* What QEMU's PVH firmware passes at most, and more than Linux takes. */
#define MAX_CMDLINE 4096
/* Where the first PC's RAM ended, and the RAM that is left below 1 MiB still does. */
#define LOW_END 0xa0000u

const char arch_name[] = "x86_64";
uint64_t machine_rsdp;
uint32_t machine_start_page;

void probe_ram(uint64_t base, uint64_t size)
{
	uint64_t end = mmu_ram_end();
	uint64_t usable = base < end ? end - base : 0;

	if (size > usable) {
		console_printf("# RAM above 0x%llx not used: no page tables for it\n",
			       (unsigned long long)end);
		size = usable;
	}
	if (size)
		machine_add_ram(base, size);
}

/*
 * Copied: the firmware keeps it in memory that is RAM to us, and nothing says how long. The end
 * is not known beforehand, so it is mapped page by page.
 */
void probe_cmdline(struct machine *m, uint64_t address, uint64_t max)
{
	static char cmdline[MAX_CMDLINE] __attribute__((section(".noinit")));
	uint64_t n = 0;

	if (!address)
		return;
	if (max > sizeof(cmdline))
		max = sizeof(cmdline);
	for (; n < max; n++) {
		if ((n == 0 || (address + n) % 4096 == 0) && !mmu_map(address + n, 1, MMU_MEMORY))
			break;
		cmdline[n] = *(const char *)(uintptr_t)(address + n);
		if (!cmdline[n]) {
			m->cmdline = cmdline;
			return;
		}
	}
	console_printf("# command line at 0x%llx ignored: no end within %llu bytes\n",
		       (unsigned long long)address, (unsigned long long)max);
}

void probe_initrd(struct machine *m, uint64_t base, uint64_t size)
{
	/* RAM is mapped when it is read; an initrd elsewhere has to be mapped now. */
	if (!size)
		return;
	if (!machine_is_ram(base, size) && !mmu_map(base, size, MMU_MEMORY)) {
		console_printf("# initrd at 0x%llx, %llu bytes, ignored: not in memory\n",
			       (unsigned long long)base, (unsigned long long)size);
		return;
	}
	m->initrd = (struct phys_range){ base, size };
}

bool probe_is_dtb(uint64_t base, uint64_t size)
{
	const uint8_t *p = size >= 4 ? mmu_map(base, 4, MMU_MEMORY) : NULL;

	return p && p[0] == 0xd0 && p[1] == 0x0d && p[2] == 0xfe && p[3] == 0xed;
}

void probe_dtb(struct machine *m, uint64_t base, uint64_t size, const char *from)
{
	const void *dtb = mmu_map(base, size, MMU_MEMORY);

	if (!dtb) {
		console_printf("# device tree (%s) at 0x%llx, %llu bytes, ignored: not in memory\n",
			       from, (unsigned long long)base, (unsigned long long)size);
		return;
	}
	m->dtb = dtb;
	m->dtb_room = size;
	m->dtb_from = from;
}

static const void *map_table(uint64_t address, uint32_t len)
{
	return mmu_map(address, len, MMU_MEMORY);
}

/* The highest page that fits, because firmware keeps its own things at the bottom. */
static void choose_start_page(void)
{
	for (uint32_t page = LOW_END - 4096; page; page -= 4096) {
		if (machine_is_ram(page, 4096)) {
			machine_start_page = page;
			machine_reserve(page, 4096);
			return;
		}
	}
}

static void probe_cpus(struct machine *m)
{
	static uint32_t ids[MAX_CPUS] __attribute__((section(".noinit")));
	unsigned int count = 0;
	const char *why = NULL;

	if (machine_rsdp)
		why = acpi_read_cpus(map_table, machine_rsdp, ids, MAX_CPUS, &count);
	if (why)
		console_printf("# number of CPUs unknown: %s\n", why);
	/* The device tree may know it if there is no ACPI. */
	cpu_list(ids, count < MAX_CPUS ? count : MAX_CPUS);
	if (count || !m->dtb)
		m->cpus = count > cpu_listed ? count : cpu_listed;
	if (cpu_listed > 1)
		choose_start_page();
}

void arch_probe_machine(const struct boot_entry *entry, struct machine *m)
{
	if (entry->protocol == BOOT_PVH)
		pvh_probe(entry->info, m);
	else
		linux64_probe(entry->info, m);
	probe_cpus(m);
}
