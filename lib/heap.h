/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that malloc() gives out: all RAM that nothing else lies in, one free stretch after the
 * other, upwards.
 */
#ifndef LIB_HEAP_H
#define LIB_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds the first stretch. Call once, when `machine` is complete. */
void heap_init(void);

/*
 * Moves the end of the heap by increment bytes (negative: gives back) and returns where it was
 * before, or (void *)-1 if there is no room. Where the stretch at hand is too small, the result is
 * the beginning of the next one that is large enough: higher, but not adjacent.
 */
void *heap_grow(ptrdiff_t increment);

/*
 * A stretch that heap_grow() passed over, at its end or as a whole, for whoever can use it: false
 * if there is none (any more). Each is given once, after the call that passed it over.
 */
bool heap_take_skipped(uintptr_t *start, size_t *size);

/* Bytes that heap_grow() could still give, in all stretches together. */
size_t heap_left(void);

#endif
