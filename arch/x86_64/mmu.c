// SPDX-License-Identifier: BSD-2-Clause
/* Page tables: Intel SDM volume 3, section 4.5; AMD APM volume 2, section 5.3. */
#include <string.h>
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/lock.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"

#define SIZE_4K (1ull << 12)
#define SIZE_2M (1ull << 21)
#define SIZE_1G (1ull << 30)
#define ENTRIES 512

enum {
	PTE_PRESENT = 1 << 0,
	PTE_WRITE = 1 << 1,
	/* User privilege may do the same as we: it is not there to be kept apart (lib/user.h). */
	PTE_USER = 1 << 2,
	PTE_PWT = 1 << 3,
	PTE_PCD = 1 << 4,
	/* Set beforehand, to spare the CPU writing them. */
	PTE_ACCESSED = 1 << 5,
	PTE_DIRTY = 1 << 6,
	PTE_LARGE = 1 << 7,
};
#define PTE_NX	    (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

#define PTE_RO	  (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define PTE_RW	  (PTE_RO | PTE_WRITE | PTE_DIRTY)
#define PTE_TABLE (PTE_PRESENT | PTE_USER | PTE_WRITE)

/* One for each GiB of RAM that is not mapped whole, and one for devices above them. */
#define NR_SPARE 16

/*
 * Top level, its first entry's table, and that one's first: linked by start.S. The
 * fourth is for the first 2 MiB by 4 KiB; arch_memory_init() puts it in the place of start.S's
 * one large page.
 */
uint64_t boot_tables[4][ENTRIES] __attribute__((section(".bss.aligned"), aligned(4096)));
#define pdpt	      boot_tables[1]
#define low_directory boot_tables[2]
#define low_table     boot_tables[3]

static uint64_t spare[NR_SPARE][ENTRIES] __attribute__((section(".noinit"), aligned(4096)));
static unsigned int nr_spare_used;

static uint64_t nx;
static bool has_1g_pages;

extern char __executable_start[], __text_end[], __rodata_end[], __image_end[];

/* Several CPUs may fill in the tables; also from a trap, so interrupts are off meanwhile. */
static struct spinlock lock;

/*
 * A 4 KiB page of the first 2 MiB, unless it is there, or must not be. QEMU's firmware leaves its
 * memory map in page 0: that can be read as long as start.S's large page is in use.
 */
static bool map_low(uint64_t address)
{
	uint64_t *entry = &low_table[address / SIZE_4K];

	if (address < SIZE_4K)
		return low_directory[0] & PTE_LARGE;
	if (stack_is_guard(address))
		return false;
	if (!*entry)
		*entry = (address & PTE_ADDRESS) | PTE_RW | nx;
	return true;
}

uint64_t mmu_ram_end(void)
{
	return has_1g_pages ? MMU_END : NR_SPARE * SIZE_1G;
}

static uint64_t *new_table(void)
{
	if (nr_spare_used == NR_SPARE)
		return NULL;
	return memset(spare[nr_spare_used++], 0, sizeof(spare[0]));
}

/* The page around address, of 2 MiB or 1 GiB. */
static bool map_high(uint64_t address, enum mmu_kind kind)
{
	uint64_t flags = PTE_RW | PTE_LARGE | nx | (kind == MMU_DEVICE ? PTE_PCD | PTE_PWT : 0);
	uint64_t *gig = &pdpt[address / SIZE_1G];
	uint64_t *table, *entry;

	if (!*gig && has_1g_pages && kind == MMU_MEMORY &&
	    machine_is_ram(address & -SIZE_1G, SIZE_1G))
		*gig = (address & -SIZE_1G) | flags;
	if (*gig & PTE_LARGE)
		return true;
	if (!*gig) {
		table = new_table();
		if (!table)
			return false;
		*gig = (uintptr_t)table | PTE_TABLE;
	}
	table = (uint64_t *)(uintptr_t)(*gig & PTE_ADDRESS);
	entry = &table[address / SIZE_2M % ENTRIES];
	if (!*entry)
		*entry = (address & -SIZE_2M) | flags;
	return true;
}

static bool map_page(uint64_t at, enum mmu_kind kind)
{
	bool enabled = arch_irq_save();
	bool mapped;

	spin_lock(&lock);
	mapped = at < SIZE_2M ? map_low(at) : map_high(at, kind);
	spin_unlock(&lock);
	arch_irq_restore(enabled);
	return mapped;
}

/* Entries are only ever filled in, so what is there can be seen without the lock. */
static bool is_mapped(uint64_t at)
{
	uint64_t gig;

	if (at < SIZE_2M)
		return low_table[at / SIZE_4K];
	gig = pdpt[at / SIZE_1G];
	return gig && (gig & PTE_LARGE ||
		       ((uint64_t *)(uintptr_t)(gig & PTE_ADDRESS))[at / SIZE_2M % ENTRIES]);
}

void *mmu_map(uint64_t base, uint64_t len, enum mmu_kind kind)
{
	uint64_t last = base + len - 1;
	uint64_t at = base;

	if (!len || last < base || last >= MMU_END)
		return NULL;
	while (at <= last) {
		uint64_t step = at < SIZE_2M ? SIZE_4K : SIZE_2M;

		if (!is_mapped(at) && !map_page(at, kind))
			return NULL;
		at = (at & -step) + step;
	}
	return (void *)(uintptr_t)base;
}

/*
 * An entry that was not present is never cached by the CPU, so nothing has to be flushed when it
 * becomes so.
 */
bool mmu_fault(uint64_t address, uint64_t error)
{
	if (error & (PF_PRESENT | PF_RESERVED | PF_FETCH) || !machine_is_ram(address, 1))
		return false;
	return address < MMU_END && map_page(address, MMU_MEMORY);
}

/* The pages that begin in [from, to). */
static void protect(const char *from, const char *to, uint64_t flags)
{
	uintptr_t end = (uintptr_t)to < SIZE_2M ? (uintptr_t)to : SIZE_2M;

#pragma GCC unroll 4
	for (uintptr_t at = ((uintptr_t)from + SIZE_4K - 1) & -SIZE_4K; at < end; at += SIZE_4K)
		low_table[at / SIZE_4K] = at | flags;
}

void mmu_init(void)
{
	uint32_t features = 0;

	if (cpuid(0x80000000).eax >= 0x80000001)
		features = cpuid(0x80000001).edx;
	has_1g_pages = features >> 26 & 1;
	if (features >> 20 & 1) {
		nx = PTE_NX;
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	}
}

/*
 * Text may be read and executed, constants be read, everything else be read and written, except
 * the guards of the stacks. What was mapped below 2 MiB before now is in low_table already.
 */
void arch_memory_init(void)
{
	protect(__executable_start, __text_end, PTE_RO);
	protect(__text_end, __rodata_end, PTE_RO | nx);
	protect(__rodata_end, __image_end, PTE_RW | nx);
	for (char *guard = stacks_start; guard < stacks_end; guard += STACK_GUARD_SIZE + STACK_SIZE)
		low_table[(uintptr_t)guard / SIZE_4K] = 0;
	low_directory[0] = (uintptr_t)low_table | PTE_TABLE;
	write_cr3((uintptr_t)boot_tables);
}

unsigned int arch_memory_protects(void)
{
	return ARCH_PROTECTS_TEXT | ARCH_PROTECTS_NULL_WRITE | ARCH_PROTECTS_NULL_READ |
	       (nx ? ARCH_PROTECTS_DATA : 0);
}
