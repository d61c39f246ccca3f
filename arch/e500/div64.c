// SPDX-License-Identifier: BSD-2-Clause
/*
 * Division of 64-bit numbers, which the compiler leaves to a library on a 32-bit CPU. libgcc's two
 * functions take 2 KiB; these take a tenth of that, and a few hundred instructions where both
 * numbers do not fit into 32 bits.
 */
#include <stdint.h>

uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);

/* A bit of the quotient at a time, from the highest that there can be. */
static __attribute__((noinline)) uint64_t divide(uint64_t n, uint64_t d, uint64_t *rest)
{
	uint64_t quotient = 0;
	int shift;

	if (!((n | d) >> 32)) {
		*rest = (uint32_t)n % (uint32_t)d;
		return (uint32_t)n / (uint32_t)d;
	}
	*rest = n;
	/* Also what a division by zero returns: what it is, nobody promises. */
	if (n < d || !d)
		return 0;
	shift = __builtin_clzll(d) - __builtin_clzll(n);
	d <<= shift;
	do {
		quotient <<= 1;
		if (n >= d) {
			n -= d;
			quotient |= 1;
		}
		d >>= 1;
	} while (shift--);
	*rest = n;
	return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	return divide(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	divide(n, d, &rest);
	return rest;
}
