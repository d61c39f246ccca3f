// SPDX-License-Identifier: BSD-2-Clause
/* KVM PR for Book3S. Real mode: no MMU has to be set up. */
#include "tests/host-kvm/lib/ppc/guest.h"

/* Where the interrupt vectors begin; PR delivers no interrupt before it was told. */
void guest_prepare(struct host_cpu *cpu)
{
	static uint64_t zero;
	struct kvm_one_reg hior = { .id = KVM_REG_PPC_HIOR, .addr = (uintptr_t)&zero };

	must(cpu->fd, KVM_SET_ONE_REG, &hior, "KVM_SET_ONE_REG(HIOR)");
	cpu->mmu = &zero;
}
