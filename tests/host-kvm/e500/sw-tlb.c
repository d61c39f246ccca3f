// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_CAP_SW_TLB and KVM_DIRTY_TLB (Linux 6.1, Documentation/virt/kvm/api.rst 6.3 and 4.60;
 * kvm_vcpu_ioctl_config_tlb() in e500_mmu.c): the guest's TLB is an array that user space shares.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

enum { TLB0 = 512, WAYS = 4, TLB1 = 16 };

#define MAS1_VALID   0x80000000u
#define MAS1_TSIZE_4 (2u << 7)	/* 4 KiB */
#define MAS1_TSIZE_M (10u << 7) /* 1 MiB */
#define MAS2_DEVICE  0xau	/* cache-inhibited, guarded */
#define MAS3_SUPER   0x15u	/* supervisor: execute, write, read */

static struct host_vm vm;
static struct host_cpu cpu;
static struct kvm_book3e_206_tlb_entry *tlb;

struct geometry {
	struct kvm_book3e_206_tlb_params params;
	struct kvm_config_tlb config;
};

static struct geometry good(void)
{
	return (struct geometry){
		.params = { .tlb_sizes = { TLB0, TLB1 }, .tlb_ways = { WAYS, TLB1 } },
		.config = {
			.array = (uintptr_t)tlb,
			.mmu_type = KVM_MMU_FSL_BOOKE_NOHV,
			.array_len = (TLB0 + TLB1) * sizeof(*tlb),
		},
	};
}

static int enable(struct geometry g)
{
	if (!g.config.params)
		g.config.params = (uintptr_t)&g.params;
	return enable_cap(cpu.fd, KVM_CAP_SW_TLB, 0, (uintptr_t)&g.config);
}

static void bad_arguments(void)
{
	struct geometry g = good();

	g.config.mmu_type = KVM_MMU_FSL_BOOKE_HV;
	refused(enable(g), EINVAL, "the MMU type of CPUs with a hypervisor mode");
	g = good();
	g.params.tlb_sizes[1] = g.params.tlb_ways[1] = 65;
	refused(enable(g), EINVAL, "TLB1 of 65 entries");
	g = good();
	g.params.tlb_ways[1] = 4;
	refused(enable(g), EINVAL, "TLB1 that is not fully associative");
	g = good();
	g.params.tlb_ways[0] = 3;
	refused(enable(g), EINVAL, "TLB0 of 3 ways");
	g = good();
	g.params.tlb_sizes[0] = 384;
	refused(enable(g), EINVAL, "TLB0 of 96 sets");
	g = good();
	g.params.tlb_sizes[2] = 16;
	refused(enable(g), EINVAL, "a TLB2");
	g = good();
	g.config.array_len--;
	refused(enable(g), EINVAL, "an array that is too short");
	g = good();
	g.config.params = 16;
	refused(enable(g), EFAULT, "a bad pointer to the geometry");
	refused(enable_cap(cpu.fd, KVM_CAP_SW_TLB, 0, 16), EFAULT, "a bad pointer to all of it");
	refused(enable_cap(cpu.fd, KVM_CAP_SW_TLB, 1, 0), EINVAL, "flags that are not 0");
}

static void map(unsigned int entry, uint32_t mas1, uint64_t ea, uint64_t pa)
{
	struct kvm_dirty_tlb dirty = {};

	tlb[TLB0 + entry].mas1 = MAS1_VALID | mas1;
	tlb[TLB0 + entry].mas2 = ea;
	tlb[TLB0 + entry].mas7_3 = pa | MAS3_SUPER;
	must(cpu.fd, KVM_DIRTY_TLB, &dirty, "KVM_DIRTY_TLB");
}

static void guest_uses_it(void)
{
	const uint32_t ea = 0x40000000;

	granted(enable(good()), "the geometry of an e500v2");
	map(0, MAS1_TSIZE_M, 0, 0);
	map(1, MAS1_TSIZE_4, 0xe0004000 | MAS2_DEVICE, 0xe0004000);
	map(2, MAS1_TSIZE_4, ea, GUEST_FREE);
	guest_store(&cpu, ea + 4, 0x11);
	tap_ok(run_to_stop(&cpu), "the guest stores through an entry of the array");
	tap_equal(vm.ram[GUEST_FREE + 4], 0x11, "and it arrives where that leads");
	map(2, MAS1_TSIZE_4, ea, GUEST_FREE + 0x1000);
	guest_store(&cpu, ea + 4, 0x22);
	tap_ok(run_to_stop(&cpu),
	       "the entry is changed, KVM_DIRTY_TLB called, and it stores again");
	tap_equal(vm.ram[GUEST_FREE + 0x1004], 0x22, "it arrives at the new place");
	tap_equal(vm.ram[GUEST_FREE + 4], 0x11, "and not at the old one");
}

int main(void)
{
	host_begin("sw-tlb");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	cpu.mmu = tlb = calloc(TLB0 + TLB1, sizeof(*tlb));
	if (extension(&vm, KVM_CAP_SW_TLB) > 0) {
		bad_arguments();
		guest_uses_it();
	} else {
		tap_skip("the TLB is shared", "KVM_CAP_SW_TLB");
	}
	vm_free(&vm, &cpu, 1);
	free(tlb);
	return host_end();
}
