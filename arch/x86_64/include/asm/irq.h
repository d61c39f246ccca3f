/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices' interrupts of lib/irq.h: the inputs of the first I/O APIC, in the order of its pins. The
 * interrupts of the first PC's bus have the pins of the same number, except where the ACPI MADT
 * says otherwise.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#define IRQ_DEVICES 24
#define IRQ_COM1    (IRQ_DEVICE + 4)

#endif
