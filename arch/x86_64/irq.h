/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts' vectors, for tests that want some of their own. */
#ifndef ARCH_X86_64_IRQ_H
#define ARCH_X86_64_IRQ_H

#include <stdbool.h>

/* IRQ_TIMER, IRQ_WAKE and IRQ_IPI of lib/irq.h have this vector and the two behind it. */
#define IRQ_VECTOR_LOCAL 0xf0

/*
 * Asked first at every interrupt, vectors 32 to 255, on the CPU that took it and with interrupts
 * off. True: it was for whoever asks, who has acknowledged it (apic_eoi()). NULL: nobody asks.
 */
extern bool (*irq_take_vector)(unsigned int vector);

#endif
