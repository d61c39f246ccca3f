// SPDX-License-Identifier: BSD-2-Clause
/*
 * Dynamic address translation. Every address is mapped to itself, so that code works alike with
 * DAT on and off; what the tables add is protection: text is read-only, nothing else is
 * executable, and the lowcore (addresses 0 to 0x1fff) and the page below each stack are not
 * mapped. Interruptions run with DAT off, as does what enters mappings here on their behalf, and
 * C reaches the lowcore by real addresses only (lowcore_get()).
 *
 * Nothing but the image's pages is entered at once; the rest follows when it is first touched, so
 * that the boot takes no longer on a large machine. The tables for it, one page table (2 KiB) a
 * segment (1 MiB) and one segment table (16 KiB) a region (2 GiB), have their places at the end of
 * RAM. An entry that is valid stays as it is for ever, so no CPU has to be told of one. Large pages
 * would be easier, but QEMU's TCG has none.
 *
 * Entries: z/Architecture Principles of Operation, "Dynamic Address Translation".
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/stack.h>
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
/* Of region- and segment-table entries. */
#define ENTRY_INVALID 0x20
/* What a region-third-table entry is, and that its segment table has full length. */
#define REGION_THIRD 0x4
#define FULL_LENGTH  0x3
/* Every byte so: the invalid bit is set, wherever the kind of entry has it. */
#define INVALID_BYTE 0x24

#define FACILITY_IEP 130

enum { SEGMENT_TRANSLATION = 0x10, PAGE_TRANSLATION = 0x11, REGION_THIRD_TRANSLATION = 0x3b };

extern char __text_start[], __text_end[], __rodata_end[], __data_start[], __image_end[];

static struct {
	uint64_t region[REGION_ENTRIES];
	/* Of the first region, and of the first segment. */
	uint64_t segment[SEGMENT_ENTRIES];
	uint64_t page[PAGE_ENTRIES];
} tables __attribute__((aligned(4096), section(".noinit.dat")));

/* Of the regions and the segments after the first; they have contents when an entry leads there. */
static uint64_t (*more_segment)[SEGMENT_ENTRIES];
static uint64_t (*more_page)[PAGE_ENTRIES];

/*
 * Set by the CPU that enters something, interruptions and DAT off. Whoever comes first may: to wait
 * in order would be long where the hypervisor runs few CPUs at a time.
 */
static atomic_bool entering;

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
	memset(&tables, INVALID_BYTE, sizeof(tables));
	tables.region[0] = (uintptr_t)tables.segment | REGION_THIRD | FULL_LENGTH;
	tables.segment[0] = (uintptr_t)tables.page;
	map_pages(__text_start, __text_end, PAGE_PROTECTED);
	map_pages((char *)(((uintptr_t)__text_end + PAGE_SIZE - 1) & -PAGE_SIZE), __rodata_end,
		  PAGE_PROTECTED | no_execute);
	map_pages((char *)((uintptr_t)__data_start & -PAGE_SIZE), __image_end, no_execute);
	for (char *guard = stacks_start; guard < stacks_end; guard += sizeof(struct guarded_stack))
		if ((uintptr_t)guard < SEGMENT_SIZE)
			tables.page[(uintptr_t)guard / PAGE_SIZE] = PAGE_INVALID;
}

static uint64_t end_of_ram(void)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];

	return last->base + last->size;
}

/*
 * Finds the place of the further tables: the end of RAM, or below the initial ramdisk, if that is
 * there. Returns false if the tables cannot reach all of RAM.
 */
static bool place_tables(void)
{
	uint64_t end = end_of_ram(), at;
	uint64_t regions = (end - 1) / REGION_SIZE, segments = (end - 1) / SEGMENT_SIZE;
	uint64_t size = regions * sizeof(*more_segment) + segments * sizeof(*more_page);

	if (end > REGION_SIZE * REGION_ENTRIES)
		return false;
	size = (size + PAGE_SIZE - 1) & -PAGE_SIZE;
	at = (end - size) & -PAGE_SIZE;
	if (machine.initrd.size && at < machine.initrd.base + machine.initrd.size)
		at = (machine.initrd.base - size) & -PAGE_SIZE;
	if (!size)
		return true;
	if (at < (uintptr_t)__image_end || !machine_is_ram(at, size) || machine_reserve(at, size))
		return false;
	more_segment = (void *)at;
	more_page = (void *)(at + regions * sizeof(*more_segment));
	return true;
}

