// SPDX-License-Identifier: BSD-2-Clause
/*
 * Time: the time base, which counts up in 64 bits, and the decrementer, which counts down in 32 bits
 * at the same rate and interrupts when it has reached 0.
 */
#include <stdio.h>
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/devtree.h>
#include "devices.h"
#include "smp.h"

/* QEMU's ppce500 (hw/ppc/e500.c): assumed where nobody says. */
#define ASSUMED_HZ 400000000u
/* Well below the 32 bits of the decrementer; 5 s at 400 MHz. */
#define MAX_TICKS 0x7fffffffu

static struct {
	uint64_t hz;
	const char *from;
} base;

/* In the node of a CPU, or in /cpus for all of them. */
static void find_frequency(void)
{
	int node = device_tree ? cpu_node(0) : -1;
	uint32_t hz = node < 0 ? 0 : devtree_u32(device_tree, node, "timebase-frequency", 0);

	if (!hz && device_tree) {
		node = devtree_node(device_tree, "/cpus");
		if (node >= 0)
			hz = devtree_u32(device_tree, node, "timebase-frequency", 0);
	}
	base.from = hz ? "timebase-frequency of the device tree" : "assumed";
	base.hz = hz ? hz : ASSUMED_HZ;
}

/* Several CPUs may ask for the first time at once, and find the same. */
uint64_t arch_clock_hz(void)
{
	if (!base.hz)
		find_frequency();
	return base.hz;
}

const char *arch_clock_source(void)
{
	static char text[80];

	snprintf(text, sizeof(text), "time base, %llu Hz (%s)", (unsigned long long)arch_clock_hz(),
		 base.from);
	return text;
}

uint64_t arch_clock_ticks(void)
{
	uint32_t high, low, again;

	/* The upper half may change between the two reads. */
	do {
		high = mfspr(SPR_TBU);
		low = mfspr(SPR_TBL);
		again = mfspr(SPR_TBU);
	} while (high != again);
	return (uint64_t)high << 32 | low;
}

/* There is a clock behind the I2C bus, for which we have no driver. */
uint64_t arch_clock_wall(void)
{
	return 0;
}

/*
 * Counting comes last. If the interrupt were cleared after that, a short time could be over already
 * and its interrupt be lost; and QEMU loses it, too, when TCR is written in the moment when the time
 * is over. What comes before, from an earlier count, is an interrupt too early.
 */
void arch_timer_arm(uint64_t ticks)
{
	if (ticks == UINT64_MAX) {
		mtspr(SPR_TCR, mfspr(SPR_TCR) & ~TCR_DIE);
		return;
	}
	if (ticks > MAX_TICKS)
		ticks = MAX_TICKS;
	mtspr(SPR_TCR, mfspr(SPR_TCR) | TCR_DIE);
	mtspr(SPR_TSR, TSR_DIS);
	/* A decrementer that is set to 0 stops. */
	mtspr(SPR_DEC, ticks ? (uint32_t)ticks : 1);
}
