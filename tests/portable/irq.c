// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: an interrupt comes to the CPU that it is sent to, once, when that CPU lets it in; what is
 * masked is kept and comes later; wrong numbers are error codes; what a handler interrupts goes on
 * with all registers.
 */
#include <errno.h>
#include <stdatomic.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/trap.h>

/*
 * To CPUs that idle, and to CPUs that are at work: where a host has fewer CPUs than the guest, these
 * take their turns, and more would take long.
 */
#define IDLE_ROUNDS 300u
#define ROUNDS	    10u

static atomic_ulong came[CPU_MAX];
static void *came_arg;
static bool was_enabled, caught;

static void illegal(void *arg)
{
	(void)arg;
	__builtin_trap();
}

static void on_ipi(unsigned int irq, void *arg)
{
	(void)irq;
	came_arg = arg;
	was_enabled = irq_save();
	irq_restore(was_enabled);
	caught = trap_try(illegal, NULL, NULL);
	atomic_fetch_add(&came[cpu_number()], 1);
	if (cpu_number())
		cpu_wake(0);
}

static void other_handler(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
}

static void numbers(void)
{
	tap_equal((unsigned long)irq_register(IRQ_NR, on_ipi, NULL), (unsigned long)-EINVAL,
		  "a handler for an interrupt that is not there: -EINVAL");
	tap_equal((unsigned long)irq_mask(IRQ_NR), (unsigned long)-EINVAL, "masking it: -EINVAL");
	tap_equal((unsigned long)irq_send(0, IRQ_TIMER), (unsigned long)-EINVAL,
		  "sending the timer's: -EINVAL");
	tap_equal((unsigned long)irq_register(IRQ_IPI, on_ipi, &came), 0, "a handler for IRQ_IPI");
	tap_equal((unsigned long)irq_register(IRQ_IPI, on_ipi, &came), 0, "the same once more");
	tap_equal((unsigned long)irq_register(IRQ_IPI, other_handler, NULL), (unsigned long)-EBUSY,
		  "another one: -EBUSY");
}

/* For another CPU's it idles: where CPUs take turns, that one runs at once then. */
static void wait_for(unsigned int cpu, unsigned long count)
{
	while (atomic_load(&came[cpu]) < count) {
		if (cpu)
			cpu_idle();
		else
			cpu_relax();
	}
}

static void to_myself(void)
{
	irq_disable();
	tap_equal((unsigned long)irq_send(0, IRQ_IPI), 0, "sent to this CPU");
	for (int i = 0; i < 1000; i++)
		cpu_relax();
	tap_equal(came[0], 0, "it does not come while interrupts are off");
	irq_enable();
	wait_for(0, 1);
	tap_equal(came[0], 1, "it comes when they are on");
	tap_ok(came_arg == &came, "the handler gets its argument");
	tap_ok(!was_enabled, "it runs with interrupts off");
	tap_ok(caught, "it may catch a trap");
	irq_send(0, IRQ_IPI);
	wait_for(0, 2);
	irq_disable();
	irq_send(0, IRQ_IPI);
	while (came[0] < 3)
		cpu_idle();
	tap_equal(came[0], 3, "idling lets it in");
}

/* A trap that is expected, around a handler with one of its own. */
static void send_and_trap(void *arg)
{
	irq_send(0, IRQ_IPI);
	wait_for(0, *(unsigned long *)arg);
	__builtin_trap();
}

static void in_trap_try(void)
{
	unsigned long next = came[0] + 1;

	irq_enable();
	caught = false;
	tap_ok(trap_try(send_and_trap, &next, NULL), "a trap is caught although a handler came");
	tap_ok(caught, "and the handler's own was");
	tap_ok(irq_save(), "interrupts are on after it, as they were before");
}

static void masks(void)
{
	unsigned long before = came[0];

	irq_enable();
	tap_equal((unsigned long)irq_mask(IRQ_IPI), 0, "masked");
	irq_send(0, IRQ_IPI);
	cpu_wake(0);
	cpu_idle();
	for (int i = 0; i < 1000; i++)
		cpu_relax();
	tap_equal(came[0], before, "it does not come");
	irq_unmask(IRQ_IPI);
	wait_for(0, before + 1);
	tap_equal(came[0], before + 1, "unmasked, it does");
	irq_disable();
}

/* Values in as many registers as the compiler likes, under fire. */
static void compute(void *arg)
{
	unsigned long *bad = arg;

	while (atomic_load(&came[cpu_number()]) < ROUNDS) {
		unsigned long a = 1, b = 2, c = 3, d = 5, e = 7, f = 11, g = 13;
		double x = 1.5, y = 2.25;

		for (unsigned long i = 0; i < 100; i++) {
			a += b * i;
			b ^= c + i;
			c += d;
			d ^= e << 3;
			e += f ^ a;
			f += g;
			g ^= i;
			x = x * 0.5 + y;
			y = y * 0.25 + 1;
		}
		if (!bad[1])
			bad[1] = a ^ b ^ c ^ d ^ e ^ f ^ g ^ (unsigned long)(x * 1e6);
		bad[0] += bad[1] != (a ^ b ^ c ^ d ^ e ^ f ^ g ^ (unsigned long)(x * 1e6));
	}
}

static void idle_on(void *arg)
{
	(void)arg;
	while (atomic_load(&came[cpu_number()]) < IDLE_ROUNDS)
		cpu_idle();
	atomic_store(&came[cpu_number()], 0);
}

static void to_others_idle(void)
{
	unsigned int cpus = cpu_count();

	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, idle_on, NULL);
	for (unsigned long n = 1; n < IDLE_ROUNDS; n++) {
		for (unsigned int i = 1; i < cpus; i++)
			irq_send(i, IRQ_IPI);
		for (unsigned int i = 1; i < cpus; i++)
			wait_for(i, n);
	}
	for (unsigned int i = 1; i < cpus; i++)
		irq_send(i, IRQ_IPI);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	tap_ok(true, "%u to each other CPU, which idles: none is lost", IDLE_ROUNDS);
}

static void to_others(void)
{
	static unsigned long bad[CPU_MAX][2];
	unsigned int cpus = cpu_count();
	unsigned long wrong = 0;

	if (cpus < 2) {
		tap_skip("interrupts between CPUs", "a second CPU: --cpus 2");
		return;
	}
	to_others_idle();
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, compute, bad[i]);
	for (unsigned long n = 1; n <= ROUNDS; n++) {
		for (unsigned int i = 1; i < cpus; i++)
			irq_send(i, IRQ_IPI);
		for (unsigned int i = 1; i < cpus; i++)
			wait_for(i, n);
	}
	for (unsigned int i = 1; i < cpus; i++) {
		cpu_join(i);
		wrong += bad[i][0];
	}
	tap_ok(true, "%u to each other CPU at work: none is lost", ROUNDS);
	tap_equal(wrong, 0, "and what they interrupted goes on as before");
}

int main(void)
{
	tap_begin();
	numbers();
	to_myself();
	in_trap_try();
	masks();
	to_others();
	tap_equal((unsigned long)irq_register(IRQ_IPI, NULL, NULL), 0, "the handler is taken away");
	tap_equal((unsigned long)irq_register(IRQ_IPI, other_handler, NULL), 0,
		  "and there is room for another one");
	return tap_end();
}
