// SPDX-License-Identifier: BSD-2-Clause
/*
 * The end of the machine: a GPIO that cuts the power, GUTS to reset, pvpanic to say that it failed.
 * All are looked for when they are needed, not at boot.
 */
#include <libfdt.h>
#include <stdio.h>
#include <lib/arch.h>
#include <lib/devtree.h>
#include "devices.h"
#include "mmu.h"

/* mpc8xxx GPIO block: one bit a pin, pin 0 is the most significant. */
#define GPIO_DIR  0x0
#define GPIO_DAT  0x8
#define GPIO_SIZE 0x1000
/* Cell 2 of a GPIO specifier (Devicetree bindings, gpio.txt). */
#define GPIO_ACTIVE_LOW 1

/* Global utilities: a write of 2 asserts HRESET_REQ (MPC8544E manual, "RSTCR"). */
#define GUTS_RSTCR  0xb0
#define RSTCR_RESET 2

#define PVPANIC_PANICKED 1

struct gpio {
	uint64_t base;
	uint32_t pin;
	bool active_low;
};

static bool find_poweroff(struct gpio *g)
{
	int node, controller;
	const fdt32_t *spec;
	size_t len;

	if (!device_tree) {
		*g = (struct gpio){ .base = PPCE500_GPIO };
		return assume_ppce500;
	}
	node = devtree_find_compatible(device_tree, -1, "gpio-poweroff");
	if (node < 0)
		return false;
	spec = devtree_prop(device_tree, node, "gpios", &len);
	if (!spec || len != 3 * sizeof(*spec))
		return false;
	controller = devtree_phandle(device_tree, fdt32_ld(&spec[0]));
	if (controller < 0 || (!devtree_compatible(device_tree, controller, "fsl,qoriq-gpio") &&
			       !devtree_compatible(device_tree, controller, "fsl,mpc8572-gpio")))
		return false;
	g->pin = fdt32_ld(&spec[1]);
	g->active_low = fdt32_ld(&spec[2]) & GPIO_ACTIVE_LOW;
	return g->pin < 32 && devtree_reg(device_tree, controller, 0, &g->base, NULL) == 0;
}

/*
 * An emulator stops its CPUs some time after the write that ends the machine. This is a few seconds
 * of TCG: after it, the end is taken as refused, and the caller goes on to say so.
 */
static void wait_for_the_end(void)
{
	for (volatile uint32_t i = 0; i < 200000000; i++)
		;
}

void arch_poweroff(void)
{
	volatile uint8_t *regs;
	uint32_t bit, dat;
	struct gpio g;

	if (!find_poweroff(&g))
		return;
	regs = map_device(g.base, GPIO_SIZE);
	if (!regs)
		return;
	bit = 0x80000000u >> g.pin;
	mmio_out32(regs + GPIO_DIR, mmio_in32(regs + GPIO_DIR) | bit);
	dat = mmio_in32(regs + GPIO_DAT);
	mmio_out32(regs + GPIO_DAT, g.active_low ? dat & ~bit : dat | bit);
	wait_for_the_end();
}

const char *arch_poweroff_means(void)
{
	static char text[64];
	struct gpio g;

	if (!find_poweroff(&g))
		return NULL;
	snprintf(text, sizeof(text), "gpio-poweroff: pin %u of the GPIO block at 0x%llx",
		 (unsigned int)g.pin, (unsigned long long)g.base);
	return text;
}

/* The register block whose node says that it can reset the machine. */
static bool find_guts(uint64_t *base)
{
	int node = -1;

	if (!device_tree) {
		*base = PPCE500_GUTS;
		return assume_ppce500;
	}
	while ((node = devtree_next(device_tree, node)) >= 0) {
		if (devtree_prop(device_tree, node, "fsl,has-rstcr", NULL))
			return devtree_reg(device_tree, node, 0, base, NULL) == 0;
	}
	return false;
}

void arch_reset(void)
{
	volatile uint8_t *regs;
	uint64_t base;

	if (!find_guts(&base))
		return;
	regs = map_device(base, GUTS_RSTCR + 4);
	if (!regs)
		return;
	mmio_out32(regs + GUTS_RSTCR, RSTCR_RESET);
	wait_for_the_end();
}

const char *arch_reset_means(void)
{
	static char text[64];
	uint64_t base;

	if (!find_guts(&base))
		return NULL;
	snprintf(text, sizeof(text), "GUTS: RSTCR at 0x%llx",
		 (unsigned long long)(base + GUTS_RSTCR));
	return text;
}

volatile void *pvpanic_find(void)
{
	uint64_t base;
	int node;

	if (device_tree) {
		node = devtree_find_compatible(device_tree, -1, "qemu,pvpanic-mmio");
		if (node >= 0 && devtree_reg(device_tree, node, 0, &base, NULL) == 0)
			return map_device(base, 1);
	}
	return pvpanic_pci_find();
}

/* pvpanic carries no number: the status is on the console. */
void arch_fail(int status)
{
	static bool failing;
	volatile void *pvpanic;

	(void)status;
	if (!failing) {
		failing = true;
		pvpanic = pvpanic_find();
		if (pvpanic)
			mmio_out8(pvpanic, PVPANIC_PANICKED);
		arch_poweroff();
	}
	for (;;)
		;
}
