// SPDX-License-Identifier: BSD-2-Clause
#include <lib/arch.h>
#include <lib/user.h>

/* Supervisor stack for traps and interrupts that come while the user's function runs. */
#define SUPERVISOR_ROOM 6144

struct call {
	long (*fn)(void *arg);
	void *arg;
};

/*
 * The user's stack is the part of this CPU's own that lies below: if it overflows, the guard page
 * tells.
 */
static void enter(void *arg)
{
	const struct call *call = arg;
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0) - SUPERVISOR_ROOM;

	arch_user_enter(call->fn, call->arg, sp & ~(uintptr_t)15);
}

/* It always ends by a trap; the question is by which. */
bool user_try(long (*fn)(void *arg), void *arg, long *result, struct trap_frame *frame)
{
	struct call call = { fn, arg };
	struct trap_frame end;
	long value;

	trap_try(enter, &call, &end);
	if (!arch_user_returned(&end, &value)) {
		if (frame)
			*frame = end;
		return true;
	}
	if (result)
		*result = value;
	return false;
}
