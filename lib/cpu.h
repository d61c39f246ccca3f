/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs: number 0 runs main(); the others wait until cpu_start() gives them a function.
 *
 * A waiting or idle CPU executes nothing (HLT, an enabled wait, MSR[WE]); cpu_wake() and
 * interrupts end that. Wake-ups are never lost: one that comes before the CPU idles makes its next
 * cpu_idle() return at once.
 */
#ifndef LIB_CPU_H
#define LIB_CPU_H

#include <stdbool.h>
#include <stdint.h>

/* CPUs that can be started; a machine's further ones are named on the console and left alone. */
#define CPU_MAX 8
/* Bytes of stack of each CPU; an unmapped page lies below it where the MMU is on. */
#define CPU_STACK_SIZE 16384

struct trap_guard;
struct _reent;

enum cpu_state {
	/* Never started. */
	CPU_OFF,
	/* Executes, but has no function: it can be given one. */
	CPU_PARKED,
	CPU_RUNNING,
};

/* What each CPU has of its own. <asm/cpu.h> gives cpu_this(), the one of the CPU that asks. */
struct cpu {
	/* Itself: the architecture's register that leads here may hold the address of this. */
	struct cpu *self;
	unsigned int number;
	/* enum cpu_state; atomic, because others look at it. */
	_Atomic unsigned int state;
	/* A wake-up that no cpu_idle() has taken yet. */
	_Atomic unsigned int woken;
	void (*fn)(void *arg);
	void *arg;
	/* The innermost trap_try() in progress. */
	struct trap_guard *guard;
	/* newlib's state: errno and what else a thread has of its own. */
	struct _reent *reent;
	/* Top of its stack, 16-byte aligned. */
	uintptr_t stack_top;
};

#include <asm/cpu.h>

/* How many CPUs can be used: 1 to CPU_MAX. */
unsigned int cpu_count(void);
/* The number of the CPU that asks. */
unsigned int cpu_number(void);

/*
 * Runs fn(arg) on another CPU, with interrupts on. Returns 0 once it runs; -ENODEV: there is no
 * such CPU, or it did not come to life; -EBUSY: it runs something (or is this one).
 */
int cpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg);

/* Waits until the CPU's function has returned. Returns 0, or -ENODEV; -EBUSY for this CPU. */
int cpu_join(unsigned int cpu);

/* Ends the other CPU's cpu_idle(), or its next one. Returns 0 or -ENODEV. */
int cpu_wake(unsigned int cpu);

/*
 * Idles until an interrupt has been handled or cpu_wake() was called; may return for no reason, so
 * callers look at what they wait for in a loop. Interrupts are on meanwhile, and as before after.
 */
void cpu_idle(void);

/* ---- locks ---- */

struct spinlock {
	_Atomic unsigned int next, owner;
};

/* A ticket lock: CPUs get it in the order in which they came. Not for use in interrupt handlers
 * unless interrupts are off wherever it is held. */
void spin_lock(struct spinlock *l);
void spin_unlock(struct spinlock *l);

#endif
