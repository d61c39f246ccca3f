// SPDX-License-Identifier: BSD-2-Clause
/* What every program has, also one that never asks for a second CPU. */
#include <lib/cpu.h>
#include <lib/machine.h>

extern char boot_stack_top[];

struct cpu cpu_boot = {
	.self = &cpu_boot,
	.stack_top = (uintptr_t)boot_stack_top,
	.state = CPU_RUNNING,
	.alarm = UINT64_MAX,
	.sleep = UINT64_MAX,
};

unsigned int cpu_number(void)
{
	return cpu_this()->number;
}

unsigned int cpu_count(void)
{
	return machine.cpus < CPU_MAX ? machine.cpus : CPU_MAX;
}
