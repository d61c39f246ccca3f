// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first 256 MiB one to one, and a page of a device at 0xe0004000: a guest stops by a store to
 * that device.
 *
 * KVM gives a new vCPU just these mappings (kvmppc_e500_tlb_setup()), but one cannot rely on it:
 * the array they are in was never cleared, and the range of addresses that is looked up there is
 * computed before they are put in (kvmppc_e500_tlb_init() in Linux 6.1). So the TLB is ours, by
 * KVM_CAP_SW_TLB, in each test but the one of that capability.
 */
#include <stdlib.h>

#include "tests/host-kvm/lib/ppc/guest.h"

enum { TLB0 = 512, WAYS = 4, TLB1 = 16 };

#define MAS1_VALID	0x80000000u
#define MAS1_TSIZE_4K	(2u << 7)
#define MAS1_TSIZE_256M (18u << 7)
#define MAS2_DEVICE	0xau  /* cache-inhibited, guarded */
#define MAS3_ALL	0x3fu /* user and supervisor: execute, write, read */

static void share_tlb(struct host_cpu *cpu)
{
	struct kvm_book3e_206_tlb_entry *tlb = calloc(TLB0 + TLB1, sizeof(*tlb));
	struct kvm_book3e_206_tlb_params params = {
		.tlb_sizes = { TLB0, TLB1 },
		.tlb_ways = { WAYS, TLB1 },
	};
	struct kvm_config_tlb config = {
		.params = (uintptr_t)&params,
		.array = (uintptr_t)tlb,
		.mmu_type = KVM_MMU_FSL_BOOKE_NOHV,
		.array_len = (TLB0 + TLB1) * sizeof(*tlb),
	};
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SW_TLB, .args = { (uintptr_t)&config } };

	tlb[TLB0].mas1 = MAS1_VALID | MAS1_TSIZE_256M;
	tlb[TLB0].mas7_3 = MAS3_ALL;
	tlb[TLB0 + 1].mas1 = MAS1_VALID | MAS1_TSIZE_4K;
	tlb[TLB0 + 1].mas2 = (STOP_AT & ~0xfffu) | MAS2_DEVICE;
	tlb[TLB0 + 1].mas7_3 = (STOP_AT & ~0xfffu) | MAS3_ALL;
	must(cpu->fd, KVM_ENABLE_CAP, &cap, "KVM_ENABLE_CAP(KVM_CAP_SW_TLB)");
	cpu->mmu = tlb; /* KVM keeps it: it is there until the program ends */
}

void guest_prepare(struct host_cpu *cpu)
{
	struct kvm_sregs sregs;

	share_tlb(cpu);
	must(cpu->fd, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	sregs.u.e.ivpr = 0;
	sregs.u.e.ivor_low[8] = VECTOR_SC;
	must(cpu->fd, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
}
