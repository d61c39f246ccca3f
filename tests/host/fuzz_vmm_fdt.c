// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzzer: any bytes as the device tree that the monitor is given. What the check takes, the monitor
 * must be able to change without leaving the buffer: it adds the command line and the ramdisk. The
 * first byte picks which of them there are, and how much room.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "lib/devtree.h"
#include "vmm/fdt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void amend(const void *fdt, size_t size, uint8_t how)
{
	/* Too little room is an error of libfdt's, and no more than that. */
	size_t room = (how & 4 ? 4096 : 64) + size;
	void *copy = malloc(room);
	struct fdt_chosen chosen = {
		.bootargs = how & 1 ? "word" : NULL,
		.initrd = how & 2 ? 0x1000000 : 0,
		.initrd_end = 0x1000010,
	};

	fdt_amend(copy, room, fdt, &chosen);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct devtree dt;
	void *tree;

	if (!size--)
		return 0;
	tree = malloc(size ? size : 1);
	memcpy(tree, data + 1, size);
	if (!devtree_open(&dt, tree, size))
		amend(tree, size, data[0]);
	free(tree);
	return 0;
}
