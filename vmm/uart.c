/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "vmm/uart.h"

/* Register numbers; 0 and 1 are the divisor latch while LCR.DLAB is set. */
enum { DATA, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

#define LCR_DLAB      0x80
#define FCR_ENABLE    0x01
#define IIR_NONE      0x01 /* no interrupt pending */
#define IIR_FIFO      0xc0
#define LSR_DR	      0x01 /* a byte has been received */
#define LSR_THRE_TEMT 0x60 /* the transmitter is empty: always, uart_write() waits instead */
#define MSR_READY     0xb0 /* DCD, DSR, CTS: somebody is at the other end */

/* Input is fetched when the guest looks for it, so no thread has to wait for it. */
static void fetch(struct uart *u)
{
	struct pollfd p = { .fd = u->in, .events = POLLIN };
	ssize_t n;

	if (u->full || u->in < 0 || poll(&p, 1, 0) <= 0)
		return;
	n = read(u->in, &u->received, 1);
	if (n == 1)
		u->full = true;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		u->in = -1;
}

static void send(struct uart *u, uint8_t byte)
{
	ssize_t n;

	/* A reader that went away must not stop the guest: its bytes are lost, as on a wire. */
	do
		n = write(u->out, &byte, 1);
	while (n < 0 && (errno == EINTR || errno == EAGAIN));
}

const char *uart_name(unsigned int reg)
{
	static const char *const name[UART_REGS] = {
		"uart.data", "uart.ier", "uart.fcr", "uart.lcr",
		"uart.mcr",  "uart.lsr", "uart.msr", "uart.scr",
	};

	return name[reg];
}

void uart_reset(struct uart *u)
{
	*u = (struct uart){ .in = u->in, .out = u->out };
}

uint8_t uart_read(struct uart *u, unsigned int reg)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (reg) {
	case DATA:
		if (dlab)
			return u->dll;
		fetch(u);
		if (!u->full)
			return 0;
		u->full = false;
		return u->received;
	case IER:
		return dlab ? u->dlm : u->ier;
	case IIR_FCR:
		return IIR_NONE | (u->fifo ? IIR_FIFO : 0);
	case LCR:
		return u->lcr;
	case MCR:
		return u->mcr;
	case LSR:
		fetch(u);
		return LSR_THRE_TEMT | (u->full ? LSR_DR : 0);
	case MSR:
		return MSR_READY;
	default:
		return u->scr;
	}
}

void uart_write(struct uart *u, unsigned int reg, uint8_t value)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (reg) {
	case DATA:
		if (dlab)
			u->dll = value;
		else
			send(u, value);
		break;
	case IER:
		if (dlab)
			u->dlm = value;
		else
			u->ier = value & 0x0f;
		break;
	case IIR_FCR:
		u->fifo = value & FCR_ENABLE;
		break;
	case LCR:
		u->lcr = value;
		break;
	case MCR:
		u->mcr = value & 0x1f;
		break;
	case SCR:
		u->scr = value;
		break;
	default: /* LSR and MSR are read-only */
		break;
	}
}
