/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The x86_64 machine: RAM from 0, UART at 0x3f8, isa-debug-exit at 0x501, KVM's own PIC, IOAPIC,
 * LAPIC and PIT, ACPI tables that name the CPUs; no firmware, no PCI. And at 0x508 (32 bits) how
 * often the machine was reset: only the monitor's memory survives that.
 */
#ifndef VMM_X86_64_MACHINE_H
#define VMM_X86_64_MACHINE_H

#include "vmm/vmm.h"

/* Below 1 MiB, where the image (from 1 MiB up) never is: what the monitor leaves for the guest. */
enum {
	GDT_AT = 0x1000,	 /* BOOT_LINUX only, as the page tables and boot_params */
	PAGE_TABLES_AT = 0x2000, /* PML4, page directory pointers, 4 page directories */
	START_INFO_AT = 0x8000,	 /* hvm_start_info, its memory map and modules (PVH) */
	BOOT_PARAMS_AT = 0x9000, /* BOOT_LINUX's "zero page" */
	CMDLINE_AT = 0xa000,
	CMDLINE_MAX = 4096,    /* bytes, with the final NUL */
	LOW_RAM_END = 0xa0000, /* from here to 1 MiB a PC has no RAM for programs */
	ACPI_AT = 0xf0000,     /* where a PC's BIOS puts the RSDP, and a guest may look for it */
	HIGH_RAM_AT = 0x100000,
};

/* In arch.caps. */
enum { CAP_EXIT_HYPERCALL, CAP_ENFORCE_PV, CAP_DISABLE_QUIRKS2 };

/* acpi.c: RSDP, XSDT and MADT for opt->cpus CPUs into RAM at ACPI_AT, the RSDP first. */
void put_acpi(struct vm *vm);

/* boot.c: boot data into RAM, entry state into the registers of vCPU 0. */
void boot_pvh(struct vm *vm, struct kvm_regs *regs, struct kvm_sregs *sregs);
void boot_linux(struct vm *vm, struct kvm_regs *regs, struct kvm_sregs *sregs);

#endif
