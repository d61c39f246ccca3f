/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flattened device tree, after our own validation: a tree from outside may be damaged or
 * hostile, and nothing of it may crash the guest. The same pass that validates it makes an index
 * of its nodes, so that no question walks the whole tree again, as libfdt's functions do.
 *
 * A node is named by its offset in the structure block, as in libfdt: a program may hand .fdt and
 * such an offset to libfdt for what is not here.
 *
 * Reference: Devicetree Specification v0.4, chapter 5 (DTB format), chapter 2.3 (properties).
 */
#ifndef LIB_DEVTREE_H
#define LIB_DEVTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deeper trees than this are refused: no machine has one, and the damage would be ours. */
#define DEVTREE_MAX_DEPTH 32

/* A tree with more nodes is refused: the index has room for no more. */
#define DEVTREE_MAX_NODES 1024

struct devtree_node {
	/* Of its FDT_BEGIN_NODE token, and of what follows its name, in the structure block. */
	uint32_t offset;
	uint32_t inside;
	/* Index of the node that it lies in; the root's is its own. */
	uint32_t parent;
};

struct devtree {
	/* NULL: no tree. */
	const void *fdt;
	size_t size;
	/* The structure and the strings block. */
	const uint8_t *tokens;
	const char *strings;
	/* All nodes in the order of the tree, so children come after their parent. */
	unsigned int nr_nodes;
	struct devtree_node nodes[DEVTREE_MAX_NODES];
};

/*
 * Checks the tree at blob, of which at most room bytes may be read, from its header to its last
 * token, in one pass. Returns NULL and fills in *dt if it is sound; otherwise a reason for people
 * (a constant string), and dt->fdt is NULL. *dt need not be initialised.
 */
const char *devtree_open(struct devtree *dt, const void *blob, size_t room);

/*
 * The node at a path from the root, or one that begins with an alias; negative if there is none.
 * "/memory" finds "/memory@0", too.
 */
int devtree_node(const struct devtree *dt, const char *path);

/* The node after `node` in the order of the tree (after -1: the root), or negative. */
int devtree_next(const struct devtree *dt, int node);
/* The child of `node` after the child `after` (-1: the first one), or negative. */
int devtree_child(const struct devtree *dt, int node, int after);
#define devtree_for_each_child(dt, node, child)               \
	for (child = devtree_child(dt, node, -1); child >= 0; \
	     child = devtree_child(dt, node, child))

/* The node that a phandle stands for, or negative. */
int devtree_phandle(const struct devtree *dt, uint32_t phandle);

/*
 * A property's value and its length in bytes (big-endian cells, never NULL for an existing
 * property, even an empty one); NULL if it does not exist.
 */
const void *devtree_prop(const struct devtree *dt, int node, const char *name, size_t *len);

/* True if the node's "compatible" list holds the string. */
bool devtree_compatible(const struct devtree *dt, int node, const char *compatible);

/* The next node after `from` (-1: from the start) that is compatible, or negative. */
int devtree_find_compatible(const struct devtree *dt, int from, const char *compatible);

/* A string property; NULL if absent or not NUL-terminated. */
const char *devtree_string(const struct devtree *dt, int node, const char *name);

/* A property of one 32-bit cell; `otherwise` if absent or of another length. */
uint32_t devtree_u32(const struct devtree *dt, int node, const char *name, uint32_t otherwise);

/*
 * The index-th address and size of the node's "reg", translated through the "ranges" of all its
 * parents to a CPU physical address. Returns 0, -ENOENT if there is no such entry, -EINVAL if a
 * property is malformed or a parent does not map the address.
 */
int devtree_reg(const struct devtree *dt, int node, unsigned int index, uint64_t *base,
		uint64_t *size);

/* The node that /chosen/stdout-path (or linux,stdout-path) names, through aliases; or negative. */
int devtree_stdout(const struct devtree *dt);

/*
 * Adds to `machine` what the tree says of it: RAM from /memory nodes, the number of CPUs from
 * /cpus, and from /chosen the command line and the initial ramdisk, where not known already.
 */
void devtree_describe_machine(const struct devtree *dt);

#endif
