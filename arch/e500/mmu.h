/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space: RAM one to one, devices from MMU_DEVICES up. The TLB miss handler (vectors.S)
 * maps what is touched, from a list of regions: most of them by pages of 4 KiB in TLB0, RAM away
 * from the image by blocks of 16 MiB to 256 MiB in TLB1. The list is the only description of the
 * address space: there are no page tables, and nothing at boot loops over RAM.
 *
 *   page 0            nothing, so that a null pointer traps
 *   text, rodata      execute and read, read
 *   guard pages       nothing
 *   RAM               read and write, no execute, up to MMU_DEVICES
 *   devices           read and write, cache-inhibited, guarded
 *
 * A miss anywhere else is the exception that it is. User privilege sees the same (lib/user.h). All
 * CPUs share the list; the TLBs are each one's own.
 */
#ifndef E500_MMU_H
#define E500_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Effective addresses of mapped devices; RAM from here up is not reachable. */
#define MMU_DEVICES	0xc0000000u
#define MMU_DEVICES_END 0xfff00000u

/*
 * mmu_region.attr: MAS3's permissions in bits 0 to 5, MAS2's W, I, M, G in bits 12 to 15, the upper
 * 4 bits of a 36-bit physical address in bits 16 to 19. Bits 20 to 23 are not 0 if the region is to
 * be mapped as one block: MAS1's TSIZE, and all other bits but the permissions are 0.
 */
#define REGION_TEXT	   0x33u
#define REGION_RODATA	   0x03u
#define REGION_RAM	   0x0fu
#define REGION_DEVICE	   (0x0fu | 0x5000u)
#define REGION_HIGH_SHIFT  16
#define REGION_BLOCK_SHIFT 20

struct cpu;
struct cpu_area;

/*
 * Replaces the mapping of the boot by the regions of the image and of the RAM that the boot
 * mapping reached. The vectors must be in place.
 */
void mmu_init(void);

/* Fills in the area of a CPU, which is not in use yet: trap stacks, what r2 will be in vectors. */
struct cpu_area *mmu_prepare(const struct cpu *c);

/*
 * Replaces the mapping that this CPU was started with by that of all, and makes SPRG3 point to its
 * area. The vectors must be in place.
 */
void mmu_enter(struct cpu_area *area);

/* How many bytes from address 0 the boot mapping reached. */
uint32_t mmu_boot_mapped(void);

/*
 * Makes size bytes at the physical address (36 bits) reachable and returns where, or NULL if there
 * is no room. Two calls for the same pages return the same place. Never undone.
 */
volatile void *map_device(uint64_t phys, size_t size);

/* True if address lies in the guard page below the stack of a CPU's traps. */
bool mmu_is_trap_guard(uintptr_t address);

/* Registers of devices: big-endian unless the name says _le. */
static inline uint8_t mmio_in8(const volatile void *p)
{
	uint8_t v = *(const volatile uint8_t *)p;

	asm volatile("mbar 0" : : : "memory");
	return v;
}

static inline void mmio_out8(volatile void *p, uint8_t v)
{
	*(volatile uint8_t *)p = v;
	asm volatile("mbar 0" : : : "memory");
}

static inline uint32_t mmio_in32(const volatile void *p)
{
	uint32_t v = *(const volatile uint32_t *)p;

	asm volatile("mbar 0" : : : "memory");
	return v;
}

static inline void mmio_out32(volatile void *p, uint32_t v)
{
	*(volatile uint32_t *)p = v;
	asm volatile("mbar 0" : : : "memory");
}

static inline uint32_t mmio_in32_le(const volatile void *p)
{
	return __builtin_bswap32(mmio_in32(p));
}

static inline void mmio_out32_le(volatile void *p, uint32_t v)
{
	mmio_out32(p, __builtin_bswap32(v));
}

#endif
