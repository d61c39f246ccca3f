/* SPDX-License-Identifier: BSD-2-Clause */
/* The local APIC: Intel SDM volume 3, chapter 11. Every function acts on that of this CPU. */
#ifndef ARCH_X86_64_APIC_H
#define ARCH_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Set before the first apic_init() to false, it keeps the APIC in the mode that every CPU has (its
 * registers in memory), also where it has x2APIC (registers by RDMSR and WRMSR). For tests.
 */
extern bool apic_may_use_x2apic;

/*
 * Turns it on, with everything masked and spurious interrupts at that vector. Returns NULL, or why
 * it cannot be used.
 */
const char *apic_init(uint8_t spurious_vector);
/* After apic_init(): which mode it is in. */
bool apic_is_x2apic(void);

/* Turns it off as software can: it accepts nothing any more, until apic_init(). */
void apic_disable(void);
/* It has accepted that vector, which this CPU has not taken yet. */
bool apic_pending(uint8_t vector);

/* Ends the interrupt that is being handled. */
void apic_eoi(void);

/* To the CPU with that local APIC id: an interrupt; INIT; start-up at physical address page. */
void apic_send(uint32_t id, uint8_t vector);
void apic_send_init(uint32_t id);
void apic_send_startup(uint32_t id, uint32_t page);

/* The timer raises vector once after so many ticks, at most; 0: never. */
#define APIC_TIMER_MAX UINT32_MAX
void apic_timer_init(uint8_t vector);
void apic_timer_start(uint32_t ticks);
/* What is left of them. */
uint32_t apic_timer_left(void);
/* The same, when the TSC has reached a value (not 0). Only where apic_has_deadline(). */
bool apic_has_deadline(void);
void apic_timer_deadline_init(uint8_t vector);
void apic_timer_deadline(uint64_t tsc);

#endif
