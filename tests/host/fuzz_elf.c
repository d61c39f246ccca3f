// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzzer: any bytes as the ELF file that the monitor is given. The first byte picks which machine
 * is wanted and how much RAM there is; the sanitizers see a byte read or written outside.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "vmm/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int machines[] = { EM_X86_64, EM_PPC, EM_S390, EM_AARCH64 };
	struct elf_image image;
	size_t ram_size;
	uint8_t *file, *ram;

	if (size < 1)
		return 0;
	ram_size = (size_t)(data[0] >> 2) << 10;
	ram = malloc(ram_size + 1);
	file = malloc(size);
	memcpy(file, data + 1, size - 1);
	elf_load(file, size - 1, machines[data[0] & 3], ram, ram_size, &image);
	free(file);
	free(ram);
	return 0;
}
