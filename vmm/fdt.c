/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include <libfdt.h>

#include "vmm/fdt.h"

/* As deep as a real tree will ever be; the guest's own reader may recurse. */
#define MAX_DEPTH 64

/*
 * Is there a property at `offset` whose length is a lie? fdt_next_tag() adds it to an int: one near
 * 2^32 would lead it backwards, for ever.
 */
static bool too_long(const void *fdt, int offset)
{
	const fdt32_t *p = fdt_offset_ptr(fdt, offset, 2 * sizeof(*p)); /* token, length */

	return p && fdt32_ld(&p[0]) == FDT_PROP && fdt32_ld(&p[1]) > fdt_totalsize(fdt);
}

const char *fdt_problem(const void *fdt, size_t size)
{
	int offset, next = 0, depth = 0, nodes = 0, error;
	const char *name;
	uint32_t tag;

	if (size < sizeof(struct fdt_header))
		return "shorter than a header";
	error = fdt_check_header(fdt);
	if (error)
		return fdt_strerror(error);
	if (fdt_totalsize(fdt) > size)
		return "says that it is larger than the file";
	/* Devicetree Specification, section 5.6. */
	if (fdt_off_dt_struct(fdt) % 4 || fdt_off_mem_rsvmap(fdt) % 8)
		return "a block of it is not aligned";
	error = fdt_num_mem_rsv(fdt);
	if (error < 0)
		return fdt_strerror(error);

	do {
		offset = next;
		if (too_long(fdt, offset))
			return "a property is longer than the tree";
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0)
			return fdt_strerror(next);
		if (tag == FDT_BEGIN_NODE && depth == 0 && nodes++)
			return "has a second root";
		if (tag == FDT_BEGIN_NODE && ++depth > MAX_DEPTH)
			return "nested too deeply";
		if (tag == FDT_END_NODE && --depth < 0)
			return "ends more nodes than it begins";
		if (tag == FDT_PROP && !depth)
			return "property outside a node";
		/* The name is an offset into the strings block, which only its use checks. */
		if (tag == FDT_PROP && !fdt_getprop_by_offset(fdt, offset, &name, &error))
			return fdt_strerror(error);
	} while (tag != FDT_END);

	if (depth)
		return "ends inside a node";
	return nodes ? NULL : "empty";
}
