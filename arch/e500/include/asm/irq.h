/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices' interrupts of lib/irq.h: the sources of the MPIC, with the numbers that the device tree
 * gives in the first cell of "interrupts". They are used as level-sensitive, active low for the
 * external pins (0 to 11), active high for the devices on the chip.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#define IRQ_DEVICES 240
/* Both serial ports of the SoC (QEMU's hw/ppc/e500.c and the device tree). */
#define IRQ_UART (IRQ_DEVICE + 42)

#endif
