// SPDX-License-Identifier: BSD-2-Clause
/*
 * Other CPUs: signals by SIGP.
 */
#include <errno.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include "cpu.h"

/* SIGP SENSE, of a CPU that executes nothing. */
#define STATUS_STOPPED 0x40
/* Of an external call: one is pending there already. */
#define STATUS_PENDING 0x80

unsigned long arch_cpu_hwid(unsigned int cpu)
{
	return cpu < machine.cpus && cpu < MAX_CPUS ? cpu_address[cpu] : cpu;
}

const char *arch_cpu_wake_means(void)
{
	return "SIGP emergency signal";
}

int cpu_order(unsigned int cpu, enum sigp_order order, uint64_t parameter, uint32_t *status)
{
	int cc;

	/* Busy: the target is at work on another order, which ends without our help. */
	while ((cc = sigp(cpu_address[cpu], order, parameter, status)) == SIGP_BUSY)
		cpu_relax();
	return cc;
}

int cpu_signal(unsigned int cpu, enum sigp_order order)
{
	uint32_t status;

	if (cpu >= machine.cpus || cpu >= MAX_CPUS)
		return -ENODEV;
	switch (cpu_order(cpu, order, 0, &status)) {
	case SIGP_ACCEPTED:
		return 0;
	case SIGP_NOT_OPERATIONAL:
		return -ENODEV;
	default:
		return status == STATUS_PENDING ? 0 : -EIO;
	}
}

int arch_cpu_wake(unsigned int cpu)
{
	return cpu_signal(cpu, SIGP_EMERGENCY_SIGNAL);
}

static bool is_stopped(unsigned int cpu)
{
	uint32_t status;

	switch (cpu_order(cpu, SIGP_SENSE, 0, &status)) {
	case SIGP_ACCEPTED:
		return false;
	case SIGP_NOT_OPERATIONAL:
		return true;
	default:
		return status & STATUS_STOPPED;
	}
}

void cpu_stop_others(void)
{
	uint64_t self = lowcore_get(cpu);
	uint32_t status;

	for (unsigned int cpu = 0; cpu < machine.cpus; cpu++)
		if (cpu != self)
			cpu_order(cpu, SIGP_STOP, 0, &status);
	/* The order is accepted at once, and obeyed when the hypervisor next runs that CPU. */
	for (unsigned int cpu = 0; cpu < machine.cpus; cpu++)
		while (cpu != self && !is_stopped(cpu))
			cpu_relax();
}
