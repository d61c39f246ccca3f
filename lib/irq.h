/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: local APIC, MPIC, s390x external and I/O interruptions, behind one interface.
 *
 * <asm/irq.h> numbers them from 0 to IRQ_NR - 1. Three exist everywhere: IRQ_TIMER, the CPU's own
 * one-shot timer; IRQ_WAKE, sent by cpu_wake(); IRQ_IPI, free for programs. All are masked, except
 * IRQ_WAKE, until somebody registers. A handler runs on the CPU that was interrupted, with
 * interrupts off.
 */
#ifndef LIB_IRQ_H
#define LIB_IRQ_H

#include <stdbool.h>
#include <asm/irq.h>

typedef void (*irq_handler)(unsigned int irq, void *arg);

/*
 * Makes fn(irq, arg) the handler of irq on every CPU and unmasks it; NULL: masks it and forgets
 * the handler. Returns 0; -EINVAL: there is no such irq; -EBUSY: it has another handler.
 */
int irq_register(unsigned int irq, irq_handler fn, void *arg);

/* Keeps irq pending instead of delivering it, or delivers it again. Returns 0 or -EINVAL. */
int irq_mask(unsigned int irq);
int irq_unmask(unsigned int irq);

/*
 * Sends irq (IRQ_WAKE or IRQ_IPI) to a CPU, which may be this one. Returns 0; -EINVAL: not an
 * interrupt that can be sent; -ENODEV: there is no such CPU, or it is off.
 */
int irq_send(unsigned int cpu, unsigned int irq);

/* Interrupts of this CPU as a whole. irq_save() turns them off and returns what they were. */
void irq_enable(void);
void irq_disable(void);
bool irq_save(void);
void irq_restore(bool enabled);

/*
 * Called by the architecture's vectors, interrupts off, once per interrupt that it took; it
 * acknowledges the controller itself, after this returns where the controller wants that.
 */
void irq_dispatch(unsigned int irq);

#endif
