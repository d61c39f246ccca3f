/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The channel subsystem's blocks, and the instructions that take them: z/Architecture Principles of
 * Operation, chapters 14 (I/O Instructions) and 15 (Basic I/O Functions). All big-endian. Each
 * function returns the condition code, 3: there is no such subchannel.
 */
#ifndef ASM_CHANNEL_H
#define ASM_CHANNEL_H

#include <stdint.h>

/* A subsystem-identification word: subchannel set 0, number n. The "one" bit is part of it. */
#define SUBCHANNEL(n) (0x00010000u | (n))

/* Where a subchannel's flags say that it is enabled, has a device, and which interruption subclass. */
#define PMCW_ENABLED 0x0080
#define PMCW_VALID   0x0001
#define PMCW_ISC(n)  ((uint16_t)((n) << 11))
/* An operation-request block: format-1 words, any path. */
#define ORB_FORMAT1   0x00800000u
#define ORB_ALL_PATHS 0x0000ff00u
/* A channel-command word's flag: a shorter answer is no error. */
#define CCW_SHORT 0x20
/* Device status: the device is at its end, and the channel. */
#define DEVICE_END  0x04
#define CHANNEL_END 0x08

#define COMMAND_SENSE_ID 0xe4

/* The subchannel itself, as far as it is used here. */
struct schib {
	uint32_t parameter;
	uint16_t flags;
	uint8_t rest[46];
} __attribute__((aligned(4)));

/* A channel program to be started. */
struct orb {
	uint32_t parameter;
	uint32_t control;
	uint32_t program;
	uint32_t rest[5];
};

/* How it ended. */
struct irb {
	uint32_t control;
	uint32_t program;
	uint8_t device_status;
	uint8_t subchannel_status;
	uint16_t count;
	uint32_t rest[21];
};

/* One command of a channel program; data is a real address below 2 GiB. */
struct ccw1 {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t data;
} __attribute__((aligned(8)));

#define CHANNEL_CC_AFTER(cc) "\n	ipm %[" #cc "]\n	srl %[" #cc "], 28"

static inline int store_subchannel(uint32_t id, struct schib *schib)
{
	register uint64_t r1 __asm__("1") = id;
	int cc;

	__asm__ volatile("stsch %[block]" CHANNEL_CC_AFTER(cc)
			 : [cc] "=d"(cc), [block] "=Q"(*schib)
			 : "d"(r1)
			 : "cc");
	return cc;
}

static inline int modify_subchannel(uint32_t id, const struct schib *schib)
{
	register uint64_t r1 __asm__("1") = id;
	int cc;

	__asm__ volatile("msch %[block]" CHANNEL_CC_AFTER(cc)
			 : [cc] "=d"(cc)
			 : [block] "Q"(*schib), "d"(r1)
			 : "cc", "memory");
	return cc;
}

static inline int start_subchannel(uint32_t id, const struct orb *orb)
{
	register uint64_t r1 __asm__("1") = id;
	int cc;

	__asm__ volatile("ssch %[block]" CHANNEL_CC_AFTER(cc)
			 : [cc] "=d"(cc)
			 : [block] "Q"(*orb), "d"(r1)
			 : "cc", "memory");
	return cc;
}

static inline int test_subchannel(uint32_t id, struct irb *irb)
{
	register uint64_t r1 __asm__("1") = id;
	int cc;

	__asm__ volatile("tsch %[block]" CHANNEL_CC_AFTER(cc)
			 : [cc] "=d"(cc), [block] "=Q"(*irb)
			 : "d"(r1)
			 : "cc", "memory");
	return cc;
}

#endif
