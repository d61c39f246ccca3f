// SPDX-License-Identifier: BSD-2-Clause
/* Kicks every CPU that the machine describes, and one that is not there. */
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/machine.h>

static void kick(unsigned int cpu)
{
	int err = hcall_kick_cpu(cpu);

	printf("CPU %u: %s\n", cpu, err ? strerror(-err) : "kicked");
}

int main(void)
{
	const char *means = hcall_means(HCALL_OP_KICK_CPU);

	printf("A CPU is kicked by: %s\n", means ? means : "nothing on this machine");
	for (unsigned int cpu = 0; cpu <= machine.cpus; cpu++)
		kick(cpu);
	return 0;
}
