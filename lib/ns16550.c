// SPDX-License-Identifier: BSD-2-Clause
#include <lib/ns16550.h>

/* National Semiconductor PC16550D data sheet, table II. */
enum {
	REG_DATA = 0,
	REG_IER = 1,
	REG_FCR = 2,
	REG_LCR = 3,
	REG_MCR = 4,
	REG_LSR = 5,
	REG_SCR = 7,

	FCR_ENABLE = 0x01,
	FCR_CLEAR = 0x06,
	LCR_8N1 = 0x03,
	MCR_DTR_RTS = 0x03,
	LSR_DATA_READY = 0x01,
	LSR_THR_EMPTY = 0x20,
	LSR_ALL_EMPTY = 0x40,
	FIFO_SIZE = 16,
};

bool ns16550_probe(const struct ns16550 *u)
{
	/* Two patterns: an empty bus reads all ones, and a latch that follows the bus reads one. */
	u->out(REG_SCR, 0x5a);
	if (u->in(REG_SCR) != 0x5a)
		return false;
	u->out(REG_SCR, 0xa5);
	return u->in(REG_SCR) == 0xa5;
}

void ns16550_init(const struct ns16550 *u)
{
	u->out(REG_IER, 0);
	u->out(REG_LCR, LCR_8N1);
	u->out(REG_FCR, FCR_ENABLE | FCR_CLEAR);
	u->out(REG_MCR, MCR_DTR_RTS);
}

void ns16550_write(const struct ns16550 *u, const char *s, size_t n)
{
	while (n) {
		/* An empty transmitter with FIFOs on takes 16 bytes: one look for them all. */
		size_t run = n < FIFO_SIZE ? n : FIFO_SIZE;

		while (!(u->in(REG_LSR)&LSR_THR_EMPTY))
			;
		if (u->out_data)
			u->out_data(s, run);
		else
			for (size_t i = 0; i < run; i++)
				u->out(REG_DATA, (uint8_t)s[i]);
		s += run;
		n -= run;
	}
}

void ns16550_drain(const struct ns16550 *u)
{
	while (!(u->in(REG_LSR)&LSR_ALL_EMPTY))
		;
}

int ns16550_read(const struct ns16550 *u)
{
	if (!(u->in(REG_LSR)&LSR_DATA_READY))
		return -1;
	return u->in(REG_DATA);
}
