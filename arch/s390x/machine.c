// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the machine is: RAM and CPUs from the SCLP, the rest from the parameter area.
 */
#include <string.h>
#include <asm/boot.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include <lib/trap.h>
#include "cpu.h"
#include "sclp.h"

#define MIB	  (1UL << 20)
#define FDT_MAGIC 0xd00dfeed

const char arch_name[] = "s390x";

uint8_t cpu_address[MAX_CPUS];

/* READ SCP INFO, the fields used (Linux drivers/s390/char/sclp_early.c). */
struct read_info {
	struct sccb_header header;
	/* Storage increments, and the size of one in MiB; 0: see the wider field. */
	uint16_t increments;
	uint8_t increment_mib;
	uint8_t reserved1[5];
	uint16_t cpu_entries;
	uint16_t cpu_offset;
	uint8_t reserved2[100 - 20];
	uint32_t increment_mib2;
	uint64_t increments2;
};

/* A CPU entry is 16 bytes, the CPU address in the first. */
#define CPU_ENTRY_SIZE 16

_Static_assert(offsetof(struct read_info, increment_mib2) == 100, "layout of the SCLP");
_Static_assert(offsetof(struct read_info, increments2) == 104, "layout of the SCLP");

static uint8_t own_cpu_address(void)
{
	uint16_t address;

	asm volatile("stap %0" : "=Q"(address));
	return (uint8_t)address;
}

static void add_cpu(struct machine *m, uint8_t address)
{
	if (m->cpus < MAX_CPUS)
		cpu_address[m->cpus++] = address;
}

/* CPU 0 is the one that boots; the others follow in the order of the list. */
static void list_cpus(struct machine *m, const struct read_info *info)
{
	uint8_t own = own_cpu_address();
	unsigned int n = info->cpu_entries;

	add_cpu(m, own);
	if (info->cpu_offset + n * CPU_ENTRY_SIZE > SCCB_SIZE)
		return;
	for (unsigned int i = 0; i < n; i++) {
		uint8_t address = sccb.bytes[info->cpu_offset + i * CPU_ENTRY_SIZE];

		if (address != own)
			add_cpu(m, address);
	}
}

static bool read_scp_info(void)
{
	return sclp_call(SCLP_READ_SCP_INFO, SCCB_SIZE) == SCLP_DATA_READ ||
	       sclp_call(SCLP_READ_SCP_INFO_FORCED, SCCB_SIZE) == SCLP_DATA_READ;
}

static uint64_t ram_of(const struct read_info *info)
{
	uint64_t n = info->increments ? info->increments : info->increments2;
	uint64_t mib = info->increment_mib ? info->increment_mib : info->increment_mib2;

	return n * mib * MIB;
}

/* TEST PROTECTION touches nothing, and raises an addressing exception where there is no storage. */
static void test_protection(void *address)
{
	asm volatile("tprot 0(%0), 0" : : "a"(address) : "cc");
}

static bool is_storage(uint64_t address)
{
	return !trap_try(test_protection, (void *)address, NULL);
}

/* Where the SCLP does not say: the end of the storage from 0 on, found by halving. */
static uint64_t probe_ram(void)
{
	uint64_t there = 0, beyond = MIB;

	while (beyond && is_storage(beyond)) {
		there = beyond;
		beyond <<= 1;
	}
	while (beyond - there > MIB) {
		uint64_t middle = (there + (beyond - there) / 2) & -MIB;

		if (is_storage(middle))
			there = middle;
		else
			beyond = middle;
	}
	return beyond;
}

/* No loader passes a device tree; an initial ramdisk that begins like one is taken for it. */
static void find_initrd(const struct boot_entry *entry, struct machine *m)
{
	if (!entry->initrd_size)
		return;
	if (!machine_is_ram(entry->initrd_start, entry->initrd_size)) {
		console_printf(
			"# initial ramdisk at 0x%lx, %lu bytes, is outside of RAM: ignored\n",
			entry->initrd_start, entry->initrd_size);
		return;
	}
	m->initrd.base = entry->initrd_start;
	m->initrd.size = entry->initrd_size;
	if (entry->initrd_size >= sizeof(uint32_t) &&
	    *(const uint32_t *)entry->initrd_start == FDT_MAGIC) {
		m->dtb = (const void *)entry->initrd_start;
		m->dtb_room = entry->initrd_size;
		m->dtb_from = "initrd";
	}
}

void arch_probe_machine(const struct boot_entry *entry, struct machine *m)
{
	const struct read_info *info = (const struct read_info *)&sccb;

	m->name = "IBM Z";
	machine_reserve(0, LOWCORE_SIZE);
	m->cmdline = entry->cmdline;
	if (read_scp_info()) {
		machine_add_ram(0, ram_of(info));
		list_cpus(m, info);
	} else {
		console_printf("# the SCLP does not describe the machine: RAM is probed\n");
		machine_add_ram(0, probe_ram());
		add_cpu(m, own_cpu_address());
	}
	find_initrd(entry, m);
}
