// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: C's library does what ordinary programs expect of it: stdio in both directions, jumps,
 * numbers, sorting, time, and the end of a program in its order. Input comes from a console of our
 * own, so that it is the same everywhere. Ends are seen from outside: the words "end=assert",
 * "end=abort" and "end=exit".
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <lib/cmdline.h>
#include <lib/console.h>
#include <lib/tap.h>

/* ---- input ---- */

static const char *typed;
static char echoed[600];
static size_t nr_echoed;

static int type(void)
{
	return *typed ? (unsigned char)*typed++ : -1;
}

static void collect(const char *s, size_t n)
{
	for (; n && nr_echoed < sizeof(echoed) - 1; n--)
		echoed[nr_echoed++] = *s++;
	echoed[nr_echoed] = '\0';
}

static const struct console keyboard = { "keyboard of the test", collect, type, NULL };
static const struct console *real;

/* From now on input is this text, and the console is silent. */
static void type_in(const char *text)
{
	real = console_current();
	fflush(stdout);
	typed = text;
	nr_echoed = 0;
	echoed[0] = '\0';
	console_set(&keyboard);
}

static void back_to_real(void)
{
	fflush(stdout);
	console_set(real);
}

static void lines(void)
{
	char a[80] = "", b[80] = "", c[80] = "";
	char *eof;
	int number = 0, again;
	double real_number = 0;
	char word[20] = "";

	type_in("first line\rsecnod\b\b\bond\n 42 2.5e3 word\n\004");
	fgets(a, sizeof(a), stdin);
	fgets(b, sizeof(b), stdin);
	again = scanf("%d %lf %19s", &number, &real_number, word);
	fgets(c, sizeof(c), stdin);
	eof = fgets(c, sizeof(c), stdin);
	back_to_real();
	tap_ok(!strcmp(a, "first line\n"), "fgets() reads a line; Return ends it");
	tap_ok(!strcmp(b, "second\n"), "Backspace takes characters back");
	tap_ok(again == 3 && number == 42 && real_number == 2500.0 && !strcmp(word, "word"),
	       "scanf() reads numbers and a word");
	tap_ok(!eof && feof(stdin), "Control-D is the end of the file");
	tap_ok(!strcmp(echoed, "first line\r\nsecnod\b \b\b \b\b \bond\r\n 42 2.5e3 word\r\n"),
	       "what is typed is echoed");
	clearerr(stdin);
}

static void pieces(void)
{
	char big[600], text[600];
	size_t n = 0;
	int c;

	memset(big, 'x', 500);
	strcpy(big + 500, "\nnext\n");
	type_in(big);
	while ((c = getchar()) != '\n' && c != EOF)
		n += c == 'x';
	fgets(text, sizeof(text), stdin);
	back_to_real();
	tap_equal(n, 500, "a long line comes in pieces, and whole");
	tap_ok(!strcmp(text, "next\n"), "with the next one behind it");
	errno = 0;
	tap_ok(read(7, text, 1) == -1 && errno == EBADF, "other files are not there to read");
}

/* ---- output ---- */

static void output(void)
{
	char text[100];
	FILE *memory;

	tap_equal((unsigned long)snprintf(text, sizeof(text), "%5d|%-5s|%+.2e|%a|%zu|%%", -42, "ab",
					  12345.678, 1.0, sizeof(text)),
		  34, "printf() counts what it prints");
	if (!tap_ok(!strcmp(text, "  -42|ab   |+1.23e+04|0x1p+0|100|%"), "and prints it"))
		tap_note("\"%s\"", text);
	memory = fmemopen(text, sizeof(text), "w");
	fprintf(memory, "in %s", "memory");
	fclose(memory);
	tap_ok(!strcmp(text, "in memory"), "a file can be memory");
	errno = 0;
	tap_ok(!fopen("/etc/passwd", "r") && errno == ENOENT, "one on a disk is not there: ENOENT");
	tap_ok(isatty(1) == 1, "the console is a terminal");
}

/* ---- the rest ---- */

static jmp_buf back;

static double jumper(int depth)
{
	volatile double keep = depth;

	if (depth == 0)
		longjmp(back, 5);
	return depth < 0 ? 0 : jumper(depth - 1) + keep;
}

