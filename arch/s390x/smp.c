// SPDX-License-Identifier: BSD-2-Clause
/*
 * Other CPUs: signals by SIGP.
 */
#include <errno.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include "cpu.h"

enum { SIGP_ACCEPTED = 0, SIGP_BUSY = 2, SIGP_NOT_OPERATIONAL = 3 };

unsigned long arch_cpu_hwid(unsigned int cpu)
{
	return cpu < machine.cpus && cpu < MAX_CPUS ? cpu_address[cpu] : cpu;
}

const char *arch_cpu_wake_means(void)
{
	return "SIGP emergency signal";
}

int arch_cpu_wake(unsigned int cpu)
{
	uint32_t status;
	int cc;

	if (cpu >= machine.cpus || cpu >= MAX_CPUS)
		return -ENODEV;
	/* Busy: the target is at work on another order, which ends without our help. */
	do {
		cc = sigp(cpu_address[cpu], SIGP_EMERGENCY_SIGNAL, 0, &status);
	} while (cc == SIGP_BUSY);
	if (cc == SIGP_NOT_OPERATIONAL)
		return -ENODEV;
	return cc == SIGP_ACCEPTED ? 0 : -EIO;
}

void cpu_stop_others(void)
{
	uint64_t self = lowcore_get(cpu);
	uint32_t status;

	for (unsigned int cpu = 0; cpu < machine.cpus; cpu++) {
		if (cpu == self)
			continue;
		while (sigp(cpu_address[cpu], SIGP_STOP, 0, &status) == SIGP_BUSY)
			;
	}
}
