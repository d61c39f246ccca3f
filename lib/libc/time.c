// SPDX-License-Identifier: BSD-2-Clause
/* POSIX's and C's time over lib/clock.h. */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include <lib/arch.h>
#include <lib/clock.h>

#define NS_PER_S 1000000000ull

/*
 * What to add to clock_ns() for the time since 1970. Where the machine has no calendar, the clock
 * is all there is, and it is shortly after the beginning of 1970.
 */
static uint64_t wall_offset(void)
{
	static uint64_t offset;
	static bool asked;
	uint64_t wall;

	if (!asked) {
		wall = arch_clock_wall() * NS_PER_S;
		offset = wall ? wall - clock_ns() : 0;
		asked = true;
	}
	return offset;
}

static bool read_clock(clockid_t id, uint64_t *ns)
{
	if (id != CLOCK_REALTIME && id != CLOCK_MONOTONIC) {
		errno = EINVAL;
		return false;
	}
	*ns = clock_ns() + (id == CLOCK_REALTIME ? wall_offset() : 0);
	return true;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	uint64_t ns;

	if (!read_clock(id, &ns))
		return -1;
	ts->tv_sec = (time_t)(ns / NS_PER_S);
	ts->tv_nsec = (long)(ns % NS_PER_S);
	return 0;
}

int clock_getres(clockid_t id, struct timespec *ts)
{
	uint64_t ns;

	if (!read_clock(id, &ns))
		return -1;
	if (ts)
		*ts = (struct timespec){ .tv_nsec = 1 };
	return 0;
}

/* newlib's time() asks it; the zone is UTC. */
int gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec ts;

	(void)zone;
	if (tv) {
		clock_gettime(CLOCK_REALTIME, &ts);
		tv->tv_sec = ts.tv_sec;
		tv->tv_usec = (suseconds_t)(ts.tv_nsec / 1000);
	}
	return 0;
}

/* newlib's clock() asks it: one program has all the time there is. */
clock_t times(struct tms *t)
{
	clock_t now = (clock_t)(clock_ns() / (NS_PER_S / CLOCKS_PER_SEC));

	if (t)
		*t = (struct tms){ .tms_utime = now };
	return now;
}

/* Nothing interrupts it for good, so there is never a remainder. */
int nanosleep(const struct timespec *wanted, struct timespec *remaining)
{
	if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= (long)NS_PER_S) {
		errno = EINVAL;
		return -1;
	}
	clock_sleep_until(clock_ns() + (uint64_t)wanted->tv_sec * NS_PER_S +
			  (uint64_t)wanted->tv_nsec);
	if (remaining)
		*remaining = (struct timespec){ 0 };
	return 0;
}

unsigned int sleep(unsigned int seconds)
{
	clock_sleep_until(clock_ns() + seconds * NS_PER_S);
	return 0;
}

int usleep(useconds_t microseconds)
{
	clock_sleep_until(clock_ns() + microseconds * 1000ull);
	return 0;
}
