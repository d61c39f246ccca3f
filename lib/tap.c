// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <lib/tap.h>

static unsigned int number;
static unsigned int bad;

void tap_begin(void)
{
	printf("TAP version 13\n");
}

/* "ok 3 - ", counted. */
static void result(bool ok)
{
	number++;
	if (!ok)
		bad++;
	printf("%s %u - ", ok ? "ok" : "not ok", number);
}

bool tap_ok(bool ok, const char *name, ...)
{
	va_list ap;

	result(ok);
	va_start(ap, name);
	vprintf(name, ap);
	va_end(ap);
	printf("\n");
	return ok;
}

bool tap_equal(unsigned long got, unsigned long expected, const char *name, ...)
{
	va_list ap;

	result(got == expected);
	va_start(ap, name);
	vprintf(name, ap);
	va_end(ap);
	printf("\n");
	if (got != expected)
		printf("#   expected 0x%lx (%ld)\n#   got      0x%lx (%ld)\n", expected,
		       (long)expected, got, (long)got);
	return got == expected;
}

void tap_skip(const char *name, const char *requirement, ...)
{
	va_list ap;

	result(true);
	printf("%s # SKIP needs ", name);
	va_start(ap, requirement);
	vprintf(requirement, ap);
	va_end(ap);
	printf("\n");
}

void tap_error(const char *name, const char *why, ...)
{
	va_list ap;

	result(false);
	printf("%s # ERROR ", name);
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	printf("\n");
}

void tap_known(bool ok, const char *name, const char *why, ...)
{
	va_list ap;

	number++;
	printf("%s %u - %s # TODO ", ok ? "ok" : "not ok", number, name);
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	printf("\n");
}

void tap_note(const char *text, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, text);
	vprintf(text, ap);
	va_end(ap);
	printf("\n");
}

int tap_end(void)
{
	printf("1..%u\n", number);
	return bad || !number;
}
