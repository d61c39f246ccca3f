// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the one control block of the SCLP belongs to one CPU from sclp_begin() to sclp_end(), and
 * neither another CPU nor an interrupt handler of the same one comes between; each command is
 * answered to the CPU that gave it, whatever else interrupts.
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include "cpu.h"
#include "sclp.h"

#define ROUNDS	300
#define MARK_AT 64
#define MARKS	64

static _Atomic unsigned int done, wrong_marks, wrong_answers, interruptions;

/*
 * One command, with time for others to do something wrong, and for a handler of this CPU, if it is
 * not one itself; counts what they did.
 */
static void ask(unsigned int who, bool interrupt)
{
	bool enabled = sclp_begin();
	unsigned char *marks = sccb.bytes + MARK_AT;

	memset(marks, (int)who, MARKS);
	if (interrupt)
		irq_send(cpu_number(), IRQ_IPI);
	for (int i = 0; i < 50; i++)
		cpu_relax();
	for (int i = 0; i < MARKS; i++)
		if (marks[i] != who) {
			atomic_fetch_add(&wrong_marks, 1);
			break;
		}
	if (sclp_call(SCLP_READ_SCP_INFO, SCCB_SIZE) != SCLP_DATA_READ ||
	    sccb.header.length != SCCB_SIZE)
		atomic_fetch_add(&wrong_answers, 1);
	sclp_end(enabled);
	atomic_fetch_add(&done, 1);
}

static void ask_again(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	atomic_fetch_add(&interruptions, 1);
	ask(cpu_number() + 0x80, false);
}

/* With interrupts on: each CPU sends its neighbour one a round, and itself one. */
static void rounds(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		if (cpu_count() > 1)
			irq_send((cpu_number() + 1) % cpu_count(), IRQ_IPI);
		ask(cpu_number() + 1, true);
	}
}

static bool all_done(void)
{
	return done == cpu_count() * ROUNDS + interruptions;
}

int main(void)
{
	tap_begin();
	irq_register(IRQ_IPI, ask_again, NULL);
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_start(i, rounds, NULL);
	irq_enable();
	rounds(NULL);
	irq_disable();
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_join(i);
	/* A parked CPU may be in its handler still, or enter it once more. */
	while (!all_done())
		cpu_relax();
	tap_note("%u commands, %u of them by interrupt handlers", done, interruptions);
	tap_ok(interruptions >= ROUNDS / 2, "%u CPUs and their interrupt handlers gave commands",
	       cpu_count());
	tap_equal(wrong_marks, 0, "none found another's words in the control block");
	tap_equal(wrong_answers, 0, "each got its answer");
	return tap_end();
}
