// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: what portable code relies on of this architecture alone: an idle CPU is closed for
 * interruptions again when one has ended its wait; the clock comparator interrupts once; a second
 * external call before the first one is taken is no error, and no second interruption; a CPU that
 * is not there cannot be sent one; the service signal does not come to a program. An external
 * interruption that nobody asked for is named (word "unexpected"), as is a restart ("restart").
 */
#include <errno.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "cpu.h"

#define CR0_CPU_TIMER 0x400

static _Atomic unsigned int seen[IRQ_NR];

static void count(unsigned int irq, void *arg)
{
	(void)arg;
	seen[irq]++;
}

/* Until an interruption has come, if none has yet; then a little more. */
static void open_until(unsigned int irq)
{
	uint64_t start;

	irq_enable();
	while (!seen[irq])
		cpu_relax();
	start = arch_clock_ticks();
	while (arch_clock_ticks() - start < arch_clock_hz() / 1000)
		cpu_relax();
	irq_disable();
}

static void idle(void)
{
	irq_send(0, IRQ_IPI);
	while (!seen[IRQ_IPI])
		arch_idle();
	tap_ok(!arch_irq_enabled(), "an idle CPU is closed when an interruption ended that");
	tap_ok(!(psw_mask_get() & PSW_WAIT) && psw_mask_get() & PSW_MACHINE_CHECK,
	       "and the rest of its PSW is as it was");
}

static void calls(void)
{
	seen[IRQ_IPI] = 0;
	tap_equal((unsigned long)irq_send(0, IRQ_IPI), 0, "an external call is accepted");
	tap_equal((unsigned long)irq_send(0, IRQ_IPI), 0, "while it is pending, another one, too");
	open_until(IRQ_IPI);
	tap_equal(seen[IRQ_IPI], 1, "they are one interruption");
	tap_equal((unsigned long)arch_irq_send(machine.cpus, IRQ_IPI), (unsigned long)-ENODEV,
		  "to a CPU that is not there: -ENODEV");
}

static void timer(void)
{
	arch_timer_arm(0);
	tap_equal(seen[IRQ_TIMER], 0, "an armed timer waits until the CPU is open");
	open_until(IRQ_TIMER);
	tap_equal(seen[IRQ_TIMER], 1, "and interrupts once");
	arch_timer_arm(arch_clock_hz() / 10000);
	arch_timer_arm(UINT64_MAX);
	open_until(IRQ_TIMER);
	tap_equal(seen[IRQ_TIMER], 1, "disarmed, it does not");
	arch_timer_arm(UINT64_MAX - 1);
	open_until(IRQ_TIMER);
	tap_equal(seen[IRQ_TIMER], 1, "nor for a time that the clock does not reach");
}

/* As many service signals come as console calls are made; the CPU is open all the time. */
static void service_signals(void)
{
	irq_enable();
	for (int i = 0; i < 100; i++)
		(void)console_getc();
	tap_ok(arch_irq_enabled(), "a service call leaves the CPU open, if it was");
	irq_disable();
	for (int i = 0; i < 100; i++)
		(void)console_getc();
	tap_ok(!arch_irq_enabled(), "and closed, if it was");
}

/* The CPU timer counts down, and interrupts below zero. */
static void cpu_timer(void)
{
	uint64_t soon = 4096;

	asm volatile("spt %0" : : "Q"(soon));
	cr0_set(cr0_get() | CR0_CPU_TIMER);
	irq_enable();
	for (;;)
		cpu_relax();
}

static void restart_cpu_0(void *arg)
{
	uint32_t status;

	(void)arg;
	cpu_order(0, SIGP_RESTART, 0, &status);
}

static void ends_by(const char *word)
{
	if (!strcmp(word, "unexpected"))
		cpu_timer();
	cpu_start(1, restart_cpu_0, NULL);
	for (;;)
		cpu_relax();
}

int main(int argc, char **argv)
{
	if (argc > 1)
		ends_by(argv[1]);
	tap_begin();
	irq_register(IRQ_IPI, count, NULL);
	irq_register(IRQ_TIMER, count, NULL);
	idle();
	calls();
	timer();
	service_signals();
	return tap_end();
}
