// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"
#include "tests/conformance/conf.h"
#include "tests/conformance/x86_64/apic.h"

#define MSR_APIC_BASE 0x1bu
#define BASE_X2APIC   (1u << 10)
#define BASE_ENABLED  (1u << 11)
#define LAPIC	      0xfee00000u

enum {
	ID = 0x20,
	SPURIOUS = 0xf0,
	IRR = 0x200,
	LVT_TIMER = 0x320,
	TIMER_START = 0x380,
	TIMER_DIVIDE = 0x3e0,
};
#define SOFTWARE_ENABLE 0x100u
#define SPURIOUS_VECTOR 0xffu
#define DIVIDE_BY_16	3u
/* KVM's APIC timer counts nanoseconds before it is divided: 5 ms. */
#define TIMER_TICKS    (5000000u / 16)
#define GATES	       256
#define STUB_SIZE      16
#define CODE64	       8ull
#define GATE_INTERRUPT 0x8eull
#define EXCEPTIONS     32

struct gate {
	uint64_t low, high;
};

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

extern const char apic_stubs[GATES - APIC_FIRST_VECTOR][STUB_SIZE];

volatile uint32_t apic_taken[APIC_VECTORS];
static volatile uint32_t *lapic;
static struct gate idt[GATES] __attribute__((aligned(16)));
static struct table_register old_idt;

static uint32_t read_reg(unsigned int reg)
{
	return lapic[reg / 4];
}

static void write_reg(unsigned int reg, uint32_t value)
{
	lapic[reg / 4] = value;
}

const char *apic_obstacle(void)
{
	uint64_t base;

	if (!(cpuid(1).edx >> 9 & 1))
		return "a local APIC";
	base = rdmsr(MSR_APIC_BASE);
	if ((base & (BASE_X2APIC | BASE_ENABLED)) != BASE_ENABLED)
		return "a local APIC in xAPIC mode";
	lapic = mmu_map(LAPIC, CONF_PAGE_SIZE, MMU_DEVICE);
	return lapic ? NULL : "a local APIC that can be mapped";
}

void apic_enable(bool on)
{
	write_reg(SPURIOUS, SPURIOUS_VECTOR | (on ? SOFTWARE_ENABLE : 0));
}

uint32_t apic_id(void)
{
	return read_reg(ID) >> 24;
}

bool apic_pending(unsigned int vector)
{
	return read_reg(IRR + vector / 32 * 0x10) >> vector % 32 & 1;
}

/* The runtime's gates for exceptions, ours for everything else. */
static void load_our_idt(void)
{
	struct table_register ours = { sizeof(idt) - 1, (uintptr_t)idt };

	__asm__ volatile("sidt %0" : "=m"(old_idt));
	memcpy(idt, (const void *)old_idt.base, EXCEPTIONS * sizeof(idt[0]));
	for (unsigned int i = APIC_FIRST_VECTOR; i < GATES; i++) {
		uint64_t at = (uintptr_t)apic_stubs[i - APIC_FIRST_VECTOR];

		idt[i].low = (at & 0xffff) | CODE64 << 16 | GATE_INTERRUPT << 40 |
			     (at >> 16 & 0xffff) << 48;
		idt[i].high = at >> 32;
	}
	__asm__ volatile("lidt %0" : : "m"(ours) : "memory");
}

static void load_old_idt(void)
{
	__asm__ volatile("lidt %0" : : "m"(old_idt) : "memory");
}

void apic_let_in(void)
{
	load_our_idt();
	__asm__ volatile("sti; nop; nop; cli" : : : "memory");
	load_old_idt();
}

void apic_forget(void)
{
	apic_let_in();
	memset((void *)(uintptr_t)apic_taken, 0, sizeof(apic_taken));
}

void apic_halt_deaf(void)
{
	__asm__ volatile("cli; hlt" : : : "memory");
}

bool apic_halt_until_timer(void)
{
	uint32_t before = apic_taken[APIC_TIMER_VECTOR];
	bool timer;

	apic_enable(true);
	write_reg(TIMER_DIVIDE, DIVIDE_BY_16);
	write_reg(LVT_TIMER, APIC_TIMER_VECTOR);
	load_our_idt();
	write_reg(TIMER_START, TIMER_TICKS);
	__asm__ volatile("sti; hlt; cli" : : : "memory");
	timer = apic_taken[APIC_TIMER_VECTOR] != before;
	/* If not: no timer is left behind. */
	write_reg(TIMER_START, 0);
	__asm__ volatile("sti; nop; nop; cli" : : : "memory");
	load_old_idt();
	conf_fact("hlt ended by the timer", &timer);
	return timer;
}
