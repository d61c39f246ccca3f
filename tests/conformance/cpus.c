// SPDX-License-Identifier: BSD-2-Clause
/* Checks on several CPUs: what an exception there means, and that none is left at work. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <lib/arch.h>
#include "tests/conformance/run.h"

struct task {
	void (*fn)(void *arg);
	void *arg;
	bool trapped;
	struct trap_frame frame;
};

static struct task tasks[CPU_MAX];

static void run(void *arg)
{
	struct task *t = arg;

	t->trapped = trap_try(t->fn, t->arg, &t->frame);
}

static bool came_back(unsigned int cpu)
{
	const struct task *t = &tasks[cpu];

	if (!t->trapped)
		return true;
	check_failed();
	printf("#   a trap on CPU %u, in a check that expects none: %s\n", cpu,
	       arch_trap_name(&t->frame));
	fflush(stdout);
	arch_trap_print(&t->frame);
	return false;
}

bool conf_start(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	struct task *t = &tasks[cpu];
	int err;

	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->arg = arg;
	err = cpu_start(cpu, run, t);
	if (err)
		check_error("CPU %u cannot be given anything: %s", cpu, strerror(-err));
	return !err;
}

bool conf_join(unsigned int cpu)
{
	return !cpu_join(cpu) && came_back(cpu);
}

bool conf_on(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	if (cpu != cpu_number())
		return conf_start(cpu, fn, arg) && conf_join(cpu);
	tasks[cpu] = (struct task){ .fn = fn, .arg = arg };
	run(&tasks[cpu]);
	return came_back(cpu);
}

void cpus_join(void)
{
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (atomic_load(&cpu_get(cpu)->state) == CPU_RUNNING)
			cpu_join(cpu);
}
