// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each CPU has a lowcore of its own by its prefix register, outside of CPU 0's, and a trap
 * stack of its own; a CPU that the machine does not have is -ENODEV, whatever the SCLP's list said;
 * a handler that overflows the trap stack is reported as a stack overflow (word "overflow", and
 * "elsewhere" on another CPU), also if it would catch that ("caught"), and one that leaves too
 * little for a further trap ("nearly").
 */
#include <errno.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "cpu.h"

/* No machine of ours has a CPU with this address. */
#define NO_SUCH_ADDRESS 240

struct seen {
	uint32_t prefix;
	uint16_t address;
	uint64_t trap_stack, number, this, cr0, cr1;
	bool dat;
	uint64_t in_handler;
};
static struct seen seen[CPU_MAX];

/* Deeper than any stack is, with a frame at each step. */
static unsigned long recurse(unsigned long depth)
{
	volatile unsigned long here[64] = { depth };

	return depth ? recurse(depth - 1) + here[depth % 64] : 0;
}

static void overflow(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	recurse(100000);
}

static void overflow_now(void *arg)
{
	overflow(0, arg);
}

static void overflow_caught(unsigned int irq, void *arg)
{
	(void)irq;
	trap_try(overflow_now, arg, NULL);
}

/* Touches a page that is not mapped yet, which is a trap, when hardly any stack is left. */
static unsigned long touch_below(uintptr_t limit)
{
	volatile unsigned long here[16] = { limit };

	if ((uintptr_t)here < limit)
		return *(volatile unsigned long *)(machine.ram[0].base + machine.ram[0].size / 2);
	return touch_below(limit) + here[limit % 16];
}

static void overflow_nearly(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	touch_below(lowcore_get(trap_stack) - STACK_SIZE + 2048);
}

static void note_stack(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	seen[cpu_number()].in_handler = (uint64_t)__builtin_frame_address(0);
}

static void look(void *arg)
{
	struct seen *s = arg;

	asm volatile("stpx %0" : "=Q"(s->prefix));
	asm volatile("stap %0" : "=Q"(s->address));
	asm volatile("stctg %%c1, %%c1, %0" : "=S"(s->cr1));
	s->cr0 = cr0_get() & ~(uint64_t)CR0_EXTERNAL_MASKS;
	s->trap_stack = lowcore_get(trap_stack);
	s->number = lowcore_get(cpu);
	s->this = lowcore_get(this);
	s->dat = psw_mask_get() & PSW_DAT;
	irq_send(cpu_number(), IRQ_IPI);
	irq_enable();
	while (!s->in_handler)
		cpu_relax();
	irq_disable();
}

static void compare(unsigned int i)
{
	const struct seen *s = &seen[i];
	unsigned int same_prefix = 0, same_stack = 0;

	for (unsigned int j = 0; j < i; j++) {
		same_prefix += seen[j].prefix == s->prefix;
		same_stack += seen[j].trap_stack == s->trap_stack;
	}
	tap_note("CPU %u: prefix 0x%x, trap stack below 0x%lx", i, s->prefix, s->trap_stack);
	tap_equal(same_prefix + same_stack, 0, "CPU %u: prefix and trap stack are its own", i);
	tap_equal(s->prefix % LOWCORE_SIZE, 0, "the prefix is a multiple of 8 KiB");
	tap_equal(s->address, arch_cpu_hwid(i), "its address is the one that was told to start");
	tap_ok(s->number == i && s->this == (uint64_t)cpu_get(i), "its lowcore knows who it is");
	tap_ok(s->cr0 == seen[0].cr0 && s->cr1 == seen[0].cr1 && s->dat == seen[0].dat,
	       "it has the protection that CPU 0 has");
	tap_ok(s->trap_stack - s->in_handler < STACK_SIZE, "its handlers run on its trap stack");
}

static void absent(void)
{
	static struct cpu c;
	unsigned int last = CPU_MAX - 1;
	uint8_t address = cpu_address[last];

	c.number = last;
	cpu_address[last] = NO_SUCH_ADDRESS;
	tap_equal((unsigned long)arch_cpu_boot(&c), (unsigned long)-ENODEV,
		  "a CPU that is listed but not there: -ENODEV");
	cpu_address[last] = address;
}

static void send_to_itself(void *arg)
{
	(void)arg;
	irq_send(cpu_number(), IRQ_IPI);
	irq_enable();
	for (;;)
		cpu_relax();
}

static void ends_by(const char *word)
{
	irq_register(IRQ_IPI,
		     !strcmp(word, "caught")   ? overflow_caught
		     : !strcmp(word, "nearly") ? overflow_nearly
					       : overflow,
		     NULL);
	if (strcmp(word, "elsewhere") != 0)
		send_to_itself(NULL);
	cpu_start(cpu_count() - 1, send_to_itself, NULL);
	cpu_join(cpu_count() - 1);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		ends_by(argv[1]);
	tap_begin();
	irq_register(IRQ_IPI, note_stack, NULL);
	for (unsigned int i = 1; i < cpu_count(); i++)
		tap_equal((unsigned long)cpu_start(i, look, &seen[i]), 0, "CPU %u is started", i);
	look(&seen[0]);
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpu_count(); i++)
		compare(i);
	absent();
	return tap_end();
}
