// SPDX-License-Identifier: BSD-2-Clause
/*
 * Resets the machine: by hypercall where the hypervisor announces one (the proposal of 2013 for
 * ePAPR; DIAGNOSE 0x308 on s390x), else by the machine's own means.
 */
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/exit.h>

int main(void)
{
	const char *means = hcall_means(HCALL_OP_RESET);
	int err;

	printf("This machine can be reset by: %s\n", means ? means : "nothing we know");
	machine_announce_end("reset");
	err = hcall_reset();
	printf("It did not happen: %s\n", strerror(-err));
	return 1;
}
