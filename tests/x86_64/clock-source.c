// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the TSC's frequency is taken from whoever says it, and who that was is said. What CPUID
 * says is read as Intel's manual (SDM volume 2, CPUID, leaves 0x15 and 0x16) and VMware's convention
 * (leaf 0x40000010) have it: here from leaves of our own, as few machines have all. What the machine
 * itself says, each case expects on the console.
 */
#include <string.h>
#include <lib/clock.h>
#include <lib/tap.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/timer.h"

#define HYPERVISOR (1u << 31)

/* What the CPU at hand says; a leaf that is not here is 0. */
static struct {
	uint32_t leaf;
	struct cpuid value;
} leaves[4];

static struct cpuid told(uint32_t leaf)
{
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		if (leaves[i].leaf == leaf)
			return leaves[i].value;
	return (struct cpuid){ 0 };
}

static void tell(unsigned int i, uint32_t leaf, struct cpuid value)
{
	leaves[i].leaf = leaf;
	leaves[i].value = value;
}

static void by_cpu(void)
{
	const char *from;

	memset(leaves, 0, sizeof(leaves));
	tell(0, 0, (struct cpuid){ .eax = 0x16 });
	tell(1, 0x15, (struct cpuid){ .eax = 2, .ebx = 250, .ecx = 24000000 });
	tell(2, 0x16, (struct cpuid){ .eax = 2900 });
	tap_equal(tsc_hz_by_cpu(told, &from), 3000000000u, "leaf 0x15: crystal times a fraction");
	tap_ok(!strcmp(from, "CPUID 0x15"), "and that is said");
	tell(1, 0x15, (struct cpuid){ .eax = 2, .ebx = 250 });
	tap_equal(tsc_hz_by_cpu(told, &from), 2900000000u, "without a crystal: leaf 0x16, in MHz");
	tap_ok(!strcmp(from, "CPUID 0x16"), "and that is said");
	tell(2, 0x16, (struct cpuid){ .eax = 0xabcd0000 });
	tap_equal(tsc_hz_by_cpu(told, &from), 0, "its reserved bits are no frequency");
	tell(2, 0x16, (struct cpuid){ .eax = 2900 });
	tell(0, 0, (struct cpuid){ .eax = 0x14 });
	tap_equal(tsc_hz_by_cpu(told, &from), 0, "leaves beyond the last one are not asked");
}

static void by_hypervisor(void)
{
	memset(leaves, 0, sizeof(leaves));
	tell(0, 1, (struct cpuid){ .ecx = HYPERVISOR });
	tell(1, 0x40000000, (struct cpuid){ .eax = 0x40000010 });
	tell(2, 0x40000010, (struct cpuid){ .eax = 2400000, .ebx = 1000000 });
	tap_equal(tsc_hz_by_hypervisor(told), 2400000000u, "leaf 0x40000010, in kHz");
	tell(1, 0x40000000, (struct cpuid){ .eax = 0x40000001 });
	tap_equal(tsc_hz_by_hypervisor(told), 0, "not where the hypervisor's leaves end before it");
	tell(1, 0x40000000, (struct cpuid){ .eax = 0x40000010 });
	tell(0, 1, (struct cpuid){ 0 });
	tap_equal(tsc_hz_by_hypervisor(told), 0, "nor without a hypervisor");
}

int main(void)
{
	uint64_t hz = clock_hz();

	tap_begin();
	tap_note("%s", clock_source());
	tap_ok(hz >= 1000000, "the TSC has a frequency");
	tap_equal(clock_hz(), hz, "which stays the same");
	by_cpu();
	by_hypervisor();
	return tap_end();
}
