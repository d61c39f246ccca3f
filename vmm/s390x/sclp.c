/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The service-call logical processor, as far as our guests call it: what the machine is, and the
 * ASCII console of the event facility. Layouts: Linux, drivers/s390/char/sclp.h; QEMU,
 * include/hw/s390x/sclp.h and event-facility.h. Fields are in the host's byte order, which is the
 * guest's.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "vmm/s390x/machine.h"

enum {
	READ_SCP_INFO = 0x00020001,
	READ_SCP_INFO_FORCED = 0x00120001,
	WRITE_EVENT_DATA = 0x00760005,
	READ_EVENT_DATA = 0x00770005,
	WRITE_EVENT_MASK = 0x00780005,
};

/* Response codes. */
enum {
	DATA_READ = 0x0010,
	DONE = 0x0020,
	BAD_BOUNDARY = 0x0100,
	BAD_COMMAND = 0x01f0,
	TOO_SHORT = 0x0300,
	NO_EVENT = 0x60f0,
	BAD_EVENT = 0x70f0,
};

/* Condition codes of SERVICE CALL. */
enum { ACCEPTED = 0, NOT_OPERATIONAL = 3 };

#define EVENT_ASCII	 0x1a
#define EVENT_MASK(type) (1u << (32 - (type)))
#define PAGE		 4096u

struct sccb {
	uint16_t length;
	uint8_t function, control[3];
	uint16_t response;
	uint8_t data[];
} __attribute__((packed));

struct scp_info {
	uint16_t increments; /* of RAM */
	uint8_t increment_mib;
	uint8_t reserved[5];
	uint16_t nr_cpus, cpus_at; /* offset from the block's beginning */
	uint8_t rest[108];
	uint8_t cpu[16]; /* address, then what kind of CPU it is */
} __attribute__((packed));

struct event_mask {
	uint16_t reserved, length;
	uint32_t own_receive, own_send, receive, send;
} __attribute__((packed));

struct event {
	uint16_t length;
	uint8_t type, flags;
	uint16_t reserved;
	uint8_t data[];
} __attribute__((packed));

static uint16_t read_info(const struct vm *vm, struct sccb *b)
{
	struct scp_info *info = (struct scp_info *)b->data;

	if (b->length < sizeof(*b) + sizeof(*info))
		return TOO_SHORT;
	memset(info, 0, sizeof(*info));
	info->increments = vm->opt->mem >> 20;
	info->increment_mib = 1;
	info->nr_cpus = 1;
	info->cpus_at = sizeof(*b) + offsetof(struct scp_info, cpu);
	return DATA_READ;
}

static uint16_t write_mask(struct sccb *b)
{
	struct event_mask *m = (struct event_mask *)b->data;

	if (b->length < sizeof(*b) + sizeof(*m) || m->length != sizeof(m->receive))
		return TOO_SHORT;
	m->receive = m->send = EVENT_MASK(EVENT_ASCII);
	return DONE;
}

/* The text goes out a byte at a time, by the UART's way to the console. */
static uint16_t write_data(struct vm *vm, struct sccb *b)
{
	struct event *e = (struct event *)b->data;
	unsigned int i;

	if (b->length < sizeof(*b) + sizeof(*e) || e->length < sizeof(*e) ||
	    e->length > b->length - sizeof(*b))
		return TOO_SHORT;
	if (e->type != EVENT_ASCII)
		return BAD_EVENT;
	for (i = 0; i < e->length - sizeof(*e); i++)
		uart_write(&vm->uart, 0, e->data[i]);
	e->flags |= 0x80; /* taken */
	return DONE;
}

/* One byte an event is slow, and enough for a console. */
static uint16_t read_data(struct vm *vm, struct sccb *b)
{
	struct event *e = (struct event *)b->data;
	const unsigned int line_status = 5, data_ready = 1;

	if (!(uart_read(&vm->uart, line_status) & data_ready))
		return NO_EVENT;
	if (b->length < sizeof(*b) + sizeof(*e) + 2)
		return TOO_SHORT;
	*e = (struct event){ .length = sizeof(*e) + 2, .type = EVENT_ASCII };
	e->data[0] = 0; /* text follows */
	e->data[1] = uart_read(&vm->uart, 0);
	return DONE;
}

unsigned int sclp_call(struct vm *vm, uint32_t command, uint32_t block)
{
	struct sccb *b = (struct sccb *)(vm->ram + block);

	if (block % 8 || block > vm->opt->mem - PAGE)
		return NOT_OPERATIONAL;
	if (b->length < sizeof(*b) || b->length > PAGE - block % PAGE) {
		b->response = BAD_BOUNDARY;
		return ACCEPTED;
	}
	switch (command) {
	case READ_SCP_INFO:
	case READ_SCP_INFO_FORCED:
		b->response = read_info(vm, b);
		break;
	case WRITE_EVENT_MASK:
		b->response = write_mask(b);
		break;
	case WRITE_EVENT_DATA:
		b->response = write_data(vm, b);
		break;
	case READ_EVENT_DATA:
		b->response = read_data(vm, b);
		break;
	default:
		b->response = BAD_COMMAND;
	}
	return ACCEPTED;
}
