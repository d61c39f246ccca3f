/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device tree that came from a file gets what only this run knows. No KVM here, so that it can be
 * fuzzed on any machine. (What a tree may look like, lib/devtree_check.c says: guest and monitor
 * check by the same code.)
 */
#ifndef VMM_FDT_H
#define VMM_FDT_H

#include <stddef.h>
#include <stdint.h>

/* What /chosen is to say. */
struct fdt_chosen {
	const char *bootargs;	     /* NULL: as in the file */
	uint64_t initrd, initrd_end; /* guest-physical; 0: none */
};

/*
 * Copies the tree `from`, which devtree_open() has accepted, into to[0..room) and changes it. For
 * nothing but that 4 KiB more than the tree has, and the length of bootargs, are enough. Returns 0
 * or an error of libfdt.
 */
int fdt_amend(void *to, size_t room, const void *from, const struct fdt_chosen *chosen);

#endif
