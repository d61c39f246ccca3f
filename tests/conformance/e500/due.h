/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt that is due: the decrementer's, which KVM itself raises. */
#ifndef CONFORMANCE_E500_DUE_H
#define CONFORMANCE_E500_DUE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Turns interrupts off, lets the decrementer run out and waits until its interrupt is due. False: it
 * does not become due, in a time in which it should have become so hundreds of times.
 */
bool due_now(void);
/* Turns interrupts off; it will be due in so many ns. False: it is already. */
bool due_in(uint64_t ns);
/* The decrementer's interrupt is neither due nor wanted any more. */
void due_never(void);

/* How many came since due_now(). */
unsigned int due_came(void);
/* The same, for code that may call nothing. */
extern volatile unsigned int *const due_counter;

#define REQUIRE_DUE() REQUIRE_WORK(due_now(), "the decrementer does not run out")

#endif
