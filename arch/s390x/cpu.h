/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that C has no words for, and what the files of this folder share.
 */
#ifndef S390X_CPU_H
#define S390X_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/lowcore.h>
#include <lib/stack.h>

struct cpu;

/*
 * The address of the disabled wait that ends the machine with a status (1 to 255): what the outside
 * sees. Its low 12 bits are never 0xfff, which would be a clean end.
 */
#define END_ADDRESS(status) (0xbad000UL | (uint64_t)(status) << 4)
#define END_ADDRESS_CLEAN   0xfffUL

/* QEMU knows 248 CPUs at most; the SCLP's CPU address is one byte. */
#define MAX_CPUS 256

static inline uint64_t cr0_get(void)
{
	uint64_t cr0;

	asm volatile("stctg %%c0, %%c0, %0" : "=S"(cr0));
	return cr0;
}

static inline void cr0_set(uint64_t cr0)
{
	asm volatile("lctlg %%c0, %%c0, %0" : : "S"(cr0) : "memory");
}

static inline uint64_t psw_mask_get(void)
{
	uint32_t high, low;

	asm volatile("epsw %0, %1" : "=&d"(high), "=&d"(low));
	return (uint64_t)high << 32 | low;
}

/* Goes on with the next instruction under another mask. */
static inline void psw_mask_set(uint64_t mask)
{
	struct psw psw = { .mask = mask };
	uint64_t next;

	asm volatile("larl %[next], 0f\n"
		     "	stg %[next], 8(%[psw])\n"
		     "	lpswe 0(%[psw])\n"
		     "0:"
		     : [next] "=&d"(next)
		     : [psw] "a"(&psw)
		     : "cc", "memory");
}

/* A disabled wait: this CPU executes nothing more. */
static inline _Noreturn void cpu_disabled_wait(uint64_t address)
{
	struct psw psw = { .mask = PSW_WAIT | PSW_64BIT, .addr = address };

	asm volatile("lpswe %0" : : "Q"(psw) : "memory");
	__builtin_unreachable();
}

/*
 * This CPU's own words of the lowcore (those from 0x200 on), by real address: page 0 is not mapped
 * where DAT is on.
 */
#define lowcore_get(member) real_load(offsetof(struct lowcore, member))

static inline uint64_t real_load(uint64_t address)
{
	uint64_t value;

	asm volatile("lurag %0, %1" : "=d"(value) : "d"(address) : "memory");
	return value;
}

static inline void real_store(uint64_t address, uint64_t value)
{
	asm volatile("sturg %0, %1" : : "d"(value), "d"(address) : "memory");
}

/* Clears the system mask (DAT and interruptions off) and returns what it was. */
static inline uint8_t system_mask_clear(void)
{
	uint8_t mask;

	asm volatile("stnsm %0, 0" : "=Q"(mask) : : "memory");
	return mask;
}

static inline void system_mask_set(uint8_t mask)
{
	asm volatile("ssm %0" : : "Q"(mask) : "memory");
}

/*
 * External interruption codes (Principles of Operation, "External Interruption"). The service
 * signal does not come to C: vectors.S stores its parameter in the lowcore.
 */
enum {
	EXT_CLOCK_COMPARATOR = 0x1004,
	EXT_EMERGENCY_SIGNAL = 0x1201,
	EXT_EXTERNAL_CALL = 0x1202,
	EXT_SERVICE_SIGNAL = 0x2401,
};

/* SIGP orders and the status bits of condition code 1 (Principles of Operation, "Signal-Processor"). */
enum sigp_order {
	SIGP_SENSE = 0x01,
	SIGP_EXTERNAL_CALL = 0x02,
	SIGP_EMERGENCY_SIGNAL = 0x03,
	SIGP_START = 0x04,
	SIGP_STOP = 0x05,
	SIGP_RESTART = 0x06,
	SIGP_INITIAL_CPU_RESET = 0x0b,
	SIGP_CPU_RESET = 0x0c,
	SIGP_SET_PREFIX = 0x0d,
	SIGP_SENSE_RUNNING = 0x15,
};

/*
 * Sends an order to a CPU address. Returns the condition code: 0 accepted, 1 refused with *status
 * set, 2 busy, 3 no such CPU.
 */
static inline int sigp(uint16_t address, enum sigp_order order, uint64_t parameter,
		       uint32_t *status)
{
	register uint64_t r2 asm("2") = 0;
	register uint64_t r3 asm("3") = parameter;
	int cc;

	asm volatile("sigp %[status], %[cpu], 0(%[order])\n"
		     "	ipm %[cc]\n"
		     "	srl %[cc], 28"
		     : [cc] "=&d"(cc), [status] "+d"(r2)
		     : "d"(r3), [cpu] "d"((uint64_t)address), [order] "a"((uint64_t)order)
		     : "cc", "memory");
	*status = (uint32_t)r2;
	return cc;
}

/* Condition codes of SIGP; 1 is a status. */
enum { SIGP_ACCEPTED = 0, SIGP_BUSY = 2, SIGP_NOT_OPERATIONAL = 3 };

/* sigp() by CPU number (0 to machine.cpus - 1), again for as long as the CPU is busy. */
int cpu_order(unsigned int cpu, enum sigp_order order, uint64_t parameter, uint32_t *status);
/* Sends an emergency signal or an external call. Returns 0, -ENODEV or -EIO. */
int cpu_signal(unsigned int cpu, enum sigp_order order);

/* The CPU address of each CPU, as READ SCP INFO lists them (machine.c). */
extern uint8_t cpu_address[MAX_CPUS];

/* The PSW mask that C runs with outside of traps: DAT where arch_memory_init() turned it on. */
extern uint64_t kernel_psw_mask;

struct guarded_stack {
	char guard[STACK_GUARD_SIZE];
	char stack[STACK_SIZE];
};

/* Fills in all of a CPU's lowcore that its interruptions need. DAT is off, if it is this CPU's. */
void lowcore_init(struct lowcore *lc, struct cpu *c, struct guarded_stack *stack);

/*
 * Enters the mapping of an address of RAM that had none yet, for a program interruption of that
 * code. Returns false if the address is none that a program may use.
 */
bool memory_map_on_demand(unsigned int code, uintptr_t address);
/* True if a load from the address does not trap, or only to be mapped on demand. */
bool memory_is_readable(uintptr_t address);
/*
 * Stops all other CPUs and waits until they have, so that what this one does next is what the
 * machine does: a disabled wait counts only on the last CPU that runs.
 */
void cpu_stop_others(void);

/* Handles an external or I/O interruption; false: it is an unexpected one, or another class. */
bool irq_interrupt(struct trap_frame *f);

/* True if the trap is that this CPU's handlers have overflowed the trap stack. */
bool trap_stack_exhausted(const struct trap_frame *f);

/* The instruction of a hypercall by its code: register HCALL_DIAG of <asm/hcall_regs.h>. */
uint32_t hcall_insn(unsigned long code);

/* Called by vectors.S with all interruptions off. */
void trap_dispatch(struct trap_frame *f);

#endif
