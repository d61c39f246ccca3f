// SPDX-License-Identifier: BSD-2-Clause
/* The tour's calls on PowerPC e500: ePAPR convention, Linux KVM's own tokens. */
#include <stdio.h>
#include <lib/arch.h>
#include "../tour.h"

/* The conventional place: the last page, which a 16-bit displacement from 0 reaches. */
#define MAGIC_PAGE 0xfffff000u

/* Offsets in struct kvm_vcpu_arch_shared, low halves of 64-bit fields on a 32-bit guest. */
enum { MAGIC_SPRG3 = 0x3c, MAGIC_MSR = 0x5c, MAGIC_PIR = 0xcc };

static uint32_t magic(unsigned int offset)
{
	return *(volatile uint32_t *)(MAGIC_PAGE + offset);
}

static bool show_magic_page(const struct hcall_regs *after)
{
	uint32_t pir, msr, sprg3;

	(void)after;
	__asm__ volatile("mfspr %0, 286" : "=r"(pir));
	__asm__ volatile("mfmsr %0" : "=r"(msr));
	__asm__ volatile("mfspr %0, 275" : "=r"(sprg3));
	printf("     now plain loads read what took an exit each before:\n");
	printf("     field   in the page   by instruction\n");
	printf("     PIR     0x%08lx    0x%08lx\n", (unsigned long)magic(MAGIC_PIR),
	       (unsigned long)pir);
	printf("     MSR     0x%08lx    0x%08lx\n", (unsigned long)magic(MAGIC_MSR),
	       (unsigned long)msr);
	printf("     SPRG3   0x%08lx    0x%08lx\n", (unsigned long)magic(MAGIC_SPRG3),
	       (unsigned long)sprg3);
	return magic(MAGIC_PIR) == pir && magic(MAGIC_MSR) == msr && magic(MAGIC_SPRG3) == sprg3;
}

static const struct tour_call calls[] = {
	{
		.title = "KVM_HC_FEATURES: what is there beyond plain ePAPR?",
		.words = "  On Power the guest asks by a call (on x86 it reads CPUID).\n",
		.number = KVM_HC_FEATURES,
		.meaning = "success; bit 1 of r4 announces the magic page",
	},
	{
		.title = "A token that does not exist",
		.words =
			"  Vendor 42 is KVM; it has no call 0x7fff. Its answers are positive numbers.\n",
		.number = HCALL_UNASSIGNED,
		.expect_status = 12,
		.meaning = "EV_UNIMPLEMENTED, as ePAPR wants it for a token nobody knows",
	},
	{
		.title = "KVM_HC_PPC_MAP_MAGIC_PAGE: share a page with the hypervisor",
		.words =
			"  r3 is the physical address, r4 the effective one: the kernel's order; its\n"
			"  documentation has them the other way round, and Linux hides it by passing\n"
			"  the same value twice, as we do here.\n",
		.number = KVM_HC_PPC_MAP_MAGIC_PAGE,
		.args = { { HCALL_R3, MAGIC_PAGE }, { HCALL_R4, MAGIC_PAGE } },
		.nr_args = 2,
		.meaning = "success; r4 says which groups of fields are kept",
		.show = show_magic_page,
	},
};

const struct tour_call *tour_calls(size_t *n)
{
	*n = sizeof(calls) / sizeof(calls[0]);
	return calls;
}
