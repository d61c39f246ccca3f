// SPDX-License-Identifier: BSD-2-Clause
/* The ways in which a PC ends: ACPI's, and those that are older or belong to a debugger. */
#include <stdio.h>
#include <lib/arch.h>
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

/* QEMU's isa-debug-exit device: it ends with status 2 * value + 1. It reads as 0. */
#define DEBUG_EXIT 0x501
/* Reset control register of Intel's chipsets: bit 1 for a hard reset, bit 2 to do it. */
#define RESET_CONTROL 0xcf9
/* The keyboard controller: command 0xfe pulses the reset line. */
#define KBC	  0x64
#define KBC_RESET 0xfe
/* What a port reads as where there is nothing. */
#define NOTHING 0xff
/*
 * Harmless reads that take time, a tenth of a second or more: a machine ends when the monitor's
 * other threads get to it, not at the write.
 */
#define SETTLE_READS 1000000
#define DELAY_PORT   0x80

enum reset_means { RESET_ACPI, RESET_CF9, RESET_KBC, RESET_TRIPLE_FAULT };

static struct acpi_power power;

static const void *map_table(uint64_t address, uint32_t len)
{
	return mmu_map(address, len, MMU_MEMORY);
}

/* The tables are read when they are needed, for the last time or the first. */
static const struct acpi_power *acpi(void)
{
	static bool done;

	if (!done && machine_rsdp)
		acpi_read_power(map_table, machine_rsdp, &power);
	done = true;
	return &power;
}

static void settle(void)
{
	for (unsigned int i = 0; i < SETTLE_READS; i++)
		inb(DELAY_PORT);
}

static void write8(const struct acpi_register *r, uint8_t value)
{
	volatile uint8_t *p;

	if (r->space == ACPI_SPACE_IO) {
		outb((uint16_t)r->address, value);
		return;
	}
	p = mmu_map(r->address, 1, MMU_DEVICE);
	if (p)
		*p = value;
}

/* The other bits of PM1 control (SCI_EN, BM_RLD) stay as they are. */
static void write_pm1(const struct acpi_register *r, uint16_t value)
{
	volatile uint16_t *p;

	if (r->space == ACPI_SPACE_IO) {
		outw((uint16_t)r->address,
		     (uint16_t)((inw((uint16_t)r->address) & ~ACPI_PM1_SLEEP_MASK) | value));
		return;
	}
	p = mmu_map(r->address, 2, MMU_DEVICE);
	if (p)
		*p = (uint16_t)((*p & ~ACPI_PM1_SLEEP_MASK) | value);
}

static bool has_debug_exit(void)
{
	return inb(DEBUG_EXIT) == 0;
}

void arch_poweroff(void)
{
	const struct acpi_power *p = acpi();

	if (p->sleep_control.address) {
		write8(&p->sleep_control, p->sleep_value);
	} else if (p->pm1a.address) {
		write_pm1(&p->pm1a, p->pm1a_value);
		if (p->pm1b.address)
			write_pm1(&p->pm1b, p->pm1b_value);
	} else if (has_debug_exit()) {
		outb(DEBUG_EXIT, 0);
	} else {
		return;
	}
	settle();
}

static const char *describe(char *text, size_t size, const char *what,
			    const struct acpi_register *r)
{
	snprintf(text, size, "%s at %s 0x%lx", what, r->space == ACPI_SPACE_IO ? "port" : "address",
		 (unsigned long)r->address);
	return text;
}

const char *arch_poweroff_means(void)
{
	static char text[64];
	const struct acpi_power *p = acpi();

	if (p->sleep_control.address)
		return describe(text, sizeof(text), "ACPI sleep control register",
				&p->sleep_control);
	if (p->pm1a.address)
		return describe(text, sizeof(text), "ACPI PM1a control register", &p->pm1a);
	return has_debug_exit() ? "isa-debug-exit at port 0x501" : NULL;
}

/* The first means, from this one on, that the machine has. */
static enum reset_means next_reset(enum reset_means means)
{
	if (means <= RESET_ACPI && acpi()->reset.address)
		return RESET_ACPI;
	if (means <= RESET_CF9 && inb(RESET_CONTROL) != NOTHING)
		return RESET_CF9;
	if (means <= RESET_KBC && inb(KBC) != NOTHING)
		return RESET_KBC;
	return RESET_TRIPLE_FAULT;
}

/* An exception without a table of gates: the CPU shuts down, and the machine resets it. */
static _Noreturn void triple_fault(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) empty;

	__asm__ volatile("lidt %0; ud2" : : "m"(empty));
	__builtin_unreachable();
}

void arch_reset(void)
{
	for (enum reset_means r = next_reset(RESET_ACPI);; r = next_reset(r + 1)) {
		switch (r) {
		case RESET_ACPI:
			write8(&acpi()->reset, acpi()->reset_value);
			break;
		case RESET_CF9:
			outb(RESET_CONTROL, 0x02);
			outb(RESET_CONTROL, 0x06);
			break;
		case RESET_KBC:
			outb(KBC, KBC_RESET);
			break;
		case RESET_TRIPLE_FAULT:
			triple_fault();
		}
		settle();
	}
}

const char *arch_reset_means(void)
{
	static char text[64];

	switch (next_reset(RESET_ACPI)) {
	case RESET_ACPI:
		return describe(text, sizeof(text), "ACPI reset register", &acpi()->reset);
	case RESET_CF9:
		return "reset control register at port 0xcf9";
	case RESET_KBC:
		return "keyboard controller at port 0x64";
	default:
		return "triple fault";
	}
}

_Noreturn void arch_fail(int status)
{
	if (has_debug_exit()) {
		outb(DEBUG_EXIT, (uint8_t)status);
		settle();
	}
	triple_fault();
}
