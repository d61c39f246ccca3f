// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>
#include <lib/cmdline.h>
#include <lib/console.h>

/* Written before they are read: nobody has to clear them. */
#define NOINIT __attribute__((section(".noinit")))
static char words[CMDLINE_MAX_BYTES] NOINIT;
static char *vector[CMDLINE_MAX_WORDS + 2] NOINIT;

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes one word from *in to *out, without its quotes, and ends it. False if out is full. */
static bool take_word(const char **in, char **out, const char *out_end)
{
	bool quoted = false;

	for (; **in && (quoted || !is_space(**in)); (*in)++) {
		if (**in == '"') {
			quoted = !quoted;
			continue;
		}
		if (*out + 1 >= out_end)
			return false;
		*(*out)++ = **in;
	}
	*(*out)++ = '\0';
	return true;
}

int cmdline_parse(const char *text, char ***argv)
{
	char *out = words;
	int argc = 0;

	vector[argc++] = (char *)"paravane";
	for (;;) {
		char *word = out;

		while (is_space(*text))
			text++;
		if (!*text)
			break;
		if (argc > CMDLINE_MAX_WORDS || !take_word(&text, &out, words + sizeof(words))) {
			console_printf(
				"# command line cut off after %d words: at most %d words, %d bytes\n",
				argc - 1, CMDLINE_MAX_WORDS, CMDLINE_MAX_BYTES);
			break;
		}
		vector[argc++] = word;
	}
	vector[argc] = NULL;
	*argv = vector;
	return argc;
}

const char *cmdline_value(int argc, char **argv, const char *name)
{
	size_t n = strlen(name);

	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], name, n) && argv[i][n] == '=')
			return argv[i] + n + 1;
	return NULL;
}

static bool is_known(const char *word, const char *const *known)
{
	for (; *known; known++) {
		size_t n = strlen(*known);

		if (n && (*known)[n - 1] == '=' ? !strncmp(word, *known, n) : !strcmp(word, *known))
			return true;
	}
	return false;
}

int cmdline_check(int argc, char **argv, const char *const *known)
{
	int unknown = 0;

	for (int i = 1; i < argc; i++) {
		if (is_known(argv[i], known))
			continue;
		unknown++;
		console_printf("# unknown word on the command line: \"%s\"; known:", argv[i]);
		for (const char *const *k = known; *k; k++)
			console_printf(" %s", *k);
		console_printf("\n");
	}
	return unknown;
}
