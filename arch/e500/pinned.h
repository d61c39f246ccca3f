/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one page of data that TLB1 always maps, so that vectors.S can use it before it knows
 * whether anything else is mapped: the list of regions for the TLB miss handler, and for each CPU
 * a place to put registers down.
 */
#ifndef E500_PINNED_H
#define E500_PINNED_H

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096

/* CPUs that have a save area and a trap stack: CPU_MAX of lib/cpu.h. */
#define E500_MAX_CPUS	8
#define MMU_MAX_REGIONS 128

/* Entries of TLB1 that are always there. */
#define TLB1_PINNED_TEXT 0
#define TLB1_PINNED_DATA 1
/* From here on: blocks of RAM, as they are touched; all else is mapped through TLB0. */
#define TLB1_FIRST_FREE 2

/* A full report of a trap needs about 1 KiB of it, a nested trap as much again. */
#define TRAP_STACK_SIZE 8192

/* struct mmu_region, for vectors.S. */
#define REGION_START 0
#define REGION_LAST  4
#define REGION_DELTA 8
#define REGION_ATTR  12
#define REGION_SIZE  16

/* struct trap_save, for vectors.S: one for each class of exception. */
#define SAVE_R1		0
#define SAVE_R10	4
#define SAVE_R11	8
#define SAVE_R12	12
#define SAVE_CR		16
#define SAVE_LR		20
#define SAVE_PC		24
#define SAVE_MSR	28
#define SAVE_DEAR	32
#define SAVE_ESR	36
#define SAVE_VECTOR	40
#define SAVE_TRAP_STACK 44
#define SAVE_USER_STACK 48
#define SAVE_THIS	52
#define SAVE_SIZE	56

/* struct cpu_area, for vectors.S; SPRG3 points to this CPU's. */
#define CPU_REFILL_R9	0
#define CPU_REFILL_R11	4
#define CPU_REFILL_R12	8
#define CPU_REFILL_CR	12
#define CPU_VICTIM	16
#define CPU_LAST_VICTIM 20
#define CPU_BASE	24
#define CPU_CRITICAL	(CPU_BASE + SAVE_SIZE)
#define CPU_MACHINE	(CPU_CRITICAL + SAVE_SIZE)
#define CPU_SIZE	(CPU_MACHINE + SAVE_SIZE)

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/*
 * Effective addresses start to last (both included, whole pages) are mapped to physical address
 * EA + delta (modulo 2^32, plus the high bits in attr) as attr says; see mmu.h. The first region
 * that holds an address decides; attr 0 means that nothing is there.
 */
struct mmu_region {
	uint32_t start;
	uint32_t last;
	uint32_t delta;
	uint32_t attr;
};

struct trap_save {
	uint32_t r1, r10, r11, r12;
	uint32_t cr, lr, pc, msr, dear, esr, vector;
	/* First address after the stack of traps, for one that comes while none is on it yet. */
	uint32_t trap_stack;
	/* The same for a trap from user privilege: arch_user_enter() may have been called on it. */
	uint32_t user_stack;
	/* struct cpu: what r2 is to be. */
	uint32_t this;
};

struct cpu_area {
	uint32_t refill[4];
	/* Which entry of TLB1 the next block of RAM gets, and the last one there is, as MAS0. */
	uint32_t victim, last_victim;
	struct trap_save base, critical, machine_check;
};

struct pinned {
	struct mmu_region regions[MMU_MAX_REGIONS];
	struct cpu_area cpus[E500_MAX_CPUS];
	uint8_t reserved[PAGE_SIZE - MMU_MAX_REGIONS * REGION_SIZE - E500_MAX_CPUS * CPU_SIZE];
};

/* Page-aligned. */
extern struct pinned e500_pinned;

_Static_assert(offsetof(struct mmu_region, start) == REGION_START, "vectors.S");
_Static_assert(offsetof(struct mmu_region, last) == REGION_LAST, "vectors.S");
_Static_assert(offsetof(struct mmu_region, delta) == REGION_DELTA, "vectors.S");
_Static_assert(offsetof(struct mmu_region, attr) == REGION_ATTR, "vectors.S");
_Static_assert(sizeof(struct mmu_region) == REGION_SIZE, "vectors.S");
_Static_assert(offsetof(struct trap_save, r1) == SAVE_R1, "vectors.S");
_Static_assert(offsetof(struct trap_save, r12) == SAVE_R12, "vectors.S");
_Static_assert(offsetof(struct trap_save, cr) == SAVE_CR, "vectors.S");
_Static_assert(offsetof(struct trap_save, vector) == SAVE_VECTOR, "vectors.S");
_Static_assert(offsetof(struct trap_save, trap_stack) == SAVE_TRAP_STACK, "vectors.S");
_Static_assert(offsetof(struct trap_save, user_stack) == SAVE_USER_STACK, "vectors.S");
_Static_assert(offsetof(struct trap_save, this) == SAVE_THIS, "vectors.S");
_Static_assert(sizeof(struct trap_save) == SAVE_SIZE, "vectors.S");
_Static_assert(offsetof(struct cpu_area, victim) == CPU_VICTIM, "vectors.S");
_Static_assert(offsetof(struct cpu_area, last_victim) == CPU_LAST_VICTIM, "vectors.S");
_Static_assert(offsetof(struct cpu_area, base) == CPU_BASE, "vectors.S");
_Static_assert(offsetof(struct cpu_area, critical) == CPU_CRITICAL, "vectors.S");
_Static_assert(offsetof(struct cpu_area, machine_check) == CPU_MACHINE, "vectors.S");
_Static_assert(sizeof(struct cpu_area) == CPU_SIZE, "vectors.S");
_Static_assert(offsetof(struct pinned, regions) == 0, "vectors.S");
_Static_assert(sizeof(struct pinned) == PAGE_SIZE, "one TLB entry maps it");
#endif

#endif
