// SPDX-License-Identifier: BSD-2-Clause
/* What a device tree says of the machine as a whole. */
#include <libfdt.h>
#include <string.h>
#include <lib/devtree.h>
#include <lib/machine.h>

static bool has_device_type(const struct devtree *dt, int node, const char *type)
{
	const char *t = devtree_string(dt, node, "device_type");

	return t && !strcmp(t, type);
}

static void add_memory(const struct devtree *dt)
{
	int node;

	devtree_for_each_child (dt, devtree_next(dt, -1), node) {
		uint64_t base, size;

		if (!has_device_type(dt, node, "memory"))
			continue;
		for (unsigned int i = 0; devtree_reg(dt, node, i, &base, &size) == 0; i++)
			machine_add_ram(base, size);
	}
}

/* The memory reservation block, which devtree_open() has seen the end of. */
static void reserve_memory(const struct devtree *dt)
{
	const fdt64_t *entry = (const void *)((const char *)dt->fdt + fdt_off_mem_rsvmap(dt->fdt));

	for (;; entry += 2) {
		uint64_t size = fdt64_ld(entry + 1);

		if (size)
			machine_reserve(fdt64_ld(entry), size);
		else if (!fdt64_ld(entry))
			return;
	}
}

static void count_cpus(const struct devtree *dt)
{
	int node, cpus = devtree_node(dt, "/cpus");
	unsigned int n = 0;

	if (cpus < 0)
		return;
	devtree_for_each_child (dt, cpus, node)
		n += has_device_type(dt, node, "cpu");
	machine.cpus = n;
}

/* Either one or two cells: both are in use. */
static bool read_address(const struct devtree *dt, int node, const char *name, uint64_t *v)
{
	size_t len;
	const void *p = devtree_prop(dt, node, name, &len);

	if (!p || (len != 4 && len != 8))
		return false;
	*v = len == 4 ? fdt32_ld(p) : fdt64_ld(p);
	return true;
}

static void read_chosen(const struct devtree *dt)
{
	int chosen = devtree_node(dt, "/chosen");
	uint64_t start, end;
	const char *args;

	if (chosen < 0)
		return;
	args = devtree_string(dt, chosen, "bootargs");
	if (args && (!machine.cmdline || !machine.cmdline[0]))
		machine.cmdline = args;
	if (!machine.initrd.size && read_address(dt, chosen, "linux,initrd-start", &start) &&
	    read_address(dt, chosen, "linux,initrd-end", &end) && end > start)
		machine.initrd = (struct phys_range){ .base = start, .size = end - start };
}

void devtree_describe_machine(const struct devtree *dt)
{
	const char *model = devtree_string(dt, devtree_next(dt, -1), "model");

	if (!machine.nr_ram)
		add_memory(dt);
	reserve_memory(dt);
	if (!machine.cpus)
		count_cpus(dt);
	if (!machine.name)
		machine.name = model;
	read_chosen(dt);
}
