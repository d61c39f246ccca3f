/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices around an e500 core, found in the device tree.
 */
#ifndef E500_DEVICES_H
#define E500_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

struct devtree;

/* The device tree that arch_console_init() was given; NULL: there is none. */
extern const struct devtree *device_tree;

/*
 * Where QEMU's ppce500 has its devices (hw/ppc/e500.c). Only used when there is no device tree and
 * a UART has answered where that machine's first one is.
 */
extern bool assume_ppce500;
#define PPCE500_UART		0xfe0004500ull
#define PPCE500_PCI		0xfe0008000ull
#define PPCE500_MPIC		0xfe0040000ull
#define PPCE500_GUTS		0xfe00e0000ull
#define PPCE500_GPIO		0xfe00ff000ull
#define PPCE500_PCI_WINDOW	0xc00000000ull
#define PPCE500_PCI_WINDOW_BUS	0xe0000000ull
#define PPCE500_PCI_WINDOW_SIZE 0x20000000ull

/* The one-byte register of pvpanic, mapped; NULL: the machine has none. */
volatile void *pvpanic_find(void);
/* The same behind the PCI bridge, set up so that it answers; NULL: none on bus 0. */
volatile void *pvpanic_pci_find(void);

#endif
