/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmm/e500/machine.h"

const struct arch arch = {
	.mem_min = 64ull << 20,
	.mem_max = 1024ull << 20, /* what a 32-bit monitor can map with ease */
	.mem_default = 128ull << 20,
	.mem_multiple = 64ull << 20, /* as QEMU's ppce500 */
	.max_cpus = 1,
	.elf_machine = EM_PPC,
	.makes_dtb = true,
};

/* The TLBs of an e500v2: e500 Core Family Reference Manual, section 12.3. */
enum { TLB0_ENTRIES = 512, TLB0_WAYS = 4, TLB1_ENTRIES = 16 };

#define MAS1_VALID    0x80000000
#define MAS1_TSIZE(n) ((n) << 7) /* the page has 1 KiB << n */
#define MAS3_ALL      0x3f	 /* user and supervisor: execute, write, read */

/* ePAPR 1.1, section 5.4.1: how a boot program enters its client. */
#define EPAPR_MAGIC 0x45504150
#define QEMU_STACK  0x00fffff8 /* r1 as QEMU leaves it; ePAPR gives it no meaning */

#define MIB 0x100000ull

/* TLB0, then TLB1. Shared with KVM from KVM_ENABLE_CAP on; a change needs KVM_DIRTY_TLB. */
typedef struct kvm_book3e_206_tlb_entry tlb_array[TLB0_ENTRIES + TLB1_ENTRIES];

void arch_vm_init(struct vm *vm)
{
	vm_require(vm, KVM_CAP_PPC_GET_PVINFO, "KVM_CAP_PPC_GET_PVINFO");
	vm_require(vm, KVM_CAP_SW_TLB, "KVM_CAP_SW_TLB");
}

void arch_vcpu_init(struct vcpu *vcpu)
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

/* TLB1[0]: effective = physical from 0 up to `end`, rounded up to a size that an e500v2 has. */
static uint64_t map_initially(struct vcpu *vcpu, uint64_t end)
{
	tlb_array *tlb = vcpu->arch;
	struct kvm_dirty_tlb dirty = {}; /* Linux reloads all, whatever the bitmap says */
	uint64_t size = 4096;
	unsigned int tsize = 2;

	for (; size < end; size *= 4)
		tsize += 2;
	memset(tlb, 0, sizeof(*tlb));
	(*tlb)[TLB0_ENTRIES].mas1 = MAS1_VALID | MAS1_TSIZE(tsize);
	(*tlb)[TLB0_ENTRIES].mas7_3 = MAS3_ALL;
	vm_ioctl(vcpu->fd, KVM_DIRTY_TLB, &dirty, "KVM_DIRTY_TLB");
	return size;
}

void arch_boot(struct vm *vm)
{
	struct layout l = e500_layout(vm);
	struct blob dtb = e500_devtree(vm, &l);
	struct vcpu *first = &vm->vcpu[0];
	struct kvm_regs regs;

	vm_put(vm, l.dtb, dtb.data, dtb.size);
	if (l.initrd)
		vm_put(vm, l.initrd, vm->initrd.data, vm->initrd.size);

	vm_ioctl(first->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	memset(regs.gpr, 0, sizeof(regs.gpr));
	regs.gpr[1] = QEMU_STACK;
	regs.gpr[3] = l.dtb;
	regs.gpr[6] = EPAPR_MAGIC;
	regs.gpr[7] = map_initially(first, l.dtb + dtb.size);
	regs.pc = vm->image.entry;
	regs.msr = 0;
	vm_ioctl(first->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
	free(dtb.data);
}

/* The GPIO's registers; only pin 0 is wired. One guest a process, so one machine. */
static struct {
	uint32_t dir, dat;
} gpio;

/* The machine's registers that are not the UART's. False: there is no such register. */
static bool store(struct vcpu *vcpu, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case GUTS_AT + GUTS_RSTCR:
		if (value & 2)
			vm_end(vcpu, END_RESET, 0, NULL);
		return true;
	case PVPANIC_AT:
		if (value & 1)
			vm_end(vcpu, END_PANIC, 1, NULL);
		return true;
	case GPIO_AT + GPIO_DIR:
		gpio.dir = value;
		break;
	case GPIO_AT + GPIO_DAT:
		gpio.dat = value;
		break;
	default:
		return false;
	}
	if (gpio.dir & gpio.dat & 0x80000000)
		vm_end(vcpu, END_SHUTDOWN, 0, NULL);
	return true;
}

static bool load(uint32_t offset, uint32_t *value)
{
	*value = offset == PVPANIC_AT ? 1 : 0; /* pvpanic: bit 0 is what it can report */
	return offset == PVPANIC_AT || (offset & ~0xfffu) == GUTS_AT ||
	       (offset & ~0xfffu) == GPIO_AT;
}

/* kvm_run holds the bytes as the guest's memory would: the most significant one first. */
static uint32_t get_value(const struct kvm_run *run)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < run->mmio.len; i++)
		value = value << 8 | run->mmio.data[i];
	return value;
}

static void set_value(struct kvm_run *run, uint32_t value)
{
	unsigned int i;

	for (i = run->mmio.len; i-- > 0; value >>= 8)
		run->mmio.data[i] = value;
}

bool arch_exit(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint64_t offset = run->mmio.phys_addr - CCSR_AT;
	uint32_t value;

	if (run->exit_reason != KVM_EXIT_MMIO || offset >= CCSR_SIZE || run->mmio.len > 4)
		return false;
	if (offset >= UART_AT && offset < UART_AT + UART_REGS) {
		if (run->mmio.is_write)
			uart_write(&vcpu->vm->uart, offset - UART_AT, get_value(run));
		else
			set_value(run, uart_read(&vcpu->vm->uart, offset - UART_AT));
		return true;
	}
	if (run->mmio.is_write)
		return store(vcpu, offset, get_value(run));
	if (!load(offset, &value))
		return false;
	set_value(run, value);
	return true;
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
