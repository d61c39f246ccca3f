/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The e500 machine: a part of QEMU's ppce500 at the same addresses and with the same names in the
 * device tree (hw/ppc/e500.c there), so that a guest needs one driver for both. RAM from 0, one
 * serial port, GUTS to reset, a GPIO to power off; and pvpanic, memory-mapped here because there
 * is no PCI.
 */
#ifndef VMM_E500_MACHINE_H
#define VMM_E500_MACHINE_H

#include "vmm/vmm.h"

#define CCSR_AT	  0xfe0000000ull /* needs 36-bit physical addresses */
#define CCSR_SIZE 0x100000

/* Offsets from CCSR_AT. */
enum {
	UART_AT = 0x4500,
	GUTS_AT = 0xe0000,
	GUTS_SIZE = 0x1000,
	GUTS_RSTCR = 0xb0,    /* bit 1: reset the machine */
	PVPANIC_AT = 0xf0000, /* one byte; bit 0: the guest has panicked */
	GPIO_AT = 0xff000,
	GPIO_SIZE = 0x1000,
	GPIO_DIR = 0x0, /* per pin, pin 0 is the most significant bit: 1 is output */
	GPIO_DAT = 0x8,
};

/* Where boot data goes, as QEMU places it behind a small image. */
struct layout {
	uint64_t dtb, dtb_room;
	uint64_t initrd; /* 0 if there is none */
};
struct layout e500_layout(const struct vm *vm);

/* devtree.c: the tree for the guest in a malloc()ed buffer; dies if it cannot be made. */
struct blob e500_devtree(struct vm *vm, const struct layout *layout);

#endif
