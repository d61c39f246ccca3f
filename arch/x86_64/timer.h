/* SPDX-License-Identifier: BSD-2-Clause */
/* This CPU's timer and the clock: the local APIC and the time stamp counter. */
#ifndef ARCH_X86_64_TIMER_H
#define ARCH_X86_64_TIMER_H

#include <stdint.h>
#include "arch/x86_64/cpu.h"

/* Prepares the timer of this CPU, stopped. Needs apic_init(). */
void timer_init(uint8_t vector);

/* Ticks a second of the local APIC's timer, undivided; *from says who says so. */
uint64_t timer_hz(const char **from);
/* Ticks a second of the TSC, likewise. May have to measure (for 2 ms): then needs arch_irq_init(). */
uint64_t tsc_hz(const char **from);

/*
 * What CPUID says of the TSC, 0 if nothing: in the hypervisor's leaves, and in the CPU's own, with
 * the one that says it. The function asks a leaf.
 */
typedef struct cpuid cpuid_fn(uint32_t leaf);
uint64_t tsc_hz_by_hypervisor(cpuid_fn *by);
uint64_t tsc_hz_by_cpu(cpuid_fn *by, const char **from);

#endif
