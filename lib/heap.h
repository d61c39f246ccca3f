/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that malloc() gives out: the largest stretch of RAM that nothing else lies in. */
#ifndef LIB_HEAP_H
#define LIB_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Chooses the heap. Call once, when `machine` is complete. */
void heap_init(void);

/*
 * Moves the end of the heap by increment bytes (negative: gives back) and returns where it was
 * before, or (void *)-1 if there is no room.
 */
void *heap_grow(ptrdiff_t increment);

/* Bytes that heap_grow() could still give. */
size_t heap_left(void);

#endif
