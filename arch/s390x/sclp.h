/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The service-call logical processor: the machine's own processor, which says what the machine is
 * and carries the operator's consoles. One command at a time; its control block (SCCB) is a page
 * in the first 2 GiB. The interface is taken from Linux drivers/s390/char/sclp.h and QEMU
 * include/hw/s390x/sclp.h; it is not in the Principles of Operation.
 */
#ifndef S390X_SCLP_H
#define S390X_SCLP_H

#include <stdbool.h>
#include <stdint.h>

#define SCLP_READ_SCP_INFO	  0x00020001
#define SCLP_READ_SCP_INFO_FORCED 0x00120001
#define SCLP_WRITE_EVENT_DATA	  0x00760005
#define SCLP_READ_EVENT_DATA	  0x00770005
#define SCLP_WRITE_EVENT_MASK	  0x00780005

/* Response codes; the second byte is the class: 0x10 and 0x20 are success. */
#define SCLP_DATA_READ 0x0010
#define SCLP_DONE      0x0020

#define SCCB_SIZE 4096

struct sccb_header {
	/* Of the whole block, 8 to SCCB_SIZE bytes. */
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
};

/* The one control block, for whoever fills in the next command. Its old contents stay. */
union sccb {
	struct sccb_header header;
	uint8_t bytes[SCCB_SIZE];
};
extern union sccb sccb;

/*
 * Around everything that uses sccb, except at boot: it is this CPU's, and interrupts are off. What
 * sclp_begin() returned is for sclp_end(). They nest.
 */
bool sclp_begin(void);
void sclp_end(bool enabled);

/*
 * Executes a command on the first `length` bytes of sccb and waits until it is complete: the CPU
 * is in a wait state until the service signal comes. Returns the response code, or -ENODEV: there
 * is no SCLP.
 */
int sclp_call(uint32_t command, uint16_t length);

#endif
