/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's console: an ns16550 UART for polled use, the part of it that a driver without
 * interrupts can see. Register numbers 0 to 7, one byte each, as in the PC16550D data sheet,
 * section 8. It raises no interrupt, IIR always reads "none pending".
 */
#ifndef VMM_UART_H
#define VMM_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_REGS 8

struct uart {
	int in, out; /* file descriptors; in is -1 if there is no input (any more) */
	uint8_t ier, lcr, mcr, scr, dll, dlm;
	bool fifo; /* FCR bit 0 */
	bool full; /* `received` holds a byte that the guest has not read */
	uint8_t received;
};

/* As after power-on; the file descriptors stay. */
void uart_reset(struct uart *u);
uint8_t uart_read(struct uart *u, unsigned int reg);
/* "uart.data", "uart.lsr", … for the trace. */
const char *uart_name(unsigned int reg);
/* A byte for the line is written to u->out before this returns. */
void uart_write(struct uart *u, unsigned int reg, uint8_t value);

#endif
