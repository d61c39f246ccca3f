// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_MAP_GPA_RANGE reaches the monitor only if it asked for that (feature bit 16 says
 * so), and brings back its answer; what the kernel can see to be wrong it refuses itself, with -22
 * (Documentation/virt/kvm/x86/hypercalls.rst, 9; kvm_emulate_hypercall()).
 *
 *   monitor=yes  the monitor asked for it; ours answers 0 for RAM, and -22 for anything else
 */
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/cmdline.h>
#include <lib/tap.h>

#define FEATURE	  (1u << 16)
#define ENCRYPTED 0x10

static long call(unsigned long address, unsigned long pages, unsigned long attributes)
{
	return hcall3(KVM_HC_MAP_GPA_RANGE, address, pages, attributes);
}

int main(int argc, char **argv)
{
	const long einval = -22, enosys = -1000;

	tap_begin();
	if (hypervisor.abi != ABI_KVM || !hcall_patched()) {
		tap_skip("a call reaches the monitor", "KVM");
		return tap_end();
	}
	if (!cmdline_value(argc, argv, "monitor")) {
		tap_ok(!(hypervisor.features & FEATURE), "the call is not announced");
		tap_equal((unsigned long)call(0x100000, 1, 0), (unsigned long)enosys,
			  "and is -1000");
		return tap_end();
	}
	tap_ok(hypervisor.features & FEATURE, "the call is announced");
	tap_equal((unsigned long)call(0x100000, 16, ENCRYPTED), 0,
		  "the monitor's answer for RAM: 0");
	tap_equal((unsigned long)call(0xf0000000, 1, 0), (unsigned long)einval, "for no RAM: -22");
	tap_equal((unsigned long)call(0x100000, 1, 1ul << 40), (unsigned long)einval,
		  "for attributes that do not exist: -22");
	tap_equal((unsigned long)call(0x100001, 1, 0), (unsigned long)einval,
		  "KVM's answer for an address that is not a page's: -22");
	tap_equal((unsigned long)call(0x100000, 0, 0), (unsigned long)einval, "for no pages: -22");
	tap_equal((unsigned long)call(~0xffful, 2, 0), (unsigned long)einval,
		  "for a range that wraps around: -22");
	return tap_end();
}
