/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio-rng-ccw device with one queue: what there is to notify. Its interrupts are not used: it is
 * polled. Legacy (revision 0) virtio-ccw: everything is big-endian, the queue one block of memory
 * (virtio 1.1, 4.3 "Virtio over channel I/O", and its notes for legacy devices).
 */
#ifndef CONFORMANCE_S390X_RNG_H
#define CONFORMANCE_S390X_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Device type of virtio. */
#define VIRTIO_RNG 4

/* Gives the device its empty queue 0. False: it does not take it. */
bool rng_set_up(uint32_t id);
/* The device forgets the queue. */
void rng_reset(uint32_t id);

/* Puts a buffer into the queue, and tells nobody. The device may look for it all the same. */
void rng_offer(void *buffer, uint32_t size);
/* Waits, for ever, until the device has used the next buffer, and returns how much of it. */
size_t rng_wait(void);
/* Returns when the device is done with whatever it was doing. */
void rng_quiet(uint32_t id);

#endif
