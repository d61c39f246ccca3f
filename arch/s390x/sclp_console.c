// SPDX-License-Identifier: BSD-2-Clause
/*
 * The operator's console, behind the SCLP's event facility: either the ASCII terminal ("VT220"),
 * a byte stream in both directions, or the line-mode console, which takes whole messages of EBCDIC
 * text and shows each on a line of its own, and sends what its operator types a line at a time, as a
 * command. The ASCII terminal is taken where there is one.
 *
 * Layouts: Linux drivers/s390/char/sclp.h, sclp_rw.h; QEMU include/hw/s390x/event-facility.h.
 */
#include <errno.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/console.h>
#include "ebcdic.h"
#include "sclp.h"

enum event_type { EVENT_COMMAND = 0x01, EVENT_MESSAGE = 0x02, EVENT_ASCII = 0x1a };

/* An event type's bit in the masks of WRITE EVENT MASK. */
#define EVENT_MASK(type) (1u << (32 - (type)))

#define MDB_TYPE       1
#define MDB_TAG	       0xd4c4c240 /* "MDB " */
#define MDB_REVISION   1
#define OBJECT_GENERAL 1
#define OBJECT_TEXT    4
#define LINE_IS_END    0x1000

/*
 * A command's text lies within three vectors (length and identifier, 16 bits each) and two
 * subvectors (8 bits each).
 */
enum { VECTOR_MESSAGE = 0x1310, VECTOR_CONTROL_POINT = 0x1212, VECTOR_TEXT_COMMAND = 0x1320 };
enum { SUBVECTOR_SELF_DEFINING = 0x31, SUBVECTOR_TEXT = 0x30 };

struct event_mask {
	struct sccb_header header;
	uint16_t reserved;
	uint16_t mask_length;
	/* What this program takes and sends, what the SCLP takes and sends. */
	uint32_t own_receive;
	uint32_t own_send;
	uint32_t receive;
	uint32_t send;
};

struct event {
	uint16_t length;
	uint8_t type;
	uint8_t flags;
	uint16_t reserved;
	uint8_t data[];
} __attribute__((packed));

/* One line: a message data block of a general object (all zeros will do) and a text object. */
struct message {
	uint16_t mdb_length;
	uint16_t mdb_type;
	uint32_t mdb_tag;
	uint32_t mdb_revision;
	uint16_t general_length;
	uint16_t general_type;
	uint8_t general[52];
	uint16_t text_length;
	uint16_t text_type;
	uint16_t line_type;
	uint8_t alarm;
	uint8_t reserved[3];
	uint8_t text[];
} __attribute__((packed));

#define EVENT_ROOM (SCCB_SIZE - sizeof(struct sccb_header) - sizeof(struct event))
#define LINE_ROOM  256

static char line[LINE_ROOM];
static size_t line_len;

/* What READ EVENT DATA brought and console_getc() has not taken yet. */
static uint8_t input[SCCB_SIZE] __attribute__((section(".noinit.input")));
static size_t input_len, input_next;

static struct event *first_event(void)
{
	return (struct event *)(sccb.bytes + sizeof(struct sccb_header));
}

/* Sends the event whose `length` bytes of data stand in the control block already. */
static void send_event(enum event_type type, size_t length)
{
	struct event *e = first_event();

	e->length = (uint16_t)(sizeof(*e) + length);
	e->type = type;
	e->flags = 0;
	e->reserved = 0;
	/* An answer other than "done" means that nobody reads: there is nobody to tell. */
	sclp_call(SCLP_WRITE_EVENT_DATA, (uint16_t)(sizeof(struct sccb_header) + e->length));
}

static void ascii_write(const char *s, size_t n)
{
	while (n) {
		size_t run = n < EVENT_ROOM ? n : EVENT_ROOM;
		bool enabled = sclp_begin();

		memcpy(first_event()->data, s, run);
		send_event(EVENT_ASCII, run);
		sclp_end(enabled);
		s += run;
		n -= run;
	}
}

/* The first byte of the data, 0, says that text follows. */
static void take_ascii(const struct event *e)
{
	if (e->length <= sizeof(*e) + 1 || e->data[0] != 0)
		return;
	input_len = e->length - sizeof(*e) - 1;
	memcpy(input, e->data + 1, input_len);
}

/*
 * What is in the vector of that identifier, which is one of those that stand from `at` on; NULL:
 * there is none. Only the event says where all ends: QEMU's vectors do not count the text, and on
 * little-endian hosts their identifiers have their bytes swapped (7.2, hw/char/sclpconsole-lm.c).
 */
static const uint8_t *in_vector(const uint8_t *at, const uint8_t *end, unsigned int id)
{
	while (at && end - at >= 4) {
		unsigned int length = (unsigned int)at[0] << 8 | at[1];
		unsigned int found = (unsigned int)at[2] << 8 | at[3];

		if (found == id || (found >> 8 | (found & 0xff) << 8) == id)
			return at + 4;
		at = length >= 4 && length <= (size_t)(end - at) ? at + length : NULL;
	}
	return NULL;
}

