// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include "arch/x86_64/cpu.h"

uint32_t cpu_apic_id[MAX_CPUS];
unsigned int cpu_listed;

/* Its initial local APIC id, which is also the x2APIC id as long as that is below 255. */
static uint32_t own_apic_id(void)
{
	return cpuid(1).ebx >> 24;
}

void cpu_list(const uint32_t *apic_ids, unsigned int count)
{
	uint32_t own = own_apic_id();

	cpu_listed = 0;
	cpu_apic_id[cpu_listed++] = own;
	for (unsigned int i = 0; i < count && cpu_listed < MAX_CPUS; i++)
		if (apic_ids[i] != own)
			cpu_apic_id[cpu_listed++] = apic_ids[i];
}

unsigned long arch_cpu_hwid(unsigned int cpu)
{
	return cpu < cpu_listed ? cpu_apic_id[cpu] : (unsigned long)-1;
}

void arch_cpu_set_this(struct cpu *c)
{
	wrmsr(MSR_GS_BASE, (uintptr_t)c);
}

bool arch_irq_enabled(void)
{
	unsigned long flags;

	__asm__ volatile("pushfq; pop %0" : "=r"(flags));
	return flags & RFLAGS_IF;
}

bool arch_irq_save(void)
{
	bool enabled = arch_irq_enabled();

	__asm__ volatile("cli" : : : "memory");
	return enabled;
}

void arch_irq_restore(bool enabled)
{
	if (enabled)
		__asm__ volatile("sti" : : : "memory");
	else
		__asm__ volatile("cli" : : : "memory");
}
