// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a C program finds what it expects: its command line, cleared and initialised data,
 * printf() with floating point, memory from malloc() that keeps what is written, and constructors
 * run before main().
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <lib/heap.h>
#include <lib/machine.h>
#include <lib/tap.h>

static int cleared[1000];
static int initialised = 42;
static int constructed;

__attribute__((constructor)) static void construct(void)
{
	constructed = initialised;
}

static void data(void)
{
	int sum = 0;

	for (size_t i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++)
		sum |= cleared[i];
	tap_equal((unsigned long)sum, 0, ".bss is cleared");
	tap_equal((unsigned long)initialised, 42, ".data is as linked");
	tap_equal((unsigned long)constructed, 42, "a constructor ran before main()");
}

static void formats(void)
{
	char text[80];

	snprintf(text, sizeof(text), "%.6f %g %e", 3.14159265358979, 0.1, 123456.0);
	if (!tap_ok(!strcmp(text, "3.141593 0.1 1.234560e+05"), "floating point is printed"))
		tap_note("got \"%s\"", text);
	snprintf(text, sizeof(text), "%lld %llx", -1234567890123ll, 0x123456789abcdefull);
	if (!tap_ok(!strcmp(text, "-1234567890123 123456789abcdef"), "64-bit numbers are printed"))
		tap_note("got \"%s\"", text);
	tap_ok(strtod("2.5e3", NULL) == 2500.0, "and read");
}

static void memory(void)
{
	size_t room = heap_left() / 2;
	unsigned char *big = malloc(room);
	size_t bad = 0;

	tap_ok(big != NULL, "half of what is left (%lu KiB) can be had",
	       (unsigned long)(room >> 10));
	if (big) {
		for (size_t i = 0; i < room; i += 4096)
			big[i] = (unsigned char)(i >> 12);
		for (size_t i = 0; i < room; i += 4096)
			bad += big[i] != (unsigned char)(i >> 12);
		tap_equal(bad, 0, "and every page of it keeps what is written");
	}
	free(big);
	errno = 0;
	/* Not a constant, or the compiler would know better than to ask. */
	big = malloc(heap_left() + room * 2);
	tap_ok(!big && errno == ENOMEM, "more than there is gives NULL and ENOMEM");
}

static void described(void)
{
	tap_ok(machine.nr_ram && machine_ram_bytes() >= 1 << 20,
	       "the machine's RAM is known: %lu KiB", (unsigned long)(machine_ram_bytes() >> 10));
	tap_ok(machine.cpus >= 1, "and its CPUs: %u", machine.cpus);
}

static void words(int argc, char **argv)
{
	if (argc < 2) {
		tap_skip("words of the command line",
			 "a command line: --append 'one \"two three\"'");
		return;
	}
	tap_equal((unsigned long)argc, 3, "the command line's two words come to main()");
	tap_ok(!strcmp(argv[1], "one") && !strcmp(argv[2], "two three"), "as they were written");
}

int main(int argc, char **argv)
{
	tap_begin();
	data();
	formats();
	memory();
	described();
	words(argc, argv);
	return tap_end();
}
