/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC as the checks of interrupts need it: enabled, its registers in sight, every vector
 * counted, and interrupts let in only where a check says so. Intel SDM volume 3, chapter 11.
 */
#ifndef CONFORMANCE_X86_64_APIC_H
#define CONFORMANCE_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define APIC_VECTORS	  256
#define APIC_FIRST_VECTOR 32

/* For checks to send; the timer has the last one. */
#define APIC_TEST_VECTOR  0x41
#define APIC_TIMER_VECTOR 0xef

/* Returns why it cannot be used ("a local APIC …"), or NULL. */
const char *apic_obstacle(void);

/* Software-enables it, or disables it. */
void apic_enable(bool on);
uint32_t apic_id(void);
/* The interrupt was accepted, and is not taken yet. */
bool apic_pending(unsigned int vector);

/* How often the vector was taken since apic_forget(). */
extern volatile uint32_t apic_taken[APIC_VECTORS];
/* Takes whatever is pending. */
void apic_let_in(void);
/* The same, and sets all counts to 0. */
void apic_forget(void);

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
