// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <lib/console.h>

static const struct console *current;
static char early[CONSOLE_EARLY];
static size_t early_len;

static void keep(const char *s, size_t n)
{
	size_t room = sizeof(early) - early_len;

	if (n > room)
		n = room;
	memcpy(early + early_len, s, n);
	early_len += n;
}

void console_set(const struct console *c)
{
	current = c;
	if (c && early_len) {
		size_t n = early_len;

		early_len = 0;
		console_write(early, n);
	}
}

const struct console *console_current(void)
{
	return current;
}

void console_write(const char *s, size_t n)
{
	if (!current) {
		keep(s, n);
		return;
	}
	/* Whole runs at a time: a paravirtual console may take one exit for each write. */
	while (n) {
		const char *nl = memchr(s, '\n', n);
		size_t run = nl ? (size_t)(nl - s) : n;

		if (run)
			current->write(s, run);
		if (nl) {
			current->write("\r\n", 2);
			run++;
		}
		s += run;
		n -= run;
	}
}

int console_getc(void)
{
	return current && current->read ? current->read() : -1;
}

/* What console_printf() collects before it goes out: a line in one write where that fits. */
struct out {
	char buf[128];
	size_t n;
};

static void out_flush(struct out *o)
{
	console_write(o->buf, o->n);
	o->n = 0;
}

static void out_char(struct out *o, char c)
{
	if (o->n == sizeof(o->buf))
		out_flush(o);
	o->buf[o->n++] = c;
}

/* n bytes as they are; they may be many. */
static void out_run(struct out *o, const char *s, size_t n)
{
	if (n > sizeof(o->buf) - o->n)
		out_flush(o);
	if (n > sizeof(o->buf)) {
		console_write(s, n);
		return;
	}
	memcpy(o->buf + o->n, s, n);
	o->n += n;
}

static void out_padded(struct out *o, const char *s, size_t n, int width, char pad)
{
	for (; width > (int)n; width--)
		out_char(o, pad);
	out_run(o, s, n);
}

static void out_number(struct out *o, uint64_t v, unsigned int base, int width, char pad)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	out_padded(o, digits + n, sizeof(digits) - n, width, pad);
}

/* One conversion, fmt just after the '%'. Returns where the format goes on. */
static const char *out_conversion(struct out *o, const char *fmt, va_list *ap)
{
	const char *start = fmt;
	char pad = ' ';
	int width = 0, longs = 0;

	if (*fmt == '0') {
		pad = '0';
		fmt++;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		width = width * 10 + (*fmt - '0');
	for (; *fmt == 'l'; fmt++)
		longs++;

	switch (*fmt) {
	case 's': {
		const char *s = va_arg(*ap, const char *);

		out_padded(o, s, strlen(s), width, ' ');
		break;
	}
	case 'c':
		out_char(o, (char)va_arg(*ap, int));
		break;
	case 'd': {
		int64_t v = longs > 1 ? va_arg(*ap, long long)
			    : longs   ? va_arg(*ap, long)
				      : va_arg(*ap, int);

		if (v < 0) {
			out_char(o, '-');
			width--;
		}
		out_number(o, v < 0 ? -(uint64_t)v : (uint64_t)v, 10, width, pad);
		break;
	}
	case 'u':
	case 'x': {
		uint64_t v = longs > 1 ? va_arg(*ap, unsigned long long)
			     : longs   ? va_arg(*ap, unsigned long)
				       : va_arg(*ap, unsigned int);

		out_number(o, v, *fmt == 'x' ? 16 : 10, width, pad);
		break;
	}
	case 'p':
		out_char(o, '0');
		out_char(o, 'x');
		out_number(o, (uintptr_t)va_arg(*ap, void *), 16, width, pad);
		break;
	case '%':
		out_char(o, '%');
		break;
	default:
		out_char(o, '%');
		return start;
	}
	return fmt + 1;
}

void console_vprintf(const char *fmt, va_list ap)
{
	struct out o = { .n = 0 };
	va_list copy;

	va_copy(copy, ap);
	for (;;) {
		const char *percent = strchr(fmt, '%');

		if (!percent)
			break;
		out_run(&o, fmt, (size_t)(percent - fmt));
		fmt = out_conversion(&o, percent + 1, &copy);
	}
	out_run(&o, fmt, strlen(fmt));
	va_end(copy);
	out_flush(&o);
}

void console_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	console_vprintf(fmt, ap);
	va_end(ap);
}
