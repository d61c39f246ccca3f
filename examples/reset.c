// SPDX-License-Identifier: BSD-2-Clause
/*
 * Resets the machine: by hypercall where the hypervisor announces one (the proposal of 2013 for
 * ePAPR; DIAGNOSE 0x308 on s390x), else by the machine's own means.
 *
 * What can be seen: the machine restarts, and whoever watches from outside says so; or the call
 * comes back with a status, which on ePAPR is EV_INTERNAL (9), and the program carries on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/exit.h>

int main(void)
{
	const char *means = hcall_means(HCALL_OP_RESET);
	int err;

	if (!hcall_offered(HCALL_OP_RESET))
		printf("No hypercall is offered for it: -ENOSYS, %s. Falling back.\n",
		       strerror(ENOSYS));
	printf("This machine can be reset by: %s\n", means ? means : "nothing we know");

	machine_announce_end("reset");
	err = hcall_reset();
	printf("It was not reset: %s.\n", strerror(-err));
	if (hcall_offered(HCALL_OP_RESET))
		printf("The hypercall answered %ld. The program carries on.\n",
		       hcall_last_status());
	return 1;
}
