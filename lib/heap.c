// SPDX-License-Identifier: BSD-2-Clause
#include <lib/heap.h>
#include <lib/machine.h>

#define HEAP_ALIGN 4096u

extern char __text_start[], __image_end[];

static uintptr_t heap_start, heap_now, heap_end;

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

/* The first address at or above start that no taken range covers. */
static uint64_t skip_taken(uint64_t start)
{
	for (unsigned int i = 0; i < machine.nr_reserved + 3; i++) {
		struct phys_range t = taken(i);

		if (t.size && start >= t.base && start - t.base < t.size) {
			start = t.base + t.size;
			/* Another one may cover the new place. */
			i = (unsigned int)-1;
		}
	}
	return start;
}

/* The lowest taken address above start, or end. */
static uint64_t next_taken(uint64_t start, uint64_t end)
{
	for (unsigned int i = 0; i < machine.nr_reserved + 3; i++) {
		struct phys_range t = taken(i);

		if (t.size && t.base >= start && t.base < end)
			end = t.base;
	}
	return end;
}

static void consider(uint64_t start, uint64_t end)
{
	/* Page 0 stays out: a null pointer is no memory. */
	if (start == 0)
		start = HEAP_ALIGN;
	start = (start + HEAP_ALIGN - 1) & ~(uint64_t)(HEAP_ALIGN - 1);
	end &= ~(uint64_t)(HEAP_ALIGN - 1);
	if (end > UINTPTR_MAX)
		end = UINTPTR_MAX & ~(uintptr_t)(HEAP_ALIGN - 1);
	if (end <= start || end - start <= heap_end - heap_start)
		return;
	heap_start = (uintptr_t)start;
	heap_end = (uintptr_t)end;
}

void heap_init(void)
{
	for (unsigned int i = 0; i < machine.nr_ram; i++) {
		uint64_t at = machine.ram[i].base;
		uint64_t end = at + machine.ram[i].size;

		while ((at = skip_taken(at)) < end) {
			uint64_t next = next_taken(at, end);

			consider(at, next);
			at = next;
		}
	}
	heap_now = heap_start;
}

void *heap_grow(ptrdiff_t increment)
{
	uintptr_t before = heap_now;

	if (increment > 0 ? (size_t)increment > heap_end - heap_now
			  : (size_t)-increment > heap_now - heap_start)
		return (void *)-1;
	heap_now += (uintptr_t)increment;
	return (void *)before;
}

size_t heap_left(void)
{
	return heap_end - heap_now;
}
