/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an s390x image is started with: no register holds anything; the loader writes into the
 * image itself, at the place where Linux keeps its parameter area. QEMU does so for an ELF whose
 * entry is 0x10000 (hw/s390x/ipl.c, arch/s390/include/asm/setup.h), and only if the file has bytes
 * there; boot/s390x/start.S provides them.
 */
#ifndef ASM_BOOT_H
#define ASM_BOOT_H

/* Address of struct boot_entry: fixed by the loader. */
#define BOOT_PARM_ADDRESS 0x10400
/* Bytes of the command line with its NUL, where max_cmdline is 0. */
#define BOOT_CMDLINE_SIZE 896

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct boot_entry {
	uint64_t ipl_device;
	/* Absolute address and size in bytes of the initial ramdisk; 0: none. */
	uint64_t initrd_start;
	uint64_t initrd_size;
	uint64_t oldmem[2];
	uint64_t kernel_version;
	/* How long a command line the image takes; 0 stands for BOOT_CMDLINE_SIZE. */
	uint64_t max_cmdline;
	uint64_t reserved[9];
	char cmdline[BOOT_CMDLINE_SIZE];
	/* Zero in the image and never written by a loader: ends the longest command line. */
	uint64_t end;
};

_Static_assert(offsetof(struct boot_entry, initrd_start) == 0x08, "0x10408");
_Static_assert(offsetof(struct boot_entry, max_cmdline) == 0x30, "0x10430");
_Static_assert(offsetof(struct boot_entry, cmdline) == 0x80, "0x10480");
#endif

#endif
