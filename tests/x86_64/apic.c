// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: interrupts, the timer and the start of CPUs work in either mode of the local APIC: x2APIC
 * where the CPU has it (the word "mode=x2apic": and it must have it), and its registers in memory
 * elsewhere, or where the program wants it so ("mode=xapic").
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/clock.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"

static atomic_uint came;

static void on_interrupt(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	atomic_fetch_add(&came, 1);
}

static void wait_for(unsigned int count)
{
	while (atomic_load(&came) < count)
		cpu_idle();
}

static void on_other(void *arg)
{
	bool *same = arg;

	*same = !!(rdmsr(MSR_APIC_BASE) & 1 << 10) == apic_is_x2apic();
	irq_send(0, IRQ_IPI);
}

int main(int argc, char **argv)
{
	static const char *const known[] = { "mode=", NULL };
	const char *mode = cmdline_value(argc, argv, "mode");
	bool has_x2apic = cpuid(1).ecx >> 21 & 1, same = false;

	cmdline_check(argc, argv, known);
	apic_may_use_x2apic = !mode || !!strcmp(mode, "xapic");
	tap_begin();
	irq_register(IRQ_IPI, on_interrupt, NULL);
	irq_register(IRQ_TIMER, on_interrupt, NULL);
	tap_note("the CPU has %sx2APIC; %s is used", has_x2apic ? "" : "no ",
		 apic_is_x2apic() ? "x2APIC" : "the mode with registers in memory");
	if (mode && !strcmp(mode, "x2apic"))
		tap_ok(has_x2apic, "the CPU has x2APIC");
	tap_ok(apic_is_x2apic() == (has_x2apic && apic_may_use_x2apic),
	       "the mode is the right one");

	irq_send(0, IRQ_IPI);
	wait_for(1);
	tap_ok(true, "an interrupt to this CPU");
	clock_alarm(clock_ns() + 1000000);
	wait_for(2);
	tap_ok(true, "one of the timer");
	tap_note("%s", clock_source());
	if (cpu_count() < 2) {
		tap_skip("an interrupt from another CPU", "a second CPU: --cpus 2");
		return tap_end();
	}
	tap_equal((unsigned long)cpu_start(1, on_other, &same), 0, "CPU 1 is started");
	wait_for(3);
	tap_ok(true, "an interrupt from there");
	cpu_join(1);
	tap_ok(same, "whose local APIC is in the same mode");
	return tap_end();
}
