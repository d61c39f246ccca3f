// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzzer: any bytes as the device tree that the monitor is given. What it takes, libfdt must be
 * able to change without leaving the buffer: the monitor adds the command line and the ramdisk.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>
#include "vmm/fdt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As amend_tree() in vmm/e500/devtree.c; that any step fails is fine. */
static void amend(const void *fdt, size_t size)
{
	size_t room = size + 4096;
	void *copy = malloc(room);
	int chosen;

	if (fdt_open_into(fdt, copy, (int)room) == 0) {
		chosen = fdt_path_offset(copy, "/chosen");
		if (chosen < 0)
			chosen = fdt_add_subnode(copy, 0, "chosen");
		if (chosen >= 0 && fdt_setprop_string(copy, chosen, "bootargs", "word") == 0)
			fdt_setprop_u32(copy, chosen, "linux,initrd-start", 1);
		fdt_pack(copy);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *tree = malloc(size + 1);

	memcpy(tree, data, size);
	if (!fdt_problem(tree, size))
		amend(tree, size);
	free(tree);
	return 0;
}
