// SPDX-License-Identifier: BSD-2-Clause
/*
 * Dynamic address translation. Every address is mapped to itself, so that code works alike with
 * DAT on and off; what the tables add is protection: text is read-only, nothing else is
 * executable, and the lowcore (addresses 0 to 0x1fff) and the page below the boot stack are not
 * mapped. Interruptions run with DAT off, as does what enters mappings here on their behalf, and
 * C reaches the lowcore by real addresses only (lowcore_get()).
 *
 * Nothing but the image's pages is entered at once; the rest follows when it is first touched, so
 * that the boot takes no longer on a large machine, and the tables no more memory: a segment (1 MiB)
 * gets one of a pool of page tables, a region (2 GiB) one of a pool of segment tables, from the one
 * that has had it longest. Large pages would be easier, but QEMU's TCG has none.
 *
 * Entries: z/Architecture Principles of Operation, "Dynamic Address Translation".
 */
#include <string.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include "cpu.h"

#define PAGE_SIZE    0x1000UL
#define SEGMENT_SIZE 0x100000UL
#define REGION_SIZE  0x80000000UL

#define PAGE_ENTRIES	(SEGMENT_SIZE / PAGE_SIZE)
#define SEGMENT_ENTRIES (REGION_SIZE / SEGMENT_SIZE)
/* One page of them: 1 TiB. */
#define REGION_ENTRIES 512

#define PAGE_INVALID	0x400
#define PAGE_PROTECTED	0x200
#define PAGE_NO_EXECUTE 0x100
#define TABLE_ORIGIN	0xfffffffffffff000
/* What a region-third-table entry is, and that its segment table has full length. */
#define REGION_THIRD 0x4
#define FULL_LENGTH  0x3
/* Every byte so: the invalid bit is set, wherever the kind of entry has it. */
#define INVALID_BYTE 0x24

/*
 * More than one instruction can need at a time: page tables for itself, what it executes, and two
 * operands, each across a boundary; segment tables for the operands, code being in the first.
 */
#define PAGE_TABLES    32
#define SEGMENT_TABLES 4

#define FACILITY_IEP 130

enum { SEGMENT_TRANSLATION = 0x10, PAGE_TRANSLATION = 0x11, REGION_THIRD_TRANSLATION = 0x3b };

extern char __text_start[], __text_end[], __rodata_end[], __data_start[], __image_end[],
	boot_stack_guard[];

static struct {
	uint64_t region[REGION_ENTRIES];
	/* Of the first region, and of the first segment. */
	uint64_t segment[SEGMENT_ENTRIES];
	uint64_t page[PAGE_ENTRIES];
	uint64_t page_pool[PAGE_TABLES][PAGE_ENTRIES];
	uint64_t segment_pool[SEGMENT_TABLES][SEGMENT_ENTRIES] __attribute__((aligned(4096)));
} tables __attribute__((aligned(4096), section(".noinit.dat")));

/* The first address that each table of a pool maps, 0 for none, and which is to be taken next. */
static uintptr_t page_pool_base[PAGE_TABLES], segment_pool_base[SEGMENT_TABLES];
static unsigned int page_pool_next, segment_pool_next;

static unsigned int protects;
/* PAGE_NO_EXECUTE, where the CPU has it: the same bit in all kinds of entry. */
static uint64_t no_execute;

static bool facility(unsigned int bit)
{
	uint64_t list[3] = { 0 };
	register uint64_t r0 asm("0") = sizeof(list) / sizeof(list[0]) - 1;

	asm volatile("stfle %[list]" : "+d"(r0), [list] "=Q"(list) : : "cc");
	return list[bit / 64] >> (63 - bit % 64) & 1;
}

/* Of the first segment alone; what the image has beyond it follows on demand. */
static void map_pages(const char *from, const char *to, uint64_t bits)
{
	for (uintptr_t a = (uintptr_t)from; a < (uintptr_t)to && a < SEGMENT_SIZE; a += PAGE_SIZE)
		tables.page[a / PAGE_SIZE] = a | bits;
}

static void build_tables(void)
{
	memset(&tables, INVALID_BYTE, offsetof(typeof(tables), page_pool));
	tables.region[0] = (uintptr_t)tables.segment | REGION_THIRD | FULL_LENGTH;
	tables.segment[0] = (uintptr_t)tables.page;
	map_pages(__text_start, __text_end, PAGE_PROTECTED);
	map_pages((char *)(((uintptr_t)__text_end + PAGE_SIZE - 1) & -PAGE_SIZE), __rodata_end,
		  PAGE_PROTECTED | no_execute);
	map_pages((char *)((uintptr_t)__data_start & -PAGE_SIZE), boot_stack_guard, no_execute);
	map_pages(boot_stack_guard + PAGE_SIZE, __image_end, no_execute);
}

static void turn_on(void)
{
	uint64_t asce = (uintptr_t)tables.region | REGION_THIRD;

	asm volatile("lctlg %%c1, %%c1, %0" : : "S"(asce) : "memory");
	kernel_psw_mask |= PSW_DAT;
	psw_mask_set(psw_mask_get() | PSW_DAT);
}

