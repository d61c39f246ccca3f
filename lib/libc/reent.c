// SPDX-License-Identifier: BSD-2-Clause
#include <reent.h>
#include <lib/cpu.h>

struct _reent *__getreent(void);

/* Where errno is, and all else that C's library has once for a thread. */
struct _reent *__getreent(void)
{
	struct _reent *r = cpu_this()->reent;

	return r ? r : _impure_ptr;
}
