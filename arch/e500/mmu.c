// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <asm/spr.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "mmu.h"
#include "pinned.h"

/* From this many on a range of RAM gets one region only: enough for all ranges and the devices. */
#define REGIONS_LEFT (MACHINE_MAX_RAM + 32)
/* Blocks are worth an entry from this size on; the image's own surroundings are no block. */
#define BLOCK_MIN (1024u << (2 * TSIZE_16M))

_Static_assert(REGION_TEXT == (MAS3_SX | MAS3_SR), "mmu.h");
_Static_assert(REGION_RODATA == MAS3_SR, "mmu.h");
_Static_assert(REGION_RAM == (MAS3_SW | MAS3_SR), "mmu.h");
_Static_assert(REGION_DEVICE == (REGION_RAM | (MAS2_I | MAS2_G) >> 1 << 12), "mmu.h");

/* vectors.S and mmu_take_over.S */
void mmu_take_over(uint32_t text_page, uint32_t data_page);

extern char _start[], __text_start[], __text_end[], __rodata_end[];
extern char __data_start[], __image_end[];
extern char boot_stack_guard[], boot_stack_bottom[];

struct pinned e500_pinned __attribute__((section(".noinit.pinned"), aligned(PAGE_SIZE)));

/* The stack that CPU 0 handles traps on, and the page below it that catches its overflow. */
static struct {
	uint8_t guard[PAGE_SIZE];
	uint8_t stack[TRAP_STACK_SIZE];
} trap_stack __attribute__((section(".noinit.trap_stack"), aligned(PAGE_SIZE)));

/* Regions in use, without the last one, which holds every address and maps none. */
static unsigned int nr_regions;
/* The first region of RAM: before arch_memory_init() all that the boot mapping reached. */
static unsigned int ram_region;
static uint32_t boot_mapped;
static uint32_t next_device = MMU_DEVICES;

static const struct mmu_region nothing = { .start = 0, .last = UINT32_MAX };

/*
 * Appends [start, last], widened to whole pages. The end mark moves first: a TLB miss in between
 * finds a complete list.
 */
static bool add_region(uint32_t start, uint32_t last, uint32_t delta, uint32_t attr)
{
	volatile struct mmu_region *r = e500_pinned.regions;

	if (nr_regions + 1 >= MMU_MAX_REGIONS)
		return false;
	r[nr_regions + 1] = nothing;
	r[nr_regions].delta = delta;
	r[nr_regions].attr = attr;
	r[nr_regions].last = last | (PAGE_SIZE - 1);
	r[nr_regions].start = start & ~(PAGE_SIZE - 1u);
	nr_regions++;
	return true;
}

static void add_image(const void *start, const void *end, uint32_t attr)
{
	add_region((uintptr_t)start, (uintptr_t)end - 1, 0, attr);
}

/* How far the entry that maps this code reaches from address 0. */
static uint32_t find_boot_mapping(void)
{
	uint32_t mas1, size;

	mtspr(SPR_MAS6, 0);
	asm volatile("tlbsx 0, %0" : : "r"(_start));
	mas1 = mfspr(SPR_MAS1);
	size = mas1 >> MAS1_TSIZE_SHIFT & 0xf;
	/* 4^size KiB; 4 GiB and more does not fit, and nobody has it in front of devices. */
	if (2 * size + 10 >= 32)
		return 0x80000000u;
	return 1u << (2 * size + 10);
}

void mmu_init(void)
{
	struct cpu_area *cpu = &e500_pinned.cpus[0];
	uint32_t top = (uintptr_t)(trap_stack.stack + TRAP_STACK_SIZE);

	boot_mapped = find_boot_mapping();
	memset(e500_pinned.cpus, 0, sizeof(e500_pinned.cpus));
	cpu->base.trap_stack = top;
	cpu->critical.trap_stack = top;
	cpu->machine_check.trap_stack = top;
	cpu->victim = MAS0_TLB1 | TLB1_FIRST_FREE << MAS0_ESEL_SHIFT;
	cpu->last_victim = MAS0_TLB1 | ((mfspr(SPR_TLB1CFG) & TLBCFG_ENTRIES) - 1)
					       << MAS0_ESEL_SHIFT;
	mtspr(SPR_SPRG3, cpu);

	add_region(0, PAGE_SIZE - 1, 0, 0);
	add_image(__text_start, __text_end, REGION_TEXT);
	add_image(__text_end, __rodata_end, REGION_RODATA);
	add_image(boot_stack_guard, boot_stack_bottom, 0);
	add_image(trap_stack.guard, trap_stack.stack, 0);
	/* Said here although it is RAM: whatever a device tree says of RAM, we go on. */
	add_image(__data_start, __image_end, REGION_RAM);
	ram_region = nr_regions;
	add_region(0, boot_mapped - 1, 0, REGION_RAM);

	/* What a TLB miss proposes: a 4 KiB entry of TLB0, coherent memory. */
	mtspr(SPR_MAS4, TSIZE_4K << MAS1_TSIZE_SHIFT | MAS2_M);
	mtspr(SPR_PID, 0);
	mmu_take_over((uintptr_t)_start, (uintptr_t)&e500_pinned);
}

