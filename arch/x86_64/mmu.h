/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space: one to one, filled in where it is used.
 *
 * The first 2 MiB hold the image and the firmware's tables, in pages of 4 KiB that have the
 * protection of what is in them. Above, RAM is mapped by the page fault of its first use, 2 MiB
 * at a time (1 GiB where the CPU can and the RAM is whole), so that booting costs the same with
 * any amount of RAM. What is not RAM is mapped only if somebody asks with mmu_map().
 */
#ifndef ARCH_X86_64_MMU_H
#define ARCH_X86_64_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds out what this CPU can. Before it, the first 2 MiB are all there is. */
void mmu_init(void);

enum mmu_kind { MMU_MEMORY, MMU_DEVICE };

/* The end of what can be mapped at all: one top-level entry. */
#define MMU_END (512ull << 30)

/* RAM at and above this address is not used: there are page tables for a part of it only. */
uint64_t mmu_ram_end(void);

/*
 * Makes len bytes at physical address base accessible, for reading and writing, and returns the
 * pointer to them; NULL if len is 0, if they reach beyond MMU_END, or if no page table is left.
 * What is mapped already keeps its kind. Page 0 can be had until arch_memory_init() only.
 */
void *mmu_map(uint64_t base, uint64_t len, enum mmu_kind kind);

/*
 * For the page-fault vector: maps address if it is RAM that nobody used before. False: the fault
 * is a real one.
 */
bool mmu_fault(uint64_t address, uint64_t error);

#endif
