// SPDX-License-Identifier: BSD-2-Clause
/*
 * Powers the machine off: by hypercall where one is announced (the proposal of 2013 for ePAPR), else
 * by the machine's own means.
 *
 * What can be seen: the machine is gone, and whoever watches from outside says so; or the call
 * comes back with a status, which on ePAPR is EV_INTERNAL (9), and the program carries on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/exit.h>

int main(void)
{
	const char *means = hcall_means(HCALL_OP_SHUTDOWN);
	int err;

	if (!hcall_offered(HCALL_OP_SHUTDOWN))
		printf("No hypercall is offered for it: -ENOSYS, %s. Falling back.\n",
		       strerror(ENOSYS));
	printf("This machine can be powered off by: %s\n", means ? means : "nothing we know");

	machine_announce_end("shutdown");
	err = hcall_shutdown();
	printf("It was not powered off: %s.\n", strerror(-err));
	if (hcall_offered(HCALL_OP_SHUTDOWN))
		printf("The hypercall answered %ld. The program carries on.\n",
		       hcall_last_status());
	return 1;
}
