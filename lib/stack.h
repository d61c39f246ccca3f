/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPUs' stacks, which linker/sections.ld keeps together: below each lies a page that
 * arch_memory_init() leaves inaccessible, so that an overflow is seen.
 */
#ifndef LIB_STACK_H
#define LIB_STACK_H

#define STACK_GUARD_SIZE 4096
/*
 * Bytes of stack of each CPU, without the guard. linker/sections.ld knows both numbers. A program
 * may be linked with more for CPU 0.
 */
#define STACK_SIZE 16384

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/* Guard, stack, guard, stack, ...; the last is that of CPU 0, which may end behind stacks_end. */
extern char stacks_start[], stacks_end[];

/* True if address is in a guard page. */
static inline bool stack_is_guard(uintptr_t address)
{
	uintptr_t at = address - (uintptr_t)stacks_start;

	return at < (uintptr_t)(stacks_end - stacks_start) &&
	       at % (STACK_GUARD_SIZE + STACK_SIZE) < STACK_GUARD_SIZE;
}
#endif

#endif
