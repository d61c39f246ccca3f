// SPDX-License-Identifier: BSD-2-Clause
/*
 * What stands around every call of newlib's malloc() family: a lock; and, on the way out, the RAM
 * that sbrk() passed over when it moved on to the next stretch. malloc() only ever asks for memory
 * above what it has, so that is handed in at the other end: as something to be freed.
 *
 * newlib 3.3, libc/stdlib/mallocr.c: a chunk is the size of the one before it, its own size with
 * PREV_INUSE, and then the memory. Where a stretch ends, malloc_extend_top() puts two headers of
 * one word, marked as in use, so that nothing is joined with what lies behind; so do we.
 */
#include <malloc.h>
#include <reent.h>
#include <stdint.h>
#include <sys/lock.h>
#include <lib/heap.h>

#define ALIGNMENT  (2 * sizeof(size_t))
#define PREV_INUSE 1u
/* Less than this is not worth it. */
#define MIN_SKIPPED 64u

extern struct __lock __lock___malloc_recursive_mutex;

static unsigned int depth;

static void donate(struct _reent *reent, uintptr_t start, size_t size)
{
	size_t *chunk = (size_t *)start;
	size_t chunk_size = (size - 3 * sizeof(size_t)) & ~(ALIGNMENT - 1);
	size_t *fence = (size_t *)(start + chunk_size);

	chunk[1] = chunk_size | PREV_INUSE;
	fence[1] = sizeof(size_t) | PREV_INUSE;
	fence[2] = sizeof(size_t) | PREV_INUSE;
	_free_r(reent, chunk + 2);
}

void __malloc_lock(struct _reent *reent)
{
	(void)reent;
	__lock_acquire_recursive(&__lock___malloc_recursive_mutex);
	depth++;
}

/* The last one out is not inside of malloc() any more. */
void __malloc_unlock(struct _reent *reent)
{
	uintptr_t start;
	size_t size;

	while (depth == 1 && heap_take_skipped(&start, &size))
		if (size >= MIN_SKIPPED)
			donate(reent, start, size);
	depth--;
	__lock_release_recursive(&__lock___malloc_recursive_mutex);
}
