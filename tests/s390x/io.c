// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: an I/O interruption comes to the CPU that registered its subclass, with the words that
 * tell whose it is; masked, it stays pending and comes later; one that nobody asked for is named
 * and ends the machine (word "unexpected"). What interrupts is a SENSE ID channel program on the
 * first subchannel that has a device (Principles of Operation, "I/O Instructions"; the answer's
 * layout: Linux drivers/s390/cio/cio.h, struct senseid).
 */
#include <string.h>
#include <asm/channel.h>
#include <lib/clock.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include "cpu.h"

/* The subclass that is used here, and the parameter that is to come back. */
#define ISC	  5
#define PARAMETER 0xcafe0001u

#define SUBCHANNELS 16

struct sense_id {
	uint8_t always_ff;
	uint8_t control_unit[2];
	uint8_t rest[29];
};

static struct sense_id answer;
static struct ccw1 program;

/* What the handler saw. */
static struct {
	_Atomic unsigned int count;
	unsigned int cpu, irq;
	struct irq_io io;
	struct irb irb;
	int test_cc;
} seen;

/* Returns the first subchannel with a device, enabled for ISC, or 0. */
static uint32_t enable_subchannel(void)
{
	struct schib schib;

	for (uint32_t id = SUBCHANNEL(0); id < SUBCHANNEL(SUBCHANNELS); id++) {
		if (store_subchannel(id, &schib) != 0)
			break;
		if (!(schib.flags & PMCW_VALID))
			continue;
		schib.parameter = PARAMETER;
		schib.flags |= PMCW_ENABLED | PMCW_ISC(ISC);
		return modify_subchannel(id, &schib) == 0 ? id : 0;
	}
	return 0;
}

static int start_sense_id(uint32_t id)
{
	struct orb orb = {
		.parameter = PARAMETER,
		.control = ORB_FORMAT1 | ORB_ALL_PATHS,
		.program = (uint32_t)(uintptr_t)&program,
	};

	memset(&answer, 0, sizeof(answer));
	program = (struct ccw1){
		.command = COMMAND_SENSE_ID,
		.flags = CCW_SHORT,
		.count = sizeof(answer),
		.data = (uint32_t)(uintptr_t)&answer,
	};
	return start_subchannel(id, &orb);
}

static void handle(unsigned int irq, void *arg)
{
	seen.io = irq_io();
	seen.irq = irq;
	seen.cpu = cpu_number();
	seen.test_cc = test_subchannel(seen.io.subchannel, &seen.irb);
	seen.count++;
	(void)arg;
}

/* If it does not come, that is a hang, which the runner sees. */
static void wait_for(unsigned int count)
{
	while (seen.count < count)
		cpu_idle();
}

static void one(uint32_t id)
{
	tap_equal((unsigned long)start_sense_id(id), 0, "START SUBCHANNEL is accepted");
	wait_for(1);
	tap_equal(seen.count, 1, "one I/O interruption comes");
	tap_equal(seen.irq, IRQ_IO(ISC), "of the subclass that the subchannel was given");
	tap_equal(seen.io.subchannel, id, "from the subchannel");
	tap_equal(seen.io.parameter, PARAMETER, "with its parameter");
	tap_equal(seen.io.word >> 27 & 7, ISC, "and with the subclass in the third word");
	tap_equal((unsigned long)seen.test_cc, 0, "TEST SUBCHANNEL had a status");
	tap_equal(seen.irb.device_status, CHANNEL_END | DEVICE_END, "the device is at its end");
	tap_equal(answer.always_ff, 0xff, "SENSE ID was answered");
	tap_note("control unit type %02x%02x", answer.control_unit[0], answer.control_unit[1]);
}

static void masked(uint32_t id)
{
	irq_mask(IRQ_IO(ISC));
	start_sense_id(id);
	clock_sleep_until(clock_ns() + 1000000);
	tap_equal(seen.count, 1, "masked, it does not come");
	irq_unmask(IRQ_IO(ISC));
	wait_for(2);
	tap_equal(seen.count, 2, "unmasked, it does");
}

/* On CPU 1, which has the subclass from then on. */
static void take_over(void *arg)
{
	_Atomic bool *ready = arg;

	irq_unmask(IRQ_IO(ISC));
	*ready = true;
	cpu_wake(0);
	while (seen.count < 3)
		cpu_idle();
}

static void nothing(void *arg)
{
	(void)arg;
}

static void elsewhere(uint32_t id)
{
	_Atomic bool ready = false;

	if (cpu_count() < 2) {
		tap_skip("an interruption that another CPU unmasked", "a second CPU: --cpus 2");
		return;
	}
	cpu_start(1, take_over, (void *)&ready);
	while (!ready)
		cpu_idle();
	/* Open here, too, this CPU would be the one that has it at once. */
	irq_enable();
	start_sense_id(id);
	cpu_join(1);
	irq_disable();
	tap_equal(seen.cpu, 1, "unmasked by another CPU, it comes there");
	irq_mask(IRQ_IO(ISC));
	/* That CPU hears of it by an interruption of its own, which it takes before anything else. */
	cpu_start(1, nothing, NULL);
	cpu_join(1);
	start_sense_id(id);
	clock_sleep_until(clock_ns() + 1000000);
	tap_equal(seen.count, 3, "masked by this one, it does not come there any more");
	irq_unmask(IRQ_IO(ISC));
	wait_for(4);
	tap_equal(seen.cpu, 0, "unmasked by this one, it comes here");
}

/* Opens the CPU for all subclasses without a word to anybody. */
static void unexpected(uint32_t id)
{
	uint64_t all = 0xff000000;

	irq_enable();
	asm volatile("lctlg %%c6, %%c6, %0" : : "S"(all) : "memory");
	start_sense_id(id);
	for (;;)
		cpu_relax();
}

int main(int argc, char **argv)
{
	uint32_t id = enable_subchannel();

	if (argc > 1 && !strcmp(argv[1], "unexpected"))
		unexpected(id);
	tap_begin();
	if (!id) {
		tap_skip("I/O interruptions", "a channel device: -device virtio-rng-ccw");
		return tap_end();
	}
	tap_note("subchannel 0x%08x", id);
	tap_equal((unsigned long)irq_register(IRQ_IO(ISC), handle, NULL), 0,
		  "irq_register() of subclass %d", ISC);
	one(id);
	masked(id);
	elsewhere(id);
	return tap_end();
}
