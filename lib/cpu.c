// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <reent.h>
#include <stdatomic.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/lock.h>
#include <lib/stack.h>

/*
 * How long a CPU may take from the order to start until it says that it lives. Only the architecture
 * that cannot tell whether a CPU is there waits so long for one that is not; and a virtual CPU gets
 * as little time as its host has to spare.
 */
#define START_SECONDS 10

unsigned int cpu_start_seconds = START_SECONDS;

static struct {
	char guard[STACK_GUARD_SIZE];
	char stack[STACK_SIZE];
} stacks[CPU_MAX - 1] __attribute__((section(".noinit.stacks"), aligned(STACK_GUARD_SIZE)));

/* Of CPUs 1 and up; they get their contents when they are first asked for. */
static struct cpu others[CPU_MAX - 1];
static struct _reent reents[CPU_MAX - 1];

/* Held by who starts a CPU that is off. */
static struct spinlock starting;

struct cpu *cpu_get(unsigned int cpu)
{
	return cpu ? &others[cpu - 1] : &cpu_boot;
}

static void prepare(struct cpu *c, unsigned int number)
{
	c->self = c;
	c->number = number;
	c->stack_top = (uintptr_t)(&stacks[number - 1] + 1);
	c->reent = &reents[number - 1];
	c->alarm = UINT64_MAX;
	c->sleep = UINT64_MAX;
	c->irq_ready = false;
}

/* Each turn is one function. Whoever gives it has set the state to CPU_RUNNING before. */
_Noreturn void cpu_secondary_main(struct cpu *c)
{
	arch_cpu_set_this(c);
	_REENT_INIT_PTR(c->reent);
	irq_ready();
	atomic_store(&c->state, CPU_PARKED);
	for (;;) {
		unsigned int joiners;

		while (!atomic_exchange(&c->go, 0))
			cpu_idle();
		arch_irq_restore(true);
		c->fn(c->arg);
		arch_irq_save();
		/*
		 * In this order: who joins sets its bit first and looks at the state then, so
		 * one of the two sees the other.
		 */
		atomic_store(&c->state, CPU_PARKED);
		joiners = atomic_exchange(&c->joiners, 0);
		for (unsigned int i = 0; joiners >> i; i++)
			if (joiners >> i & 1)
				cpu_wake(i);
	}
}

/*
 * From CPU_BOOTING to CPU_PARKED. A CPU that comes to life after we gave it up is parked then, and
 * the next cpu_start() finds it.
 */
static int boot(struct cpu *c, unsigned int number)
{
	unsigned int booting = CPU_BOOTING;
	uint64_t start, limit;
	int err;

	spin_lock(&starting);
	prepare(c, number);
	err = arch_cpu_boot(c);
	limit = cpu_start_seconds * arch_clock_hz();
	for (start = arch_clock_ticks(); !err && atomic_load(&c->state) == CPU_BOOTING; cpu_relax())
		if (arch_clock_ticks() - start > limit)
			err = -ENODEV;
	spin_unlock(&starting);
	if (err)
		atomic_compare_exchange_strong(&c->state, &booting, CPU_OFF);
	return err;
}

int cpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	unsigned int off = CPU_OFF, parked = CPU_PARKED;
	struct cpu *c;
	int err;

	if (cpu >= cpu_count())
		return -ENODEV;
	c = cpu_get(cpu);
	if (atomic_compare_exchange_strong(&c->state, &off, CPU_BOOTING)) {
		err = boot(c, cpu);
		if (err)
			return err;
	}
	/* From now on it is ours. */
	if (!atomic_compare_exchange_strong(&c->state, &parked, CPU_RUNNING))
		return -EBUSY;
	c->fn = fn;
	c->arg = arg;
	atomic_store(&c->go, 1);
	return cpu_wake(cpu);
}

int cpu_join(unsigned int cpu)
{
	struct cpu *c;

	if (cpu >= cpu_count())
		return -ENODEV;
	if (cpu == 0 || cpu == cpu_number())
		return -EBUSY;
	c = cpu_get(cpu);
	for (;;) {
		atomic_fetch_or(&c->joiners, 1u << cpu_number());
		if (atomic_load(&c->state) != CPU_RUNNING)
			return 0;
		cpu_idle();
	}
}

int cpu_wake(unsigned int cpu)
{
	struct cpu *c;

	if (cpu >= cpu_count())
		return -ENODEV;
	c = cpu_get(cpu);
	if (atomic_load(&c->state) < CPU_PARKED)
		return -ENODEV;
	/* It has not taken the one before yet, whose interrupt is still to come: this is the same. */
	if (atomic_exchange(&c->woken, 1) || c == cpu_this())
		return 0;
	return arch_irq_send(cpu, IRQ_WAKE);
}

/*
 * Looking at `woken` and idling are one step, as interrupts are off between them: a wake-up that
 * comes then is an interrupt that ends arch_idle() at once.
 */
void cpu_idle(void)
{
	struct cpu *c = cpu_this();
	bool enabled;

	irq_ready();
	enabled = arch_irq_save();
	if (!atomic_load(&c->woken))
		arch_idle();
	/*
	 * The wake-up that ended it is taken with it. An exchange, because only a read of what the
	 * waker wrote makes all that it stored before visible here.
	 */
	atomic_exchange(&c->woken, 0);
	arch_irq_restore(enabled);
}
