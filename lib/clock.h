/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: a monotonic clock from the CPU's own counter, and one one-shot timer per CPU. Nothing is
 * calibrated at boot; the first question finds out what there is.
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some time before main(); never goes back on one CPU. */
uint64_t clock_ns(void);

/*
 * Counter and frequency, and where the frequency is from, for people: "TSC, 2400000000 Hz (CPUID
 * 0x15)".
 */
const char *clock_source(void);
/* Ticks a second of the counter behind it. */
uint64_t clock_hz(void);

/*
 * Raises IRQ_TIMER on this CPU when clock_ns() has reached deadline, at once if it has already.
 * Replaces an alarm set before; UINT64_MAX: no alarm. Its handler (irq_register()) may set the
 * next one.
 */
void clock_alarm(uint64_t deadline);

/*
 * Idles this CPU until clock_ns() has reached deadline; interrupts are on meanwhile. An alarm that
 * was set stays set.
 */
void clock_sleep_until(uint64_t deadline);

#endif
