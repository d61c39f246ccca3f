/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>

#include "vmm/fdt.h"

static int set_initrd(void *fdt, int node, const struct fdt_chosen *chosen)
{
	int error = fdt_setprop_u32(fdt, node, "linux,initrd-start", chosen->initrd);

	return error ? error : fdt_setprop_u32(fdt, node, "linux,initrd-end", chosen->initrd_end);
}

int fdt_amend(void *to, size_t room, const void *from, const struct fdt_chosen *chosen)
{
	int node, error = fdt_open_into(from, to, room);

	if (error || (!chosen->bootargs && !chosen->initrd))
		return error;
	node = fdt_path_offset(to, "/chosen");
	if (node < 0)
		node = fdt_add_subnode(to, 0, "chosen");
	if (node < 0)
		return node;
	if (chosen->bootargs)
		error = fdt_setprop_string(to, node, "bootargs", chosen->bootargs);
	return error || !chosen->initrd ? error : set_initrd(to, node, chosen);
}