static const uint8_t *in_subvector(const uint8_t *at, const uint8_t *end, unsigned int key)
{
	while (at && end - at >= 2) {
		if (at[1] == key)
			return at + 2;
		at = at[0] >= 2 && at[0] <= end - at ? at + at[0] : NULL;
	}
	return NULL;
}

/* A line that the operator has ended. */
static void take_command(const struct event *e)
{
	const uint8_t *end = (const uint8_t *)e + e->length, *at = e->data;
	size_t told, length;

	at = in_vector(at, end, VECTOR_MESSAGE);
	at = in_vector(at, end, VECTOR_CONTROL_POINT);
	at = in_vector(at, end, VECTOR_TEXT_COMMAND);
	at = in_subvector(at, end, SUBVECTOR_SELF_DEFINING);
	at = in_subvector(at, end, SUBVECTOR_TEXT);
	if (!at)
		return;
	/* QEMU sends longer lines than the byte for their length can tell, and no length at all. */
	told = at[-2];
	length = (size_t)(end - at);
	if (told >= 2 && told - 2 < length && (length + 2 - told) % 256)
		length = told - 2;
	for (size_t i = 0; i < length; i++)
		input[i] = (uint8_t)ebcdic_to_ascii(at[i]);
	input[length] = '\n';
	input_len = length + 1;
}

/* Takes what has arrived, if anything. */
static int next_input(void)
{
	const struct event *e = first_event();

	if (input_next < input_len)
		return input[input_next++];
	input_next = input_len = 0;
	if (sclp_call(SCLP_READ_EVENT_DATA, SCCB_SIZE) != SCLP_DONE)
		return -1;
	if (e->length < sizeof(*e) || e->length > SCCB_SIZE - sizeof(struct sccb_header))
		return -1;
	if (e->type == EVENT_ASCII)
		take_ascii(e);
	else if (e->type == EVENT_COMMAND)
		take_command(e);
	return input_next < input_len ? input[input_next++] : -1;
}

static int event_read(void)
{
	bool enabled = sclp_begin();
	int c = next_input();

	sclp_end(enabled);
	return c;
}

static void send_line(void)
{
	struct message *m = (struct message *)first_event()->data;
	bool enabled = sclp_begin();

	memset(m, 0, sizeof(*m));
	m->mdb_length = (uint16_t)(sizeof(*m) + line_len);
	m->mdb_type = MDB_TYPE;
	m->mdb_tag = MDB_TAG;
	m->mdb_revision = MDB_REVISION;
	m->general_length =
		offsetof(struct message, text_length) - offsetof(struct message, general_length);
	m->general_type = OBJECT_GENERAL;
	m->text_length = (uint16_t)(sizeof(*m) - offsetof(struct message, text_length) + line_len);
	m->text_type = OBJECT_TEXT;
	m->line_type = LINE_IS_END;
	for (size_t i = 0; i < line_len; i++)
		m->text[i] = ebcdic_from_ascii(line[i]);
	send_event(EVENT_MESSAGE, sizeof(*m) + line_len);
	sclp_end(enabled);
	line_len = 0;
}

/* A line goes out when it ends, or when it is longer than the buffer. */
static void line_write(const char *s, size_t n)
{
	for (; n; s++, n--) {
		if (*s == '\n') {
			send_line();
		} else if (*s != '\r') {
			if (line_len == sizeof(line))
				send_line();
			line[line_len++] = *s;
		}
	}
}

static void line_drain(void)
{
	if (line_len)
		send_line();
}

/* Tells the SCLP which events are wanted. Returns those that it takes from us, or 0. */
static uint32_t negotiate_events(void)
{
	struct event_mask *m = (struct event_mask *)&sccb;

	m->reserved = 0;
	m->mask_length = sizeof(m->own_receive);
	m->own_receive = EVENT_MASK(EVENT_ASCII) | EVENT_MASK(EVENT_COMMAND);
	m->own_send = EVENT_MASK(EVENT_ASCII) | EVENT_MASK(EVENT_MESSAGE);
	m->receive = m->send = 0;
	return sclp_call(SCLP_WRITE_EVENT_MASK, sizeof(*m)) == SCLP_DONE ? m->receive : 0;
}

const struct console *arch_console_init(const struct devtree *dt)
{
	static const struct console ascii = { .name = "SCLP ASCII console",
					      .write = ascii_write,
					      .read = event_read };
	static const struct console lines = {
		.name = "SCLP line-mode console",
		.write = line_write,
		.read = event_read,
		.drain = line_drain,
		.shows_input = true,
	};
	uint32_t taken = negotiate_events();

	(void)dt;
	if (taken & EVENT_MASK(EVENT_ASCII))
		return &ascii;
	if (!(taken & EVENT_MASK(EVENT_MESSAGE)))
		return NULL;
	console_printf("# no ASCII console: this is the %s\n", lines.name);
	return &lines;
}
