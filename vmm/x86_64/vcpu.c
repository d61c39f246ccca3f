/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <asm/kvm_para.h>

#include "hcall/catalogue.h"
#include "vmm/x86_64/machine.h"

const struct arch arch = {
	.mem_min = 2ull << 20,
	.mem_max = 3072ull << 20, /* the LAPIC and IOAPIC sit in the last GiB below 4 GiB */
	.mem_default = 128ull << 20,
	.mem_multiple = 1ull << 20,
	.max_cpus = VMM_MAX_CPUS,
	.elf_machine = EM_X86_64,
	.has_boot_protocols = true,
	.has_cpuid = true,
	.caps = {
		[CAP_EXIT_HYPERCALL] = {
			.name = "exit-hypercall",
			.number = KVM_CAP_EXIT_HYPERCALL,
			.kvm_name = "KVM_CAP_EXIT_HYPERCALL",
			.arg = 1 << KVM_HC_MAP_GPA_RANGE,
		},
		[CAP_ENFORCE_PV] = {
			.name = "enforce-pv-features",
			.number = KVM_CAP_ENFORCE_PV_FEATURE_CPUID,
			.kvm_name = "KVM_CAP_ENFORCE_PV_FEATURE_CPUID",
			.of_vcpu = true,
			.arg = 1,
		},
		[CAP_DISABLE_QUIRKS2] = {
			.name = "disable-quirks2",
			.number = KVM_CAP_DISABLE_QUIRKS2,
			.kvm_name = "KVM_CAP_DISABLE_QUIRKS2",
			.arg = KVM_X86_QUIRK_FIX_HYPERCALL_INSN,
		},
	},
	.arg_name = { "rbx", "rcx", "rdx", "rsi" },
};

/* Pages that KVM needs for itself on Intel: free of RAM and devices, just below the BIOS's place. */
#define IDENTITY_MAP_AT 0xfffbc000ull
#define TSS_AT		0xfffbd000ull

enum {
	PORT_KBC = 0x64, /* keyboard controller: command 0xfe pulses the reset line */
	PORT_UART = 0x3f8,
	PORT_DEBUG_EXIT = 0x501, /* QEMU's isa-debug-exit at its default port */
	PORT_RESETS = 0x508,	 /* of this machine only */
	PORT_RESET = 0xcf9,	 /* PCI reset control: bit 2 resets */
};

void arch_vm_init(struct vm *vm)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };
	uint64_t identity = IDENTITY_MAP_AT;

	vm_require(vm, KVM_CAP_IRQCHIP, "KVM_CAP_IRQCHIP");
	vm_require(vm, KVM_CAP_PIT2, "KVM_CAP_PIT2");
	/*
	 * 0: the host's rate as it is known now, which each vCPU then begins with. By default that is
	 * the rate of when KVM was loaded; a host that has measured better since leaves the vCPUs'
	 * scale at 0, and their timers and clocks are lost (docs/findings.md, tsc-scale).
	 */
	vm_ioctl(vm->fd, KVM_SET_TSC_KHZ, NULL, "KVM_SET_TSC_KHZ");
	vm_ioctl(vm->fd, KVM_SET_IDENTITY_MAP_ADDR, &identity, "KVM_SET_IDENTITY_MAP_ADDR");
	vm_ioctl(vm->fd, KVM_SET_TSS_ADDR, (void *)TSS_AT, "KVM_SET_TSS_ADDR");
	vm_ioctl(vm->fd, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
	vm_ioctl(vm->fd, KVM_CREATE_PIT2, &pit, "KVM_CREATE_PIT2");
}

void arch_vm_exit(struct vm *vm)
{
	(void)vm; /* the interrupt controllers have no file descriptors of their own */
}

/*
 * What makes KVM answer as Hyper-V once the guest has said who it is: the interface's signature.
 * Hyper-V's leaves are the first ones (TLFS 2.4), and KVM's go where guests look for them next.
 */
