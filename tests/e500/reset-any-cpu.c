// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: any CPU can reset the machine or power it off by hypercall, whatever the others do: they
 * spin, wait in EV_IDLE, or were never started. Every CPU but the first is started by the spin
 * table (ePAPR 1.1, section 5.5.2), as the device tree describes it.
 *
 *   cpu=N   the CPU that makes the call: CPU 0 makes it while all others run
 *   call=T  its token
 *
 * What the calls do is seen from outside.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/cmdline.h>
#include <lib/devtree.h>
#include <lib/exit.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "devices.h"
#include "mmu.h"

#define MAX_CPUS 8
#define ALIVE	 0xa11ce000u

/* What a CPU and the first one tell each other; all of it in the image, so below 64 MiB. */
volatile struct mailbox {
	uint32_t alive; /* ALIVE + PIR */
	uint32_t r3, r4, r6, r7;
	uint32_t call; /* token to call; 0: none yet */
	uint32_t status;
	uint32_t calls;
} mailbox[MAX_CPUS];

void other_entry(void);

/*
 * A CPU that was just released: r3 is its mailbox. It has no stack and needs none: it says who it
 * is, then makes the calls that it is told to make, for ever.
 */
asm(".pushsection .text.other_entry, \"ax\"\n"
    ".globl other_entry\n"
    "other_entry:\n"
    "	mr	31, 3\n"
    "	stw	3, 4(31)\n"
    "	stw	4, 8(31)\n"
    "	stw	6, 12(31)\n"
    "	stw	7, 16(31)\n"
    "	li	1, 16\n"  /* KVM holds interrupts back while r1 is the magic page's `critical` */
    "	mfspr	4, 286\n" /* PIR */
    "	lis	5, 0xa11ce000@h\n"
    "	ori	5, 5, 0xa11ce000@l\n"
    "	add	4, 4, 5\n"
    "	sync\n"
    "	stw	4, 0(31)\n"
    "1:	lwz	11, 20(31)\n"
    "	cmpwi	11, 0\n"
    "	beq	1b\n"
    "2:	li	3, -88\n"
    "	nop\n"
    "	nop\n"
    "	nop\n"
    "	.pushsection .hcall_slots, \"a\"\n"
    "	.balign 4\n"
    "	.long 2b - .\n"
    "	.popsection\n"
    "	stw	3, 24(31)\n"
    "	lwz	4, 28(31)\n"
    "	addi	4, 4, 1\n"
    "	stw	4, 28(31)\n"
    "	sync\n"
    "	b	1b\n"
    ".popsection\n");

/* The entry of the CPU whose node says so; NULL: there is no such CPU, or another way to start. */
static volatile uint32_t *release_address(unsigned int cpu)
{
	const void *fdt = device_tree->fdt;
	int node = -1;

	while ((node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "cpu", 4)) >= 0) {
		const char *method = devtree_string(device_tree, node, "enable-method");
		const fdt32_t *at;
		size_t len;

		if (devtree_u32(device_tree, node, "reg", ~0u) != cpu)
			continue;
		at = devtree_prop(device_tree, node, "cpu-release-addr", &len);
		if (!method || strcmp(method, "spin-table") || !at || len != 8)
			return NULL;
		return map_device((uint64_t)fdt32_ld(&at[0]) << 32 | fdt32_ld(&at[1]), 32);
	}
	return NULL;
}

static bool start(unsigned int cpu)
{
	volatile uint32_t *entry = release_address(cpu);
	uint32_t box = (uint32_t)(uintptr_t)&mailbox[cpu];

	if (!tap_ok(entry, "CPU %u has an entry in a spin table", cpu))
		return false;
	tap_equal(entry[1], 1, "it waits there: bit 0 of the address is set");
	tap_equal(entry[3], cpu, "R3 would be its number");
	tap_equal(entry[5], cpu, "and so would PIR");
	entry[2] = 0;
	entry[3] = box;
	entry[0] = 0;
	entry[1] = (uint32_t)(uintptr_t)other_entry;
	while (!mailbox[cpu].alive)
		; /* one that never comes to life is a hang, which the outside sees */
	tap_equal(mailbox[cpu].alive, ALIVE + cpu, "CPU %u is alive and says who it is", cpu);
	tap_equal(mailbox[cpu].r3, box, "its R3 was taken from the table");
	tap_equal(mailbox[cpu].r4, 0, "R4 is 0");
	tap_equal(mailbox[cpu].r7, 64u << 20, "R7 says that 64 MiB are mapped");
	return true;
}

int main(int argc, char **argv)
{
	const char *which = cmdline_value(argc, argv, "cpu"),
		   *token = cmdline_value(argc, argv, "call");
	unsigned int caller = which ? (unsigned int)strtoul(which, NULL, 0) : 0;
	uint32_t calls, call = token ? (uint32_t)strtoul(token, NULL, 0) : 0;

	tap_begin();
	if (!token || machine.cpus < 4 || !(hypervisor.has & HYPERVISOR_HAS_RESET)) {
		tap_skip("every CPU can reset the machine", "has-reset, and four CPUs");
		return tap_end();
	}
	for (unsigned int cpu = 1; cpu < machine.cpus && cpu < MAX_CPUS; cpu++)
		if (!start(cpu))
			return tap_end();
	/* The second CPU idles in the hypervisor, the others spin, when the end comes. */
	if (caller != 1)
		mailbox[1].call = EV_IDLE;
	mailbox[2].call = KVM_HC_FEATURES;
	while (mailbox[2].calls < 2)
		;
	tap_equal(mailbox[2].status, 0, "and they are answered");
	if (tap_end())
		return 1;
	machine_announce_end(call == KVM_HC_VM_RESET ? "reset" : "shutdown");
	printf("# CPU %u calls 0x%lx\n", caller, (unsigned long)call);
	if (caller == 0)
		hcall0(call);
	calls = mailbox[caller].calls;
	mailbox[caller].call = call;
	while (mailbox[caller].calls == calls || mailbox[caller].status == 0)
		;
	printf("# CPU %u got %lu\n", caller, (unsigned long)mailbox[caller].status);
	return 1;
}
