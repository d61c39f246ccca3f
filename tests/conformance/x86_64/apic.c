// SPDX-License-Identifier: BSD-2-Clause
#include <stdatomic.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/irq.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/irq.h"
#include "tests/conformance/conf.h"
#include "tests/conformance/x86_64/apic.h"

#define VECTORS	     256
#define VECTOR_TIMER (IRQ_VECTOR_LOCAL + IRQ_TIMER)
#define TIMER_NS     5000000
#define EDX_APIC     (1u << 9)

static atomic_uint taken[CPU_MAX][VECTORS];

/* The runtime's own are counted, too, and left to it. */
static bool take(unsigned int vector)
{
	atomic_fetch_add(&taken[cpu_number()][vector], 1);
	if (vector >= IRQ_VECTOR_LOCAL)
		return false;
	apic_eoi();
	return true;
}

const char *apic_obstacle(void)
{
	if (!(cpuid(1).edx & EDX_APIC))
		return "a local APIC";
	irq_ready();
	irq_take_vector = take;
	return NULL;
}

static void nothing(void *unused)
{
	(void)unused;
}

bool apic_wake_all(void)
{
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (!conf_on(cpu, nothing, NULL))
			return false;
	return true;
}

uint32_t apic_id(unsigned int cpu)
{
	return (uint32_t)arch_cpu_hwid(cpu);
}

unsigned int apic_taken(unsigned int cpu, unsigned int vector)
{
	return atomic_load(&taken[cpu][vector]);
}

void apic_let_in(void)
{
	__asm__ volatile("sti; nop; nop; cli" : : : "memory");
}

/*
 * A function there begins with an interrupt of a higher priority than those that checks send; all
 * that is pending is taken before the function is.
 */
void apic_settle(void)
{
	apic_let_in();
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (atomic_load(&cpu_get(cpu)->state) == CPU_PARKED)
			conf_on(cpu, nothing, NULL);
}

void apic_forget(void)
{
	apic_settle();
	for (unsigned int cpu = 0; cpu < CPU_MAX; cpu++)
		for (unsigned int vector = 0; vector < VECTORS; vector++)
			atomic_store(&taken[cpu][vector], 0);
}

void apic_halt_deaf(void)
{
	__asm__ volatile("cli; hlt" : : : "memory");
}

static void alarm(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
}

bool apic_halt_until_timer(void)
{
	unsigned int before = apic_taken(cpu_number(), VECTOR_TIMER);
	bool enabled, timer;

	irq_register(IRQ_TIMER, alarm, NULL);
	enabled = irq_save();
	clock_alarm(clock_ns() + TIMER_NS);
	arch_idle();
	timer = apic_taken(cpu_number(), VECTOR_TIMER) != before;
	/* If not: no timer is left behind. */
	clock_alarm(UINT64_MAX);
	irq_restore(enabled);
	conf_fact("hlt ended by the timer", &timer);
	return timer;
}
