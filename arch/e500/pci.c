// SPDX-License-Identifier: BSD-2-Clause
/*
 * As much of the mpc8540 PCI bridge as it takes to reach QEMU's pvpanic-pci: nobody has set up the
 * bus before us when an image is started directly.
 *
 * The bridge: MPC8544E reference manual, chapter "PCI Bus Interface"; pvpanic: QEMU,
 * docs/specs/pvpanic.
 */
#include <libfdt.h>
#include <lib/devtree.h>
#include "devices.h"
#include "mmu.h"

#define BRIDGE_CONFIG_ADDRESS 0x000
#define BRIDGE_CONFIG_DATA    0x004
/* Outbound window 1: what of the CPU's addresses goes to which PCI addresses. */
#define BRIDGE_POTAR1  0xc20
#define BRIDGE_POTEAR1 0xc24
#define BRIDGE_POWBAR1 0xc28
#define BRIDGE_POWAR1  0xc30
#define BRIDGE_SIZE    0x1000
/* Enabled, memory reads and writes; the low bits are log2(size) - 1. */
#define POWAR_MEMORY 0x80044000u

#define CONFIG_ENABLE	   0x80000000u
#define PCI_SLOTS	   32
#define PCI_ID		   0x00
#define PCI_COMMAND	   0x04
#define PCI_COMMAND_MEMORY 0x2u
#define PCI_BAR0	   0x10

#define PVPANIC_PCI_ID 0x00111b36u

/* A window of "ranges" onto PCI memory space. */
#define RANGE_CELLS  7
#define RANGE_SPACE  0x03000000u
#define RANGE_MEMORY 0x02000000u

struct window {
	uint64_t pci;
	uint64_t cpu;
	uint64_t size;
};

static volatile uint8_t *bridge;

static uint32_t config_select(unsigned int slot, unsigned int reg)
{
	return CONFIG_ENABLE | slot << 11 | reg;
}

static uint32_t config_read(unsigned int slot, unsigned int reg)
{
	mmio_out32(bridge + BRIDGE_CONFIG_ADDRESS, config_select(slot, reg));
	return mmio_in32_le(bridge + BRIDGE_CONFIG_DATA);
}

static void config_write(unsigned int slot, unsigned int reg, uint32_t value)
{
	mmio_out32(bridge + BRIDGE_CONFIG_ADDRESS, config_select(slot, reg));
	mmio_out32_le(bridge + BRIDGE_CONFIG_DATA, value);
}

static uint64_t two_cells(const fdt32_t *p)
{
	return (uint64_t)fdt32_ld(p) << 32 | fdt32_ld(p + 1);
}

/* The first memory window of the bridge; the parent bus is the root with two address cells. */
static bool find_window(int node, struct window *w)
{
	size_t len;
	const fdt32_t *r = devtree_prop(device_tree, node, "ranges", &len);

	if (!r || devtree_u32(device_tree, 0, "#address-cells", 0) != 2)
		return false;
	for (; len >= RANGE_CELLS * sizeof(*r); len -= RANGE_CELLS * sizeof(*r), r += RANGE_CELLS) {
		if ((fdt32_ld(r) & RANGE_SPACE) != RANGE_MEMORY)
			continue;
		w->pci = two_cells(r + 1);
		w->cpu = two_cells(r + 3);
		w->size = two_cells(r + 5);
		/* BAR 0 is a 32-bit one, and the bridge maps powers of two. */
		return w->size >= 4096 && !(w->size & (w->size - 1)) &&
		       w->pci + w->size <= 1ull << 32;
	}
	return false;
}

static void open_window(const struct window *w)
{
	mmio_out32(bridge + BRIDGE_POTAR1, (uint32_t)(w->pci >> 12));
	mmio_out32(bridge + BRIDGE_POTEAR1, 0);
	mmio_out32(bridge + BRIDGE_POWBAR1, (uint32_t)(w->cpu >> 12));
	mmio_out32(bridge + BRIDGE_POWAR1, POWAR_MEMORY | (uint32_t)(__builtin_ctzll(w->size) - 1));
}

static bool find_bridge(uint64_t *base, struct window *w)
{
	int node;

	if (!device_tree) {
		*base = PPCE500_PCI;
		*w = (struct window){ .pci = PPCE500_PCI_WINDOW_BUS,
				      .cpu = PPCE500_PCI_WINDOW,
				      .size = PPCE500_PCI_WINDOW_SIZE };
		return assume_ppce500;
	}
	node = devtree_find_compatible(device_tree, -1, "fsl,mpc8540-pci");
	return node >= 0 && devtree_reg(device_tree, node, 0, base, NULL) == 0 &&
	       find_window(node, w);
}

volatile void *pvpanic_pci_find(void)
{
	struct window w;
	uint64_t base;

	if (!find_bridge(&base, &w))
		return NULL;
	bridge = map_device(base, BRIDGE_SIZE);
	if (!bridge)
		return NULL;
	for (unsigned int slot = 0; slot < PCI_SLOTS; slot++) {
		if (config_read(slot, PCI_ID) != PVPANIC_PCI_ID)
			continue;
		open_window(&w);
		config_write(slot, PCI_BAR0, (uint32_t)w.pci);
		config_write(slot, PCI_COMMAND,
			     config_read(slot, PCI_COMMAND) | PCI_COMMAND_MEMORY);
		return map_device(w.cpu, 1);
	}
	return NULL;
}
