/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in memory whose byte order is not the CPU's. */
#ifndef LIB_BYTES_H
#define LIB_BYTES_H

#include <stdint.h>

/* The big-endian 32-bit number at p, a multiple of 4. */
static inline uint32_t load_be32(const void *p)
{
	uint32_t v = *(const uint32_t *)__builtin_assume_aligned(p, sizeof(v));

	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? v : __builtin_bswap32(v);
}

#endif