/* Whether the tables can reach all of RAM; if not, everything stays as it is without DAT. */
static bool reach_all_ram(void)
{
	for (unsigned int i = 0; i < machine.nr_ram; i++)
		if (machine.ram[i].base + machine.ram[i].size > REGION_SIZE * REGION_ENTRIES)
			return false;
	return true;
}

void arch_memory_init(void)
{
	uint64_t cr0 = cr0_get() | CR0_LOW_ADDRESS_PROTECTION;

	/*
	 * A store to addresses 0 to 511 or 4096 to 4607 by a program is a protection exception
	 * from here on, with or without DAT; interruptions still store there.
	 */
	protects = ARCH_PROTECTS_NULL_WRITE;
	if (!reach_all_ram()) {
		cr0_set(cr0);
		return;
	}
	if (facility(FACILITY_IEP)) {
		no_execute = PAGE_NO_EXECUTE;
		cr0 |= CR0_NO_EXECUTE;
		protects |= ARCH_PROTECTS_DATA;
	}
	cr0_set(cr0);
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

static bool is_in(uintptr_t address, const char *from, const char *to)
{
	return address >= (uintptr_t)from &&
	       address < (((uintptr_t)to + PAGE_SIZE - 1) & -PAGE_SIZE);
}

/* What maps a page, or 0 for one that must not be mapped. */
static uint64_t page_entry(uintptr_t page)
{
	if (page < sizeof(struct lowcore) || memory_is_guard(page))
		return 0;
	if (is_in(page, __text_start, __text_end))
		return page | PAGE_PROTECTED;
	if (is_in(page, __text_end, __rodata_end))
		return page | PAGE_PROTECTED | no_execute;
	return page | no_execute;
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
	/* 2: no page. Anything above that is missing is entered when it is touched. */
	return cc != 2 || page_entry(address & -PAGE_SIZE);
}

/*
 * Takes the entry for the address out of a table (type 0: segment table, REGION_THIRD). After it no
 * CPU translates through the entry any more, in no step of an instruction.
 */
static void invalidate(const uint64_t *table, unsigned int type, uintptr_t address)
{
	asm volatile("idte %[table], %%r0, %[address]"
		     :
		     : [table] "a"((uintptr_t)table | type), [address] "a"(address)
		     : "memory", "cc");
}

static uint64_t *segment_table(uintptr_t address)
{
	return (uint64_t *)(tables.region[address / REGION_SIZE] & TABLE_ORIGIN);
}

static unsigned int segment_index(uintptr_t address)
{
	return address / SEGMENT_SIZE % SEGMENT_ENTRIES;
}

static void fill_page_table(uint64_t *table, uintptr_t base)
{
	bool is_image = base < (uintptr_t)__image_end;

	for (unsigned int i = 0; i < PAGE_ENTRIES; i++, base += PAGE_SIZE) {
		uint64_t entry = is_image ? page_entry(base) : base | no_execute;

		table[i] = entry ? entry : PAGE_INVALID;
	}
}

/* Gives the segment at base, of a region that has a segment table, a page table. */
static void map_segment(uintptr_t base)
{
	unsigned int i = page_pool_next++ % PAGE_TABLES;
	uintptr_t old = page_pool_base[i];

	if (old)
		invalidate(segment_table(old), 0, old);
	fill_page_table(tables.page_pool[i], base);
	page_pool_base[i] = base;
	segment_table(base)[segment_index(base)] = (uintptr_t)tables.page_pool[i];
}

/* Gives the region at base a segment table, an empty one. */
static void map_region(uintptr_t base)
{
	unsigned int i = segment_pool_next++ % SEGMENT_TABLES;
	uint64_t *segment = tables.segment_pool[i];
	uintptr_t old = segment_pool_base[i];

	if (old) {
		invalidate(tables.region, REGION_THIRD, old);
		/* The page tables below it are free now: nothing leads to them. */
		for (unsigned int n = 0; n < PAGE_TABLES; n++)
			if ((page_pool_base[n] & -REGION_SIZE) == old)
				page_pool_base[n] = 0;
	}
	memset(segment, INVALID_BYTE, sizeof(tables.segment_pool[i]));
	segment_pool_base[i] = base;
	tables.region[base / REGION_SIZE] = (uintptr_t)segment | REGION_THIRD | FULL_LENGTH;
}

/* A page of the first segment, which has its table but not all of its entries. */
static bool map_page(uintptr_t page)
{
	uint64_t entry = page < SEGMENT_SIZE ? page_entry(page) : 0;

	if (entry)
		tables.page[page / PAGE_SIZE] = entry;
	return entry;
}

bool memory_map_on_demand(unsigned int code, uintptr_t address)
{
	if (!machine_is_ram(address, 1))
		return false;
	switch (code) {
	case PAGE_TRANSLATION:
		return map_page(address & -PAGE_SIZE);
	case SEGMENT_TRANSLATION:
		map_segment(address & -SEGMENT_SIZE);
		return true;
	case REGION_THIRD_TRANSLATION:
		map_region(address & -REGION_SIZE);
		return true;
	}
	return false;
}
