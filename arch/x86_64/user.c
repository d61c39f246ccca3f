// SPDX-License-Identifier: BSD-2-Clause
#include <lib/arch.h>
#include "arch/x86_64/descriptors.h"

_Noreturn void user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp, void *rsp0);

extern const char user_returned_here[];

/* The task state's RSP0, which is not aligned, is where the CPU goes from CPL 3. */
_Noreturn void arch_user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp)
{
	user_enter(fn, arg, sp, (char *)trap_task() + offsetof(struct task, tss.rsp));
}

bool arch_user_returned(const struct trap_frame *f, long *result)
{
	if (f->vector != VECTOR_USER_RETURN || f->rip != (uintptr_t)user_returned_here)
		return false;
	*result = (long)f->rax;
	return true;
}