static void show_hyper_v(struct kvm_cpuid2 *cpuid)
{
	enum { KVM_BASE = KVM_CPUID_SIGNATURE + 0x100, HYPERCALL_MSRS = 1 << 5 };
	static const struct kvm_cpuid_entry2 leaves[] = {
		{ .function = 0x40000000,
		  .eax = 0x40000005,
		  .ebx = 0x7263694d, /* "Microsoft Hv" */
		  .ecx = 0x666f736f,
		  .edx = 0x76482074 },
		{ .function = 0x40000001, .eax = 0x31237648 }, /* "Hv#1" */
		{ .function = 0x40000002 },
		{ .function = 0x40000003, .eax = HYPERCALL_MSRS },
		{ .function = 0x40000004 },
		{ .function = 0x40000005 },
	};
	unsigned int i;

	for (i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function == KVM_CPUID_SIGNATURE)
			e->eax = KVM_BASE + 1;
		if (e->function == KVM_CPUID_SIGNATURE || e->function == KVM_CPUID_FEATURES)
			e->function += KVM_BASE - KVM_CPUID_SIGNATURE;
	}
	memcpy(&cpuid->entries[cpuid->nent], leaves, sizeof(leaves));
	cpuid->nent += sizeof(leaves) / sizeof(leaves[0]);
}

