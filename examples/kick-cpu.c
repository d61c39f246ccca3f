// SPDX-License-Identifier: BSD-2-Clause
/*
 * Wakes other CPUs: each idles, executing nothing, until it is told to go on, and kicked. How a CPU
 * is kicked differs: by hypercall on x86 under KVM, by SIGP on s390x, by an interrupt of the MPIC on
 * e500, by one of the local APIC on a bare PC. hcall_kick_cpu() takes what there is.
 *
 * What can be seen: which way it is; who woke up. A kick that is lost is a CPU that sleeps for ever,
 * and this program waits for it: whoever watches from outside says so. A kick that comes before the
 * CPU idles is kept for that moment, so nothing here depends on who is faster.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/cpu.h>
#include <lib/machine.h>

static atomic_bool go;

/* Runs on the other CPU. */
static void sleeper(void *arg)
{
	unsigned int *times = arg;

	for (*times = 0; !atomic_load(&go); (*times)++)
		cpu_idle();
}

static void kick(unsigned int cpu)
{
	int err = hcall_kick_cpu(cpu);

	printf("CPU %u: %s\n", cpu, err ? strerror(-err) : "kicked");
}

static void others(void)
{
	static unsigned int times[CPU_MAX];

	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (cpu_start(cpu, sleeper, &times[cpu]))
			printf("CPU %u does not start\n", cpu);
	atomic_store(&go, true);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		kick(cpu);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++) {
		cpu_join(cpu);
		printf("CPU %u woke up; it idled %u times\n", cpu, times[cpu]);
	}
}

int main(void)
{
	const char *means = hcall_means(HCALL_OP_KICK_CPU);

	printf("A CPU is kicked by: %s\n", means ? means : "nothing on this machine");
	if (!means)
		return 0;
	if (cpu_count() > 1)
		others();
	else
		printf("There is one CPU only, which has nobody to wake.\n");

	/* A CPU that is awake keeps the kick: its next attempt to idle ends at once. */
	kick(0);
	cpu_idle();
	printf("CPU 0 kicked itself, idled, and is back.\n");
	kick(machine.cpus);
	return 0;
}
