// SPDX-License-Identifier: BSD-2-Clause
/*
 * Service calls. The processor answers with an external interruption, the service signal; nothing
 * else says that a command is complete.
 */
#include <errno.h>
#include <stdbool.h>
#include <lib/arch.h>
#include <lib/lock.h>
#include "cpu.h"
#include "sclp.h"

/* Condition codes of SERVICE CALL. */
enum { SERVC_ACCEPTED = 0, SERVC_BUSY = 2, SERVC_NONE = 3 };

/* The low bits of the service signal's parameter are flags, such as "an event is pending". */
#define PARAMETER_SCCB 0xfffffff8

/* In the header's third control byte: the answer may be shorter than the block. */
#define CONTROL_VARIABLE_LENGTH 0x80

union sccb sccb __attribute__((aligned(SCCB_SIZE), section(".noinit.sccb")));

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

/* Of all who use the control block. The CPU that has it may report a trap in the middle. */
static struct lock lock;

bool sclp_begin(void)
{
	bool enabled = arch_irq_save();

	lock_acquire(&lock);
	return enabled;
}

void sclp_end(bool enabled)
{
	lock_release(&lock);
	arch_irq_restore(enabled);
}

/* Whether the service signal has come, which vectors.S notes in the lowcore. */
static bool is_complete(void)
{
	uint32_t parameter = (uint32_t)(lowcore_get(service_signal) >> 32);

	return (parameter & PARAMETER_SCCB) == (uintptr_t)&sccb;
}

static void forget_signal(void)
{
	uint64_t word = lowcore_get(service_signal);

	real_store(LC_SERVICE_SIGNAL, (uint32_t)word);
}

/* Enabled and waiting in one step: no signal can come between. */
static void wait_external(void)
{
	psw_mask_set(psw_mask_get() | PSW_EXTERNAL | PSW_WAIT);
}

int sclp_call(uint32_t command, uint16_t length)
{
	uint64_t cr0 = cr0_get();
	int cc;

	sccb.header = (struct sccb_header){ .length = length };
	if (command == SCLP_READ_EVENT_DATA)
		sccb.header.control[2] = CONTROL_VARIABLE_LENGTH;
	forget_signal();
	/*
	 * The signal goes to any CPU that is open for it: so only this one is, and only while it
	 * waits; and it is open for nothing else.
	 */
	cr0_set((cr0 & ~CR0_EXTERNAL_MASKS) | CR0_SERVICE_SIGNAL);
	while ((cc = service_call(command)) == SERVC_BUSY)
		wait_external();
	while (cc == SERVC_ACCEPTED && !is_complete())
		wait_external();
	cr0_set(cr0);
	return cc == SERVC_ACCEPTED ? sccb.header.response : -ENODEV;
}
