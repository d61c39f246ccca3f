/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flattened device tree, read with libfdt after our own validation: a tree from outside may
 * be damaged or hostile, and nothing of it may crash the guest.
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

struct devtree {
	const void *fdt;
	size_t size;
};

/*
 * Checks the tree at blob, of which at most room bytes may be read, from its header to its last
 * token, in one pass. Returns NULL and fills in *dt if it is sound; otherwise a reason for people
 * (a constant string), and *dt is cleared.
 */
const char *devtree_open(struct devtree *dt, const void *blob, size_t room);

/* A node's offset, or negative if there is none. */
int devtree_node(const struct devtree *dt, const char *path);

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
