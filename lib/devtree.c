// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <libfdt.h>
#include <string.h>
#include <lib/bytes.h>
#include <lib/devtree.h>

/* Parents above a device that are worth following; DEVTREE_MAX_DEPTH nodes at the most. */
#define MAX_BUS_DEPTH 8

/* ---- nodes ---- */

/* A node's index, by halving: offsets ascend. Negative if there is no node at this offset. */
static int index_of(const struct devtree *dt, int node)
{
	unsigned int low = 0, high = dt->nr_nodes;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (dt->nodes[middle].offset == (uint32_t)node)
			return (int)middle;
		if (dt->nodes[middle].offset < (uint32_t)node)
			low = middle + 1;
		else
			high = middle;
	}
	return -ENOENT;
}

static int offset_of(const struct devtree *dt, int index)
{
	return index < 0 ? index : (int)dt->nodes[index].offset;
}

int devtree_next(const struct devtree *dt, int node)
{
	int i = node < 0 ? 0 : index_of(dt, node) + 1;

	/* No node is there: index_of() was negative by more than 1. */
	return i >= 0 && (unsigned int)i < dt->nr_nodes ? offset_of(dt, i) : -ENOENT;
}

/*
 * The index of the next child after index `after` (the parent's own: the first child). All that
 * lies below a node follows it, up to the first node whose parent came before it.
 */
static int next_child(const struct devtree *dt, int parent, int after)
{
	for (unsigned int i = (unsigned int)after + 1; i < dt->nr_nodes; i++) {
		if (dt->nodes[i].parent < (unsigned int)parent)
			break;
		if (dt->nodes[i].parent == (unsigned int)parent)
			return (int)i;
	}
	return -ENOENT;
}

int devtree_child(const struct devtree *dt, int node, int after)
{
	int parent = index_of(dt, node);
	int from = after < 0 ? parent : index_of(dt, after);

	return parent < 0 || from < 0 ? -ENOENT : offset_of(dt, next_child(dt, parent, from));
}

/* ---- properties ---- */

struct property {
	const char *name;
	const void *value;
	size_t len;
};

/* Takes the property at *at and moves *at on; false if there are no more. Subnodes come last. */
static bool next_property(const struct devtree *dt, uint32_t *at, struct property *p)
{
	const fdt32_t *token = (const fdt32_t *)(dt->tokens + *at);

	while (load_be32(token) == FDT_NOP)
		token++;
	if (load_be32(token) != FDT_PROP)
		return false;
	p->len = load_be32(token + 1);
	p->name = dt->strings + load_be32(token + 2);
	p->value = token + 3;
	*at = (uint32_t)((const uint8_t *)p->value - dt->tokens + ((p->len + 3) & ~(size_t)3));
	return true;
}

/* The property of a node, by the node's index and the n bytes of its name. */
static const void *find_property(const struct devtree *dt, int index, const char *name, size_t n,
				 size_t *len)
{
	uint32_t at = dt->nodes[index].inside;
	struct property p;

	while (next_property(dt, &at, &p)) {
		if (p.name[0] != name[0] || strncmp(p.name, name, n) || p.name[n])
			continue;
		if (len)
			*len = p.len;
		return p.value;
	}
	return NULL;
}

const void *devtree_prop(const struct devtree *dt, int node, const char *name, size_t *len)
{
	int i = index_of(dt, node);

	return i < 0 ? NULL : find_property(dt, i, name, strlen(name), len);
}

static bool is_compatible(const struct devtree *dt, int index, const char *compatible)
{
	static const char name[] = "compatible";
	size_t left, n = strlen(compatible) + 1;
	const char *s = find_property(dt, index, name, sizeof(name) - 1, &left);

	if (!s)
		return false;
	/* Strings one behind the other; the last one may lack its NUL. */
	while (left >= n) {
		const char *nul = memchr(s, 0, left);

		if (!nul)
			break;
		if (!memcmp(s, compatible, n))
			return true;
		left -= (size_t)(nul + 1 - s);
		s = nul + 1;
	}
	return false;
}

bool devtree_compatible(const struct devtree *dt, int node, const char *compatible)
{
	int i = index_of(dt, node);

	return i >= 0 && is_compatible(dt, i, compatible);
}

int devtree_find_compatible(const struct devtree *dt, int from, const char *compatible)
{
	for (int node = from; (node = devtree_next(dt, node)) >= 0;)
		if (devtree_compatible(dt, node, compatible))
			return node;
	return -ENOENT;
}

int devtree_phandle(const struct devtree *dt, uint32_t phandle)
{
	/* 0 is nobody's. */
	for (int node = -1; phandle && (node = devtree_next(dt, node)) >= 0;)
		if (devtree_u32(dt, node, "phandle", 0) == phandle ||
		    devtree_u32(dt, node, "linux,phandle", 0) == phandle)
			return node;
	return -ENOENT;
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

	return v && len == sizeof(*v) ? load_be32(v) : otherwise;
}

/* ---- paths ---- */

/* Does a path's component of n bytes name this node? Without a unit address it fits any. */
static bool is_named(const struct devtree *dt, int index, const char *component, size_t n)
{
	/* Behind the token; it ends with a NUL. */
	const char *name = (const char *)dt->tokens + dt->nodes[index].offset + sizeof(fdt32_t);

	return !strncmp(name, component, n) &&
	       (!name[n] || (name[n] == '@' && !memchr(component, '@', n)));
}

