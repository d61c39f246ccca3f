/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is: filled in once at boot from what the firmware or monitor said, read-only
 * afterwards. Nothing in it is assumed; a field that nobody reported stays at its "unknown" value.
 */
#ifndef LIB_MACHINE_H
#define LIB_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_MAX_RAM	     32
#define MACHINE_MAX_RESERVED 16

/* A range of guest-physical addresses in bytes; size 0 means "none". */
struct phys_range {
	uint64_t base;
	uint64_t size;
};

struct machine {
	/* RAM, sorted by base, without overlaps: see machine_add_ram(). */
	struct phys_range ram[MACHINE_MAX_RAM];
	unsigned int nr_ram;
	/* Of the ranges that were reported: how many overlapped others; how many could not be used. */
	unsigned int ram_overlaps, ram_ignored;
	/* Parts of RAM that hold something to be kept: tables, command line, ... (any order). */
	struct phys_range reserved[MACHINE_MAX_RESERVED];
	unsigned int nr_reserved;
	/* Initial ramdisk as loaded; size 0: none. */
	struct phys_range initrd;
	/*
	 * A flattened device tree that somebody passed, not yet validated: dtb_room is how many
	 * bytes may be read there at most. NULL: none. dtb_from names the way it came by, as one
	 * word for the boot line ("r3", "pvh-module", "setup-data", "initrd").
	 */
	const void *dtb;
	size_t dtb_room;
	const char *dtb_from;
	/* NUL-terminated command line; never NULL once probed ("" if none was passed). */
	const char *cmdline;
	/* Number of CPUs described, started or not; 1 where nobody said. */
	unsigned int cpus;
	/* "QEMU ppce500", "PVH", ...: for people. */
	const char *name;
};

extern struct machine machine;

/*
 * Records [base, base + size) as usable RAM. Ranges may come in any order, touch, or overlap;
 * the list stays sorted and disjoint. Returns 0, or a negative errno: -EINVAL for an empty range
 * or one that wraps around 2^64 (ignored), -ENOSPC when MACHINE_MAX_RAM is used up (ignored). What
 * was odd about them is counted; the boot says so.
 */
int machine_add_ram(uint64_t base, uint64_t size);

/*
 * Keeps [base, base + size) out of the heap: something of the firmware's is there that is still
 * needed. The image itself, the device tree and the initial ramdisk need no call. Returns 0, or
 * -ENOSPC.
 */
int machine_reserve(uint64_t base, uint64_t size);

/* Total bytes of RAM recorded. */
uint64_t machine_ram_bytes(void);

/* True if all of [base, base + size) lies in one recorded RAM range; false for size 0. */
bool machine_is_ram(uint64_t base, uint64_t size);

#endif
