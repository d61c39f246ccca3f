/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channel devices, as far as the checks need them: which subchannel has one, and a channel program
 * that is polled until it ends (Principles of Operation, "I/O Instructions").
 */
#ifndef CONFORMANCE_S390X_SUBCHANNEL_H
#define CONFORMANCE_S390X_SUBCHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <asm/channel.h>

/* The "one" bit of a subsystem-identification word. */
#define SUBCHANNEL_ONE	0x00010000u
#define SUBCHANNEL_LAST 0xffffu

/* The first subchannel with a virtio device of that type; 0: there is none. */
uint32_t subchannel_virtio(uint16_t type);
/* Whether the channel subsystem knows the subchannel at all. */
bool subchannel_exists(uint32_t id);
/* Lets the program use it. False: it does not obey. */
bool subchannel_enable(uint32_t id);
bool subchannel_is_enabled(uint32_t id);

/* One command with so many bytes of data, to its end. Returns whether it went well. */
bool subchannel_command(uint32_t id, uint8_t command, void *data, uint16_t size);

#endif
