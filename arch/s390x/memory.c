// SPDX-License-Identifier: BSD-2-Clause
/*
 * Dynamic address translation. Every address is mapped to itself, so that code works alike with
 * DAT on and off; what the tables add is protection: text is read-only, nothing else is
 * executable, and the lowcore (addresses 0 to 0x1fff) and the page below the boot stack are not
 * mapped. Interruptions run with DAT off until they have left the lowcore (vectors.S), and C
 * reaches it by real addresses only (lowcore_get()).
 *
 * The first MiB has a page table, the rest of 2 GiB segments of 1 MiB (EDAT-1), the rest of 1 TiB
 * regions of 2 GiB (EDAT-2). The image's pages are entered at once, everything else when it is
 * first touched: so the boot takes no longer on a large machine.
 *
 * Entries: z/Architecture Principles of Operation, "Dynamic Address Translation".
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include "cpu.h"

#define PAGE_SIZE 0x1000UL
#define SEGMENT_SIZE 0x100000UL
#define REGION_SIZE 0x80000000UL

#define PAGE_PROTECTED 0x200
#define PAGE_NO_EXECUTE 0x100
/* In segment- and region-third-table entries. */
#define ENTRY_FRAME 0x400
/* Table type of a region-third-table entry, and a segment table of full length, 2048 entries. */
#define REGION_TABLE_TYPE 0x4
#define REGION_FULL_TABLE 0x3
/* A region-third table with 512 entries. */
#define ASCE_REGION_THIRD 0x4
/* Every byte so: the invalid bit is set, wherever the kind of entry has it. */
#define INVALID_BYTE 0x24

enum { FACILITY_EDAT1 = 8, FACILITY_EDAT2 = 78, FACILITY_IEP = 130 };

enum { PAGE_TRANSLATION = 0x11, SEGMENT_TRANSLATION = 0x10, REGION_THIRD_TRANSLATION = 0x3b };

extern char __text_start[], __text_end[], __rodata_end[], __data_start[], __image_end[],
	boot_stack_guard[];

static struct {
	uint64_t region[512];
	uint64_t segment[2048];
	uint64_t page[256];
} tables __attribute__((aligned(4096), section(".noinit.dat")));

static unsigned int protects;
/* PAGE_NO_EXECUTE, where the CPU has it: the same bit in all kinds of entry. */
static uint64_t no_execute;
static bool has_regions;

static bool facility(unsigned int bit)
{
	uint64_t list[3] = { 0 };
	register uint64_t r0 asm("0") = sizeof(list) / sizeof(list[0]) - 1;

	asm volatile("stfle %[list]" : "+d"(r0), [list] "=Q"(list) : : "cc");
	return list[bit / 64] >> (63 - bit % 64) & 1;
}

static void map_pages(const char *from, const char *to, uint64_t bits)
{
	for (uintptr_t a = (uintptr_t)from; a < (uintptr_t)to; a += PAGE_SIZE)
		tables.page[a / PAGE_SIZE] = a | bits;
}

static void build_tables(void)
{
	memset(&tables, INVALID_BYTE, sizeof(tables));
	tables.region[0] = (uintptr_t)tables.segment | REGION_TABLE_TYPE | REGION_FULL_TABLE;
	tables.segment[0] = (uintptr_t)tables.page;
	map_pages(__text_start, __text_end, PAGE_PROTECTED);
	map_pages((char *)(((uintptr_t)__text_end + PAGE_SIZE - 1) & -PAGE_SIZE), __rodata_end,
		  PAGE_PROTECTED | no_execute);
	map_pages((char *)((uintptr_t)__data_start & -PAGE_SIZE), boot_stack_guard, no_execute);
	map_pages(boot_stack_guard + PAGE_SIZE, __image_end, no_execute);
}

static void turn_on(void)
{
	uint64_t asce = (uintptr_t)tables.region | ASCE_REGION_THIRD;

	asm volatile("lctlg %%c1, %%c1, %0" : : "S"(asce) : "memory");
	lowcore()->trap_mask = PSW_DAT >> 56;
	kernel_psw_mask |= PSW_DAT;
	psw_mask_set(psw_mask_get() | PSW_DAT);
}

/* Whether the tables can reach all of RAM; if not, everything stays as it is without DAT. */
static bool reach_all_ram(void)
{
	uint64_t limit = has_regions ? REGION_SIZE * 512 : REGION_SIZE;

	for (unsigned int i = 0; i < machine.nr_ram; i++)
		if (machine.ram[i].base + machine.ram[i].size > limit)
			return false;
	return facility(FACILITY_EDAT1);
}

void arch_memory_init(void)
{
	uint64_t cr0 = cr0_get() | CR0_LOW_ADDRESS_PROTECTION;

	/*
	 * A store to addresses 0 to 511 or 4096 to 4607 by a program is a protection exception
	 * from here on, with or without DAT; interruptions still store there.
	 */
	protects = ARCH_PROTECTS_NULL_WRITE;
	has_regions = facility(FACILITY_EDAT2);
	if (!reach_all_ram()) {
		cr0_set(cr0);
		return;
	}
	if (facility(FACILITY_IEP)) {
		no_execute = PAGE_NO_EXECUTE;
		cr0 |= CR0_NO_EXECUTE;
		protects |= ARCH_PROTECTS_DATA;
	}
	cr0_set(cr0 | CR0_EDAT);
	build_tables();
	turn_on();
	protects |= ARCH_PROTECTS_TEXT | ARCH_PROTECTS_NULL_READ;
}

unsigned int arch_memory_protects(void)
{
	return protects;
}

bool memory_is_guard(uintptr_t address)
{
	return (address & -PAGE_SIZE) == (uintptr_t)boot_stack_guard;
}

/* A page of the first MiB that is RAM, but neither lowcore nor part of the image. */
static bool is_on_demand(uintptr_t address)
{
	return (address >= sizeof(struct lowcore) && address < (uintptr_t)__text_start) ||
	       (address >= (uintptr_t)__image_end && address < SEGMENT_SIZE);
}

bool memory_is_readable(uintptr_t address)
{
	int cc;

	if (!(psw_mask_get() & PSW_DAT))
		return true;
	asm volatile("lra %%r0, 0(%[address])\n"
		     "	ipm %[cc]\n"
		     "	srl %[cc], 28"
		     : [cc] "=d"(cc)
		     : [address] "a"(address)
		     : "cc", "r0");
	/* 1: no segment yet, which memory_map_on_demand() will enter; 2: no page. */
	return cc < 2 || (cc == 2 && is_on_demand(address));
}

bool memory_map_on_demand(unsigned int code, uintptr_t address)
{
	if (!machine_is_ram(address, 1))
		return false;
	switch (code) {
	case PAGE_TRANSLATION:
		if (!is_on_demand(address))
			return false;
		tables.page[address / PAGE_SIZE] = (address & -PAGE_SIZE) | no_execute;
		return true;
	case SEGMENT_TRANSLATION:
		tables.segment[address / SEGMENT_SIZE] = (address & -SEGMENT_SIZE) | ENTRY_FRAME |
							 no_execute;
		return true;
	case REGION_THIRD_TRANSLATION:
		tables.region[address / REGION_SIZE] = (address & -REGION_SIZE) | ENTRY_FRAME |
						       REGION_TABLE_TYPE | no_execute;
		return true;
	}
	return false;
}
