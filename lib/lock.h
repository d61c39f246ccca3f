/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks between CPUs. Both kinds spin, so what they protect is short. Neither turns interrupts
 * off: where an interrupt handler takes one, the others take it with interrupts off (irq_save()).
 */
#ifndef LIB_LOCK_H
#define LIB_LOCK_H

#include <stdbool.h>

/*
 * In no order: where the hypervisor runs fewer CPUs at a time than wait, the next in a queue would
 * mostly be one that does not run. All zero: free.
 */
struct spinlock {
	_Atomic unsigned int held;
};

void spin_lock(struct spinlock *l);
void spin_unlock(struct spinlock *l);

/* One that the CPU which holds it may take again; it gives it back as often. All zero: free. */
struct lock {
	/* Number of the CPU that holds it, plus 1. */
	_Atomic unsigned int owner;
	unsigned int depth;
};

void lock_acquire(struct lock *l);
/* Takes it if that needs no waiting; false: another CPU has it. */
bool lock_try(struct lock *l);
void lock_release(struct lock *l);
/* How often this CPU holds it; 0: it does not. */
unsigned int lock_depth(const struct lock *l);

#endif
