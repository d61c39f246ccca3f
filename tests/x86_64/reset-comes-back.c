// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a reset makes the whole machine new. The guest leaves marks in what a reset has to undo,
 * resets, and looks for them when it has come back: registers that nobody initialises, memory
 * outside of the image, the image's data, a device, an interrupt controller; and the other CPUs run,
 * and can be started anew. How it knows that it came back is the number of resets, which the
 * monitor keeps and shows at port 0x508.
 *
 *   times=N  so often
 *
 * Without that port (QEMU) nothing is reset: such a machine cannot tell us that it was. That a reset
 * happened is seen from outside, too.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <hcall/hcall.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/exit.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "arch/x86_64/cpu.h"

#define MARK		   0x5a11ed00u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define PORT_UART_DIVISOR  0x3f9 /* its high byte, while PORT_UART_LINE has bit 7 */
#define PORT_UART_LINE	   0x3fb
#define LINE_8N1	   0x03
#define LINE_8N1_DIVISOR   0x83
#define PORT_PIC_MASK	   0x21
#define PORT_RESETS	   0x508
#define NO_COUNT	   0xffffffffu

static volatile uint32_t in_data = MARK;
static atomic_uint alive;

static uint32_t resets(void)
{
	uint32_t value;

	__asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(PORT_RESETS));
	return value;
}

/* Some bytes at the end of the RAM, where nothing of the image is. */
static volatile uint32_t *far_away(void)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];

	return (volatile uint32_t *)(uintptr_t)(last->base + last->size - 64);
}

static uint64_t read_dr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%dr3, %0" : "=r"(value));
	return value;
}

/* A register of the UART that no line depends on here. */
static void write_divisor(uint8_t value)
{
	outb(PORT_UART_LINE, LINE_8N1_DIVISOR);
	outb(PORT_UART_DIVISOR, value);
	outb(PORT_UART_LINE, LINE_8N1);
}

static uint8_t read_divisor(void)
{
	uint8_t value;

	outb(PORT_UART_LINE, LINE_8N1_DIVISOR);
	value = inb(PORT_UART_DIVISOR);
	outb(PORT_UART_LINE, LINE_8N1);
	return value;
}

static void works(void *arg)
{
	(void)arg;
	atomic_fetch_add(&alive, 1);
	for (;;)
		cpu_relax();
}

/* They are at work when the reset comes, and have to be there again after it. */
static bool start_others(void)
{
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (cpu_start(cpu, works, NULL))
			return false;
	while (atomic_load(&alive) < cpu_count() - 1)
		cpu_relax();
	return true;
}

static void leave_marks(void)
{
	in_data = 0;
	*far_away() = MARK;
	wrmsr(MSR_KERNEL_GS_BASE, MARK);
	__asm__ volatile("mov %0, %%dr3" : : "r"((uint64_t)MARK));
	write_divisor(0x5a);
	outb(PORT_PIC_MASK, 0x5a);
}

static bool marks_are_there(void)
{
	return !in_data && *far_away() == MARK && rdmsr(MSR_KERNEL_GS_BASE) == MARK &&
	       read_dr3() == MARK && read_divisor() == 0x5a && inb(PORT_PIC_MASK) == 0x5a;
}

/* Nothing of them may be left. */
static void look_for_marks(void)
{
	tap_equal(rdmsr(MSR_KERNEL_GS_BASE), 0, "MSR KERNEL_GS_BASE is 0, as in a new vCPU");
	tap_equal(read_dr3(), 0, "DR3 is 0, as in a new vCPU");
	tap_equal(in_data, MARK, "the image's data was loaded anew");
	tap_equal(*far_away(), 0, "memory outside of the image is 0");
	tap_equal(read_divisor(), 0, "the UART's divisor is 0");
	tap_ok(inb(PORT_PIC_MASK) != 0x5a, "the PIC has another mask");
}

int main(int argc, char **argv)
{
	const char *times = cmdline_value(argc, argv, "times");
	uint32_t count = resets(), wanted = times ? (uint32_t)strtoul(times, NULL, 0) : 1;

	tap_begin();
	if (count == NO_COUNT) {
		tap_skip("a reset makes the machine new", "a monitor that counts resets");
		return tap_end();
	}
	if (count < wanted) {
		leave_marks();
		if (!marks_are_there() || !start_others()) {
			tap_error("the machine is reset", "marks or CPUs are missing before it");
			return tap_end();
		}
		tap_note("reset %u of %u", (unsigned int)count + 1, (unsigned int)wanted);
		machine_announce_end("reset");
		tap_error("the machine is reset", "it was not: error %d", -hcall_reset());
		return tap_end();
	}
	machine_announce_end("shutdown");
	tap_equal(count, wanted, "the monitor counted the resets");
	look_for_marks();
	tap_ok(start_others(), "the other CPUs come to life again");
	return tap_end();
}
