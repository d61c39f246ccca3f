// SPDX-License-Identifier: BSD-2-Clause
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/machine.h>
#include "tree.h"

/* A test that cannot even make its tree has nothing to say. */
static void must(int err)
{
	if (err) {
		fprintf(stderr, "cannot make the tree: %s\n", fdt_strerror(err));
		abort();
	}
}

static void begin(void *buf, size_t room)
{
	memset(buf, 0, room);
	must(fdt_create(buf, (int)room));
	must(fdt_add_reservemap_entry(buf, TREE_RESERVED, TREE_RESERVED_SIZE));
	must(fdt_finish_reservemap(buf));
	must(fdt_begin_node(buf, ""));
	must(fdt_property_u32(buf, "#address-cells", 2));
	must(fdt_property_u32(buf, "#size-cells", 2));
}

static size_t finish(void *buf)
{
	must(fdt_end_node(buf));
	must(fdt_finish(buf));
	return fdt_totalsize(buf);
}

static void cells(void *buf, const char *name, const uint32_t *v, size_t n)
{
	fdt32_t be[16];

	for (size_t i = 0; i < n; i++)
		be[i] = cpu_to_fdt32(v[i]);
	must(fdt_property(buf, name, be, (int)(n * sizeof(be[0]))));
}

static void soc(void *buf)
{
	static const uint32_t ranges[] = { 0, 0xf, 0xe0000000, 0x100000 };
	static const uint32_t reg[] = { 0x4500, 0x100 };

	must(fdt_begin_node(buf, "soc"));
	must(fdt_property_u32(buf, "#address-cells", 1));
	must(fdt_property_u32(buf, "#size-cells", 1));
	cells(buf, "ranges", ranges, 4);
	must(fdt_begin_node(buf, "serial@4500"));
	must(fdt_property_string(buf, "compatible", "ns16550"));
	cells(buf, "reg", reg, 2);
	must(fdt_end_node(buf));
	must(fdt_end_node(buf));
}

static void cpus(void *buf)
{
	must(fdt_begin_node(buf, "cpus"));
	must(fdt_property_u32(buf, "#address-cells", 1));
	must(fdt_property_u32(buf, "#size-cells", 0));
	for (uint32_t i = 0; i < 2; i++) {
		char name[16];

		snprintf(name, sizeof(name), "cpu@%u", i);
		must(fdt_begin_node(buf, name));
		must(fdt_property_string(buf, "device_type", "cpu"));
		cells(buf, "reg", &i, 1);
		must(fdt_end_node(buf));
	}
	must(fdt_end_node(buf));
}

size_t tree_ppce500_like(void *buf, size_t room)
{
	static const uint32_t memory[] = { 0, 0, 0, 256 << 20 };

	begin(buf, room);
	must(fdt_begin_node(buf, "aliases"));
	must(fdt_property_string(buf, "serial0", "/soc/serial@4500"));
	must(fdt_end_node(buf));
	must(fdt_begin_node(buf, "memory"));
	must(fdt_property_string(buf, "device_type", "memory"));
	cells(buf, "reg", memory, 4);
	must(fdt_end_node(buf));
	cpus(buf);
	soc(buf);
	must(fdt_begin_node(buf, "chosen"));
	must(fdt_property_string(buf, "bootargs", "a b"));
	must(fdt_property_string(buf, "stdout-path", "serial0:115200n8"));
	must(fdt_property_u32(buf, "linux,initrd-start", 0x2000000));
	must(fdt_property_u64(buf, "linux,initrd-end", 0x2001000));
	must(fdt_end_node(buf));
	return finish(buf);
}

size_t tree_nested(void *buf, size_t room, int levels)
{
	begin(buf, room);
	for (int i = 1; i < levels; i++)
		must(fdt_begin_node(buf, "n"));
	for (int i = 1; i < levels; i++)
		must(fdt_end_node(buf));
	return finish(buf);
}

size_t tree_wide(void *buf, size_t room, int nodes)
{
	begin(buf, room);
	for (int i = 1; i < nodes; i++) {
		must(fdt_begin_node(buf, "n"));
		must(fdt_end_node(buf));
	}
	return finish(buf);
}

size_t tree_hypervisor(void *buf, size_t room, const char *compatible, const char *name,
		       const void *value, size_t len, const char *const *flags)
{
	begin(buf, room);
	must(fdt_begin_node(buf, "hypervisor"));
	if (compatible)
		must(fdt_property_string(buf, "compatible", compatible));
	if (name)
		must(fdt_property(buf, name, value, (int)len));
	for (; flags && *flags; flags++)
		must(fdt_property(buf, *flags, "", 0));
	must(fdt_end_node(buf));
	return finish(buf);
}

size_t tree_two_properties(void *buf, size_t room, const char *name1, const void *value1,
			   size_t len1, const char *name2, const void *value2, size_t len2)
{
	begin(buf, room);
	must(fdt_begin_node(buf, "hypervisor"));
	must(fdt_property_string(buf, "compatible", "linux,kvm"));
	must(fdt_property(buf, name1, value1, (int)len1));
	must(fdt_property(buf, name2, value2, (int)len2));
	must(fdt_end_node(buf));
	return finish(buf);
}

/* libfdt reads the same of a node as we do; it finds no property in what it takes for no node. */
static void same_as_libfdt(const struct devtree *dt, int node, const char *name)
{
	size_t len = 0;
	int fdt_len = 0;
	const void *mine = devtree_prop(dt, node, name, &len);
	const void *theirs = fdt_getprop(dt->fdt, node, name, &fdt_len);

	if (mine != theirs || (mine && (size_t)fdt_len != len)) {
		fprintf(stderr, "node %d, %s: libfdt reads %d bytes at %p, we read %zu at %p\n",
			node, name, fdt_len, theirs, len, mine);
		abort();
	}
}

void tree_read_all(const struct devtree *dt)
{
	static const char *const names[] = { "reg",   "ranges",	     "compatible",
					     "model", "device_type", "hcall-instructions" };
	struct hypervisor hv = { .present = false };

	memset(&machine, 0, sizeof(machine));
	machine.cmdline = "";
	devtree_describe_machine(dt);
	hypervisor_read_node(dt, &hv);
	devtree_stdout(dt);
	for (int node = -1; (node = devtree_next(dt, node)) >= 0;) {
		uint64_t base, size;
		int child;

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			devtree_string(dt, node, names[i]);
			devtree_u32(dt, node, names[i], 0);
			same_as_libfdt(dt, node, names[i]);
		}
		for (unsigned int i = 0; i < 4; i++)
			devtree_reg(dt, node, i, &base, &size);
		devtree_compatible(dt, node, "ns16550");
		/* libfdt knows no root but one at offset 0; a NOP may stand before it. */
		devtree_for_each_child (dt, node, child)
			if (devtree_next(dt, -1) == 0 && fdt_parent_offset(dt->fdt, child) != node)
				abort();
	}
	devtree_find_compatible(dt, -1, "ns16550");
	devtree_phandle(dt, 1);
}