static void jumps(void)
{
	volatile int before = 1;
	int got = setjmp(back);

	if (got == 0) {
		before = 2;
		jumper(5);
	}
	tap_ok(got == 5 && before == 2, "longjmp() comes back with its value");
	if (!setjmp(back))
		longjmp(back, 0);
	tap_ok(true, "longjmp(…, 0) comes back with 1");
}

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static void sorting(void)
{
	int v[500], key = 0;
	bool sorted = true;

	srand(1);
	for (int i = 0; i < 500; i++)
		v[i] = rand() % 1000 - 500;
	key = v[250];
	qsort(v, 500, sizeof(v[0]), by_value);
	for (int i = 1; i < 500; i++)
		sorted &= v[i - 1] <= v[i];
	tap_ok(sorted, "qsort() sorts");
	tap_ok(bsearch(&key, v, 500, sizeof(v[0]), by_value) != NULL, "bsearch() finds");
}

static void numbers(void)
{
	char *end;
	volatile double two = 2.0;

	tap_ok(strtod("-1.5e-3x", &end) == -0.0015 && *end == 'x', "strtod()");
	tap_ok(strtod("0x1.8p1", NULL) == 3.0 && isinf(strtod("1e999", NULL)) &&
		       isnan(strtod("nan", NULL)),
	       "hexadecimal, too large, and no number");
	errno = 0;
	tap_ok(strtol("99999999999999999999", NULL, 10) == LONG_MAX && errno == ERANGE,
	       "strtol() says ERANGE");
	tap_ok(strtoull("ffffffffffffffff", NULL, 16) == ULLONG_MAX, "strtoull()");
	tap_ok(sqrt(two) > 1.41421356237 && sqrt(two) < 1.41421356238 && pow(two, 10) == 1024.0 &&
		       floor(-1.5) == -2.0 && fabs(sin(3.14159265358979)) < 1e-14,
	       "sqrt(), pow(), floor(), sin()");
	tap_ok(div(-7, 2).quot == -3 && div(-7, 2).rem == -1, "div() rounds towards zero");
	tap_ok(toupper('q') == 'Q' && isspace('\t') && !isalpha('1'), "ctype.h");
}

static void strings(void)
{
	char text[] = "a,b;;c", *state, *copy = strdup("copy");
	char *first = strtok_r(text, ",;", &state), *second = strtok_r(NULL, ",;", &state),
	     *third = strtok_r(NULL, ",;", &state);

	tap_ok(!strcmp(first, "a") && !strcmp(second, "b") && !strcmp(third, "c") &&
		       !strtok_r(NULL, ",;", &state),
	       "strtok_r()");
	tap_ok(!strcmp(copy, "copy") && strstr("haystack", "st") && !memcmp("abc", "abd", 2) &&
		       strcoll("a", "b") < 0,
	       "strdup(), strstr(), memcmp(), strcoll()");
	free(copy);
	setenv("NAME", "value", 1);
	tap_ok(getenv("NAME") && !strcmp(getenv("NAME"), "value") && !getenv("OTHER"),
	       "the environment, empty at the beginning");
	tap_ok(strerror(ENOMEM) && strlen(strerror(ENOMEM)) > 3, "strerror()");
}

static void calendar(void)
{
	struct tm tm = { .tm_year = 124, .tm_mon = 1, .tm_mday = 29, .tm_hour = 12 };
	char text[40];
	time_t t = mktime(&tm);

	tap_equal((unsigned long)t, 1709208000, "mktime() knows leap years");
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %a", gmtime(&t));
	tap_ok(!strcmp(text, "2024-02-29 12:00:00 Thu"), "strftime() writes it");
}

static volatile int handled;

static void on_signal(int number)
{
	handled = number;
}

static void signals(void)
{
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	tap_equal((unsigned long)handled, SIGUSR1, "raise() calls the handler");
}

/* ---- ends ---- */

static void first(void)
{
	printf("first");
	fflush(stdout);
}

static void second(void)
{
	printf("second ");
}

__attribute__((destructor)) static void destroy(void)
{
	printf(" destroyed\n");
}

static void end(const char *how)
{
	atexit(first);
	atexit(second);
	if (!strcmp(how, "exit"))
		exit(7);
	if (!strcmp(how, "abort"))
		abort();
	assert(!strcmp(how, "something else"));
}

int main(int argc, char **argv)
{
	static const char *const known[] = { "end=", NULL };
	const char *how = cmdline_value(argc, argv, "end");

	cmdline_check(argc, argv, known);
	if (how)
		end(how);
	tap_begin();
	lines();
	pieces();
	output();
	jumps();
	sorting();
	numbers();
	strings();
	calendar();
	signals();
	return tap_end();
}
