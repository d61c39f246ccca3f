// SPDX-License-Identifier: BSD-2-Clause
/*
 * The Linux 64-bit boot protocol: Linux, Documentation/x86/boot.rst and zero-page.rst. Only what
 * monitors fill in that start an ELF image this way is read.
 */
#include <string.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

#define PARAMS_SIZE  4096
#define BOOT_FLAG    0xaa55
#define HEADER_MAGIC 0x53726448u /* "HdrS" */
#define MAX_E820     128
#define E820_RAM     1
#define SETUP_DTB    2
/* The nodes of setup_data are a linked list, which may be damaged into a ring. */
#define MAX_SETUP_DATA 64

/* Offsets in struct boot_params. */
enum {
	ACPI_RSDP_ADDR = 0x070,
	EXT_RAMDISK_IMAGE = 0x0c0,
	EXT_RAMDISK_SIZE = 0x0c4,
	EXT_CMD_LINE_PTR = 0x0c8,
	E820_ENTRIES = 0x1e8,
	HDR_BOOT_FLAG = 0x1fe,
	HDR_HEADER = 0x202,
	HDR_RAMDISK_IMAGE = 0x218,
	HDR_RAMDISK_SIZE = 0x21c,
	HDR_CMD_LINE_PTR = 0x228,
	HDR_SETUP_DATA = 0x250,
	E820_TABLE = 0x2d0,
};

struct e820_entry {
	uint64_t base;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

struct setup_data {
	uint64_t next;
	uint32_t type;
	uint32_t len;
	uint8_t data[];
};

static uint32_t get32(const uint8_t *params, unsigned int offset)
{
	uint32_t value;

	memcpy(&value, params + offset, sizeof(value));
	return value;
}

static uint64_t get64(const uint8_t *params, unsigned int low, unsigned int high)
{
	return get32(params, low) | (uint64_t)get32(params, high) << 32;
}

static void read_e820(const uint8_t *params)
{
	const struct e820_entry *e = (const struct e820_entry *)(params + E820_TABLE);
	unsigned int n = params[E820_ENTRIES];

	if (!n)
		console_printf("# boot_params: no memory map, so no RAM for the heap\n");
	if (n > MAX_E820)
		n = MAX_E820;
	for (; n; n--, e++)
		if (e->type == E820_RAM && e->size)
			probe_ram(e->base, e->size);
}

static void read_setup_data(uint64_t address, struct machine *m)
{
	const struct setup_data *node;

	for (unsigned int i = 0; address && i < MAX_SETUP_DATA; i++, address = node->next) {
		node = mmu_map(address, sizeof(*node), MMU_MEMORY);
		if (!node) {
			console_printf(
				"# boot_params: setup_data at 0x%llx ignored: not in memory\n",
				(unsigned long long)address);
			return;
		}
		if (node->type == SETUP_DTB) {
			probe_dtb(m, address + sizeof(*node), node->len, "setup-data");
			return;
		}
	}
}

void linux64_probe(uint64_t address, struct machine *m)
{
	const uint8_t *params = mmu_map(address, PARAMS_SIZE, MMU_MEMORY);

	m->name = "Linux 64-bit boot";
	if (!params || (get32(params, HDR_BOOT_FLAG) & 0xffff) != BOOT_FLAG ||
	    get32(params, HDR_HEADER) != HEADER_MAGIC) {
		console_printf("# no boot_params at 0x%llx: memory, command line unknown\n",
			       (unsigned long long)address);
		return;
	}
	read_e820(params);
	read_setup_data(get64(params, HDR_SETUP_DATA, HDR_SETUP_DATA + 4), m);
	probe_initrd(m, get64(params, HDR_RAMDISK_IMAGE, EXT_RAMDISK_IMAGE),
		     get64(params, HDR_RAMDISK_SIZE, EXT_RAMDISK_SIZE));
	probe_cmdline(m, get64(params, HDR_CMD_LINE_PTR, EXT_CMD_LINE_PTR), UINT64_MAX);
	machine_rsdp = get64(params, ACPI_RSDP_ADDR, ACPI_RSDP_ADDR + 4);
}
