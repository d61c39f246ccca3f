/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts and HLT as the checks need them: vectors counted on each CPU, let in only where a check
 * says so, and HLT where one thing alone can end it. The CPU that runs the checks has interrupts off;
 * the others take them at once.
 */
#ifndef CONFORMANCE_X86_64_APIC_H
#define CONFORMANCE_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* For checks to send. */
#define APIC_TEST_VECTOR 0x61

/* Returns why there are no interrupts ("a local APIC"), or NULL; then this CPU's are prepared. */
const char *apic_obstacle(void);
/* All other CPUs live, and their local APICs are on. */
bool apic_wake_all(void);

uint32_t apic_id(unsigned int cpu);

/* How often a CPU took that vector since apic_forget(). */
unsigned int apic_taken(unsigned int cpu, unsigned int vector);
/* Takes whatever is pending here. */
void apic_let_in(void);
/* The same, and sets all counts of all CPUs to 0. */
void apic_forget(void);
/* Returns when every CPU has taken what it was sent before. */
void apic_settle(void);

/*
 * HLT with interrupts off. Only a kick (or NMI, SMI, INIT) ends it: where that is lost, it does not
 * come back.
 */
void apic_halt_deaf(void);
/*
 * HLT with interrupts on, and the timer set to some milliseconds. Returns whether it was the timer
 * that ended it. Where the host is slow the answer may be true too often, never too seldom.
 */
bool apic_halt_until_timer(void);

#endif
