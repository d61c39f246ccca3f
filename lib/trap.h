/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps: exceptions and interruptions that the CPU delivers to this guest.
 *
 * The architecture's vectors save every register in a struct trap_frame (<asm/trap.h>) and call
 * trap_handle(). A trap that a test expects is caught by trap_try(); any other prints what
 * happened and ends the machine with TRAP_EXIT_STATUS.
 */
#ifndef LIB_TRAP_H
#define LIB_TRAP_H

#include <stdbool.h>
#include <asm/trap.h>

#define TRAP_EXIT_STATUS 255

/*
 * Runs fn(arg). Returns false if it came back; true if it raised a trap, and then *frame (if not
 * NULL) holds all registers as they were when the trap was taken. Calls nest. What fn did until
 * then stays done.
 */
bool trap_try(void (*fn)(void *arg), void *arg, struct trap_frame *frame);

/*
 * Called by the vectors with interrupts off. Returns when the interrupted program is to go on
 * with the registers in *frame (which may have been changed).
 */
void trap_handle(struct trap_frame *frame);

/* Prints registers, cause and a backtrace of *frame to the console. */
void trap_report(const struct trap_frame *frame);

#endif
