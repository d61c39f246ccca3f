/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot/x86_64/start.S found: which of the two protocols, and the address that it passes. */
#ifndef ASM_BOOT_H
#define ASM_BOOT_H

#define BOOT_PVH     1
#define BOOT_LINUX64 2

#ifndef __ASSEMBLER__
#include <stdint.h>

struct boot_entry {
	/* BOOT_PVH: Xen's docs/misc/pvh.pandoc; BOOT_LINUX64: Linux's Documentation/x86/boot.rst. */
	uint64_t protocol;
	/* Physical address of struct hvm_start_info (EBX), or of struct boot_params (RSI). */
	uint64_t info;
};
#endif

#endif
