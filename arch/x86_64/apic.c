// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <lib/arch.h>
#include <lib/lock.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"

/* CPUID leaf 1. */
#define EDX_APIC     (1u << 9)
#define ECX_X2APIC   (1u << 21)
#define ECX_DEADLINE (1u << 24)

#define BASE_X2APIC  (1ull << 10)
#define BASE_ENABLE  (1ull << 11)
#define BASE_ADDRESS 0x000ffffffffff000ull

/* Offsets of the registers in memory; their MSRs are MSR_FIRST and a sixteenth of it. */
enum {
	REG_TASK_PRIORITY = 0x080,
	REG_EOI = 0x0b0,
	REG_SPURIOUS = 0x0f0,
	REG_REQUESTED = 0x200,
	REG_COMMAND = 0x300,
	REG_COMMAND_HIGH = 0x310,
	REG_LVT_TIMER = 0x320,
	REG_LVT_LINT0 = 0x350,
	REG_LVT_LINT1 = 0x360,
	REG_LVT_ERROR = 0x370,
	REG_TIMER_INITIAL = 0x380,
	REG_TIMER_CURRENT = 0x390,
	REG_TIMER_DIVIDE = 0x3e0,
};
#define MSR_FIRST   0x800u
#define MSR_COMMAND 0x830u

#define SPURIOUS_ENABLE (1u << 8)
#define LVT_MASKED	(1u << 16)
#define LVT_DEADLINE	(2u << 17)
#define COMMAND_INIT	(5u << 8)
#define COMMAND_STARTUP (6u << 8)
#define COMMAND_PENDING (1u << 12)
#define COMMAND_ASSERT	(1u << 14)
#define DIVIDE_BY_1	0xbu

bool apic_may_use_x2apic = true;
/* The same on all CPUs, as they are alike. */
static bool x2apic;
static volatile uint32_t *regs;

static uint32_t read_reg(unsigned int reg)
{
	return x2apic ? (uint32_t)rdmsr(MSR_FIRST + reg / 16) : regs[reg / 4];
}

static void write_reg(unsigned int reg, uint32_t value)
{
	if (x2apic)
		wrmsr(MSR_FIRST + reg / 16, value);
	else
		regs[reg / 4] = value;
}

const char *apic_init(uint8_t spurious_vector)
{
	struct cpuid features = cpuid(1);
	uint64_t base;

	if (!(features.edx & EDX_APIC))
		return "CPUID says that this CPU has no local APIC";
	base = rdmsr(MSR_APIC_BASE);
	/* Firmware that turned it on had a reason, and there is no direct way back. */
	if (features.ecx & ECX_X2APIC && (apic_may_use_x2apic || base & BASE_X2APIC))
		x2apic = true;
	wrmsr(MSR_APIC_BASE, base | BASE_ENABLE | (x2apic ? BASE_X2APIC : 0));
	if (!x2apic) {
		regs = mmu_map(base & BASE_ADDRESS, 4096, MMU_DEVICE);
		if (!regs)
			return "no page table is left for the local APIC";
	}
	write_reg(REG_SPURIOUS, SPURIOUS_ENABLE | spurious_vector);
	write_reg(REG_TASK_PRIORITY, 0);
	/* The two pins are the old interrupt controllers and the NMI button. */
	write_reg(REG_LVT_LINT0, LVT_MASKED);
	write_reg(REG_LVT_LINT1, LVT_MASKED);
	write_reg(REG_LVT_ERROR, LVT_MASKED);
	write_reg(REG_LVT_TIMER, LVT_MASKED);
	return NULL;
}

bool apic_is_x2apic(void)
{
	return x2apic;
}

void apic_disable(void)
{
	write_reg(REG_SPURIOUS, read_reg(REG_SPURIOUS) & ~SPURIOUS_ENABLE);
}

bool apic_pending(uint8_t vector)
{
	return read_reg(REG_REQUESTED + vector / 32 * 0x10) >> vector % 32 & 1;
}

void apic_eoi(void)
{
	write_reg(REG_EOI, 0);
}

/*
 * What the other CPU is to see was stored before: a store to memory or an uncached one is seen in
 * order, a WRMSR to an x2APIC register is not (SDM volume 3, 11.12.3). In memory, the command has
 * two halves, and an interrupt handler between them would send another one.
 */
static void command(uint32_t id, uint32_t what)
{
	bool enabled;

	if (x2apic) {
		__asm__ volatile("mfence; lfence" : : : "memory");
		wrmsr(MSR_COMMAND, (uint64_t)id << 32 | what);
		return;
	}
	enabled = arch_irq_save();
	regs[REG_COMMAND_HIGH / 4] = id << 24;
	regs[REG_COMMAND / 4] = what;
	while (regs[REG_COMMAND / 4] & COMMAND_PENDING)
		;
	arch_irq_restore(enabled);
}

void apic_send(uint32_t id, uint8_t vector)
{
	command(id, COMMAND_ASSERT | vector);
}

void apic_send_init(uint32_t id)
{
	command(id, COMMAND_ASSERT | COMMAND_INIT);
}

void apic_send_startup(uint32_t id, uint32_t page)
{
	command(id, COMMAND_ASSERT | COMMAND_STARTUP | page >> 12);
}

void apic_timer_init(uint8_t vector)
{
	write_reg(REG_TIMER_DIVIDE, DIVIDE_BY_1);
	write_reg(REG_LVT_TIMER, vector);
}

void apic_timer_start(uint32_t ticks)
{
	write_reg(REG_TIMER_INITIAL, ticks);
}

uint32_t apic_timer_left(void)
{
	return read_reg(REG_TIMER_CURRENT);
}

bool apic_has_deadline(void)
{
	return cpuid(1).ecx & ECX_DEADLINE;
}

/* The mode, in memory, must be in force before the first deadline (SDM volume 3, 11.5.4.1). */
void apic_timer_deadline_init(uint8_t vector)
{
	write_reg(REG_LVT_TIMER, LVT_DEADLINE | vector);
	__asm__ volatile("mfence" : : : "memory");
}

void apic_timer_deadline(uint64_t tsc)
{
	wrmsr(MSR_TSC_DEADLINE, tsc);
}
