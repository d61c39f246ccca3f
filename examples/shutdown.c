// SPDX-License-Identifier: BSD-2-Clause
/* Powers the machine off: by hypercall where one is announced, else by the machine's own means. */
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/exit.h>

int main(void)
{
	const char *means = hcall_means(HCALL_OP_SHUTDOWN);
	int err;

	printf("This machine can be powered off by: %s\n", means ? means : "nothing we know");
	machine_announce_end("shutdown");
	err = hcall_shutdown();
	printf("It did not happen: %s\n", strerror(-err));
	return 1;
}
