/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * User privilege: CPL 3, MSR[PR] = 1, problem state. There is no protection of memory in it: user
 * code sees what supervisor code sees. What it may not do is execute privileged instructions.
 */
#ifndef LIB_USER_H
#define LIB_USER_H

#include <stdbool.h>
#include <lib/trap.h>

/*
 * Runs fn(arg) at user privilege on this CPU and comes back at supervisor privilege. Returns false
 * if fn returned: *result (if not NULL) is what it returned; true if it raised a trap: *frame (if
 * not NULL) holds the registers, as for trap_try(). fn has the rest of this CPU's stack, less what
 * interrupts need (about 6 KiB), and must not use the functions of lib/: they may need privilege.
 */
bool user_try(long (*fn)(void *arg), void *arg, long *result, struct trap_frame *frame);

#endif
