/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The little of ACPI that a guest needs: which CPUs there are, how to switch off, how to reset.
 * All of it reads tables made by somebody else, so every length and address in them is checked;
 * nothing here touches the machine, and the file compiles and runs on a host as well.
 *
 * Reference: ACPI Specification 6.4, chapter 5.2 (tables), 4.8 (registers), 7.4.2 (\_Sx).
 */
#ifndef ARCH_X86_64_ACPI_H
#define ARCH_X86_64_ACPI_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Returns a pointer to len bytes (len > 0) at a physical address, readable until the end of the
 * call that was given this function; NULL if they cannot be had.
 */
typedef const void *acpi_map_fn(uint64_t address, uint32_t len);

/* Generic Address Structure, address space ids (table 5.1). */
enum { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_IO = 1 };

/* A register of 1 or 2 bytes; address 0: there is none. */
struct acpi_register {
	uint8_t space;
	uint64_t address;
};

struct acpi_power {
	/*
	 * To switch off: if sleep_control.address is not 0, write sleep_value to that byte.
	 * Otherwise, if pm1a.address is not 0, put pm1a_value into the 16-bit register pm1a, and
	 * pm1b_value into pm1b if that has an address, in the bits ACPI_PM1_SLEEP_MASK.
	 */
	struct acpi_register sleep_control;
	uint8_t sleep_value;
	struct acpi_register pm1a, pm1b;
	uint16_t pm1a_value, pm1b_value;
	/* To reset: write reset_value to that byte, if it has an address. */
	struct acpi_register reset;
	uint8_t reset_value;
};

/* SLP_EN and SLP_TYP of PM1 control. */
#define ACPI_PM1_SLEEP_MASK 0x3c00u

/*
 * Follows the RSDP at rsdp to the FADT and its DSDT, and fills in *p. Returns NULL, or why there
 * is nothing (a constant string; *p is all 0 then).
 */
const char *acpi_read_power(acpi_map_fn *map, uint64_t rsdp, struct acpi_power *p);

/*
 * Follows it to the MADT: local APIC ids of the CPUs that are enabled, the first max of them into
 * ids. *count is how many there are in all. Returns NULL, or why not (*count is 0 then).
 */
const char *acpi_read_cpus(acpi_map_fn *map, uint64_t rsdp, uint32_t *ids, unsigned int max,
			   unsigned int *count);

#endif
