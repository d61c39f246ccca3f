/* SPDX-License-Identifier: BSD-2-Clause */
/* What the probing of the machine found and its other files need later. */
#ifndef ARCH_X86_64_MACHINE_H
#define ARCH_X86_64_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* Physical address of the ACPI root pointer that the boot protocol passed; 0: none. */
extern uint64_t machine_rsdp;

/*
 * A page of RAM below 1 MiB that is kept free for the start of other CPUs; 0: there is none, or
 * there is only one CPU.
 */
extern uint32_t machine_start_page;

/* The two boot protocols. info is the address that was passed at entry. */
void pvh_probe(uint64_t info, struct machine *m);
void linux64_probe(uint64_t info, struct machine *m);

/*
 * For them: a range of usable RAM; a NUL-terminated command line of at most max bytes; an initial
 * ramdisk; a device tree. Each checks what it is given, and says on the console what it ignores.
 */
void probe_ram(uint64_t base, uint64_t size);
void probe_cmdline(struct machine *m, uint64_t address, uint64_t max);
void probe_initrd(struct machine *m, uint64_t base, uint64_t size);
void probe_dtb(struct machine *m, uint64_t base, uint64_t size, const char *from);
/* True if there is the magic number of a flattened device tree at base. */
bool probe_is_dtb(uint64_t base, uint64_t size);

#endif
