// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: every CPU that the machine has can be started, runs what it is given on a stack and with
 * data of its own, is waited for and woken, and no wake-up is lost in ITERATIONS rounds of each; a
 * CPU that is not there is an error code. The word "iterations=N" makes it fewer or more.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/lock.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/tap.h>
#include <lib/trap.h>

#define ITERATIONS 10000

static unsigned int cpus;
static unsigned long iterations = ITERATIONS;

/* What a CPU finds out about itself. */
struct seen {
	unsigned int number;
	uintptr_t stack;
	bool interrupts;
	int err;
	bool trapped;
};
static struct seen seen[CPU_MAX];

static void illegal(void *arg)
{
	(void)arg;
	__builtin_trap();
}

static void look_around(void *arg)
{
	struct seen *s = arg;

	s->number = cpu_number();
	s->stack = (uintptr_t)__builtin_frame_address(0);
	s->interrupts = irq_save();
	irq_restore(s->interrupts);
	errno = (int)(100 + s->number);
	s->trapped = trap_try(illegal, NULL, NULL);
	/* The others have set theirs meanwhile, or do so now. */
	for (int i = 0; i < 1000; i++)
		cpu_relax();
	s->err = errno;
}

static void each_by_itself(void)
{
	unsigned int started = 0, own = 0, stacks = 0, on = 0, errnos = 0, trapped = 0;

	errno = 77;
	for (unsigned int i = 1; i < cpus; i++)
		started += cpu_start(i, look_around, &seen[i]) == 0;
	tap_equal(started, cpus - 1, "cpu_start() starts the %u others", cpus - 1);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 1; i < cpus; i++) {
		const struct cpu *c = cpu_get(i);

		own += seen[i].number == i;
		stacks += seen[i].stack < c->stack_top && c->stack_top - seen[i].stack < STACK_SIZE;
		on += seen[i].interrupts;
		errnos += seen[i].err == (int)(100 + i);
		trapped += seen[i].trapped;
	}
	tap_equal(own, cpus - 1, "each knows its number");
	tap_equal(stacks, cpus - 1, "each runs on its own stack");
	tap_equal(on, cpus - 1, "each with interrupts on");
	tap_ok(errnos == cpus - 1 && errno == 77, "each has an errno of its own");
	tap_equal(trapped, cpus - 1, "each catches its own traps");
}

static void errors(void)
{
	struct seen s;

	tap_equal((unsigned long)cpu_start(cpus, look_around, &s), (unsigned long)-ENODEV,
		  "starting CPU %u, which is not there: -ENODEV", cpus);
	tap_equal((unsigned long)cpu_join(cpus), (unsigned long)-ENODEV, "waiting for it: -ENODEV");
	tap_equal((unsigned long)cpu_wake(cpus), (unsigned long)-ENODEV, "waking it: -ENODEV");
	tap_equal((unsigned long)irq_send(cpus, IRQ_IPI), (unsigned long)-ENODEV,
		  "an interrupt to it: -ENODEV");
	tap_equal((unsigned long)cpu_start(0, look_around, &s), (unsigned long)-EBUSY,
		  "starting CPU 0, which runs this: -EBUSY");
	tap_equal((unsigned long)cpu_join(0), (unsigned long)-EBUSY, "waiting for it: -EBUSY");
	tap_equal((unsigned long)cpu_count(), machine.cpus < CPU_MAX ? machine.cpus : CPU_MAX,
		  "cpu_count() is what the machine has, %d at most", CPU_MAX);
}

static _Atomic unsigned int release;

static void wait_for_release(void *arg)
{
	(void)arg;
	while (!atomic_load(&release))
		cpu_idle();
}

static void busy(void)
{
	atomic_store(&release, 0);
	tap_equal((unsigned long)cpu_start(1, wait_for_release, NULL), 0, "a CPU is given work");
	tap_equal((unsigned long)cpu_start(1, wait_for_release, NULL), (unsigned long)-EBUSY,
		  "and, as long as it has some, no other: -EBUSY");
	atomic_store(&release, 1);
	tap_equal((unsigned long)cpu_wake(1), 0, "it is woken from its idle state");
	tap_equal((unsigned long)cpu_join(1), 0, "and comes to its end");
	tap_equal((unsigned long)cpu_join(1), 0, "waiting once more returns at once");
}

