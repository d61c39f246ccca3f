// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzzer: any bytes as physical memory with ACPI tables in it, the root pointer at address 16.
 * Each stretch that the parser asks for is a heap block of exactly that size, so that the
 * sanitizers see a byte read outside. Checksums are made right, or nothing would get past them.
 */
#include <stdlib.h>
#include <string.h>
#include "arch/x86_64/acpi.c"

#define ROOT	   16
#define MAX_BLOCKS 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *memory;
static size_t memory_size;
static void *blocks[MAX_BLOCKS];
static unsigned int nr_blocks;

static void fix_checksum(uint8_t *p, uint32_t len, unsigned int at)
{
	uint8_t sum = 0;

	if (at >= len)
		return;
	p[at] = 0;
	for (uint32_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + p[i]);
	p[at] = (uint8_t)-sum;
}

static const void *map(uint64_t address, uint32_t len)
{
	uint8_t *p;

	if (!len)
		abort();
	if (address < ROOT || address - ROOT > memory_size ||
	    len > memory_size - (address - ROOT) || nr_blocks == MAX_BLOCKS)
		return NULL;
	p = malloc(len);
	memcpy(p, memory + (address - ROOT), len);
	fix_checksum(p, len, address == ROOT ? 8 : 9);
	return blocks[nr_blocks++] = p;
}

static void forget(void)
{
	while (nr_blocks)
		free(blocks[--nr_blocks]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi_power power;
	uint32_t ids[4];
	unsigned int count;

	memory = data;
	memory_size = size;
	acpi_read_power(map, ROOT, &power);
	forget();
	acpi_read_cpus(map, ROOT, ids, 4, &count);
	forget();
	return 0;
}
