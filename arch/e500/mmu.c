// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <asm/spr.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/lock.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include "mmu.h"
#include "pinned.h"

/* From this many on a range of RAM gets one region only: enough for all ranges and the devices. */
#define REGIONS_LEFT (MACHINE_MAX_RAM + 32)
/* Blocks are worth an entry from this size on; the image's own surroundings are no block. */
#define BLOCK_MIN (1024u << (2 * TSIZE_16M))

_Static_assert(REGION_TEXT == (MAS3_UX | MAS3_SX | MAS3_UR | MAS3_SR), "mmu.h");
_Static_assert(REGION_RODATA == (MAS3_UR | MAS3_SR), "mmu.h");
_Static_assert(REGION_RAM == (MAS3_UW | MAS3_SW | MAS3_UR | MAS3_SR), "mmu.h");
_Static_assert(REGION_DEVICE == (REGION_RAM | (MAS2_I | MAS2_G) >> 1 << 12), "mmu.h");

/* vectors.S and mmu_take_over.S */
void mmu_take_over(uint32_t text_page, uint32_t data_page);

extern char _start[], __text_start[], __text_end[], __rodata_end[];
extern char __data_start[], __image_end[];

struct pinned e500_pinned __attribute__((section(".noinit.pinned"), aligned(PAGE_SIZE)));

_Static_assert(E500_MAX_CPUS == CPU_MAX, "pinned.h");

/* The stacks that the CPUs handle traps on, and the page below each that catches its overflow. */
static struct {
	uint8_t guard[PAGE_SIZE];
	uint8_t stack[TRAP_STACK_SIZE];
} trap_stacks[CPU_MAX] __attribute__((section(".noinit.trap_stack"), aligned(PAGE_SIZE)));

/* Held while a region is added: the list is that of all CPUs. */
static struct lock adding;
/* Regions in use, without the last one, which holds every address and maps none. */
static unsigned int nr_regions;
/*
 * The region of data, .bss and the stacks; the next one is the first of RAM: before
 * arch_memory_init() all that the boot mapping reached.
 */
static unsigned int image_region;
static uint32_t boot_mapped;
static uint32_t next_device = MMU_DEVICES;

static const struct mmu_region nothing = { .start = 0, .last = UINT32_MAX };

/* What another CPU sees of the list is what was written before, not a mixture. */
static void writes_done(void)
{
	asm volatile("sync" : : : "memory");
}

/*
 * Appends [start, last], widened to whole pages, in place of the end mark, which moves first. The
 * attributes come last: a TLB miss in between, also one of another CPU, finds a complete list.
 */
