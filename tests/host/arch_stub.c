// SPDX-License-Identifier: BSD-2-Clause
/* The little of an architecture that portable code needs when it runs on the build machine. */
#include <stdio.h>
#include <lib/arch.h>
#include <lib/console.h>

const char *arch_hcall_insn_error(const uint8_t *insn, size_t len)
{
	(void)insn;
	(void)len;
	return NULL;
}

void console_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}
