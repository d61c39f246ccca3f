/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: local APIC, MPIC, s390x external and I/O interruptions, behind one interface.
 *
 * Numbers 0 to IRQ_DEVICE - 1 are the CPU's own and exist everywhere; from IRQ_DEVICE on come the
 * machine's devices, which <asm/irq.h> numbers. A handler runs on the CPU that was interrupted,
 * with interrupts off, outside of any trap_try(): a trap in it is unexpected. It must not use
 * stdio or malloc(), whose locks the interrupted program may hold.
 *
 * main() begins with interrupts off; they are on while cpu_idle() and what waits by it (cpu_join(),
 * nanosleep(), ...) idle, and after irq_enable(). On other CPUs they are on from the beginning.
 */
#ifndef LIB_IRQ_H
#define LIB_IRQ_H

#include <stdbool.h>

enum {
	/* The CPU's one-shot timer: lib/clock.h. */
	IRQ_TIMER,
	/* Sent by cpu_wake(). */
	IRQ_WAKE,
	/* For programs to send. */
	IRQ_IPI,
	/* The first of the machine's. */
	IRQ_DEVICE,
};

/* IRQ_DEVICES: how many of devices there are, possibly 0; and names for some of them. */
#include <asm/irq.h>

#define IRQ_NR (IRQ_DEVICE + IRQ_DEVICES)

typedef void (*irq_handler)(unsigned int irq, void *arg);

/*
 * Makes fn(irq, arg) the handler of irq on every CPU and unmasks it; NULL: masks it and forgets the
 * handler, which may be at work on another CPU still. A device's interrupt comes to the CPU that
 * registered it. Returns 0; -EINVAL: there is no such irq; -EBUSY: it has another handler.
 */
int irq_register(unsigned int irq, irq_handler fn, void *arg);

/* Keeps irq pending instead of delivering it, or delivers it again. Returns 0 or -EINVAL. */
int irq_mask(unsigned int irq);
int irq_unmask(unsigned int irq);

/*
 * Sends irq (IRQ_WAKE or IRQ_IPI) to a CPU, which may be this one. What was sent several times
 * before it was handled is handled once. Returns 0; -EINVAL: not an interrupt that can be sent;
 * -ENODEV: there is no such CPU, or it is off.
 */
int irq_send(unsigned int cpu, unsigned int irq);

/* Interrupts of this CPU as a whole. irq_save() turns them off and returns what they were. */
void irq_enable(void);
void irq_disable(void);
bool irq_save(void);
void irq_restore(bool enabled);

/*
 * Prepares this CPU's interrupt controller, if that was not done yet. All above do so by
 * themselves, as does what is in lib/cpu.h and lib/clock.h.
 */
void irq_ready(void);

/*
 * Called by the architecture's vectors, interrupts off, once for each interrupt that it took. It
 * acknowledges the controller itself, before or after, as the controller wants it. The timer is
 * stopped when its interrupt is dispatched.
 */
void irq_dispatch(unsigned int irq);

/* For lib/clock.c: is asked first at each IRQ_TIMER; false: it was not due, and is armed again. */
extern bool (*irq_timer_due)(void);

#endif
