// SPDX-License-Identifier: BSD-2-Clause
#include <lib/heap.h>
#include <lib/machine.h>

#define HEAP_ALIGN 4096u

extern char __text_start[], __image_end[];

/* The stretch at hand, and how far it is used. */
static uintptr_t stretch_start, heap_now, stretch_end;
/* Below stretch_start, what is free from here on was passed over. */
static uintptr_t skipped;

/* Ranges that the heap must not touch: the image, what was loaded beside it, the reserved ones. */
static struct phys_range taken(unsigned int i)
{
	switch (i) {
	case 0:
		return (struct phys_range){ (uintptr_t)__text_start,
					    (uintptr_t)(__image_end - __text_start) };
	case 1:
		return (struct phys_range){ (uintptr_t)machine.dtb,
					    machine.dtb ? machine.dtb_room : 0 };
	case 2:
		return machine.initrd;
	default:
		return machine.reserved[i - 3];
	}
}

/* True if t has something at or above `at`; an end beyond 2^64 is one at 2^64. */
static bool reaches(const struct phys_range *t, uint64_t at)
{
	return t->size && (at <= t->base || at - t->base < t->size);
}

static uint64_t end_of(const struct phys_range *t)
{
	return t->base + t->size > t->base ? t->base + t->size : UINT64_MAX;
}

/* The first address from start on that no taken range covers, and in *end where the next one is. */
static uint64_t skip_taken(uint64_t start, uint64_t *end)
{
	for (unsigned int i = 0; i < machine.nr_reserved + 3; i++) {
		struct phys_range t = taken(i);

		if (!reaches(&t, start) || t.base >= *end)
			continue;
		if (t.base > start) {
			*end = t.base;
			continue;
		}
		start = end_of(&t);
		/* Another one may cover the new place. */
		i = (unsigned int)-1;
		if (start >= *end)
			break;
	}
	return start;
}

/*
 * The lowest free stretch with something at or above `from`, cut off below that: whole pages, and
 * not page 0, because a null pointer is no memory.
 */
static bool find_stretch(uint64_t from, uintptr_t *start, uintptr_t *end)
{
	if (from < HEAP_ALIGN)
		from = HEAP_ALIGN;
	for (unsigned int i = 0; i < machine.nr_ram; i++) {
		uint64_t at = machine.ram[i].base;
		uint64_t ram_end = end_of(&machine.ram[i]);

		if (ram_end > UINTPTR_MAX)
			ram_end = UINTPTR_MAX;
		if (at < from)
			at = from;
		while (at < ram_end) {
			uint64_t stop = ram_end, first;

			at = skip_taken(at, &stop);
			first = (at + HEAP_ALIGN - 1) & ~(uint64_t)(HEAP_ALIGN - 1);
			if (first >= at && first < (stop & ~(uint64_t)(HEAP_ALIGN - 1))) {
				*start = (uintptr_t)first;
				*end = (uintptr_t)(stop & ~(uint64_t)(HEAP_ALIGN - 1));
				return true;
			}
			/* A taken range begins there, or the RAM is at its end. */
			at = at > stop ? at : stop;
		}
	}
	return false;
}

void heap_init(void)
{
	stretch_start = stretch_end = 0;
	find_stretch(0, &stretch_start, &stretch_end);
	heap_now = stretch_start;
	skipped = stretch_start;
}

/* Moves on to a stretch of size bytes or more. */
static bool next_stretch(size_t size)
{
	uintptr_t start = 0, end = stretch_end;

	do {
		if (!find_stretch(end, &start, &end))
			return false;
	} while (end - start < size);
	skipped = heap_now;
	stretch_start = heap_now = start;
	stretch_end = end;
	return true;
}

void *heap_grow(ptrdiff_t increment)
{
	size_t size = increment < 0 ? -(size_t)increment : (size_t)increment;
	uintptr_t before;

	if (increment < 0 ? size > heap_now - stretch_start
			  : size > stretch_end - heap_now && !next_stretch(size))
		return (void *)-1;
	before = heap_now;
	heap_now += (uintptr_t)increment;
	return (void *)before;
}

bool heap_take_skipped(uintptr_t *start, size_t *size)
{
	uintptr_t end;

	if (skipped >= stretch_start || !find_stretch(skipped, start, &end) ||
	    *start >= stretch_start)
		return false;
	*size = end - *start;
	skipped = end;
	return true;
}

size_t heap_left(void)
{
	size_t sum = stretch_end - heap_now;
	uintptr_t start, end = stretch_end;

	while (find_stretch(end, &start, &end))
		sum += end - start;
	return sum;
}
