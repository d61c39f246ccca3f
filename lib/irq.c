// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/lock.h>

static struct {
	_Atomic(irq_handler) fn;
	void *arg;
} lines[IRQ_NR];

/*
 * A bit for each of the CPU's own interrupts that is masked. They are masked here and not in the
 * hardware, of which each has its own idea of what happens to one that comes meanwhile.
 */
static _Atomic unsigned int masked;
static struct spinlock changing;

bool (*irq_timer_due)(void);

void irq_ready(void)
{
	struct cpu *c = cpu_this();
	bool enabled;

	if (c->irq_ready)
		return;
	enabled = arch_irq_save();
	c->irq_ready = true;
	arch_irq_init();
	arch_irq_restore(enabled);
}

static void call(unsigned int irq)
{
	/* cppcheck-suppress arrayIndexOutOfBoundsCond ; there may be no devices */
	irq_handler fn = atomic_load(&lines[irq].fn);

	if (fn)
		fn(irq, lines[irq].arg);
}

/* Those of this CPU that came while they were masked and are not any more. */
static void deliver_kept(struct cpu *c)
{
	for (unsigned int irq = 0; irq < IRQ_DEVICE; irq++) {
		unsigned int bit = 1u << irq;

		if (!(atomic_load(&masked) & bit) && atomic_fetch_and(&c->irq_kept, ~bit) & bit)
			call(irq);
	}
}

static void deliver(struct cpu *c, unsigned int irq)
{
	if (irq < IRQ_DEVICE && atomic_load(&masked) & 1u << irq) {
		atomic_fetch_or(&c->irq_kept, 1u << irq);
		/* It may have been unmasked in between, by a CPU that saw nothing kept. */
		deliver_kept(c);
		return;
	}
	call(irq);
	if (irq == IRQ_WAKE && atomic_load(&c->irq_kept))
		deliver_kept(c);
}

void irq_dispatch(unsigned int irq)
{
	struct cpu *c = cpu_this();
	struct trap_guard *guard = c->guard;

	/* Who is interrupted in trap_try() does not expect the handler's traps. */
	c->guard = NULL;
	if (irq != IRQ_TIMER || !irq_timer_due || irq_timer_due())
		deliver(c, irq);
	c->guard = guard;
	/* Who saw nothing to do just before this handler ran must not idle now. */
	atomic_store(&c->woken, 1);
}

static int set_mask(unsigned int irq, bool mask)
{
	unsigned int bit;

	if (irq >= IRQ_DEVICE)
		return arch_irq_set_mask(irq, mask);
	bit = 1u << irq;
	if (mask) {
		atomic_fetch_or(&masked, bit);
		return 0;
	}
	atomic_fetch_and(&masked, ~bit);
	for (unsigned int i = 0; i < cpu_count(); i++)
		if (atomic_load(&cpu_get(i)->irq_kept) & bit)
			irq_send(i, IRQ_WAKE);
	return 0;
}

int irq_register(unsigned int irq, irq_handler fn, void *arg)
{
	irq_handler now;
	bool enabled;
	int err = 0;

	if (irq >= IRQ_NR)
		return -EINVAL;
	irq_ready();
	enabled = arch_irq_save();
	spin_lock(&changing);
	now = atomic_load(&lines[irq].fn);
	if (fn && now && (now != fn || lines[irq].arg != arg)) {
		err = -EBUSY;
	} else if (fn) {
		lines[irq].arg = arg;
		atomic_store(&lines[irq].fn, fn);
		err = set_mask(irq, false);
	} else {
		if (irq >= IRQ_DEVICE)
			set_mask(irq, true);
		/* cppcheck-suppress arrayIndexOutOfBoundsCond ; the same */
		atomic_store(&lines[irq].fn, NULL);
	}
	spin_unlock(&changing);
	arch_irq_restore(enabled);
	return err;
}

static int change_mask(unsigned int irq, bool mask)
{
	bool enabled;
	int err;

	if (irq >= IRQ_NR)
		return -EINVAL;
	irq_ready();
	enabled = arch_irq_save();
	spin_lock(&changing);
	err = set_mask(irq, mask);
	spin_unlock(&changing);
	arch_irq_restore(enabled);
	return err;
}

int irq_mask(unsigned int irq)
{
	return change_mask(irq, true);
}

int irq_unmask(unsigned int irq)
{
	return change_mask(irq, false);
}

int irq_send(unsigned int cpu, unsigned int irq)
{
	if (irq != IRQ_WAKE && irq != IRQ_IPI)
		return -EINVAL;
	if (cpu >= cpu_count() || atomic_load(&cpu_get(cpu)->state) < CPU_PARKED)
		return -ENODEV;
	irq_ready();
	return arch_irq_send(cpu, irq);
}

void irq_enable(void)
{
	irq_ready();
	arch_irq_restore(true);
}

void irq_disable(void)
{
	arch_irq_save();
}

bool irq_save(void)
{
	return arch_irq_save();
}

void irq_restore(bool enabled)
{
	if (enabled)
		irq_ready();
	arch_irq_restore(enabled);
}