static unsigned long sum;
static struct spinlock sum_lock;
static struct lock sum_lock2;
static unsigned long sum2;
static atomic_ulong atomic_sum;

static void add(void *arg)
{
	(void)arg;
	for (unsigned long i = 0; i < iterations; i++) {
		atomic_fetch_add(&atomic_sum, 1);
		spin_lock(&sum_lock);
		sum++;
		spin_unlock(&sum_lock);
		lock_acquire(&sum_lock2);
		lock_acquire(&sum_lock2);
		sum2++;
		lock_release(&sum_lock2);
		lock_release(&sum_lock2);
	}
}

static void locks(void)
{
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, add, NULL);
	add(NULL);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	tap_equal(atomic_sum, cpus * iterations, "%lu atomic additions on each CPU add up",
		  iterations);
	tap_equal(sum, cpus * iterations, "as many under a spin lock");
	tap_equal(sum2, cpus * iterations, "and under a lock that is taken twice");
}

static atomic_ulong runs;

static void count_run(void *arg)
{
	(void)arg;
	atomic_fetch_add(&runs, 1);
}

/* A lost wake-up is a hang here, which the runner sees. */
static void start_and_join(void)
{
	unsigned long failed = 0;

	for (unsigned long i = 0; i < iterations; i++) {
		unsigned int cpu = 1 + (unsigned int)i % (cpus - 1);

		failed += cpu_start(cpu, count_run, NULL) != 0;
		failed += cpu_join(cpu) != 0;
	}
	tap_equal(failed, 0, "%lu times started and joined", iterations);
	tap_equal(runs, iterations, "and each time it ran once");
}

/* The token goes from CPU to CPU; who does not have it idles. */
static atomic_ulong token;

static void pass_token(void *arg)
{
	unsigned long self = (unsigned long)(uintptr_t)arg, now;

	while ((now = atomic_load(&token)) < iterations) {
		if (now % cpus != self) {
			cpu_idle();
			continue;
		}
		atomic_store(&token, now + 1);
		cpu_wake((unsigned int)((now + 1) % cpus));
	}
	/* Whoever still idles is to see that it is over. */
	for (unsigned int i = 0; i < cpus; i++)
		cpu_wake(i);
}

static void ring(void)
{
	atomic_store(&token, 0);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, pass_token, (void *)(uintptr_t)i);
	pass_token(NULL);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	tap_equal(token, iterations, "a token passed on %lu times by wake-ups", iterations);
}

static void allocate(void *arg)
{
	unsigned long *bad = arg;
	char text[32];

	for (unsigned int i = 0; i < 500; i++) {
		unsigned int size = 1 + (i * 37 + cpu_number() * 11) % 500;
		unsigned char *p = malloc(size);

		if (!p) {
			++*bad;
			continue;
		}
		for (unsigned int j = 0; j < size; j++)
			p[j] = (unsigned char)(i + cpu_number());
		snprintf(text, sizeof(text), "%u", size);
		*bad += strtoul(text, NULL, 10) != size;
		for (unsigned int j = 0; j < size; j++)
			*bad += p[j] != (unsigned char)(i + cpu_number());
		free(p);
	}
}

static void libc(void)
{
	static unsigned long bad[CPU_MAX];
	unsigned long all = 0;

	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, allocate, &bad[i]);
	allocate(&bad[0]);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpus; i++)
		all += bad[i];
	tap_equal(all, 0, "malloc() and snprintf() on all CPUs at once");
}

int main(int argc, char **argv)
{
	static const char *const known[] = { "iterations=", NULL };
	const char *n = cmdline_value(argc, argv, "iterations");

	cmdline_check(argc, argv, known);
	if (n)
		iterations = strtoul(n, NULL, 0);
	cpus = cpu_count();
	tap_begin();
	errors();
	if (cpus < 2) {
		tap_skip("everything with several CPUs", "a second CPU: --cpus 2");
		return tap_end();
	}
	each_by_itself();
	busy();
	locks();
	start_and_join();
	ring();
	libc();
	return tap_end();
}
