/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps: exceptions and interruptions that the CPU delivers to this guest.
 *
 * The architecture's vectors save every register in a struct trap_frame (<asm/trap.h>) and call
 * trap_handle(). A trap that a program expects is caught by trap_try() on the CPU that it is raised
 * on; any other prints what happened and ends the machine with TRAP_EXIT_STATUS.
 */
#ifndef LIB_TRAP_H
#define LIB_TRAP_H

#include <stdbool.h>
#include <asm/trap.h>

#define TRAP_EXIT_STATUS 255

/* What a trap means, on any architecture. Not every architecture has or tells them all. */
enum trap_kind {
	TRAP_KIND_OTHER,
	/* No such instruction, or one with wrong operands. */
	TRAP_KIND_ILLEGAL,
	/* An instruction that user privilege does not allow. */
	TRAP_KIND_PRIVILEGED,
	/* Nothing is mapped at the address, or there is no memory. */
	TRAP_KIND_UNMAPPED,
	/* Something is there, but not for this access: a write to text, a fetch from data. */
	TRAP_KIND_PROTECTED,
	/* One of the two above, in the first 4096 bytes. */
	TRAP_KIND_NULL,
	/* An access to the page below a stack. */
	TRAP_KIND_STACK,
	TRAP_KIND_MISALIGNED,
	/* Division by zero and the like. */
	TRAP_KIND_ARITHMETIC,
	TRAP_KIND_BREAKPOINT,
	/* INT n, sc, SVC. */
	TRAP_KIND_SYSCALL,
};

/*
 * Runs fn(arg). Returns false if it came back; true if it raised a trap, and then *frame (if not
 * NULL) holds all registers as they were when the trap was taken. Calls nest. What fn did until
 * then stays done; a lock that it held stays held, so it should not use stdio (the console's own
 * functions are fine).
 */
bool trap_try(void (*fn)(void *arg), void *arg, struct trap_frame *frame);

enum trap_kind trap_kind(const struct trap_frame *frame);
/* "illegal instruction", ...; for TRAP_KIND_OTHER "exception". */
const char *trap_kind_name(enum trap_kind kind);

/*
 * Called by the vectors with interrupts off. Returns when the interrupted program is to go on
 * with the registers in *frame (which may have been changed).
 */
void trap_handle(struct trap_frame *frame);

/* Prints CPU, cause, registers and a backtrace of *frame to the console. */
void trap_report(const struct trap_frame *frame);

#endif
