// SPDX-License-Identifier: BSD-2-Clause
/* The console: COM1, else COM2, else QEMU's and Bochs' debug port, which only writes. */
#include <stddef.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/ns16550.h>
#include "arch/x86_64/cpu.h"

#define COM1	   0x3f8
#define COM2	   0x2f8
#define DEBUG_PORT 0xe9
/* What the debug port reads as, by which it is known. */
#define DEBUG_PORT_READS 0xe9

static uint16_t com_base;

static uint8_t com_in(unsigned int reg)
{
	return inb((uint16_t)(com_base + reg));
}

static void com_out(unsigned int reg, uint8_t value)
{
	outb((uint16_t)(com_base + reg), value);
}

/* A string instruction: one exit for the lot of them under a hypervisor. */
static void com_out_data(const char *s, size_t n)
{
	__asm__ volatile("rep outsb" : "+S"(s), "+c"(n) : "d"(com_base) : "memory");
}

static const struct ns16550 com = { .in = com_in, .out = com_out, .out_data = com_out_data };

static void com_write(const char *s, size_t n)
{
	ns16550_write(&com, s, n);
}

static int com_read(void)
{
	return ns16550_read(&com);
}

static void com_drain(void)
{
	ns16550_drain(&com);
}

static void debug_write(const char *s, size_t n)
{
	while (n--)
		outb(DEBUG_PORT, (uint8_t)*s++);
}

static bool probe_com(uint16_t base)
{
	com_base = base;
	if (!ns16550_probe(&com))
		return false;
	ns16550_init(&com);
	return true;
}

const struct console *arch_console_init(const struct devtree *dt)
{
	static const struct console com1 = { .name = "ns16550 at port 0x3f8",
					     .write = com_write,
					     .read = com_read,
					     .drain = com_drain };
	static const struct console com2 = { .name = "ns16550 at port 0x2f8",
					     .write = com_write,
					     .read = com_read,
					     .drain = com_drain };
	static const struct console debug = { .name = "debug console at port 0xe9",
					      .write = debug_write };
	const struct console *found = NULL;

	/* The ports are where they were in the first PC; no device tree names them. */
	(void)dt;
	if (probe_com(COM1))
		return &com1;
	if (probe_com(COM2))
		found = &com2;
	else if (inb(DEBUG_PORT) == DEBUG_PORT_READS)
		found = &debug;
	if (found)
		console_printf("# no serial port at 0x3f8: this is the %s\n", found->name);
	return found;
}
