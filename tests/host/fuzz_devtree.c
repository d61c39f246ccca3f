// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzzer: any bytes as a device tree. What devtree_open() accepts, every reader must survive; the
 * sanitizers see a byte read outside of the input.
 */
#include <stdlib.h>
#include <string.h>
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own: aligned, and with nothing readable behind it. */
	void *blob = malloc(size ? size : 1);
	struct devtree dt;

	memcpy(blob, data, size);
	if (!devtree_open(&dt, blob, size))
		tree_read_all(&dt);
	free(blob);
	return 0;
}