static void turn_on(void)
{
	uint64_t asce = (uintptr_t)tables.region | REGION_THIRD;

	asm volatile("lctlg %%c1, %%c1, %0" : : "S"(asce) : "memory");
	kernel_psw_mask |= PSW_DAT;
	psw_mask_set(psw_mask_get() | PSW_DAT);
}

void arch_memory_init(void)
{
	uint64_t cr0 = cr0_get() | CR0_LOW_ADDRESS_PROTECTION;

	/*
	 * A store to addresses 0 to 511 or 4096 to 4607 by a program is a protection exception
	 * from here on, with or without DAT; interruptions still store there.
	 */
	protects = ARCH_PROTECTS_NULL_WRITE;
	if (!place_tables()) {
		console_printf("# no room for tables that reach all of RAM: it is not protected\n");
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

static bool is_in(uintptr_t address, const char *from, const char *to)
{
	return address >= (uintptr_t)from &&
	       address < (((uintptr_t)to + PAGE_SIZE - 1) & -PAGE_SIZE);
}

/* What maps a page, or 0 for one that must not be mapped. */
static uint64_t page_entry(uintptr_t page)
{
	if (page < LOWCORE_SIZE || stack_is_guard(page))
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

/* Makes *entry valid. What it leads to is complete before any CPU can follow it there. */
static void enter(uint64_t *entry, uint64_t value)
{
	atomic_thread_fence(memory_order_release);
	*(volatile uint64_t *)entry = value;
}

/* The segment table of the region that the address is in. */
static uint64_t *segment_table(uintptr_t address)
{
	uintptr_t n = address / REGION_SIZE;
	uint64_t *table = n ? more_segment[n - 1] : tables.segment;

	if (tables.region[n] & ENTRY_INVALID) {
		memset(table, INVALID_BYTE, sizeof(*more_segment));
		enter(&tables.region[n], (uintptr_t)table | REGION_THIRD | FULL_LENGTH);
	}
	return table;
}

static void fill_page_table(uint64_t *table, uintptr_t base)
{
	bool is_image = base < (uintptr_t)__image_end;

	for (unsigned int i = 0; i < PAGE_ENTRIES; i++, base += PAGE_SIZE) {
		uint64_t entry = is_image ? page_entry(base) : base | no_execute;

		table[i] = entry ? entry : PAGE_INVALID;
	}
}

/* The page table of the segment that the address is in. */
static uint64_t *page_table(uintptr_t address)
{
	uint64_t *segment = &segment_table(address)[address / SEGMENT_SIZE % SEGMENT_ENTRIES];
	uintptr_t n = address / SEGMENT_SIZE;
	uint64_t *table = n ? more_page[n - 1] : tables.page;

	if (*segment & ENTRY_INVALID) {
		fill_page_table(table, address & -SEGMENT_SIZE);
		enter(segment, (uintptr_t)table);
	}
	return table;
}

/* The table of the first segment is there from the beginning, but not all of its entries. */
static bool map(uintptr_t address)
{
	uint64_t *page = &page_table(address)[address / PAGE_SIZE % PAGE_ENTRIES];
	uint64_t entry;

	if (*page & PAGE_INVALID) {
		entry = page_entry(address & -PAGE_SIZE);
		if (!entry)
			return false;
		enter(page, entry);
	}
	return true;
}

bool memory_map_on_demand(unsigned int code, uintptr_t address)
{
	bool mapped;

	if (code != PAGE_TRANSLATION && code != SEGMENT_TRANSLATION &&
	    code != REGION_THIRD_TRANSLATION)
		return false;
	if (!machine_is_ram(address, 1))
		return false;
	while (atomic_exchange_explicit(&entering, true, memory_order_acquire))
		cpu_relax();
	/* Another CPU may have done it already. */
	mapped = map(address);
	atomic_store_explicit(&entering, false, memory_order_release);
	return mapped;
}
