// SPDX-License-Identifier: BSD-2-Clause
/*
 * The end of the machine. A disabled wait on the last running CPU is what the outside sees: its
 * address is the message (QEMU target/s390x/helper.c, s390_handle_wait()).
 */
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/trap.h>
#include "cpu.h"

#define IPL_LOAD_CLEAR 3

static _Noreturn void stop(uint64_t address)
{
	arch_irq_save();
	cpu_stop_others();
	cpu_disabled_wait(address);
}

void arch_poweroff(void)
{
	stop(END_ADDRESS_CLEAN);
}

void arch_fail(int status)
{
	stop(END_ADDRESS(status & 0xff));
}

static void load_clear(void *arg)
{
	(void)arg;
	asm volatile("diag %0, %1, 0x308" : : "d"(0UL), "d"((uint64_t)IPL_LOAD_CLEAR) : "memory");
}

void arch_reset(void)
{
	console_drain();
	/* A machine without it raises a specification exception. */
	trap_try(load_clear, NULL, NULL);
}

const char *arch_poweroff_means(void)
{
	return "disabled wait at 0xfff";
}

const char *arch_reset_means(void)
{
	return "DIAGNOSE 0x308 subcode 3";
}
