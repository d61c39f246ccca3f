// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a reset makes the whole machine new. The guest leaves marks in everything that a reset
 * has to undo, resets, and looks for them when it has come back: registers that nobody
 * initialises, memory outside of the image, the image's data, and the mapping of the magic page
 * (which no KVM ioctl can undo). How it knows that it came back is the number of resets,
 * which the monitor keeps and tells in /chosen/paravane,resets.
 *
 *   by=call     by the hypercall of the proposal (RFC v2, KVM_HC_VM_RESET), which must be announced
 *   by=machine  by the machine's own means
 *   times=N     so often
 *
 * Without that property (QEMU) nothing is reset: such a machine cannot tell us that it was. That a
 * reset happened is seen from outside, too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/cmdline.h>
#include <lib/devtree.h>
#include <lib/exit.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include "devices.h"

#define MARK	 0x5a11ed00u
#define NO_COUNT 0xffffffffu
#define MAGIC_EA 0xfffff000u
/* KVM does not emulate a read by the number that writes; by the one for user code it needs not. */
#define SPR_SPRG5  277
#define SPR_SPRG5R 261
#define SPR_SPRG7  279
#define SPR_SPRG7R 263

static volatile uint32_t in_data = MARK;

/* Some bytes at the end of the first RAM range, where nothing of the image is. */
static volatile uint32_t *far_away(void)
{
	return (volatile uint32_t *)(uintptr_t)(machine.ram[0].base + machine.ram[0].size - 64);
}

static void read_magic_page(void *arg)
{
	*(uint32_t *)arg = *(volatile uint32_t *)MAGIC_EA;
}

static bool magic_page_is_there(void)
{
	struct trap_frame frame;
	uint32_t value;

	return !trap_try(read_magic_page, &value, &frame);
}

static void leave_marks(void)
{
	uint32_t features;

	in_data = 0;
	*far_away() = MARK;
	asm volatile("mtspr %0, %1" : : "i"(SPR_SPRG5), "r"(MARK));
	asm volatile("mtspr %0, %1" : : "i"(SPR_SPRG7), "r"(MARK));
	if (hcall_map_magic_page(MAGIC_EA, MAGIC_EA, &features) == 0)
		tap_note("the magic page is mapped at 0x%x: %s", MAGIC_EA,
			 magic_page_is_there() ? "it can be read" : "but it cannot be read");
}

/* Nothing of them may be left. */
static void look_for_marks(void)
{
	uint32_t sprg5, sprg7;

	asm volatile("mfspr %0, %1" : "=r"(sprg5) : "i"(SPR_SPRG5R));
	asm volatile("mfspr %0, %1" : "=r"(sprg7) : "i"(SPR_SPRG7R));
	tap_equal(sprg5, 0, "SPRG5 is 0, as in a new vCPU");
	tap_equal(sprg7, 0, "SPRG7 is 0, as in a new vCPU");
	tap_equal(in_data, MARK, "the image's data was loaded anew");
	tap_equal(*far_away(), 0, "memory outside of the image is 0");
	tap_ok(!magic_page_is_there(), "the magic page is not mapped any more");
}

static uint32_t resets(void)
{
	int node = device_tree ? devtree_node(device_tree, "/chosen") : -1;

	return node < 0 ? NO_COUNT : devtree_u32(device_tree, node, "paravane,resets", NO_COUNT);
}

static int reset_by(const char *how)
{
	machine_announce_end("reset");
	if (strcmp(how, "machine"))
		return hcall_reset();
	arch_reset();
	return -1;
}

int main(int argc, char **argv)
{
	const char *how = cmdline_value(argc, argv, "by"),
		   *times = cmdline_value(argc, argv, "times");
	uint32_t count = resets(), wanted = times ? (uint32_t)strtoul(times, NULL, 0) : 1;
	int err;

	how = how ? how : "call";
	if (count == NO_COUNT || count >= wanted)
		tap_begin();
	if (count == NO_COUNT) {
		tap_skip("a reset makes the machine new", "a monitor that counts resets");
		return tap_end();
	}
	if (count < wanted && !strcmp(how, "call") && !(hypervisor.has & HYPERVISOR_HAS_RESET)) {
		tap_begin();
		tap_skip("a reset makes the machine new", "has-reset in the device tree");
		return tap_end();
	}
	if (count < wanted) {
		tap_note("reset %u of %u by %s", (unsigned int)count + 1, (unsigned int)wanted,
			 how);
		leave_marks();
		err = reset_by(how);
		tap_begin();
		tap_error("the machine is reset", "it was not: error %d", -err);
		return tap_end();
	}
	machine_announce_end("shutdown");
	tap_equal(count, wanted, "the monitor counted the resets");
	if (!strcmp(how, "call"))
		tap_ok(hypervisor.has & HYPERVISOR_HAS_RESET, "has-reset is announced");
	look_for_marks();
	return tap_end();
}
