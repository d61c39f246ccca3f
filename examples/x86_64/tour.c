// SPDX-License-Identifier: BSD-2-Clause
/* The tour's calls on x86_64: Linux KVM's convention, by vmcall (Intel) or vmmcall (AMD). */
#include <string.h>
#include <hcall/hypervisor.h>
#include "../tour.h"

#define KVM_ENOSYS 1000ul

static const uint8_t vmcall[] = { 0x0f, 0x01, 0xc1 };
static const uint8_t vmmcall[] = { 0x0f, 0x01, 0xd9 };

static struct tour_call calls[] = {
	{
		.title = "KVM_HC_VAPIC_POLL_IRQ: just an exit",
		.words = "  The call does nothing but leave the guest, so that the host looks for\n"
			 "  interrupts on the way back in. It cannot fail.\n",
		.number = KVM_HC_VAPIC_POLL_IRQ,
		.meaning = "success",
	},
	{
		.title = "A number that does not exist",
		.words =
			"  KVM's own error numbers are negative; ENOSYS is 1000 here, not Linux's 38.\n",
		.number = HCALL_UNASSIGNED,
		.expect_status = -KVM_ENOSYS,
		.meaning = "-KVM_ENOSYS, the answer to every unknown number",
	},
	{
		.title = "The same, by the other vendor's instruction",
		.words =
			"  vmcall is Intel's, vmmcall is AMD's; the wrong one raises #UD in the CPU.\n"
			"  KVM takes that exit, writes the right one over it and carries on.\n",
		.number = HCALL_UNASSIGNED,
		.expect_status = -KVM_ENOSYS,
		.meaning = "-KVM_ENOSYS again: the guest could not tell the difference",
		.insn_len = sizeof(vmcall),
	},
	{
		.title = "KVM_HC_MAP_GPA_RANGE: a call that KVM leaves to the monitor",
		.words =
			"  An encrypted guest says by it which of its pages are to be shared. Unless the\n"
			"  monitor asked for it (KVM_CAP_EXIT_HYPERCALL), the number does not exist.\n",
		.number = KVM_HC_MAP_GPA_RANGE,
		/* One page, not encrypted, which it is not anyway. */
		.args = { { HCALL_RBX, 0x200000 }, { HCALL_RCX, 1 }, { HCALL_RDX, 0 } },
		.nr_args = 3,
		.expect_status = -KVM_ENOSYS,
		.meaning = "the monitor did not ask for it",
	},
};

enum { VENDORS = 2, MAP_GPA_RANGE = 3 };

/* CPUID 0x40000001, EAX: the monitor that answers the call sets it. */
#define HAS_MAP_GPA_RANGE (1u << 16)

const struct tour_call *tour_calls(size_t *n)
{
	*n = sizeof(calls) / sizeof(calls[0]);
	calls[VENDORS].insn = memcmp(hypervisor.insn, vmcall, sizeof(vmcall)) ? vmcall : vmmcall;
	if (hypervisor.features & HAS_MAP_GPA_RANGE) {
		calls[MAP_GPA_RANGE].expect_status = 0;
		calls[MAP_GPA_RANGE].meaning = "success: the monitor has answered";
	}
	return calls;
}
