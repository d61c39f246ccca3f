/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices' interrupts of lib/irq.h: none. No test and no hypercall here needs one, and the way to them
 * (I/O APICs, as the ACPI tables have them wired) would be longer than all else of the local APIC.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#define IRQ_DEVICES 0

#endif
