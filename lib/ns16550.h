/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ns16550 UART, polled, wherever its eight registers are (I/O ports or memory): the
 * architecture gives the two functions that reach them. The line's speed is left as the firmware
 * set it: on a virtual machine it has no effect.
 */
#ifndef LIB_NS16550_H
#define LIB_NS16550_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ns16550 {
	/* Register numbers 0 to 7, one byte each. */
	uint8_t (*in)(unsigned int reg);
	void (*out)(unsigned int reg, uint8_t value);
	/* Writes n bytes (1 to 16) to the data register; NULL: out() does, one at a time. */
	void (*out_data)(const char *s, size_t n);
};

/* True if a UART answers there: its scratch register keeps what is written. */
bool ns16550_probe(const struct ns16550 *u);
/* 8 data bits, no parity, FIFOs on, interrupts off. */
void ns16550_init(const struct ns16550 *u);
/* Sends n bytes, waiting for the transmitter as often as needed. */
void ns16550_write(const struct ns16550 *u, const char *s, size_t n);
/* Returns when the last byte has been sent: who switches the machine off takes its FIFO along. */
void ns16550_drain(const struct ns16550 *u);
/* The next received byte, or -1. */
int ns16550_read(const struct ns16550 *u);

#endif
