// SPDX-License-Identifier: BSD-2-Clause
/*
 * The console: the memory-mapped ns16550 that the device tree's /chosen/stdout-path names.
 */
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/devtree.h>
#include <lib/ns16550.h>
#include <lib/trap.h>
#include "devices.h"
#include "mmu.h"

const struct devtree *device_tree;
bool assume_ppce500;

static volatile uint8_t *uart;
static unsigned int uart_shift;

static uint8_t uart_in(unsigned int reg)
{
	return mmio_in8(uart + (reg << uart_shift));
}

static void uart_out(unsigned int reg, uint8_t value)
{
	mmio_out8(uart + (reg << uart_shift), value);
}

static const struct ns16550 ns16550 = { .in = uart_in, .out = uart_out };

static void console_ns16550_write(const char *s, size_t n)
{
	ns16550_write(&ns16550, s, n);
}

static int console_ns16550_read(void)
{
	return ns16550_read(&ns16550);
}

static void console_ns16550_drain(void)
{
	ns16550_drain(&ns16550);
}

static struct console console = {
	.write = console_ns16550_write,
	.read = console_ns16550_read,
	.drain = console_ns16550_drain,
};

static void probe_uart(void *found)
{
	*(bool *)found = ns16550_probe(&ns16550);
}

/* Whether a UART answers there; nothing at all may be there. */
static bool is_uart(uint64_t base, unsigned int shift)
{
	bool found = false;

	uart_shift = shift;
	uart = map_device(base, (size_t)8 << shift);
	return uart && !trap_try(probe_uart, &found, NULL) && found;
}

static bool is_console(int node, uint64_t *base)
{
	unsigned int shift;

	if (node < 0 || (!devtree_compatible(device_tree, node, "ns16550") &&
			 !devtree_compatible(device_tree, node, "ns16550a")))
		return false;
	if (devtree_reg(device_tree, node, 0, base, NULL))
		return false;
	shift = devtree_u32(device_tree, node, "reg-shift", 0);
	return shift <= 2 && is_uart(*base, shift);
}

/* The one that the tree names, or else the first that is there. */
static bool find_in_tree(uint64_t *base)
{
	int node = -1;

	if (is_console(devtree_stdout(device_tree), base))
		return true;
	while ((node = devtree_next(device_tree, node)) >= 0)
		if (is_console(node, base)) {
			console_printf("# /chosen names no serial port that answers: this is the "
				       "first one that does\n");
			return true;
		}
	return false;
}

/* "ns16550 at 0x..." with the physical address, without the cost of snprintf() at every boot. */
static const char *describe(uint64_t base)
{
	static char name[] = "ns16550 at 0x000000000";

	for (size_t i = sizeof(name) - 2; name[i] != 'x'; i--, base >>= 4)
		name[i] = "0123456789abcdef"[base & 0xf];
	return name;
}

const struct console *arch_console_init(const struct devtree *dt)
{
	uint64_t base;

	device_tree = dt;
	if (dt) {
		if (!find_in_tree(&base))
			return NULL;
		console.name = describe(base);
	} else {
		assume_ppce500 = is_uart(PPCE500_UART, 0);
		if (!assume_ppce500)
			return NULL;
		console.name = "ns16550 at 0xfe0004500, tried for want of a device tree";
		console_printf("# no device tree: this is the %s\n", console.name);
	}
	ns16550_init(&ns16550);
	return &console;
}
