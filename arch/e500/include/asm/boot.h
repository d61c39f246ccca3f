/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an e500 image is started with, and what boot/e500/start.S hands to C.
 *
 * ePAPR 1.1, the initial state of a CPU: r3 is the device tree's address, r6 a magic number, r7 the
 * size in bytes of the initial mapped area (IMA), which maps effective addresses from 0 to the same
 * physical ones; r4, r5, r8 and r9 are 0; MSR has interrupts off.
 */
#ifndef ASM_BOOT_H
#define ASM_BOOT_H

#define BOOT_EPAPR_MAGIC 0x45504150

/* Offsets in struct boot_entry, for start.S. */
#define BOOT_R3		0
#define BOOT_R6		4
#define BOOT_R7		8
#define BOOT_ENTRY_SIZE 16

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct boot_entry {
	uint32_t r3;
	uint32_t r6;
	uint32_t r7;
	uint32_t reserved;
};

_Static_assert(offsetof(struct boot_entry, r3) == BOOT_R3, "start.S");
_Static_assert(offsetof(struct boot_entry, r6) == BOOT_R6, "start.S");
_Static_assert(offsetof(struct boot_entry, r7) == BOOT_R7, "start.S");
_Static_assert(sizeof(struct boot_entry) == BOOT_ENTRY_SIZE, "start.S");
#endif

#endif
