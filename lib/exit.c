// SPDX-License-Identifier: BSD-2-Clause
#include <stdatomic.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/exit.h>

void machine_end(int status)
{
	static _Atomic bool ending;

	/* The first CPU that comes here is heard; one that comes while it is at work waits. */
	console_seize();
	/* A trap on the way out comes here again. */
	if (atomic_exchange(&ending, true))
		arch_fail(status & 0xff ? status & 0xff : 1);
	status &= 0xff;
	console_printf("# paravane exit status=%d\n", status);
	console_drain();
	if (status == 0) {
		arch_poweroff();
		/* Nothing took it: better seen as a failure than not seen. */
		console_printf("# the machine could not be powered off\n");
		console_drain();
		status = 1;
	}
	arch_fail(status);
}

void machine_announce_end(const char *how)
{
	console_printf("# paravane expect end=%s\n", how);
	console_drain();
}
