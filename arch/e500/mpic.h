/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt controller: OpenPIC 1.2 as Freescale makes it ("MPIC"; MPC8544E reference manual,
 * chapter "Programmable Interrupt Controller"). One register block for all CPUs.
 */
#ifndef E500_MPIC_H
#define E500_MPIC_H

#include <stdbool.h>

/* Whether the machine has one, and where; looked for once. */
const char *mpic_name(void);

/* Prepares it, where that was not done yet, and this CPU's part. Interrupts off. */
void mpic_init(void);

/* As arch_irq_set_mask() and arch_irq_send(). After mpic_init(); -ENOSYS: there is none. */
int mpic_set_mask(unsigned int irq, bool masked);
int mpic_send(unsigned int cpu, unsigned int irq);

/* At an external interrupt: acknowledges and dispatches. False: there is no MPIC. */
bool mpic_interrupt(void);

#endif
