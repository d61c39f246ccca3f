// SPDX-License-Identifier: BSD-2-Clause
/*
 * Starting another CPU: it is reset, given a lowcore of its own by its prefix register, and sent a
 * restart, whose new PSW leads to secondary.S. Linked only into programs that start CPUs.
 */
#include <errno.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/stack.h>
#include "cpu.h"

/*
 * Of CPUs 1 and up. On the CPU itself the real addresses of its prefix area are those of CPU 0's
 * lowcore (prefixing exchanges the two), so it never uses the area by its address.
 */
static union {
	struct lowcore lowcore;
	char bytes[LOWCORE_SIZE];
} prefix_area[CPU_MAX - 1] __attribute__((section(".noinit.prefix"), aligned(LOWCORE_SIZE)));

static struct guarded_stack trap_stack[CPU_MAX - 1]
	__attribute__((section(".noinit.stacks"), aligned(4096)));

/* secondary.S */
extern const char secondary_start[];

static uint64_t cr1_get(void)
{
	uint64_t cr1;

	asm volatile("stctg %%c1, %%c1, %0" : "=S"(cr1));
	return cr1;
}

static struct lowcore *prepare_lowcore(struct cpu *c)
{
	struct lowcore *lc = &prefix_area[c->number - 1].lowcore;

	lowcore_init(lc, c, &trap_stack[c->number - 1]);
	lc->restart_vector = lc->new[TRAP_RESTART];
	lc->new[TRAP_RESTART] = (struct psw){ PSW_64BIT, (uint64_t)secondary_start };
	/* The same protection, and open for no interruption. */
	lc->start_cr0 = cr0_get() & ~(uint64_t)CR0_EXTERNAL_MASKS;
	lc->start_cr1 = cr1_get();
	lc->start_psw = (struct psw){ kernel_psw_mask, (uint64_t)cpu_secondary_main };
	return lc;
}

int arch_cpu_boot(struct cpu *c)
{
	unsigned int cpu = c->number;
	uint32_t status;

	if (cpu_order(cpu, SIGP_SENSE, 0, &status) == SIGP_NOT_OPERATIONAL)
		return -ENODEV;
	/* Stops it wherever it is, and clears what was pending for it. */
	if (cpu_order(cpu, SIGP_INITIAL_CPU_RESET, 0, &status) != SIGP_ACCEPTED)
		return -EIO;
	if (cpu_order(cpu, SIGP_SET_PREFIX, (uint64_t)prepare_lowcore(c), &status) != SIGP_ACCEPTED)
		return -EIO;
	return cpu_order(cpu, SIGP_RESTART, 0, &status) == SIGP_ACCEPTED ? 0 : -EIO;
}
