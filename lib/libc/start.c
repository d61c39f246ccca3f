// SPDX-License-Identifier: BSD-2-Clause
/* What newlib wants to be given at its beginning, its end, and where an assertion fails. */
#include <assert.h>
#include <lib/console.h>
#include <lib/exit.h>

#define STATUS_ABORTED 134

void _init(void);
void _fini(void);

/* The old way to run constructors, beside .init_array; our compilers use the latter only. */
void _init(void)
{
}

void _fini(void)
{
}

/* Without stdio, which newlib's own version pulls in: its printf() asserts, too. */
void __assert_func(const char *file, int line, const char *function, const char *expression)
{
	console_printf("# assertion failed: %s, in %s() at %s:%d\n", expression,
		       function ? function : "?", file, line);
	machine_end(STATUS_ABORTED);
}
