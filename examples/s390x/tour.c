// SPDX-License-Identifier: BSD-2-Clause
/* The tour's calls on s390x: DIAGNOSE 0x500, KVM's hypercall, with a subcode in r1. */
#include <stdint.h>
#include <string.h>
#include "../tour.h"

#define FIRST_SUBCHANNEL 0x00010000u
#define NR_SUBCHANNELS	 16
/* The specification's "one" bit is set, and no machine has that many subchannels here. */
#define ABSENT_SUBCHANNEL 0x0001fffeu
#define KVM_EINVAL	  22ul

/* z/Architecture Principles of Operation, "Subchannel-Information Block": 52 bytes. */
struct schib {
	uint32_t interruption_parameter;
	uint16_t flags;
	uint16_t device;
	uint32_t rest[11];
} __attribute__((aligned(4)));

#define SCHIB_DEVICE_VALID 0x0001

/* Condition code of STORE SUBCHANNEL: 0 stored, 3 there is no such subchannel. */
static int store_subchannel(uint32_t id, struct schib *schib)
{
	register unsigned long r1 __asm__("1") = id;
	int cc;

	__asm__ volatile("stsch %[schib]\n\tipm %[cc]\n\tsrl %[cc],28"
			 : [cc] "=d"(cc), [schib] "=Q"(*schib)
			 : "d"(r1)
			 : "cc");
	return cc;
}

/* The first subchannel with a device: the runner puts a virtio one there. 0: none. */
static uint32_t find_device(void)
{
	for (uint32_t id = FIRST_SUBCHANNEL; id < FIRST_SUBCHANNEL + NR_SUBCHANNELS; id++) {
		struct schib schib;

		if (store_subchannel(id, &schib) == 0 && schib.flags & SCHIB_DEVICE_VALID)
			return id;
	}
	return 0;
}

static const struct tour_call notify_device = {
	.title = "KVM_S390_VIRTIO_CCW_NOTIFY: a queue has work",
	.words = "  r1 is the subcode 3, r2 the subchannel of a virtio device, r3 its queue.\n",
	.number = KVM_S390_VIRTIO_CCW_NOTIFY,
	.args = { { HCALL_R2, 0 }, { HCALL_R3, 0 } },
	.nr_args = 2,
	.meaning = "success: the device was told",
};

static const struct tour_call notify_memory = {
	.title = "KVM_S390_VIRTIO_NOTIFY: the old way, by an address in memory",
	.words = "  r1 is the subcode 0, r2 an address; this machine has no virtio-ccw device.\n",
	.number = KVM_S390_VIRTIO_NOTIFY,
	.args = { { HCALL_R2, 0 } },
	.nr_args = 1,
	.meaning = "success: the address lies in memory",
};

static struct tour_call calls[] = {
	{ .title = NULL },
	{
		.title = "The same for a subchannel that is not there",
		.words =
			"  A wrong argument comes back as a number in r2, a negative errno of Linux's.\n",
		.number = KVM_S390_VIRTIO_CCW_NOTIFY,
		.args = { { HCALL_R2, ABSENT_SUBCHANNEL }, { HCALL_R3, 0 } },
		.nr_args = 2,
		.expect_status = -KVM_EINVAL,
		.meaning = "-EINVAL",
	},
	{
		.title = "A subcode that does not exist",
		.words =
			"  A wrong subcode is no return value: the CPU takes a program interruption.\n",
		.number = HCALL_UNASSIGNED,
		.expect_trap = "specification",
		.meaning = "as the ABI says; the interruption was caught and the guest goes on",
	},
};

const struct tour_call *tour_calls(size_t *n)
{
	uint32_t device = find_device();

	calls[0] = device ? notify_device : notify_memory;
	calls[0].args[0].value = device;
	*n = sizeof(calls) / sizeof(calls[0]);
	return calls;
}
