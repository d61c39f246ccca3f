// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: malloc() gives out the whole of RAM, in small blocks and in a large one, in all the
 * stretches that there are; every byte of it is memory; what is freed can be had again; when there
 * is no more, the result is NULL and ENOMEM, and the program goes on.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <lib/heap.h>
#include <lib/machine.h>
#include <lib/tap.h>

#define BLOCK 65536u
#define PAGE  4096u

/* Blocks form a list through their first words. */
struct block {
	struct block *next;
	size_t number;
};

static struct block *take_all(size_t size, size_t *count)
{
	struct block *list = NULL, *b;

	for (*count = 0; (b = malloc(size)); ++*count) {
		b->next = list;
		b->number = *count;
		list = b;
	}
	return list;
}

static void fill(struct block *list)
{
	for (struct block *b = list; b; b = b->next)
		for (size_t at = PAGE; at + sizeof(size_t) <= BLOCK; at += PAGE)
			*(size_t *)((char *)b + at) = b->number + at;
}

static size_t count_bad(const struct block *list)
{
	size_t bad = 0;

	for (const struct block *b = list; b; b = b->next)
		for (size_t at = PAGE; at + sizeof(size_t) <= BLOCK; at += PAGE)
			bad += *(const size_t *)((const char *)b + at) != b->number + at;
	return bad;
}

static void free_all(struct block *list)
{
	while (list) {
		struct block *next = list->next;

		free(list);
		list = next;
	}
}

static size_t largest_block(void)
{
	size_t low = 0, high = (size_t)machine_ram_bytes();

	while (high - low > PAGE) {
		size_t middle = low + (high - low) / 2;
		void *p = malloc(middle);

		free(p);
		if (p)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int main(void)
{
	uint64_t ram = machine_ram_bytes();
	size_t left = heap_left(), count, again, small;
	/* Not a constant, or the compiler would know better than to ask. */
	volatile size_t huge = SIZE_MAX / 2 + 1;
	struct block *list;

	tap_begin();
	tap_note("%lu KiB of RAM in %u ranges, %lu KiB for the heap", (unsigned long)(ram >> 10),
		 machine.nr_ram, (unsigned long)(left >> 10));
	tap_ok(left > ram / 100 * 80 || ram - left < 2 << 20,
	       "most of the RAM is left for the heap");

	errno = 0;
	list = take_all(BLOCK, &count);
	tap_equal((unsigned long)errno, ENOMEM, "blocks of 64 KiB until there are no more: ENOMEM");
	tap_ok((uint64_t)count * BLOCK >= left / 100 * 94, "%lu of them are all but a little",
	       (unsigned long)count);
	fill(list);
	tap_equal(count_bad(list), 0, "every page of each keeps what is written");
	free_all(list);

	list = take_all(BLOCK, &again);
	tap_ok(again >= count, "freed, as many can be had again");
	free_all(list);

	/* Small ones fill what is left between the large ones. */
	list = take_all(1000, &small);
	tap_ok((uint64_t)small * 1008 >= left / 100 * 97, "%lu blocks of 1000 bytes, too",
	       (unsigned long)small);
	free_all(list);

	tap_ok(largest_block() >= left / 100 * 30, "one block of %lu KiB can be had",
	       (unsigned long)(largest_block() >> 10));
	errno = 0;
	tap_ok(!malloc(huge - 1) && errno == ENOMEM, "half of the address space cannot: ENOMEM");
	tap_ok(!malloc(huge * 2 - 9), "nor can all of it");
	tap_ok(!calloc(huge, 2), "nor what overflows size_t");
	return tap_end();
}
