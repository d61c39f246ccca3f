// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: what is typed on the machine's own console arrives at scanf(), fgets() and read(), line by
 * line, whole and once. The lines are those of typed.cases.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <lib/console.h>
#include <lib/tap.h>

/* What typed.cases types as its fourth line. */
#define LONG_LINE 300

static void long_line(void)
{
	char text[LONG_LINE + 10] = "";
	size_t n = 0;

	if (fgets(text, sizeof(text), stdin))
		n = strspn(text, "abcdefghij");
	tap_equal(n, LONG_LINE, "a line of %d characters arrives whole", LONG_LINE);
	tap_ok(text[n] == '\n', "and ends there");
}

int main(void)
{
	char word[20] = "", line[80] = "", last[8] = "";
	int number = 0;

	tap_begin();
	tap_note("on %s", console_current()->name);
	tap_equal((unsigned long)scanf("%19s %d", word, &number), 2,
		  "scanf() reads a word, a number");
	tap_ok(!strcmp(word, "paravane") && number == 42, "they are those that were typed");
	getchar();
	tap_ok(fgets(line, sizeof(line), stdin) != NULL, "fgets() reads the next line");
	tap_ok(!strcmp(line, "  Two words, and {more} of: \"it\" &c~\n"), "all of it: %s", line);
	tap_ok(fgets(line, sizeof(line), stdin) && !strcmp(line, "\n"), "an empty line is a line");
	long_line();
	tap_equal((unsigned long)read(STDIN_FILENO, last, sizeof(last)), 4, "read() reads a line");
	tap_ok(!memcmp(last, "end\n", 4), "which is the last");
	return tap_end();
}
