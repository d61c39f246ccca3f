// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <lib/console.h>
#include <lib/lock.h>

static const struct console *current;
static char early[CONSOLE_EARLY] __attribute__((section(".noinit")));
static size_t early_len;
/* Recursive: a trap in the middle of a line must be able to say so. */
static struct lock lock;

void console_send(const char *s, size_t n)
{
	size_t room = sizeof(early) - early_len;

	lock_acquire(&lock);
	if (current) {
		current->write(s, n);
	} else {
		if (n > room)
			n = room;
		memcpy(early + early_len, s, n);
		early_len += n;
	}
	lock_release(&lock);
}

void console_set(const struct console *c)
{
	current = c;
	if (c && early_len)
		c->write(early, early_len);
	early_len = 0;
}

const struct console *console_current(void)
{
	return current;
}

void console_write(const char *s, size_t n)
{
	lock_acquire(&lock);
	while (n) {
		const char *nl = memchr(s, '\n', n);
		size_t run = nl ? (size_t)(nl - s) : n;

		if (run)
			console_send(s, run);
		if (nl) {
			console_send("\r\n", 2);
			run++;
		}
		s += run;
		n -= run;
	}
	lock_release(&lock);
}

void console_seize(void)
{
	lock_acquire(&lock);
}

unsigned int console_held(void)
{
	return lock_depth(&lock);
}

void console_drop(unsigned int held)
{
	while (lock_depth(&lock) > held)
		lock_release(&lock);
}

void console_drain(void)
{
	if (current && current->drain)
		current->drain();
}

int console_getc(void)
{
	return current && current->read ? current->read() : -1;
}
