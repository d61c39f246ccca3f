// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <lib/cpu.h>
#include "tests/conformance/s390x/rng.h"
#include "tests/conformance/s390x/subchannel.h"

enum {
	COMMAND_SET_QUEUE = 0x13,
	COMMAND_WRITE_STATUS = 0x31,
	COMMAND_RESET = 0x33,
	COMMAND_QUEUE_SIZE = 0x32,
};

/* Acknowledged, a driver is there, it is ready. */
#define STATUS_READY 0x07

#define PAGE	   4096
#define MAX_SIZE   16
#define DESC_WRITE 2

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};

/* A queue of up to MAX_SIZE buffers; what the device writes begins on a page of its own. */
static struct {
	struct descriptor descriptor[MAX_SIZE];
	/* Available: flags, index, ring; it comes right behind the descriptors that there are. */
	uint8_t available[PAGE - MAX_SIZE * sizeof(struct descriptor)];
	struct {
		uint16_t flags;
		volatile uint16_t index;
		struct {
			uint32_t number;
			uint32_t size;
		} ring[MAX_SIZE];
	} used;
} queue __attribute__((aligned(PAGE)));

static unsigned int size;
static uint16_t offered, seen;

static volatile uint16_t *available(void)
{
	return (volatile uint16_t *)&queue.descriptor[size];
}

static bool give_queue(uint32_t id)
{
	static struct {
		uint64_t address;
		uint32_t alignment;
		uint16_t index;
		uint16_t size;
	} info;

	info.address = (uintptr_t)&queue;
	info.alignment = PAGE;
	info.index = 0;
	info.size = (uint16_t)size;
	return subchannel_command(id, COMMAND_SET_QUEUE, &info, sizeof(info));
}

bool rng_set_up(uint32_t id)
{
	static struct {
		uint16_t index;
		uint16_t size;
	} config;
	static uint8_t status;

	rng_reset(id);
	config.index = 0;
	if (!subchannel_command(id, COMMAND_QUEUE_SIZE, &config, sizeof(config)))
		return false;
	/* A legacy device says how long its queue is; it must not be longer than there is room. */
	size = config.size;
	if (!size || size > MAX_SIZE)
		return false;
	memset(&queue, 0, sizeof(queue));
	offered = seen = 0;
	status = STATUS_READY;
	/* Without indicators, the device has no way to interrupt. */
	return give_queue(id) &&
	       subchannel_command(id, COMMAND_WRITE_STATUS, &status, sizeof(status));
}

void rng_reset(uint32_t id)
{
	subchannel_enable(id);
	subchannel_command(id, COMMAND_RESET, NULL, 0);
}

void rng_offer(void *buffer, uint32_t bytes)
{
	struct descriptor *d = &queue.descriptor[offered % size];

	d->address = (uintptr_t)buffer;
	d->size = bytes;
	d->flags = DESC_WRITE;
	available()[2 + offered % size] = (uint16_t)(offered % size);
	__sync_synchronize();
	available()[1] = ++offered;
	__sync_synchronize();
}

size_t rng_wait(void)
{
	while (queue.used.index == seen)
		cpu_relax();
	__sync_synchronize();
	return queue.used.ring[seen++ % size].size;
}

/* It answers one thing after the other. */
void rng_quiet(uint32_t id)
{
	static struct {
		uint16_t index;
		uint16_t size;
	} config;

	subchannel_command(id, COMMAND_QUEUE_SIZE, &config, sizeof(config));
}
