// SPDX-License-Identifier: BSD-2-Clause
/*
 * Input from the console, as a terminal gives it in its usual mode: a line at a time, echoed,
 * because nobody else does so on a serial line (where the device does, it says so); Backspace or Delete takes a character back, and
 * Control-D on an empty line is the end of the file.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>
#include <lib/clock.h>
#include <lib/console.h>
#include <lib/cpu.h>

#define END_OF_FILE 0x04
#define BACKSPACE   0x08
#define DELETE	    0x7f

/* Between two looks at a console that has no byte for us. Nobody types faster. */
#define POLL_NS 2000000u

#define LINE_SIZE 256

/* What was typed, of which [taken, len) was not read yet. */
static char line[LINE_SIZE];
static size_t len, taken;

/*
 * Idling takes a timer, interrupts, and what belongs to them. A program that has nothing else to do
 * with time is not given all that for its input, which every program with stdio could want: these
 * two are NULL then, and it waits in a loop.
 */
extern void clock_sleep_until(uint64_t deadline) __attribute__((weak));
extern uint64_t clock_ns(void) __attribute__((weak));

/* The next byte; -1 if none will ever come. */
static int wait_for_byte(void)
{
	for (;;) {
		int c = console_getc();

		if (c >= 0)
			return c;
		if (!console_current() || !console_current()->read)
			return -1;
		if (clock_sleep_until && clock_ns)
			clock_sleep_until(clock_ns() + POLL_NS);
		else
			cpu_relax();
	}
}

static void echo(const char *s, size_t n)
{
	if (!console_current()->shows_input)
		console_write(s, n);
}

/* Takes the last character of the line back, here and on the screen. */
static void erase(void)
{
	if (!len)
		return;
	len--;
	echo("\b \b", 3);
}

/* Fills `line`, up to its newline, to its end, or (empty) to the end of the file. */
static void type_line(void)
{
	len = taken = 0;
	while (len < LINE_SIZE && (!len || line[len - 1] != '\n')) {
		int c = wait_for_byte();

		if (c < 0 || (c == END_OF_FILE && !len))
			return;
		if (c == BACKSPACE || c == DELETE) {
			erase();
		} else if (c != END_OF_FILE) {
			line[len++] = (char)(c == '\r' ? '\n' : c);
			echo(&line[len - 1], 1);
		}
	}
}

_READ_WRITE_RETURN_TYPE read(int fd, void *buf, size_t n)
{
	char *p = buf;
	size_t got = 0;

	if (fd != STDIN_FILENO) {
		errno = EBADF;
		return -1;
	}
	if (taken == len)
		type_line();
	while (got < n && taken < len)
		p[got++] = line[taken++];
	return (_READ_WRITE_RETURN_TYPE)got;
}
