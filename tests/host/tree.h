/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees for the tests on the build machine, made with libfdt's writer. */
#ifndef TESTS_HOST_TREE_H
#define TESTS_HOST_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <lib/devtree.h>

/* Each writes into buf (room bytes) and returns the tree's size; too little room aborts. */

/* The one range that each reserves. */
#define TREE_RESERVED	   0x3000000
#define TREE_RESERVED_SIZE 0x10000

/* 256 MiB, two CPUs, a UART at 0xfe0004500 behind a bus, /chosen with everything. */
size_t tree_ppce500_like(void *buf, size_t room);
/* `levels` nodes inside each other, the root included. */
size_t tree_nested(void *buf, size_t room, int levels);
/* `nodes` nodes, all but the root beside each other. */
size_t tree_wide(void *buf, size_t room, int nodes);
/* A /hypervisor node that is compatible with `compatible` (NULL: without) and has one property
 * of len bytes at value, and the valueless properties in the NULL-terminated list flags. */
size_t tree_hypervisor(void *buf, size_t room, const char *compatible, const char *name,
		       const void *value, size_t len, const char *const *flags);

/* The same, compatible with linux,kvm, with two properties in this order. */
size_t tree_two_properties(void *buf, size_t room, const char *name1, const void *value1,
			   size_t len1, const char *name2, const void *value2, size_t len2);

/* Uses every reading function on every node, as the guest would. */
void tree_read_all(const struct devtree *dt);

#endif
