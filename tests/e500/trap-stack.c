// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each CPU handles its traps on a stack of its own; below it lies a page where nothing is, and
 * an overflow of it is reported as that. Every CPU sees the same memory with the same protection,
 * what was mapped after it was started included.
 */
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include <string.h>
#include "devices.h"
#include "mmu.h"
#include "pinned.h"

extern char __text_start[];

/* Where handlers ran: one address on the stack of each CPU's traps. */
static uintptr_t stack[CPU_MAX];

static void touch(void *at)
{
	*(volatile char *)at = 1;
}

static void on_ipi(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	stack[cpu_number()] = (uintptr_t)__builtin_frame_address(0);
}

/* What a CPU finds out. */
struct seen {
	bool guard, named, text, device;
	volatile uint8_t *late;
};
static struct seen seen[CPU_MAX];

static void look(void *arg)
{
	uintptr_t top = e500_pinned.cpus[cpu_number()].base.trap_stack;
	struct seen *s = arg;
	struct trap_frame f;

	irq_register(IRQ_IPI, on_ipi, NULL);
	irq_send(cpu_number(), IRQ_IPI);
	while (!*(volatile uintptr_t *)&stack[cpu_number()])
		cpu_idle();
	s->guard = trap_try(touch, (void *)(top - TRAP_STACK_SIZE - 1), &f) &&
		   trap_kind(&f) == TRAP_KIND_UNMAPPED;
	s->named = !strncmp(arch_trap_name(&f), "overflow", 8);
	s->text = trap_try(touch, __text_start, &f) && trap_kind(&f) == TRAP_KIND_PROTECTED;
	/* The chip's registers for global utilities, say: any device that reads without effect. */
	s->device = s->late && mmio_in32(s->late) == mmio_in32(s->late);
}

int main(void)
{
	unsigned int cpus = cpu_count(), guards = 0, names = 0, text = 0, devices = 0, own = 0;

	tap_begin();
	if (!arch_cpu_wake_means()) {
		tap_skip("stacks of traps", "an MPIC to interrupt with");
		return tap_end();
	}
	/* Once, so that all are there before the device is mapped. */
	for (unsigned int i = 1; i < cpus; i++) {
		cpu_start(i, look, &seen[i]);
		cpu_join(i);
	}
	memset(seen, 0, sizeof(seen));
	for (unsigned int i = 0; i < cpus; i++)
		seen[i].late = map_device(PPCE500_GUTS, 4);
	look(&seen[0]);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, look, &seen[i]);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpus; i++) {
		uintptr_t top = e500_pinned.cpus[i].base.trap_stack;

		own += top - stack[i] < TRAP_STACK_SIZE;
		for (unsigned int j = 0; j < i; j++)
			own -= top == e500_pinned.cpus[j].base.trap_stack;
		guards += seen[i].guard;
		names += seen[i].named;
		text += seen[i].text;
		devices += seen[i].device;
	}
	tap_equal(own, cpus, "each CPU handles interrupts on a stack of its own");
	tap_equal(guards, cpus, "below which nothing is mapped");
	tap_equal(names, cpus, "and that is how a trap there is called");
	tap_equal(text, cpus, "text is read-only on each");
	tap_equal(devices, cpus, "a device that was mapped later is seen by each");
	return tap_end();
}