static bool add_region(uint32_t start, uint32_t last, uint32_t delta, uint32_t attr)
{
	volatile struct mmu_region *r = &e500_pinned.regions[nr_regions];

	if (nr_regions + 1 >= MMU_MAX_REGIONS)
		return false;
	r[1] = nothing;
	writes_done();
	r->start = start & ~(PAGE_SIZE - 1u);
	r->last = last | (PAGE_SIZE - 1);
	r->delta = delta;
	writes_done();
	r->attr = attr;
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

struct cpu_area *mmu_prepare(const struct cpu *c)
{
	struct cpu_area *area = &e500_pinned.cpus[c->number];
	uint32_t top = (uintptr_t)(trap_stacks[c->number].stack + TRAP_STACK_SIZE);
	const struct trap_save save = { .trap_stack = top,
					.user_stack = top,
					.this = (uintptr_t)c };

	area->base = save;
	area->critical = save;
	area->machine_check = save;
	area->victim = MAS0_TLB1 | TLB1_FIRST_FREE << MAS0_ESEL_SHIFT;
	return area;
}

void mmu_enter(struct cpu_area *area)
{
	area->last_victim = MAS0_TLB1 | ((mfspr(SPR_TLB1CFG) & TLBCFG_ENTRIES) - 1)
						<< MAS0_ESEL_SHIFT;
	mtspr(SPR_SPRG3, area);
	/* What a TLB miss proposes: a 4 KiB entry of TLB0, coherent memory. */
	mtspr(SPR_MAS4, TSIZE_4K << MAS1_TSIZE_SHIFT | MAS2_M);
	mtspr(SPR_PID, 0);
	mmu_take_over((uintptr_t)_start, (uintptr_t)&e500_pinned);
}

void mmu_init(void)
{
	boot_mapped = find_boot_mapping();
	add_region(0, PAGE_SIZE - 1, 0, 0);
	add_image(__text_start, __text_end, REGION_TEXT);
	add_image(__text_end, __rodata_end, REGION_RODATA);
	add_image(stacks_start, stacks_start + STACK_GUARD_SIZE, 0);
	add_image(trap_stacks[0].guard, trap_stacks[0].stack, 0);
	/* Said here although it is RAM: whatever a device tree says of RAM, we go on. */
	image_region = nr_regions;
	add_image(__data_start, __image_end, REGION_RAM);
	add_region(0, boot_mapped - 1, 0, REGION_RAM);
	mmu_enter(mmu_prepare(cpu_this()));
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
 * Puts a guard page in front of the region that it is a part of. That region is in use, so there is
 * a copy of it behind first.
 */
static void add_guard(const void *page)
{
	volatile struct mmu_region *r = &e500_pinned.regions[image_region];

	add_image(__data_start, __image_end, REGION_RAM);
	r->start = (uintptr_t)page;
	r->last = (uintptr_t)page + PAGE_SIZE - 1;
	r->attr = 0;
	image_region++;
}

/*
 * Of the stacks of other CPUs, where the program has any; and of those on which CPUs that are there
 * handle traps.
 */
static void add_guards(void)
{
	const char *stack = stacks_start;

	for (unsigned int i = 1; i < CPU_MAX; i++) {
		stack += STACK_GUARD_SIZE + STACK_SIZE;
		if (stack >= stacks_end)
			break;
		add_guard(stack);
		if (i < cpu_count())
			add_guard(trap_stacks[i].guard);
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
	nr_regions = image_region + 1;
	add_guards();
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

/* A region that has the page at low (of the physical address) and the ones after it; NULL: none. */
static const struct mmu_region *find_device(uint32_t low, uint32_t pages, uint32_t attr)
{
	for (unsigned int i = 0; i < nr_regions; i++) {
		const struct mmu_region *r = &e500_pinned.regions[i];
		uint32_t at = low - (r->start + r->delta);

		if (r->attr == attr && at <= r->last - r->start &&
		    pages - 1 <= r->last - r->start - at)
			return r;
	}
	return NULL;
}

volatile void *map_device(uint64_t phys, size_t size)
{
	uint32_t offset = (uint32_t)phys & (PAGE_SIZE - 1);
	uint32_t pages = (uint32_t)((offset + size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1));
	uint32_t low = (uint32_t)phys - offset, high = (uint32_t)(phys >> 32);
	uint32_t attr = REGION_DEVICE | high << REGION_HIGH_SHIFT;
	const struct mmu_region *r;
	uint32_t ea = 0;

	if (high > 0xf || size == 0)
		return NULL;
	lock_acquire(&adding);
	r = find_device(low, pages, attr);
	if (r) {
		ea = low - r->delta;
	} else if (pages <= MMU_DEVICES_END - next_device &&
		   add_region(next_device, next_device + pages - 1, low - next_device, attr)) {
		ea = next_device;
		/* A page between two devices stays empty. */
		next_device += pages + PAGE_SIZE;
	}
	lock_release(&adding);
	return ea ? (volatile void *)(uintptr_t)(ea + offset) : NULL;
}

bool mmu_is_trap_guard(uintptr_t address)
{
	uintptr_t at = address - (uintptr_t)trap_stacks;

	return at < sizeof(trap_stacks) && at % sizeof(trap_stacks[0]) < PAGE_SIZE;
}
