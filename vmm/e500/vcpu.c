/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hcall/catalogue.h"
#include "hosts/e500/kvm_epapr.h"
#include "vmm/e500/machine.h"

const struct arch arch = {
	.mem_min = 64ull << 20,
	.mem_max = 1024ull << 20, /* what a 32-bit monitor can map with ease */
	.mem_default = 128ull << 20,
	.mem_multiple = 64ull << 20, /* as QEMU's ppce500 */
	.max_cpus = VMM_MAX_CPUS,
	.elf_machine = EM_PPC,
	.makes_dtb = true,
	.has_power_calls = true,
	.caps = {
		[CAP_EPAPR_HCALL] = {
			.name = "epapr-hcall",
			.number = KVM_CAP_EXIT_EPAPR_HCALL,
			.kvm_name = "KVM_CAP_EXIT_EPAPR_HCALL",
			.of_vcpu = true,
			.automatic = true,
			.arg = 1,
		},
	},
	.arg_name = { "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10" },
};

/* The TLBs of an e500v2: e500 Core Family Reference Manual, section 12.3. */
enum { TLB0_ENTRIES = 512, TLB0_WAYS = 4, TLB1_ENTRIES = 16 };

#define MAS1_VALID    0x80000000
#define MAS1_TSIZE(n) ((n) << 7) /* the page has 1 KiB << n */
#define MAS3_ALL      0x3f	 /* user and supervisor: execute, write, read */

/* ePAPR 1.1, section 5.4.1: how a boot program enters its client. */
#define EPAPR_MAGIC 0x45504150
#define QEMU_STACK  0x00fffff8 /* r1 as QEMU leaves it; ePAPR gives it no meaning */

/* Statuses of ePAPR 1.1, appendix B. */
enum { EV_INTERNAL = 9, EV_UNIMPLEMENTED = 12 };

#define MIB 0x100000ull

/* TLB0, then TLB1. Shared with KVM from KVM_ENABLE_CAP on; a change needs KVM_DIRTY_TLB. */
typedef struct kvm_book3e_206_tlb_entry tlb_array[TLB0_ENTRIES + TLB1_ENTRIES];

/* An in-kernel MPIC of the version that QEMU's ppce500 has. */
static void create_mpic(struct vm *vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_FSL_MPIC_42 };
	uint64_t base = CCSR_AT + MPIC_AT;
	struct kvm_device_attr address = {
		.group = KVM_DEV_MPIC_GRP_MISC,
		.attr = KVM_DEV_MPIC_BASE_ADDR,
		.addr = (uintptr_t)&base,
	};

	machine.mpic = -1;
	if (!vm_has(vm, KVM_CAP_DEVICE_CTRL) || !vm_has(vm, KVM_CAP_IRQ_MPIC))
		return;
	vm_ioctl(vm->fd, KVM_CREATE_DEVICE, &device, "KVM_CREATE_DEVICE(MPIC)");
	machine.mpic = device.fd;
	vm_ioctl(machine.mpic, KVM_SET_DEVICE_ATTR, &address, "KVM_SET_DEVICE_ATTR(MPIC base)");
}

void arch_vm_init(struct vm *vm)
{
	vm_require(vm, KVM_CAP_PPC_GET_PVINFO, "KVM_CAP_PPC_GET_PVINFO");
	vm_require(vm, KVM_CAP_SW_TLB, "KVM_CAP_SW_TLB");
	devices_reset(vm);
	create_mpic(vm);
}

void arch_vm_exit(struct vm *vm)
{
	(void)vm;
	if (machine.mpic >= 0)
		close(machine.mpic);
}

static void share_tlb(struct vcpu *vcpu)
{
	struct kvm_book3e_206_tlb_params params = {
		.tlb_sizes = { TLB0_ENTRIES, TLB1_ENTRIES },
		.tlb_ways = { TLB0_WAYS, TLB1_ENTRIES },
	};
	tlb_array *tlb = calloc(1, sizeof(*tlb));
	struct kvm_config_tlb config = {
		.params = (uintptr_t)&params,
		.array = (uintptr_t)tlb,
		.mmu_type = KVM_MMU_FSL_BOOKE_NOHV,
		.array_len = sizeof(*tlb),
	};
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SW_TLB, .args = { (uintptr_t)&config } };

	if (!tlb)
		die("out of memory");
	vm_ioctl(vcpu->fd, KVM_ENABLE_CAP, &cap, "KVM_ENABLE_CAP(KVM_CAP_SW_TLB)");
	vcpu->arch = tlb;
}

void arch_vcpu_init(struct vcpu *vcpu)
{
	struct kvm_enable_cap mpic = {
		.cap = KVM_CAP_IRQ_MPIC,
		.args = { machine.mpic, vcpu->id },
	};

	share_tlb(vcpu);
	if (machine.mpic >= 0)
		vm_ioctl(vcpu->fd, KVM_ENABLE_CAP, &mpic, "KVM_ENABLE_CAP(KVM_CAP_IRQ_MPIC)");
}

struct layout e500_layout(const struct vm *vm)
{
	struct layout l;
	uint64_t end;

	/* Room for what amend_tree() adds to a tree from a file. */
	l.dtb_room = 0x10000 + vm->dtb.size + (vm->opt->cmdline ? strlen(vm->opt->cmdline) : 0);
	l.dtb = (vm->image.high + 24 * MIB) & ~(MIB - 1);
	end = l.dtb + l.dtb_room;
	l.initrd = vm->initrd.data ? (end + 16 * MIB - 1) & ~(16 * MIB - 1) : 0;
	if (l.initrd)
		end = l.initrd + vm->initrd.size;
	if (end > vm->opt->mem)
		die("no room in RAM for device tree and initrd behind the image: --mem");
	return l;
}

