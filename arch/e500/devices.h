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

/* The one-byte register of pvpanic, mapped; NULL: the machine has none. */
volatile void *pvpanic_find(void);
/* The same behind the PCI bridge, set up so that it answers; NULL: none on bus 0. */
volatile void *pvpanic_pci_find(void);

#endif
