// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include <asm/channel.h>
#include "tests/conformance/s390x/subchannel.h"

#define SUBCHANNELS 16

/* The control unit of all virtio-ccw devices (virtio 1.1, 4.3.1.2.1). */
#define VIRTIO_CONTROL_UNIT 0x3832

struct sense_id {
	uint8_t always_ff;
	uint16_t control_unit;
	uint8_t model;
	uint16_t device;
	uint8_t rest[26];
} __attribute__((packed));

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
	return irb.device_status == (CHANNEL_END | DEVICE_END) && irb.subchannel_status == 0;
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