struct blob arch_dtb(struct vm *vm)
{
	struct layout l = e500_layout(vm);

	return e500_devtree(vm, &l);
}

/* The only valid entry of the guest's TLBs. Returns the size that it really has. */
static uint64_t map_initially(struct vcpu *vcpu, uint64_t base, uint64_t size, unsigned int index)
{
	tlb_array *tlb = vcpu->arch;
	struct kvm_book3e_206_tlb_entry *entry = &(*tlb)[TLB0_ENTRIES + index];
	struct kvm_dirty_tlb dirty = {}; /* Linux reloads all, whatever the bitmap says */
	uint64_t mapped = 4096;
	unsigned int tsize = 2;

	for (; mapped < size; mapped *= 4)
		tsize += 2;
	memset(tlb, 0, sizeof(*tlb));
	entry->mas1 = MAS1_VALID | MAS1_TSIZE(tsize);
	entry->mas7_3 = base | MAS3_ALL;
	vm_ioctl(vcpu->fd, KVM_DIRTY_TLB, &dirty, "KVM_DIRTY_TLB");
	return mapped;
}

void e500_enter(struct vcpu *vcpu, uint64_t pc, uint64_t base, uint64_t size, unsigned int index,
		const uint32_t *r3_to_r6)
{
	struct kvm_regs regs;
	unsigned int i;

	vm_ioctl(vcpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	memset(regs.gpr, 0, sizeof(regs.gpr));
	regs.gpr[1] = QEMU_STACK;
	for (i = 0; i < 4; i++)
		regs.gpr[3 + i] = r3_to_r6[i];
	regs.gpr[7] = map_initially(vcpu, base, size, index);
	regs.pc = pc;
	regs.msr = 0;
	vm_ioctl(vcpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void arch_boot(struct vm *vm)
{
	struct layout l = e500_layout(vm);
	struct blob dtb = e500_devtree(vm, &l);
	uint32_t gpr[4] = { l.dtb, 0, 0, EPAPR_MAGIC };
	unsigned int i;

	vm_put(vm, l.dtb, dtb.data, dtb.size);
	if (l.initrd)
		vm_put(vm, l.initrd, vm->initrd.data, vm->initrd.size);
	e500_enter(&vm->vcpu[0], vm->image.entry, 0, l.dtb + dtb.size, 0, gpr);
	for (i = 1; i < vm->opt->cpus; i++)
		vm->vcpu[i].stopped = true; /* the spin table starts it */
	free(dtb.data);
}

/* The two calls of the proposal. They return only if they fail, which they do when told to. */
static void hypercall(struct vcpu *vcpu)
{
	struct kvm_epapr_hcall *call = (void *)vcpu->run->padding;
	unsigned int fail = vcpu->vm->opt->fail;

	switch (call->nr) {
	case KVM_HC_VM_RESET:
		call->ret = EV_INTERNAL;
		if (!(fail & FAIL_RESET))
			vm_end(vcpu, END_RESET, 0, "hypercall KVM_HC_VM_RESET");
		break;
	case KVM_HC_VM_SHUTDOWN:
		call->ret = EV_INTERNAL;
		if (!(fail & FAIL_SHUTDOWN))
			vm_end(vcpu, END_SHUTDOWN, 0, "hypercall KVM_HC_VM_SHUTDOWN");
		break;
	default:
		call->ret = EV_UNIMPLEMENTED;
		break;
	}
}

/*
 * What Linux for Book E says of an instruction that its emulation does not know: the upper half is
 * all ones, the lower one the instruction (emulation_exit(), booke.c). It has queued a program
 * interrupt (illegal instruction), with which the guest goes on.
 */
static bool not_emulated(struct vcpu *vcpu)
{
	uint64_t reason = vcpu->run->hw.hardware_exit_reason;
	static bool said;

	if (reason >> 32 != UINT32_MAX)
		return false;
	if (!said)
		fprintf(stderr, "vmm: KVM cannot emulate instruction 0x%08x\n", (uint32_t)reason);
	said = true;
	return true;
}

bool arch_exit(struct vcpu *vcpu)
{
	switch (vcpu->run->exit_reason) {
	case KVM_EXIT_MMIO:
		return devices_access(vcpu);
	case KVM_EXIT_EPAPR_HCALL:
		hypercall(vcpu);
		return true;
	case KVM_EXIT_UNKNOWN:
		return not_emulated(vcpu);
	default:
		return false;
	}
}

uint64_t arch_print_regs(struct vcpu *vcpu)
{
	struct kvm_regs r;
	unsigned int i;

	vm_ioctl(vcpu->fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	fprintf(stderr,
		"vmm: reg vcpu=%u pc=0x%llx msr=0x%llx lr=0x%llx ctr=0x%llx cr=0x%llx xer=0x%llx "
		"srr0=0x%llx srr1=0x%llx\n",
		vcpu->id, r.pc, r.msr, r.lr, r.ctr, r.cr, r.xer, r.srr0, r.srr1);
	for (i = 0; i < 32; i++)
		fprintf(stderr, "%sr%u=0x%llx%s", i % 8 ? " " : "vmm: reg ", i, r.gpr[i],
			i % 8 == 7 ? "\n" : "");
	return r.pc;
}
