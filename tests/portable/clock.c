// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the clock goes on and never back; an alarm comes once, not before its time, not after it
 * was taken back, on every CPU; sleeping lasts at least as long as was asked; in ITERATIONS alarms
 * ("iterations=N": in N) none is lost. How long things take beyond that is no claim: the host may
 * be slow.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <lib/clock.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>

#define ITERATIONS 10000
#define MS	   1000000ull

static unsigned long iterations = ITERATIONS;
static atomic_ulong fired[CPU_MAX];
static uint64_t fired_at[CPU_MAX];

static void on_alarm(unsigned int irq, void *arg)
{
	unsigned int self = cpu_number();

	(void)irq;
	(void)arg;
	fired_at[self] = clock_ns();
	atomic_fetch_add(&fired[self], 1);
}

static void counting(void)
{
	uint64_t before = clock_ns(), first = before, now;
	unsigned int back = 0;

	for (int i = 0; i < 10000; i++) {
		now = clock_ns();
		back += now < before;
		before = now;
	}
	tap_ok(!back && before > first, "the clock goes on and never back");
	tap_ok(clock_hz() >= 1000000 && clock_hz() < 10000000000ull,
	       "its counter has between 1 MHz and 10 GHz");
	tap_ok(clock_source() && *clock_source(), "and says where that is from");
	tap_note("%s", clock_source());
}

/* Waits for the next alarm of this CPU. A lost one is a hang, which the runner sees. */
static void wait_beyond(unsigned long count)
{
	unsigned int self = cpu_number();

	while (atomic_load(&fired[self]) <= count)
		cpu_idle();
}

static void alarms(void)
{
	uint64_t deadline = clock_ns() + 2 * MS;

	tap_equal((unsigned long)irq_register(IRQ_TIMER, on_alarm, NULL), 0,
		  "a handler for alarms");
	clock_alarm(deadline);
	wait_beyond(0);
	tap_ok(fired_at[0] >= deadline, "an alarm comes, and not before its time");

	clock_alarm(clock_ns() - 1);
	wait_beyond(1);
	tap_ok(true, "one for a time that has passed comes at once");

	clock_alarm(clock_ns() + 5 * MS);
	clock_alarm(UINT64_MAX);
	clock_sleep_until(clock_ns() + 10 * MS);
	tap_equal(fired[0], 2, "one that was taken back does not come");

	clock_alarm(clock_ns() + 1000000 * MS);
	clock_alarm(clock_ns() + MS);
	wait_beyond(2);
	tap_ok(true, "one that replaced a later one comes");

	deadline = clock_ns() + 3 * MS;
	clock_alarm(deadline);
	clock_sleep_until(clock_ns() + 6 * MS);
	/* If the host was so slow that there was nothing left to sleep, it comes now. */
	wait_beyond(3);
	tap_ok(fired[0] == 4 && fired_at[0] >= deadline, "one comes while the CPU sleeps");

	clock_alarm(clock_ns() + 8000 * MS);
	clock_alarm(clock_ns() + 9000000000 * MS);
	clock_sleep_until(clock_ns() + 5 * MS);
	tap_equal(fired[0], 4, "one for the far future does not come now");
	clock_alarm(UINT64_MAX);
}

static void masked(void)
{
	unsigned long before = fired[0];

	tap_equal((unsigned long)irq_mask(IRQ_TIMER), 0, "the alarm's interrupt is masked");
	clock_alarm(clock_ns() + MS);
	clock_sleep_until(clock_ns() + 3 * MS);
	tap_equal(fired[0], before, "then it does not come");
	tap_equal((unsigned long)irq_unmask(IRQ_TIMER), 0, "but it does when it is unmasked");
	wait_beyond(before);
	tap_equal(fired[0], before + 1, "once");
}

static void sleeping(void)
{
	struct timespec ts = { .tv_nsec = 3 * (long)MS }, left = { 1, 1 };
	uint64_t before = clock_ns();

	tap_ok(nanosleep(&ts, &left) == 0 && clock_ns() - before >= 3 * MS && !left.tv_sec &&
		       !left.tv_nsec,
	       "nanosleep() lasts as long as was asked at least");
	before = clock_ns();
	tap_ok(usleep(2000) == 0 && clock_ns() - before >= 2 * MS, "usleep() does");
	ts.tv_nsec = 1000 * (long)MS;
	errno = 0;
	tap_ok(nanosleep(&ts, NULL) == -1 && errno == EINVAL, "a second of 10^9 ns is refused");
	clock_sleep_until(0);
	tap_ok(true, "sleeping until a time that has passed is no sleep");
}

static void posix(void)
{
	struct timespec a, b, ours;
	struct timeval tv;
	uint64_t low, high, got;
	time_t t;

	low = clock_ns();
	clock_gettime(CLOCK_MONOTONIC, &ours);
	high = clock_ns();
	got = (uint64_t)ours.tv_sec * 1000000000 + (uint64_t)ours.tv_nsec;
	tap_ok(low <= got && got <= high, "CLOCK_MONOTONIC is this clock");
	clock_gettime(CLOCK_REALTIME, &a);
	gettimeofday(&tv, NULL);
	t = time(NULL);
	clock_gettime(CLOCK_REALTIME, &b);
	tap_ok(a.tv_sec <= tv.tv_sec && tv.tv_sec <= t && t <= b.tv_sec,
	       "CLOCK_REALTIME, gettimeofday() and time() agree");
	tap_note("it is %s", asctime(gmtime(&t)));
	errno = 0;
	tap_ok(clock_gettime((clockid_t)99, &a) == -1 && errno == EINVAL,
	       "an unknown clock is refused");
}

static void many_alarms(void *arg)
{
	unsigned int self = cpu_number();

	(void)arg;
	for (unsigned long i = 0; i < iterations; i++) {
		unsigned long before = atomic_load(&fired[self]);

		/* Some are due already, some while we are on the way to idle, some later. */
		clock_alarm(clock_ns() + i % 32 * 1000);
		wait_beyond(before);
	}
}

static void stress(void)
{
	unsigned int cpus = cpu_count();
	unsigned long exact = 0;

	for (unsigned int i = 0; i < cpus; i++)
		fired[i] = 0;
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, many_alarms, NULL);
	many_alarms(NULL);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpus; i++)
		exact += fired[i] == iterations;
	tap_equal(exact, cpus, "%lu alarms on each of %u CPUs came once each", iterations, cpus);
}

int main(int argc, char **argv)
{
	static const char *const known[] = { "iterations=", NULL };
	const char *n = cmdline_value(argc, argv, "iterations");

	cmdline_check(argc, argv, known);
	if (n)
		iterations = strtoul(n, NULL, 0);
	tap_begin();
	counting();
	alarms();
	masked();
	sleeping();
	posix();
	stress();
	return tap_end();
}
