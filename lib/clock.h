/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: a monotonic clock from the CPU's own counter, and one one-shot timer per CPU. Nothing is
 * calibrated at boot.
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some time before main(); never goes back on one CPU. */
uint64_t clock_ns(void);

/* Counter and frequency, and where the frequency is from, for people: "TSC, 1000000000 Hz (assumed:
 * no CPUID leaf says)". */
const char *clock_source(void);
/* Ticks a second of the counter behind it. */
uint64_t clock_hz(void);

/*
 * Raises IRQ_TIMER on this CPU when clock_ns() has reached deadline, at once if it has already.
 * Replaces an alarm set before; UINT64_MAX: no alarm.
 */
void clock_alarm(uint64_t deadline);

/* Idles this CPU until clock_ns() has reached deadline. Uses IRQ_TIMER. */
void clock_sleep_until(uint64_t deadline);

#endif
