// SPDX-License-Identifier: BSD-2-Clause
/*
 * Is this device tree sound? One pass over header and structure block, before anybody may read it:
 * every name and value lies inside, every node that begins ends, and no nesting is deeper than a
 * recursion-free reader can remember. A tree comes from outside; its sizes may be lies. The nodes
 * that the pass meets go into the tree's index.
 *
 * Devicetree Specification v0.4, sections 5.2 (header) and 5.4 (structure block).
 */
#include <libfdt.h>
#include <string.h>
#include <lib/bytes.h>
#include <lib/devtree.h>

/* A reader's place in the structure block. */
struct cursor {
	struct devtree *dt;
	const uint8_t *base;
	uint32_t pos;
	uint32_t end;
	/* Where the last name in the strings block ends; 0: there is none. */
	uint32_t names_end;
	unsigned int depth;
	/* Index of the node that pos lies in, while depth is not 0. */
	uint32_t node;
};

static bool take_u32(struct cursor *c, uint32_t *v)
{
	if (c->end - c->pos < 4)
		return false;
	*v = load_be32(c->base + c->pos);
	c->pos += 4;
	return true;
}

/* Tokens are aligned to 4 bytes from the start of the block. */
static bool skip(struct cursor *c, uint32_t bytes)
{
	uint32_t room = c->end - c->pos;

	if (bytes > room || ((4 - (bytes & 3)) & 3) > room - bytes)
		return false;
	c->pos += (bytes + 3) & ~3u;
	return true;
}

static const char *check_begin_node(struct cursor *c)
{
	const char *name = (const char *)c->base + c->pos;
	const char *nul = memchr(name, 0, c->end - c->pos);
	struct devtree *dt = c->dt;
	struct devtree_node *n;

	if (!nul)
		return "a node's name has no end";
	if (c->depth == 0 && dt->nr_nodes)
		return "it has more than one root";
	if (dt->nr_nodes == DEVTREE_MAX_NODES)
		return "it has more nodes than we can remember";
	if (++c->depth > DEVTREE_MAX_DEPTH)
		return "its nodes nest too deeply";
	n = &dt->nodes[dt->nr_nodes];
	n->offset = c->pos - sizeof(fdt32_t);
	n->parent = c->node;
	c->node = dt->nr_nodes++;
	if (!skip(c, (uint32_t)(nul - name) + 1))
		return "it is cut off inside a node's name";
	n->inside = c->pos;
	return NULL;
}

static const char *check_end_node(struct cursor *c)
{
	if (c->depth == 0)
		return "a node ends that never began";
	c->depth--;
	c->node = c->dt->nodes[c->node].parent;
	return NULL;
}

static const char *check_prop(struct cursor *c)
{
	uint32_t len, name;

	if (c->depth == 0)
		return "a property stands outside of every node";
	if (!take_u32(c, &len) || !take_u32(c, &name))
		return "it is cut off inside a property";
	if (name >= c->names_end)
		return "a property's name lies outside of the strings block";
	return skip(c, len) ? NULL : "a property is longer than the tree";
}

static const char *check_structure(struct cursor *c)
{
	uint32_t token;
	const char *why;

	for (;;) {
		if (!take_u32(c, &token))
			return "the structure block has no end";
		why = NULL;
		switch (token) {
		case FDT_BEGIN_NODE:
			why = check_begin_node(c);
			break;
		case FDT_END_NODE:
			why = check_end_node(c);
			break;
		case FDT_PROP:
			why = check_prop(c);
			break;
		case FDT_NOP:
			break;
		case FDT_END:
			if (c->depth)
				return "it ends inside a node";
			return c->dt->nr_nodes ? NULL : "it has no root node";
		default:
			return "the structure block holds an unknown token";
		}
		if (why)
			return why;
	}
}

static bool inside(uint32_t off, uint32_t size, uint32_t total)
{
	return off <= total && size <= total - off;
}

/* The memory reservation block: pairs of 64-bit words up to a pair of zeros. */
static bool reserve_map_ends(const uint8_t *blob, uint32_t off, uint32_t total)
{
	for (; inside(off, 16, total); off += 16)
		if (!fdt64_ld((const fdt64_t *)(blob + off)) &&
		    !fdt64_ld((const fdt64_t *)(blob + off + 8)))
			return true;
	return false;
}

/* A name ends with a NUL; after the last one in the strings block, none can. */
static uint32_t last_name_end(const char *strings, uint32_t size)
{
	while (size && strings[size - 1])
		size--;
	return size;
}

static const char *check_header(const void *blob, size_t room)
{
	uint32_t total;

	if ((uintptr_t)blob & 7)
		return "it is not aligned to 8 bytes";
	if (room < sizeof(struct fdt_header))
		return "it is shorter than a header";
	if (fdt_magic(blob) != FDT_MAGIC)
		return "its magic number is not 0xd00dfeed";
	total = fdt_totalsize(blob);
	if (total > room)
		return "its size says more than there is room for";
	if (total < sizeof(struct fdt_header))
		return "its size says less than a header";
	if (total > INT32_MAX)
		return "its size says more than 2 GiB";
	if (fdt_version(blob) < 17 || fdt_last_comp_version(blob) > 17)
		return "its version is not 17";
	if (fdt_off_dt_struct(blob) & 3 || fdt_off_mem_rsvmap(blob) & 7)
		return "its blocks are not aligned";
	if (!inside(fdt_off_dt_struct(blob), fdt_size_dt_struct(blob), total) ||
	    !inside(fdt_off_dt_strings(blob), fdt_size_dt_strings(blob), total) ||
	    !reserve_map_ends(blob, fdt_off_mem_rsvmap(blob), total))
		return "a block lies outside of it";
	return NULL;
}

const char *devtree_open(struct devtree *dt, const void *blob, size_t room)
{
	const char *why = check_header(blob, room);
	struct cursor c;

	dt->fdt = NULL;
	if (why)
		return why;
	dt->size = fdt_totalsize(blob);
	dt->tokens = (const uint8_t *)blob + fdt_off_dt_struct(blob);
	dt->strings = (const char *)blob + fdt_off_dt_strings(blob);
	dt->nr_nodes = 0;
	c = (struct cursor){
		.dt = dt,
		.base = dt->tokens,
		.end = fdt_size_dt_struct(blob),
		.names_end = last_name_end(dt->strings, fdt_size_dt_strings(blob)),
	};
	why = check_structure(&c);
	if (!why)
		dt->fdt = blob;
	return why;
}