/* All that this KVM can do, plus the facts that only the monitor knows: which CPU, how many. */
void arch_vcpu_init(struct vcpu *vcpu)
{
	enum { MAX_ENTRIES = 256, HYPERVISOR = 1u << 31, TSC_DEADLINE = 1u << 24 };
	struct kvm_cpuid2 *cpuid;
	unsigned int i;

	/* Some more, for leaves of our own. */
	cpuid = calloc(1, sizeof(*cpuid) + 2 * MAX_ENTRIES * sizeof(cpuid->entries[0]));
	if (!cpuid)
		die("out of memory");
	cpuid->nent = MAX_ENTRIES;
	vm_ioctl(vcpu->vm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
	for (i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function == 1) {
			e->ebx = (e->ebx & 0xffff) | vcpu->vm->opt->cpus << 16 | vcpu->id << 24;
			/* KVM leaves these two to the monitor that has an in-kernel LAPIC. */
			e->ecx |= HYPERVISOR | TSC_DEADLINE;
		} else if (e->function == 0xb || e->function == 0x1f) {
			e->edx = vcpu->id;
		} else if (e->function == KVM_CPUID_FEATURES) {
			/* It is the monitor that answers, so KVM leaves the bit to it. */
			if (vcpu->vm->cap[CAP_EXIT_HYPERCALL])
				e->eax |= 1u << KVM_FEATURE_HC_MAP_GPA_RANGE;
			e->eax &= ~vcpu->vm->opt->hidden_features;
		}
	}
	if (vcpu->vm->opt->hyper_v)
		show_hyper_v(cpuid);
	vm_ioctl(vcpu->fd, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
	free(cpuid);
}

void arch_boot(struct vm *vm)
{
	struct kvm_regs regs = { .rflags = 2 }; /* bit 1 is always set; interrupts are off */
	struct vcpu *first = &vm->vcpu[0];
	struct kvm_sregs sregs;

	put_acpi(vm);
	vm_ioctl(first->fd, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	if (vm->opt->boot == BOOT_LINUX)
		boot_linux(vm, &regs, &sregs);
	else
		boot_pvh(vm, &regs, &sregs);
	vm_ioctl(first->fd, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	vm_ioctl(first->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
	/* The other vCPUs stay as they are after INIT: they wait for a SIPI, in the kernel. */
}

struct blob arch_dtb(struct vm *vm)
{
	(void)vm;
	return (struct blob){};
}

static void port_out(struct vcpu *vcpu, uint16_t port, const uint8_t *data, unsigned int size)
{
	uint8_t value = *data;

	if (port >= PORT_UART && port < PORT_UART + UART_REGS)
		uart_write(&vcpu->vm->uart, port - PORT_UART, value);
	else if (port == PORT_DEBUG_EXIT)
		vm_end(vcpu, value ? END_PANIC : END_SHUTDOWN, value, "port 0x501");
	else if ((port == PORT_KBC && value == 0xfe) || (port == PORT_RESET && (value & 4)))
		vm_end(vcpu, END_RESET, 0, "port 0x%x", port);
	(void)size; /* a wider access reaches the same device; all of them are 8 bits wide */
}

/* Nobody drives an unclaimed port of a PC: writes are lost, reads give ones. */
static void port_in(struct vcpu *vcpu, uint16_t port, uint8_t *data, unsigned int size)
{
	memset(data, 0xff, size);
	if (port >= PORT_UART && port < PORT_UART + UART_REGS)
		*data = uart_read(&vcpu->vm->uart, port - PORT_UART);
	else if (port == PORT_DEBUG_EXIT || port == PORT_KBC)
		memset(data, 0, size);
	else if (port == PORT_RESETS)
		memcpy(data, &vcpu->vm->resets, size); /* 4 bytes at most, little-endian both */
}

/*
 * The one call that KVM can leave to the monitor. Nothing here is encrypted or shared, so there is
 * nothing to do; but a range that is no RAM, or an attribute that does not exist, is an error.
 */
static int64_t map_gpa_range(const struct vm *vm, const __u64 *args)
{
	enum { PAGE_SIZES = 0xf, ENCRYPTED = 0x10 };
	uint64_t address = args[0], pages = args[1], attributes = args[2];

	if (attributes & ~(uint64_t)(PAGE_SIZES | ENCRYPTED))
		return -EINVAL;
	if (address > vm->opt->mem || pages > (vm->opt->mem - address) / 4096)
		return -EINVAL;
	return 0;
}

static bool hypercall(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	if (run->hypercall.nr != KVM_HC_MAP_GPA_RANGE)
		return false;
	run->hypercall.ret = map_gpa_range(vcpu->vm, run->hypercall.args);
	return true;
}

bool arch_exit(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint8_t *data = (uint8_t *)run + run->io.data_offset;
	unsigned int i;

	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		/* A repeated string instruction is one exit with several items. */
		for (i = 0; i < run->io.count; i++, data += run->io.size) {
			if (run->io.direction == KVM_EXIT_IO_OUT)
				port_out(vcpu, run->io.port, data, run->io.size);
			else
				port_in(vcpu, run->io.port, data, run->io.size);
		}
		return true;
	case KVM_EXIT_HYPERCALL:
		return hypercall(vcpu);
	case KVM_EXIT_SHUTDOWN: /* triple fault: a PC resets */
		vm_end(vcpu, END_RESET, 0, "triple fault");
		return true;
	default:
		return false;
	}
}

const char *arch_device(const struct kvm_run *run)
{
	if (run->exit_reason != KVM_EXIT_IO)
		return NULL;
	switch (run->io.port) {
	case PORT_UART ... PORT_UART + UART_REGS - 1:
		return uart_name(run->io.port - PORT_UART);
	case PORT_DEBUG_EXIT:
		return "debug-exit";
	case PORT_RESETS:
		return "resets";
	case PORT_KBC:
		return "keyboard-controller";
	case PORT_RESET:
		return "reset-control";
	default:
		return NULL;
	}
}

uint64_t arch_print_regs(struct vcpu *vcpu)
{
	struct kvm_regs r;
	struct kvm_sregs s;

	vm_ioctl(vcpu->fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	vm_ioctl(vcpu->fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	fprintf(stderr,
		"vmm: reg vcpu=%u rip=0x%llx rflags=0x%llx\n"
		"vmm: reg rax=0x%llx rbx=0x%llx rcx=0x%llx rdx=0x%llx\n"
		"vmm: reg rsi=0x%llx rdi=0x%llx rbp=0x%llx rsp=0x%llx\n"
		"vmm: reg r8=0x%llx r9=0x%llx r10=0x%llx r11=0x%llx\n"
		"vmm: reg r12=0x%llx r13=0x%llx r14=0x%llx r15=0x%llx\n"
		"vmm: reg cr0=0x%llx cr2=0x%llx cr3=0x%llx cr4=0x%llx efer=0x%llx cs=0x%x\n",
		vcpu->id, r.rip, r.rflags, r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi, r.rbp, r.rsp,
		r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, s.cr0, s.cr2, s.cr3, s.cr4,
		s.efer, s.cs.selector);
	return r.rip;
}
