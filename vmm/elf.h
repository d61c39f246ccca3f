/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF loader. It works on a byte buffer that nobody vouches for: every offset and size is
 * checked, nothing outside the two buffers is read or written. No KVM here, so that it can be
 * fuzzed on any machine.
 */
#ifndef VMM_ELF_H
#define VMM_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_image {
	uint64_t entry;	    /* e_entry */
	uint64_t low, high; /* guest-physical extent of all segments: low <= address < high */
	bool has_pvh_entry; /* note "Xen", type 18 (PHYS32_ENTRY): where PVH starts a guest */
	uint32_t pvh_entry;
	char error[128]; /* why elf_load() failed */
};

/*
 * Loads the PT_LOAD segments of the executable in file[0..size) to their physical addresses in
 * ram[0..ram_size) and zeroes their .bss. 32- and 64-bit, of either byte order; `machine` is the
 * e_machine that is wanted. False if it cannot: then image->error says why, and `ram` is undefined.
 */
bool elf_load(const uint8_t *file, size_t size, unsigned int machine, uint8_t *ram,
	      uint64_t ram_size, struct elf_image *image);

#endif
