// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include "tests/conformance/s390x/subchannel.h"

#define SUBCHANNELS 16

/* Where the flags of a subchannel say that it is enabled, and that it has a device. */
#define PMCW_ENABLED 0x0080
#define PMCW_VALID   0x0001
/* An operation-request block: format-1 words, any path. */
#define ORB_FORMAT1   0x00800000u
#define ORB_ALL_PATHS 0x0000ff00u
/* A channel-command word's flag: a shorter answer is no error. */
#define CCW_SHORT 0x20
/* Status: the device is at its end, and the channel. */
#define ENDED 0x0c

#define COMMAND_SENSE_ID 0xe4
/* The control unit of all virtio-ccw devices (virtio 1.1, 4.3.1.2.1). */
#define VIRTIO_CONTROL_UNIT 0x3832

struct schib {
	uint32_t parameter;
	uint16_t flags;
	uint8_t rest[46];
} __attribute__((aligned(4)));

struct orb {
	uint32_t parameter;
	uint32_t control;
	uint32_t program;
	uint32_t rest[5];
};

struct irb {
	uint32_t control;
	uint32_t program;
	uint8_t device_status;
	uint8_t subchannel_status;
	uint16_t count;
	uint32_t rest[21];
};

struct ccw1 {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t data;
} __attribute__((aligned(8)));

struct sense_id {
	uint8_t always_ff;
	uint16_t control_unit;
	uint8_t model;
	uint16_t device;
	uint8_t rest[26];
} __attribute__((packed));

#define CC_AFTER(cc) "\n	ipm %[" #cc "]\n	srl %[" #cc "], 28"

static int store_subchannel(uint32_t id, struct schib *schib)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	__asm__ volatile("stsch %[block]" CC_AFTER(cc)
			 : [cc] "=d"(cc), [block] "=Q"(*schib)
			 : "d"(r1)
			 : "cc");
	return cc;
}

static int modify_subchannel(uint32_t id, const struct schib *schib)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	__asm__ volatile("msch %[block]" CC_AFTER(cc)
			 : [cc] "=d"(cc)
			 : [block] "Q"(*schib), "d"(r1)
			 : "cc", "memory");
	return cc;
}

static int start_subchannel(uint32_t id, const struct orb *orb)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	__asm__ volatile("ssch %[block]" CC_AFTER(cc)
			 : [cc] "=d"(cc)
			 : [block] "Q"(*orb), "d"(r1)
			 : "cc", "memory");
	return cc;
}

static int test_subchannel(uint32_t id, struct irb *irb)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	__asm__ volatile("tsch %[block]" CC_AFTER(cc)
			 : [cc] "=d"(cc), [block] "=Q"(*irb)
			 : "d"(r1)
			 : "cc", "memory");
	return cc;
}

bool subchannel_exists(uint32_t id)
{
	struct schib schib;

	return store_subchannel(id, &schib) == 0;
}

bool subchannel_is_enabled(uint32_t id)
{
	struct schib schib;

	return store_subchannel(id, &schib) == 0 && schib.flags & PMCW_ENABLED;
}

bool subchannel_enable(uint32_t id)
{
	struct schib schib;

	if (store_subchannel(id, &schib) != 0 || !(schib.flags & PMCW_VALID))
		return false;
	schib.flags |= PMCW_ENABLED;
	return modify_subchannel(id, &schib) == 0;
}

bool subchannel_command(uint32_t id, uint8_t command, void *data, uint16_t size)
{
	static struct ccw1 program;
	struct orb orb = {
		.control = ORB_FORMAT1 | ORB_ALL_PATHS,
		.program = (uint32_t)(uintptr_t)&program,
	};
	struct irb irb = { 0 };

	program = (struct ccw1){
		.command = command,
		.flags = CCW_SHORT,
		.count = size,
		.data = (uint32_t)(uintptr_t)data,
	};
	/* A status that nobody has asked for keeps the subchannel from starting. */
	test_subchannel(id, &irb);
	if (start_subchannel(id, &orb) != 0)
		return false;
	/* It answers for ever, or the outside sees a hang here. */
	while (test_subchannel(id, &irb) != 0)
		;
	return irb.device_status == ENDED && irb.subchannel_status == 0;
}

uint32_t subchannel_virtio(uint16_t type)
{
	static struct sense_id answer;

	for (uint32_t n = 0; n < SUBCHANNELS; n++) {
		uint32_t id = SUBCHANNEL(n);

		memset(&answer, 0, sizeof(answer));
		if (subchannel_enable(id) &&
		    subchannel_command(id, COMMAND_SENSE_ID, &answer, sizeof(answer)) &&
		    answer.control_unit == VIRTIO_CONTROL_UNIT && answer.model == type)
			return id;
	}
	return 0;
}
