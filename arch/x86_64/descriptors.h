/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments and gates: Intel SDM volume 3, chapters 3, 6.14 and 7.7. All CPUs share one descriptor
 * table and one interrupt table; each has a task state of its own.
 */
#ifndef ARCH_X86_64_DESCRIPTORS_H
#define ARCH_X86_64_DESCRIPTORS_H

/* Offsets in boot_gdt. boot/x86_64/start.S knows the first two by their numbers. */
#define CODE64	    0x08
#define DATA	    0x10
#define USER_DATA   (0x18 | 3)
#define USER_CODE64 (0x20 | 3)
#define CODE32	    0x28
/* That of CPU 0; each takes 16 bytes. */
#define TSS 0x30

/* The vector by which a user's function returns: only INT 4 raises it in 64-bit mode. */
#define VECTOR_USER_RETURN 4

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct trap_frame;

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	/* ist[0] is the stack that a gate calls 1. */
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t iomap;
} __attribute__((packed));

/* A CPU's task state, and behind it what tells which CPU this is when GS does not. */
struct task {
	struct tss tss;
	struct cpu *cpu;
};

/* The stack of double faults, which are mostly another stack that is used up. */
#define FAULT_STACK_SIZE 8192

/*
 * Gives the CPU that runs this its task state and the interrupt table. Needs arch_cpu_set_this().
 */
void trap_init_cpu(struct task *task, char fault_stack[FAULT_STACK_SIZE]);
/* The task state of this CPU; right whatever is in GS. */
struct task *trap_task(void);

/*
 * Makes the vectors from 32 on go to stubs, which are size bytes apart and lead to save_all of
 * vectors.S, and from there to handler. This CPU's interrupt table is complete then.
 */
void trap_init_interrupts(const char *stubs, unsigned int size,
			  void (*handler)(struct trap_frame *f));

#endif
#endif
