// SPDX-License-Identifier: BSD-2-Clause
/* Memory that calls may be given, memory that they must leave alone, and numbers at random. */
#include <stdio.h>
#include <string.h>
#include <lib/arch.h>
#include "tests/conformance/run.h"

#define PAGES 3

extern const uint8_t __text_start[], __text_end[], __rodata_end[];

static uint8_t pages[PAGES * CONF_PAGE_SIZE] __attribute__((aligned(CONF_PAGE_SIZE)));
static uint32_t image_sum;

uint8_t conf_pattern(size_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) + 0x5a);
}

/* Fletcher's idea: a byte that moved is seen, too. Words, because emulated hosts are slow. */
static uint32_t sum_image(void)
{
	const uint32_t *p = (const uint32_t *)__text_start;
	uint32_t a = 1, b = 0;

	for (; p < (const uint32_t *)__rodata_end; p++) {
		a += *p;
		b += a;
	}
	return a ^ b << 7;
}

uint8_t *conf_page(void)
{
	for (size_t i = 0; i < sizeof(pages); i++)
		pages[i] = conf_pattern(i - CONF_PAGE_SIZE);
	image_sum = sum_image();
	return pages + CONF_PAGE_SIZE;
}

bool expect_memory_kept(size_t at, size_t size)
{
	size_t from = CONF_PAGE_SIZE + at;
	bool ok = true;

	for (size_t i = 0; i < sizeof(pages) && ok; i++)
		if ((i < from || i >= from + size) && pages[i] != conf_pattern(i - CONF_PAGE_SIZE))
			ok = expect(false,
				    "memory outside of the call's outputs keeps its contents; at "
				    "offset %ld of the page, 0x%02x became 0x%02x",
				    (long)i - CONF_PAGE_SIZE, conf_pattern(i - CONF_PAGE_SIZE),
				    pages[i]);
	return expect(sum_image() == image_sum,
		      "code and constants of the running image keep their contents") &&
	       ok;
}

void memory_spoil(long at)
{
	pages[CONF_PAGE_SIZE + at] ^= 1;
}

/* A constant that nothing depends on. */
static const uint32_t constant = 0xc0de;

void memory_spoil_image(void)
{
	const uint32_t value = *(const volatile uint32_t *)&constant + 1;

	arch_text_write((void *)(uintptr_t)&constant, &value, sizeof(value));
}

static unsigned long long seed_used = 1;
static uint64_t random_state = 0x9e3779b97f4a7c15ull;

void random_seed(unsigned long long seed)
{
	seed_used = seed;
	random_state = seed * 0x9e3779b97f4a7c15ull;
	if (!random_state)
		random_state = 1;
}

unsigned long long random_seed_used(void)
{
	return seed_used;
}

/* Marsaglia's xorshift64. */
uint64_t conf_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}
