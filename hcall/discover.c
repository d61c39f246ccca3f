// SPDX-License-Identifier: BSD-2-Clause
#include <stdint.h>
#include <string.h>
#include <hcall/call.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>

struct hypervisor hypervisor;

const char *hypervisor_abi_name(enum hypervisor_abi abi)
{
	static const char *const names[] = {
		[ABI_NONE] = "none",
		[ABI_EPAPR] = "epapr",
		[ABI_KVM] = "kvm",
	};

	return names[abi];
}

void hypervisor_discover(const struct devtree *dt)
{
	memset(&hypervisor, 0, sizeof(hypervisor));
	if (dt)
		hypervisor_read_node(dt, &hypervisor);
	arch_hypervisor_probe(&hypervisor);
}

void hypervisor_ask_features(void)
{
	uint64_t bits;

	if (hypervisor.has_features || hypervisor.abi != ABI_KVM || hcall_features(&bits))
		return;
	hypervisor.has_features = true;
	hypervisor.features = bits;
	hypervisor.features_from = hcall_call_for(HCALL_OP_FEATURES).name;
}
