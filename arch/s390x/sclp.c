// SPDX-License-Identifier: BSD-2-Clause
/*
 * Service calls. The processor answers with an external interruption, the service signal; nothing
 * else says that a command is complete.
 */
#include <errno.h>
#include <stdbool.h>
#include "cpu.h"
#include "sclp.h"

/* Condition codes of SERVICE CALL. */
enum { SERVC_ACCEPTED = 0, SERVC_BUSY = 2, SERVC_NONE = 3 };

/* The low bits of the service signal's parameter are flags, such as "an event is pending". */
#define PARAMETER_SCCB 0xfffffff8

/* In the header's third control byte: the answer may be shorter than the block. */
#define CONTROL_VARIABLE_LENGTH 0x80

union sccb sccb __attribute__((aligned(SCCB_SIZE), section(".noinit.sccb")));

static volatile bool complete;

static int service_call(uint32_t command)
{
	int cc;

	asm volatile(".insn rre, 0xb2200000, %[command], %[sccb]\n"
		     "	ipm %[cc]\n"
		     "	srl %[cc], 28"
		     : [cc] "=d"(cc)
		     : [command] "d"(command), [sccb] "d"(&sccb)
		     : "cc", "memory");
	return cc;
}

void sclp_interrupt(uint32_t parameter)
{
	if ((parameter & PARAMETER_SCCB) == (uintptr_t)&sccb)
		complete = true;
}

void cpu_wait_external(void)
{
	uint64_t mask = psw_mask_get();

	/* Enabled and waiting in one step: no signal can come between. */
	psw_mask_set(mask | PSW_EXTERNAL | PSW_WAIT);
	psw_mask_set(mask);
}

int sclp_call(uint32_t command, uint16_t length)
{
	uint64_t cr0 = cr0_get();
	int cc;

	sccb.header = (struct sccb_header){ .length = length };
	if (command == SCLP_READ_EVENT_DATA)
		sccb.header.control[2] = CONTROL_VARIABLE_LENGTH;
	complete = false;
	/*
	 * The signal goes to any CPU that is open for it: so only this one is, and only while it
	 * waits; and it is open for nothing else.
	 */
	cr0_set((cr0 & ~CR0_EXTERNAL_MASKS) | CR0_SERVICE_SIGNAL);
	while ((cc = service_call(command)) == SERVC_BUSY)
		cpu_wait_external();
	while (cc == SERVC_ACCEPTED && !complete)
		cpu_wait_external();
	cr0_set(cr0);
	return cc == SERVC_ACCEPTED ? sccb.header.response : -ENODEV;
}
