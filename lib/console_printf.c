// SPDX-License-Identifier: BSD-2-Clause
/* A printf without stdio. Its lines end in "\n"; a serial line wants a "\r" before it. */
#include <stdint.h>
#include <string.h>
#include <lib/console.h>

/* A line of ours in one run, where that fits. */
#define OUT_SIZE 128

/*
 * What is on its way: whole runs at a time go out, because a paravirtual console may take one exit
 * for each. A boot has to wait for its own first line, so nothing here looks at a character twice.
 */
struct out {
	size_t n;
	char buf[OUT_SIZE];
};

static void out_flush(struct out *o)
{
	console_send(o->buf, o->n);
	o->n = 0;
}

/*
 * A string, up to its end or to the character `stop`; returns where that is. Most characters come
 * after '%' in ASCII, which stop, the end and the newline do not.
 */
static const char *out_text(struct out *o, const char *s, unsigned char stop)
{
	size_t n = o->n;

	for (;; s++) {
		unsigned char c = (unsigned char)*s;

		/* Room for two, always. */
		if (n >= OUT_SIZE - 1) {
			o->n = n;
			out_flush(o);
			n = 0;
		}
		if (c <= '%') {
			if (!c || c == stop)
				break;
			if (c == '\n')
				o->buf[n++] = '\r';
		}
		o->buf[n++] = (char)c;
	}
	o->n = n;
	return s;
}

static void out_char(struct out *o, char c)
{
	if (o->n >= OUT_SIZE - 1)
		out_flush(o);
	if (c == '\n')
		o->buf[o->n++] = '\r';
	o->buf[o->n++] = c;
}

/* The n bytes of a number, to the right of a field. */
static void out_padded(struct out *o, const char *s, size_t n, int width, char pad)
{
	for (; width > (int)n; width--)
		out_char(o, pad);
	while (n--)
		out_char(o, *s++);
}

/* A string, to the right of a field. */
static void out_string(struct out *o, const char *s, int width)
{
	if (width)
		out_padded(o, "", 0, width - (int)strlen(s), ' ');
	out_text(o, s, '\0');
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
	case 's':
		out_string(o, va_arg(*ap, const char *), width);
		break;
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
	struct out o;
	va_list copy;

	o.n = 0;
	va_copy(copy, ap);
	while (*(fmt = out_text(&o, fmt, '%')))
		fmt = out_conversion(&o, fmt + 1, &copy);
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
