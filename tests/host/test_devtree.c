// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: devtree_open() accepts a sound tree and refuses every damaged one with a reason, without
 * reading a byte outside of the room it was given (the sanitizers see that: every tree lies in an
 * allocation of exactly its room).
 * Source: Devicetree Specification v0.4, chapter 5.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <lib/devtree.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "tree.h"

static const char *open_copy(const void *blob, size_t room, struct devtree *dt, void **copy)
{
	/* aligned_alloc() wants a multiple; malloc() aligns to 16 here and keeps the exact size. */
	*copy = malloc(room ? room : 1);
	memcpy(*copy, blob, room);
	return devtree_open(dt, *copy, room);
}

/* Expects refusal for a reason that contains `why`. */
static void refused(const void *blob, size_t room, const char *why, const char *name)
{
	struct devtree dt;
	void *copy;
	const char *said = open_copy(blob, room, &dt, &copy);

	if (!tap_ok(said && strstr(said, why) && !dt.fdt, "refused: %s", name))
		tap_note("said: %s", said ? said : "(accepted)");
	free(copy);
}

static void header_word(const void *tree, size_t size, size_t offset, uint32_t value,
			const char *why, const char *name)
{
	uint8_t *copy = malloc(size);

	memcpy(copy, tree, size);
	fdt32_st(copy + offset, value);
	refused(copy, size, why, name);
	free(copy);
}

static void damaged_headers(const void *tree, size_t size)
{
	uint32_t total = fdt_totalsize(tree);

	refused(tree, 0, "shorter than a header", "nothing at all");
	refused(tree, 39, "shorter than a header", "39 bytes");
	refused(tree, 40, "more than there is room", "a header alone");
	refused(tree, total - 1, "more than there is room", "cut off by one byte");
	header_word(tree, size, 0, 0xedfe0dd0, "magic", "magic in the wrong byte order");
	header_word(tree, size, 0, 0, "magic", "magic 0");
	header_word(tree, size, 4, 0xffffffff, "more than", "total size of 4 GiB");
	header_word(tree, size, 4, 8, "less than a header", "total size 8");
	header_word(tree, size, 8, 0xfffffffc, "outside", "structure block at 4 GiB");
	header_word(tree, size, 8, 0x39, "not aligned", "structure block off by one");
	header_word(tree, size, 12, 0xfffffff0, "outside", "strings block at 4 GiB");
	header_word(tree, size, 16, 0xfffffff8, "outside", "reserve map at 4 GiB");
	header_word(tree, size, 20, 1, "version", "version 1");
	header_word(tree, size, 24, 18, "version", "compatible only with version 18");
	header_word(tree, size, 32, 0xffffffff, "outside", "strings block of 4 GiB");
	header_word(tree, size, 36, 0xffffffff, "outside", "structure block of 4 GiB");
	header_word(tree, size, 36, 8, "", "structure block of 8 bytes");
}

/* Every 32-bit word of the structure block, replaced by nonsense, one at a time. */
static void damaged_structure(const void *tree, size_t size)
{
	static const uint32_t nonsense[] = { 0, 1, 2, 3, 4, 9, 0x7fffffff, 0xffffffff, 0xfffffffc };
	uint32_t off = fdt_off_dt_struct(tree), n = fdt_size_dt_struct(tree);
	unsigned int accepted = 0, tried = 0;

	for (uint32_t i = 0; i + 4 <= n; i += 4) {
		for (size_t k = 0; k < sizeof(nonsense) / sizeof(nonsense[0]); k++) {
			struct devtree dt;
			void *copy = malloc(size);

			memcpy(copy, tree, size);
			fdt32_st((uint8_t *)copy + off + i, nonsense[k]);
			tried++;
			if (!devtree_open(&dt, copy, size)) {
				accepted++;
				tree_read_all(&dt);
			}
			free(copy);
		}
	}
	/* Most damage to a value is no damage to the structure; none may crash a reader. */
	tap_ok(tried > 100, "%u damaged words: %u trees still sound, all read to the end", tried,
	       accepted);
}

static void every_truncation(const void *tree)
{
	uint32_t total = fdt_totalsize(tree);
	unsigned int accepted = 0;

	for (uint32_t room = 0; room < total; room++) {
		struct devtree dt;
		void *copy;

		accepted += !open_copy(tree, room, &dt, &copy);
		free(copy);
	}
	tap_equal(accepted, 0, "none of %u truncations accepted", total);
}

