// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <libfdt.h>
#include <string.h>
#include <lib/devtree.h>
#include <lib/machine.h>

/* Parents above a device that are worth following; DEVTREE_MAX_DEPTH nodes at the most. */
#define MAX_BUS_DEPTH 8

int devtree_node(const struct devtree *dt, const char *path)
{
	return fdt_path_offset(dt->fdt, path);
}

const void *devtree_prop(const struct devtree *dt, int node, const char *name, size_t *len)
{
	int n;
	const void *value = fdt_getprop(dt->fdt, node, name, &n);

	if (value && len)
		*len = (size_t)n;
	return value;
}

bool devtree_compatible(const struct devtree *dt, int node, const char *compatible)
{
	return fdt_node_check_compatible(dt->fdt, node, compatible) == 0;
}

int devtree_find_compatible(const struct devtree *dt, int from, const char *compatible)
{
	return fdt_node_offset_by_compatible(dt->fdt, from, compatible);
}

const char *devtree_string(const struct devtree *dt, int node, const char *name)
{
	size_t len;
	const char *s = devtree_prop(dt, node, name, &len);

	return s && len && s[len - 1] == '\0' ? s : NULL;
}

uint32_t devtree_u32(const struct devtree *dt, int node, const char *name, uint32_t otherwise)
{
	size_t len;
	const fdt32_t *v = devtree_prop(dt, node, name, &len);

	return v && len == sizeof(*v) ? fdt32_ld(v) : otherwise;
}

/* n cells (0 to 2) as one number; more cells do not fit and are refused by the callers. */
static uint64_t read_cells(const fdt32_t *p, int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 32 | fdt32_ld(p++);
	return v;
}

/* A bus's own #address-cells and #size-cells. */
struct cells {
	int address;
	int size;
};

static bool bus_cells(const struct devtree *dt, int bus, struct cells *c)
{
	c->address = fdt_address_cells(dt->fdt, bus);
	c->size = fdt_size_cells(dt->fdt, bus);
	return c->address >= 1 && c->address <= 3 && c->size >= 0 && c->size <= 2;
}

/*
 * Maps *address on the bus `node` to its parent's space by the bus's "ranges". An absent property
 * means that the children are not visible from above; an empty one, that nothing changes.
 */
static int translate(const struct devtree *dt, int node, int parent, uint64_t *address)
{
	struct cells child, up;
	size_t len, entry;
	const fdt32_t *r = devtree_prop(dt, node, "ranges", &len);

	if (!r || !bus_cells(dt, node, &child) || !bus_cells(dt, parent, &up) || up.address > 2)
		return -EINVAL;
	if (len == 0)
		return 0;
	/* Three address cells are PCI's: no device that we ask for sits behind one. */
	if (child.address > 2)
		return -EINVAL;
	entry = 4 * (size_t)(child.address + up.address + child.size);
	for (; len >= entry; len -= entry, r += entry / 4) {
		uint64_t from = read_cells(r, child.address);
		uint64_t to = read_cells(r + child.address, up.address);
		uint64_t size = read_cells(r + child.address + up.address, child.size);

		if (*address >= from && *address - from < size) {
			*address = to + (*address - from);
			return 0;
		}
	}
	return -EINVAL;
}

int devtree_reg(const struct devtree *dt, int node, unsigned int index, uint64_t *base,
		uint64_t *size)
{
	struct cells c;
	size_t len, entry;
	const fdt32_t *reg = devtree_prop(dt, node, "reg", &len);
	int bus = fdt_parent_offset(dt->fdt, node);

	if (!reg || bus < 0)
		return -ENOENT;
	if (!bus_cells(dt, bus, &c) || c.address > 2)
		return -EINVAL;
	entry = 4 * (size_t)(c.address + c.size);
	if (len % entry)
		return -EINVAL;
	if (index >= len / entry)
		return -ENOENT;
	reg += index * entry / 4;
	*base = read_cells(reg, c.address);
	if (size)
		*size = read_cells(reg + c.address, c.size);

	for (int depth = 0; bus > 0; depth++) {
		int parent = fdt_parent_offset(dt->fdt, bus);

		if (parent < 0 || depth == MAX_BUS_DEPTH || translate(dt, bus, parent, base))
			return -EINVAL;
		bus = parent;
	}
	return 0;
}

int devtree_stdout(const struct devtree *dt)
{
	int chosen = devtree_node(dt, "/chosen");
	const char *path, *options;

	if (chosen < 0)
		return chosen;
	path = devtree_string(dt, chosen, "stdout-path");
	if (!path)
		path = devtree_string(dt, chosen, "linux,stdout-path");
	if (!path)
		return -FDT_ERR_NOTFOUND;
	/* "serial0:115200n8": what follows the colon is for the driver. */
	options = strchr(path, ':');
	return fdt_path_offset_namelen(dt->fdt, path,
				       options ? (int)(options - path) : (int)strlen(path));
}
