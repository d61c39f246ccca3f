// SPDX-License-Identifier: BSD-2-Clause
#include <lib/arch.h>

/* user_enter.S: behind the SUPERVISOR CALL that a user function returns to. */
extern const char user_returned[];

bool arch_user_returned(const struct trap_frame *f, long *result)
{
	bool returned = f->class == TRAP_SVC && f->psw.addr == (uintptr_t)user_returned;

	if (returned)
		*result = (long)f->gpr[2];
	return returned;
}
