/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices' interruptions on s390x: one for each of the eight I/O-interruption subclasses, which a
 * program gives to a subchannel with MODIFY SUBCHANNEL (Principles of Operation, "I/O
 * Interruptions"). Unmasked is what control register 6 of the CPU is open for.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#include <stdint.h>

#define IRQ_DEVICES 8
/* Of the I/O-interruption subclass isc, 0 to 7. */
#define IRQ_IO(isc) (IRQ_DEVICE + (isc))

/* What the CPU stores with an I/O interruption (real locations 0xb8 to 0xc3). */
struct irq_io {
	/* The subsystem-identification word: which subchannel; 0 for an adapter. */
	uint32_t subchannel;
	/* What the program gave it with MODIFY SUBCHANNEL. */
	uint32_t parameter;
	/* Bit 0: from an adapter; bits 2 to 4: the subclass. */
	uint32_t word;
};

/* The I/O interruption that is being handled: to be asked first thing in a handler. */
struct irq_io irq_io(void);

#endif
