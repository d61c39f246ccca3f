// SPDX-License-Identifier: BSD-2-Clause
#include <stdatomic.h>
#include <lib/cpu.h>
#include <lib/lock.h>

void spin_lock(struct spinlock *l)
{
	while (atomic_exchange_explicit(&l->held, 1, memory_order_acquire))
		while (atomic_load_explicit(&l->held, memory_order_relaxed))
			cpu_relax();
}

void spin_unlock(struct spinlock *l)
{
	atomic_store_explicit(&l->held, 0, memory_order_release);
}

bool lock_try(struct lock *l)
{
	unsigned int self = cpu_this()->number + 1;
	unsigned int holder = atomic_load_explicit(&l->owner, memory_order_relaxed);

	/* Nobody but this CPU makes it this CPU's, so this question needs no atomic step. */
	if (holder != self) {
		holder = 0;
		if (!atomic_compare_exchange_strong_explicit(
			    &l->owner, &holder, self, memory_order_acquire, memory_order_relaxed))
			return false;
	}
	l->depth++;
	return true;
}

void lock_acquire(struct lock *l)
{
	while (!lock_try(l))
		cpu_relax();
}

void lock_release(struct lock *l)
{
	if (--l->depth == 0)
		atomic_store_explicit(&l->owner, 0, memory_order_release);
}

unsigned int lock_depth(const struct lock *l)
{
	unsigned int holder = atomic_load_explicit(&l->owner, memory_order_relaxed);

	return holder == cpu_this()->number + 1 ? l->depth : 0;
}
