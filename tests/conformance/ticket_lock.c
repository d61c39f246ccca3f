// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: with the means to idle and to wake, a lock that serves its takers in order works well with
 * more CPUs than the host runs at a time: who waits for long idles, and who gives the lock back wakes
 * the next. Without, a waiting CPU uses up the time of the one that it waits for.
 *
 * Source: Linux, Documentation/virt/kvm/x86/hypercalls.rst 5 (KVM_HC_KICK_CPU is for this);
 * lib/cpu.h and wake.h for the means of each machine.
 * Outcomes: pass; fail if two CPUs are inside at a time, out of turn, or a turn is lost; a wake-up
 * that is lost is a hang; skip where there is one CPU. How much is gained is counted, in turns of the
 * waiting loop, and printed; it is the host's scheduler that decides about it.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include "tests/conformance/sabotage.h"
#include "tests/conformance/wake.h"

#define SOURCE "hypercalls.rst 5; a lock of tickets"

/* Of each CPU. A waiting CPU costs a slice of the host's time when nothing ends it earlier. */
#define ROUNDS	      2
#define SPINS_AT_MOST 256

static struct {
	/* The next ticket, and the one that may enter. */
	atomic_uint next, serving;
	/* Of CPUs that idle: their ticket, plus 1. */
	atomic_uint idles[CPU_MAX];
	bool paravirtual;
	/* What the lock protects. */
	volatile unsigned int inside, entered, last;
	/* What went wrong, and what it cost. */
	atomic_uint crowded, disorder;
	atomic_ulong spins, idled, kicks, failed_kicks;
} l;

static bool is_turn_of(unsigned int ticket)
{
	bool turn = atomic_load(&l.serving) == ticket;

	conf_fact("turn", &turn);
	return turn;
}

/* The order of store and load on both sides is what keeps a wake-up from being missed. */
static void idle_until_turn(unsigned int ticket)
{
	atomic_uint *mine = &l.idles[cpu_number()];

	atomic_store(mine, ticket + 1);
	while (!is_turn_of(ticket)) {
		atomic_fetch_add(&l.idled, 1);
		cpu_idle();
	}
	atomic_store(mine, 0);
}

static unsigned int take(void)
{
	unsigned int ticket = atomic_fetch_add(&l.next, 1);
	unsigned long spins = 0;

	while (!is_turn_of(ticket) && !(l.paravirtual && spins == SPINS_AT_MOST)) {
		spins++;
		cpu_relax();
	}
	atomic_fetch_add(&l.spins, spins);
	if (l.paravirtual)
		idle_until_turn(ticket);
	return ticket;
}

static void give_back(void)
{
	unsigned int next = atomic_fetch_add(&l.serving, 1) + 1;

	for (unsigned int cpu = 0; l.paravirtual && cpu < cpu_count(); cpu++)
		if (atomic_load(&l.idles[cpu]) == next + 1) {
			atomic_fetch_add(&l.kicks, 1);
			if (wake_cpu(cpu))
				atomic_fetch_add(&l.failed_kicks, 1);
		}
}

/* While its first owner has the lock, every other CPU takes a ticket: from then on all but one wait. */
static void wait_for_a_queue(void)
{
	while (atomic_load(&l.next) < cpu_count())
		cpu_relax();
}

static void take_turns(void *unused)
{
	(void)unused;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int ticket = take();

		if (l.inside++)
			atomic_fetch_add(&l.crowded, 1);
		if (l.last++ != ticket)
			atomic_fetch_add(&l.disorder, 1);
		if (!ticket)
			wait_for_a_queue();
		l.entered++;
		l.inside--;
		give_back();
	}
}

/* All CPUs at once; how many turns of the waiting loop a ticket cost, in l.spins. */
static bool contend(bool paravirtual)
{
	memset(&l, 0, sizeof(l));
	l.paravirtual = paravirtual;
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		if (!conf_start(cpu, take_turns, NULL))
			return false;
	take_turns(NULL);
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++)
		conf_join(cpu);
	expect_equal(l.crowded, 0, "how often two CPUs were inside");
	expect_equal(l.disorder, 0, "how often a CPU entered out of turn");
	expect_equal(l.entered, cpu_count() * ROUNDS, "how often a CPU was inside, in all");
	return expect_equal(l.failed_kicks, 0, "how many wake-ups were refused");
}

CHECK("ticket-lock.spinning", SOURCE)
{
	REQUIRE_CPUS(2);
	if (contend(false))
		printf("# paravane measured lock=spinning cpus=%u tickets=%u spins=%lu\n",
		       cpu_count(), l.entered, atomic_load(&l.spins));
}

CHECK("ticket-lock.paravirtual", SOURCE)
{
	REQUIRE_WAKE();
	if (contend(true))
		printf("# paravane measured lock=paravirtual cpus=%u tickets=%u spins=%lu idled=%lu "
		       "kicks=%lu by=\"%s\"\n",
		       cpu_count(), l.entered, atomic_load(&l.spins), atomic_load(&l.idled),
		       atomic_load(&l.kicks), wake_means());
}

/* ---- saboteurs ---- */

static bool has_cpus(void)
{
	return cpu_count() > 1;
}

/* Every tenth answer is wrong. */
static void enter_early(const char *kind, void *fact)
{
	static atomic_uint n;

	if (!strcmp(kind, "turn") && atomic_fetch_add(&n, 1) % 10 == 9)
		*(bool *)fact = true;
}
SABOTEUR(early, .name = "lock-lets-in-early", .checks = "ticket-lock.*", .applies = has_cpus,
	 .fact = enter_early, .rule = "one CPU at a time, each in its turn");
