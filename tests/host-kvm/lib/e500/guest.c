// SPDX-License-Identifier: BSD-2-Clause
/*
 * Supervisor state, the first 256 MiB one to one, and a page of a device at 0xe0004000. A guest
 * stops by a store to that device.
 *
 * KVM gives a new vCPU just these mappings (kvmppc_e500_tlb_setup()), but one cannot rely on it:
 * the array they are in was never cleared, and the range of addresses that is looked up there is
 * computed before they are put in (kvmppc_e500_tlb_init() in Linux 6.1). So the TLB is ours, by
 * KVM_CAP_SW_TLB, in each test but the one of that capability.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/host-kvm/lib/host.h"

#define STOP_AT 0xe0004500u

enum { TLB0 = 512, WAYS = 4, TLB1 = 16 };

#define MAS1_VALID	0x80000000u
#define MAS1_TSIZE_4K	(2u << 7)
#define MAS1_TSIZE_256M (18u << 7)
#define MAS2_DEVICE	0xau /* cache-inhibited, guarded */
#define MAS3_SUPER	0x15u

/* kvmppc_core_flush_memslot() in arch/powerpc/kvm/booke.c is empty. */
const bool guest_loses_deleted_slots;
const bool guest_has_mmio = true;

/* clang-format off */
static const uint32_t store_code[] = {
	0x98830000, /*    stb   r4,0(r3) */
	0x98850000, /*    stb   r4,0(r5) */
	0x4bfffff8, /*    b     .-8 */
};
static const uint32_t load_code[] = {
	0x88c30000, /*    lbz   r6,0(r3) */
	0x98850000, /*    stb   r4,0(r5) */
};
/* clang-format on */

static struct kvm_regs get_regs(struct host_cpu *cpu)
{
	struct kvm_regs regs;

	must(cpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	return regs;
}

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
	tlb[TLB0].mas7_3 = MAS3_SUPER;
	tlb[TLB0 + 1].mas1 = MAS1_VALID | MAS1_TSIZE_4K;
	tlb[TLB0 + 1].mas2 = (STOP_AT & ~0xfffu) | MAS2_DEVICE;
	tlb[TLB0 + 1].mas7_3 = (STOP_AT & ~0xfffu) | MAS3_SUPER;
	must(cpu->fd, KVM_ENABLE_CAP, &cap, "KVM_ENABLE_CAP(KVM_CAP_SW_TLB)");
	cpu->mmu = tlb; /* KVM keeps it: it is there until the program ends */
}

void guest_start(struct host_cpu *cpu, const void *code, size_t size)
{
	struct kvm_regs regs = get_regs(cpu);

	if (!cpu->mmu)
		share_tlb(cpu);
	memcpy(cpu->vm->ram + GUEST_CODE, code, size);
	memset(regs.gpr, 0, sizeof(regs.gpr));
	/* Not 0: KVM holds interrupts back while it equals the magic page's `critical`. */
	regs.gpr[1] = GUEST_FREE;
	regs.gpr[5] = STOP_AT;
	regs.pc = GUEST_CODE;
	regs.msr = 0;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_store(struct host_cpu *cpu, uint64_t address, uint8_t value)
{
	struct kvm_regs regs;

	guest_start(cpu, store_code, sizeof(store_code));
	regs = get_regs(cpu);
	regs.gpr[3] = address;
	regs.gpr[4] = value;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_load(struct host_cpu *cpu, uint64_t address)
{
	struct kvm_regs regs;

	guest_start(cpu, load_code, sizeof(load_code));
	regs = get_regs(cpu);
	regs.gpr[3] = address;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

uint64_t guest_loaded(struct host_cpu *cpu)
{
	return get_regs(cpu).gpr[6];
}

uint64_t guest_pc(struct host_cpu *cpu)
{
	return get_regs(cpu).pc;
}

uint64_t guest_behind_load(void)
{
	return GUEST_CODE + 4;
}

bool guest_stopped(const struct host_cpu *cpu)
{
	return cpu->run->exit_reason == KVM_EXIT_MMIO && cpu->run->mmio.phys_addr == STOP_AT;
}