static int child_named(const struct devtree *dt, int parent, const char *component, size_t n)
{
	int i = parent;

	while ((i = next_child(dt, parent, i)) >= 0)
		if (is_named(dt, i, component, n))
			return i;
	return -ENOENT;
}

/* The index of the node that path leads to from the node `index`; path ends before `end`. */
static int walk(const struct devtree *dt, int index, const char *path, const char *end)
{
	while (index >= 0) {
		const char *slash;

		while (path < end && *path == '/')
			path++;
		if (path == end)
			break;
		slash = memchr(path, '/', (size_t)(end - path));
		if (!slash)
			slash = end;
		index = child_named(dt, index, path, (size_t)(slash - path));
		path = slash;
	}
	return index;
}

/* What an alias stands for: a path from the root, or it counts for nothing. */
static int alias(const struct devtree *dt, const char *name, size_t n)
{
	static const char folder[] = "aliases";
	int aliases = child_named(dt, 0, folder, sizeof(folder) - 1);
	const char *path;
	size_t len;

	if (aliases < 0)
		return aliases;
	path = find_property(dt, aliases, name, n, &len);
	if (!path || !len || path[0] != '/' || path[len - 1])
		return -ENOENT;
	return walk(dt, 0, path, path + strlen(path));
}

static int resolve(const struct devtree *dt, const char *path, const char *end)
{
	const char *slash;

	if (path == end)
		return -ENOENT;
	if (*path == '/')
		return offset_of(dt, walk(dt, 0, path, end));
	slash = memchr(path, '/', (size_t)(end - path));
	if (!slash)
		slash = end;
	return offset_of(dt, walk(dt, alias(dt, path, (size_t)(slash - path)), slash, end));
}

int devtree_node(const struct devtree *dt, const char *path)
{
	return resolve(dt, path, path + strlen(path));
}

int devtree_stdout(const struct devtree *dt)
{
	int chosen = devtree_node(dt, "/chosen");
	const char *path = devtree_string(dt, chosen, "stdout-path");
	const char *options;

	if (!path)
		path = devtree_string(dt, chosen, "linux,stdout-path");
	if (!path)
		return -ENOENT;
	/* "serial0:115200n8": what follows the colon is for the driver. */
	options = strchr(path, ':');
	return resolve(dt, path, options ? options : path + strlen(path));
}

/* ---- addresses ---- */

/* n cells (0 to 2) as one number; more cells do not fit and are refused by the callers. */
static uint64_t read_cells(const fdt32_t *p, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 32 | load_be32(p++);
	return v;
}

/* A bus's own #address-cells and #size-cells. */
struct cells {
	uint32_t address;
	uint32_t size;
};

/* Devicetree Specification, section 2.3.5: what they are where a bus does not say. */
#define DEFAULT_ADDRESS_CELLS 2
#define DEFAULT_SIZE_CELLS    1

/* False for a number of cells that we cannot read, or that is no number. */
static uint32_t read_u32(const struct devtree *dt, int index, const char *name, uint32_t absent)
{
	size_t len;
	const void *v = find_property(dt, index, name, strlen(name), &len);

	if (!v)
		return absent;
	return len == sizeof(fdt32_t) ? load_be32(v) : UINT32_MAX;
}

/* False where a number of cells makes no sense, or is more than we read. */
static bool bus_cells(const struct devtree *dt, int bus, struct cells *c)
{
	c->address = read_u32(dt, bus, "#address-cells", DEFAULT_ADDRESS_CELLS);
	c->size = read_u32(dt, bus, "#size-cells", DEFAULT_SIZE_CELLS);
	return c->address >= 1 && c->address <= 3 && c->size <= 2;
}

/*
 * Maps *address on the bus `node` to its parent's space by the bus's "ranges". An absent property
 * means that the children are not visible from above; an empty one, that nothing changes.
 */
static int translate(const struct devtree *dt, int bus, uint64_t *address)
{
	static const char name[] = "ranges";
	struct cells child, up;
	size_t len, entry;
	const fdt32_t *r = find_property(dt, bus, name, sizeof(name) - 1, &len);

	if (!r || !bus_cells(dt, bus, &child) || !bus_cells(dt, (int)dt->nodes[bus].parent, &up) ||
	    up.address > 2)
		return -EINVAL;
	if (len == 0)
		return 0;
	/* Three address cells are PCI's: no device that we ask for sits behind one. */
	if (child.address > 2)
		return -EINVAL;
	entry = sizeof(*r) * (child.address + up.address + child.size);
	for (; len >= entry; len -= entry, r += entry / sizeof(*r)) {
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
	int i = index_of(dt, node), bus;

	/* The root is on no bus. */
	if (!reg || i <= 0)
		return -ENOENT;
	bus = (int)dt->nodes[i].parent;
	if (!bus_cells(dt, bus, &c) || c.address > 2)
		return -EINVAL;
	entry = sizeof(*reg) * (c.address + c.size);
	if (len % entry)
		return -EINVAL;
	if (index >= len / entry)
		return -ENOENT;
	reg += index * entry / sizeof(*reg);
	*base = read_cells(reg, c.address);
	if (size)
		*size = read_cells(reg + c.address, c.size);

	for (int depth = 0; bus != 0; depth++, bus = (int)dt->nodes[bus].parent)
		if (depth == MAX_BUS_DEPTH || translate(dt, bus, base))
			return -EINVAL;
	return 0;
}
