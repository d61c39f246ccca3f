/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs: number 0 runs main(); the others are off until cpu_start() gives them a function, and
 * idle between one function and the next.
 *
 * An idle CPU executes nothing (HLT, an enabled wait, MSR[WE]); cpu_wake() and interrupts end
 * that. Neither is lost: one that comes before the CPU idles makes its next cpu_idle() return at
 * once. What was stored before cpu_wake() is seen after the cpu_idle() that it ended. So this is
 * how to wait for anything that another CPU or an interrupt handler brings about:
 *
 *	while (!atomic_load(&done))
 *		cpu_idle();
 */
#ifndef LIB_CPU_H
#define LIB_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CPUs that can be used; a machine's further ones are named on the console and left alone. */
#define CPU_MAX 8

struct trap_guard;
struct _reent;

enum cpu_state {
	/* Executes nothing of ours. */
	CPU_OFF,
	/* Told to start, and not heard of yet. */
	CPU_BOOTING,
	/* Idles: it can be given a function. */
	CPU_PARKED,
	CPU_RUNNING,
};

/* What each CPU has of its own. <asm/cpu.h> gives cpu_this(), the one of the CPU that asks. */
struct cpu {
	/* Itself: the architecture's register that leads here may hold the address of this. */
	struct cpu *self;
	/* First address above its stack, 16-byte aligned. Assembly knows the place of both. */
	uintptr_t stack_top;
	unsigned int number;
	/* enum cpu_state. What is atomic here, other CPUs look at. */
	_Atomic unsigned int state;
	/* A wake-up that no cpu_idle() has taken yet. */
	_Atomic unsigned int woken;
	/* fn and arg are set and not taken yet. */
	_Atomic unsigned int go;
	void (*fn)(void *arg);
	void *arg;
	/* A bit for each CPU that waits for the end of fn. */
	_Atomic unsigned int joiners;
	/* The innermost trap_try() in progress. */
	struct trap_guard *guard;
	/* newlib's state: errno and what else a thread has of its own. NULL: the one of CPU 0. */
	struct _reent *reent;
	/* arch_irq_init() was called here. */
	bool irq_ready;
	/* A bit for each of its own interrupts that came while masked. */
	_Atomic unsigned int irq_kept;
	/* When clock_alarm() and clock_sleep_until() want the timer, by clock_ns(). */
	uint64_t alarm, sleep;
};

_Static_assert(offsetof(struct cpu, self) == 0, "asm/cpu.h");
_Static_assert(offsetof(struct cpu, stack_top) == sizeof(void *), "start-up of other CPUs");

/*
 * The architecture's part: struct cpu *cpu_this(void); void cpu_relax(void), which tells the CPU
 * or the hypervisor that this is a loop that waits for another CPU.
 */
#include <asm/cpu.h>

/* How many CPUs can be used: 1 to CPU_MAX. */
unsigned int cpu_count(void);
/* The number of the CPU that asks. */
unsigned int cpu_number(void);
/* The structure of a CPU (0 to cpu_count() - 1). */
struct cpu *cpu_get(unsigned int cpu);

/*
 * Runs fn(arg) on another CPU, with interrupts on. Returns 0 when the CPU has it; -ENODEV: there
 * is no such CPU, or it did not come to life within cpu_start_seconds; -EBUSY: it runs something, is
 * being started, or is this one. May be called from any CPU.
 */
int cpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg);
/* By the clock; for a program that knows better, before it starts one. */
extern unsigned int cpu_start_seconds;

/*
 * Waits, idle, until the CPU's function has returned; what it stored can be read then. Returns 0,
 * at once if it runs none; -ENODEV; -EBUSY for this CPU and for CPU 0, which runs for ever.
 */
int cpu_join(unsigned int cpu);

/* Ends the CPU's cpu_idle(), or its next one. Returns 0; -ENODEV: no such CPU, or it is off. */
int cpu_wake(unsigned int cpu);

/*
 * Idles until an interrupt has been handled or cpu_wake() was called since the last cpu_idle(); may
 * return for no reason. Interrupts are on meanwhile, and as before after.
 */
void cpu_idle(void);

/* The structure of CPU 0, which is there from the first moment. */
extern struct cpu cpu_boot;

#endif
