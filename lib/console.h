/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: one byte stream in each direction, over whatever device the architecture found.
 * Text written before a device is known is kept (up to CONSOLE_EARLY bytes) and shown then.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_EARLY 1024

struct console {
	/* For people: "ns16550 at port 0x3f8". */
	const char *name;
	/* Sends n bytes; returns when the device has taken them all. Must not fail or allocate. */
	void (*write)(const char *s, size_t n);
	/* Returns the next byte (0 to 255) that has arrived, or -1 if none has. NULL: no input. */
	int (*read)(void);
	/* What is typed can be seen already: read() need not echo it. */
	bool shows_input;
	/* Returns when what was written has left the machine. NULL: it has when write() returns. */
	void (*drain)(void);
};

/* Makes c the console and shows what was kept. c must stay valid. NULL: back to keeping. */
void console_set(const struct console *c);
/* The console in use, or NULL. */
const struct console *console_current(void);

/*
 * Writes n bytes; "\n" is sent as "\r\n" as a serial line wants it. Bytes of one call stay together
 * when several CPUs write.
 */
void console_write(const char *s, size_t n);
/* The same with the bytes as they are. */
void console_send(const char *s, size_t n);
/*
 * Keeps the console for this CPU: what others write from now on waits for ever. Meant for the end
 * of the machine. If another CPU is writing, waits until it is done; if another one has seized it,
 * does not return.
 */
void console_seize(void);
/*
 * For trap_try(): how often this CPU has the console at the moment, and back to that many times, when
 * a trap has ended a write in its middle.
 */
unsigned int console_held(void);
void console_drop(unsigned int held);
/* Returns when all that was written has left the machine, before it is switched off or reset. */
void console_drain(void);
/* The next input byte, or -1 if there is none now. */
int console_getc(void);

/*
 * A small printf straight to the console: no stdio, no allocation, usable before main() and from
 * a trap handler. Conversions: %s %c %d %u %x %p %%, l and ll, a width and the 0 flag; a
 * conversion it does not know is printed as it stands.
 */
void console_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void console_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
