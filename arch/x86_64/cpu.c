// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include "arch/x86_64/cpu.h"

static uint32_t apic_id[MAX_CPUS];
static unsigned int nr_cpus;

/* Its initial local APIC id, which is also the x2APIC id as long as that is below 255. */
static uint32_t own_apic_id(void)
{
	return cpuid(1).ebx >> 24;
}

void cpu_list(const uint32_t *apic_ids, unsigned int count)
{
	uint32_t own = own_apic_id();

	nr_cpus = 0;
	apic_id[nr_cpus++] = own;
	for (unsigned int i = 0; i < count && nr_cpus < MAX_CPUS; i++)
		if (apic_ids[i] != own)
			apic_id[nr_cpus++] = apic_ids[i];
}

unsigned int cpu_count(void)
{
	return nr_cpus;
}

unsigned long arch_cpu_hwid(unsigned int cpu)
{
	return cpu < nr_cpus ? apic_id[cpu] : (unsigned long)-1;
}

/* An interrupt would do it, but nobody idles with interrupts on yet. */
int arch_cpu_wake(unsigned int cpu)
{
	return cpu < (machine.cpus ? machine.cpus : 1) ? -ENOSYS : -ENODEV;
}

const char *arch_cpu_wake_means(void)
{
	return NULL;
}