static void nesting(void)
{
	static uint8_t buf[8192];
	struct devtree dt;

	tree_nested(buf, sizeof(buf), DEVTREE_MAX_DEPTH);
	tap_ok(!devtree_open(&dt, buf, sizeof(buf)), "%d levels are accepted", DEVTREE_MAX_DEPTH);
	tree_nested(buf, sizeof(buf), DEVTREE_MAX_DEPTH + 1);
	refused(buf, sizeof(buf), "nest too deeply", "one level more");
}

static void number_of_nodes(void)
{
	static uint8_t buf[16 * (DEVTREE_MAX_NODES + 16)] __attribute__((aligned(8)));
	static struct devtree dt;
	int nodes = 0;

	tree_wide(buf, sizeof(buf), DEVTREE_MAX_NODES);
	tap_ok(!devtree_open(&dt, buf, sizeof(buf)), "%d nodes are accepted", DEVTREE_MAX_NODES);
	for (int node = -1; (node = devtree_next(&dt, node)) >= 0;)
		nodes++;
	tap_equal(nodes, DEVTREE_MAX_NODES, "and all of them are found");
	tree_wide(buf, sizeof(buf), DEVTREE_MAX_NODES + 1);
	refused(buf, sizeof(buf), "more nodes", "one node more");
}

/* Paths lead where libfdt's lead. */
static void paths(const void *tree, size_t size)
{
	static const char *const same[] = { "/",
					    "//cpus/",
					    "/soc",
					    "/soc/serial@4500",
					    "/soc/serial",
					    "/soc/serial@",
					    "/soc/serial@45",
					    "/soc/ser",
					    "/soc/serial/x",
					    "/cpus/cpu",
					    "/nothing",
					    "serial0",
					    "serial0/x",
					    "serial",
					    "" };
	static struct devtree dt;

	devtree_open(&dt, tree, size);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		int mine = devtree_node(&dt, same[i]);
		int theirs = fdt_path_offset(tree, same[i]);

		tap_ok(mine == theirs || (mine < 0 && theirs < 0), "the path \"%s\" leads to %d",
		       same[i], mine);
	}
}

static void alignment(const void *tree, size_t size)
{
	uint8_t *copy = malloc(size + 8);
	struct devtree dt;
	const char *why;

	memcpy(copy + 4, tree, size);
	why = devtree_open(&dt, copy + 4, size);
	tap_ok(why && strstr(why, "aligned"),
	       "refused: a tree at an address that is not 8-aligned");
	free(copy);
}

/* What the machine gets to know from a sound tree. */
static void described(const void *tree, size_t size)
{
	struct devtree dt;
	uint64_t base = 0, length = 0;

	tap_ok(!devtree_open(&dt, tree, size), "a sound tree is accepted");
	devtree_describe_machine(&dt);
	tap_equal(machine.nr_ram, 1, "one range of RAM");
	tap_equal(machine.ram[0].size, 256 << 20, "of 256 MiB");
	tap_ok(machine.nr_reserved == 1 && machine.reserved[0].base == TREE_RESERVED &&
		       machine.reserved[0].size == TREE_RESERVED_SIZE,
	       "a part of it is reserved");
	tap_equal(machine.cpus, 2, "two CPUs");
	tap_ok(!strcmp(machine.cmdline, "a b"), "the command line is from bootargs");
	tap_equal(machine.initrd.size, 0x1000, "the initial ramdisk is from chosen");
	tap_equal(devtree_reg(&dt, devtree_stdout(&dt), 0, &base, &length), 0,
		  "stdout-path, with options behind a colon, leads to a device");
	tap_ok(base == 0xfe0004500ull, "whose address is translated to 36 bits by ranges");
	tap_equal(length, 0x100, "and its size is kept");
	tap_ok(devtree_reg(&dt, devtree_stdout(&dt), 1, &base, &length) < 0,
	       "a second reg entry that is not there is an error");
}

int main(void)
{
	static uint8_t tree[4096] __attribute__((aligned(8)));
	size_t size = tree_ppce500_like(tree, sizeof(tree));

	tap_begin();
	described(tree, size);
	damaged_headers(tree, size);
	damaged_structure(tree, size);
	every_truncation(tree);
	nesting();
	number_of_nodes();
	paths(tree, size);
	alignment(tree, size);
	return tap_end();
}