uint32_t mmu_boot_mapped(void)
{
	return boot_mapped;
}

/* TSIZE of the largest block that begins at start and ends by end; 0: none. */
static uint32_t block_tsize(uint32_t start, uint32_t end)
{
	for (uint32_t tsize = TSIZE_256M; tsize >= TSIZE_16M; tsize--) {
		uint32_t size = 1024u << (2 * tsize);

		if (start % size == 0 && end - start >= size)
			return tsize;
	}
	return 0;
}

/*
 * The RAM from start to end: in blocks where they fit, by pages at both ends and around the image,
 * which has other regions inside. 2 GiB are 13 blocks, one less than there are free entries.
 */
static void add_ram(uint32_t start, uint32_t end)
{
	uint32_t image_end = ((uintptr_t)__image_end + BLOCK_MIN - 1) & ~(BLOCK_MIN - 1);

	while (start < end) {
		uint32_t tsize = start < image_end ? 0 : block_tsize(start, end);
		uint32_t next = (start & ~(BLOCK_MIN - 1)) + BLOCK_MIN;

		if (tsize)
			next = start + (1024u << (2 * tsize));
		/* The rest of a short piece; or of everything, should the list become full. */
		if (next > end || nr_regions + REGIONS_LEFT > MMU_MAX_REGIONS) {
			next = end;
			tsize = 0;
		}
		add_region(start, next - 1, 0, REGION_RAM | tsize << REGION_BLOCK_SHIFT);
		start = next;
	}
}

/*
 * The regions are in force since mmu_init(); what was not known then is where RAM is. Pages that
 * were touched in the meantime may now be parts of blocks, so TLB0 is emptied.
 */
void arch_memory_init(void)
{
	if (machine.nr_ram == 0) {
		console_printf("# no description of RAM: using the %lu MiB mapped at boot\n",
			       (unsigned long)(boot_mapped >> 20));
		machine_add_ram(0, boot_mapped);
		return;
	}
	nr_regions = ram_region;
	/* A tree outside of what it says is RAM has to be readable all the same. */
	if (machine.dtb && !machine_is_ram((uintptr_t)machine.dtb, machine.dtb_room))
		add_region((uintptr_t)machine.dtb,
			   (uint32_t)((uintptr_t)machine.dtb + machine.dtb_room - 1), 0,
			   REGION_RODATA);
	for (unsigned int i = 0; i < machine.nr_ram; i++) {
		uint64_t start = machine.ram[i].base;
		uint64_t end = start + machine.ram[i].size;

		if (end > MMU_DEVICES)
			end = MMU_DEVICES;
		if (start < end)
			add_ram((uint32_t)start, (uint32_t)end);
	}
	mtspr(SPR_MMUCSR0, MMUCSR0_FLUSH_TLB0);
	isync();
	/* What lies higher is RAM, but not in reach. */
	machine_reserve(MMU_DEVICES, UINT64_MAX - MMU_DEVICES);
}

/*
 * KVM for e500v2 answers supervisor data accesses to the magic page's address itself, and until the
 * page is mapped somewhere that address is 0: page 0 is then readable and writable whatever our
 * TLB holds (kvmppc_handle_exit(), DTLB miss).
 */
unsigned int arch_memory_protects(void)
{
	unsigned int protects = ARCH_PROTECTS_TEXT | ARCH_PROTECTS_DATA;

	if (hypervisor.abi != ABI_KVM)
		protects |= ARCH_PROTECTS_NULL_READ | ARCH_PROTECTS_NULL_WRITE;
	return protects;
}

volatile void *map_device(uint64_t phys, size_t size)
{
	uint32_t offset = (uint32_t)phys & (PAGE_SIZE - 1);
	uint32_t pages = (uint32_t)((offset + size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1));
	uint32_t low = (uint32_t)phys - offset, high = (uint32_t)(phys >> 32);
	uint32_t attr = REGION_DEVICE | high << REGION_HIGH_SHIFT;
	uint32_t ea = next_device;

	if (high > 0xf || size == 0 || pages > MMU_DEVICES_END - ea)
		return NULL;
	for (unsigned int i = 0; i < nr_regions; i++) {
		const struct mmu_region *r = &e500_pinned.regions[i];

		if (r->attr == attr && low - (r->start + r->delta) <= r->last - r->start &&
		    pages - 1 <= r->last - r->start - (low - (r->start + r->delta)))
			return (volatile void *)(uintptr_t)(low - r->delta + offset);
	}
	if (!add_region(ea, ea + pages - 1, low - ea, attr))
		return NULL;
	/* A page between two devices stays empty. */
	next_device = ea + pages + PAGE_SIZE;
	return (volatile void *)(uintptr_t)(ea + offset);
}

bool mmu_is_guard(uintptr_t address)
{
	return address - (uintptr_t)boot_stack_guard < PAGE_SIZE ||
	       address - (uintptr_t)trap_stack.guard < PAGE_SIZE;
}
