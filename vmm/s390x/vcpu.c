/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hcall/catalogue.h"
#include "vmm/s390x/machine.h"

const struct arch arch = {
	.mem_min = 1ull << 20,
	.mem_max = 2048ull << 20, /* control blocks of the SCLP have 31-bit addresses */
	.mem_default = 128ull << 20,
	.mem_multiple = 1ull << 20, /* a memory slot's size: Linux, arch/s390/kvm/kvm-s390.c */
	.max_cpus = 1,
	.elf_machine = EM_S390,
	.arg_name = { "r2", "r3", "r4", "r5", "r6", "r7" },
};

/* What an interception is about: Linux, arch/s390/kvm/intercept.c; SIE's code 0x1c is WAIT. */
enum { ICPT_INSTRUCTION = 0x04, ICPT_WAIT = 0x1c };
enum { OPCODE_SERVC = 0xb220, OPCODE_DIAGNOSE = 0x83 };
enum { PGM_OPERATION = 1, PGM_SPECIFICATION = 6 };

/* The addresses of a disabled wait by which our guests end: arch/s390x/cpu.h. */
enum { END_CLEAN = 0xfff, END_FAILED = 0xbad000 };

void arch_vm_init(struct vm *vm)
{
	(void)vm;
}

void arch_vm_exit(struct vm *vm)
{
	(void)vm;
}

void arch_vcpu_init(struct vcpu *vcpu)
{
	vm_ioctl(vcpu->fd, KVM_S390_INITIAL_RESET, NULL, "KVM_S390_INITIAL_RESET");
}

static void put_u64(struct vm *vm, uint64_t at, uint64_t value)
{
	vm_put(vm, at, &value, sizeof(value));
}

void arch_boot(struct vm *vm)
{
	const struct blob *initrd = vm->dtb.data ? &vm->dtb : &vm->initrd;
	const char *line = vm->opt->cmdline;
	struct kvm_s390_psw psw = { .mask = PSW_64BIT, .addr = vm->image.entry };
	bool linux_like =
		vm->image.entry == LINUX_ENTRY && vm->image.high >= COMMAND_LINE + COMMAND_LINE_MAX;
	uint64_t at;

	if ((line || initrd->data) && !linux_like)
		die("%s: its entry is not 0x%x, so it takes no command line and no ramdisk",
		    vm->opt->image, LINUX_ENTRY);
	if (line && strlen(line) >= COMMAND_LINE_MAX)
		die("the guest's command line is longer than %d bytes", COMMAND_LINE_MAX - 1);
	if (line)
		vm_put(vm, COMMAND_LINE, line, strlen(line) + 1);
	if (initrd->data) {
		at = (vm->image.high + (2 << 20) - 1) & ~((1ull << 20) - 1);
		at = at < INITRD_LOWEST ? INITRD_LOWEST : at;
		if (at > vm->opt->mem || initrd->size > vm->opt->mem - at)
			die("no room in RAM for %zu bytes of initrd or device tree", initrd->size);
		vm_put(vm, at, initrd->data, initrd->size);
		put_u64(vm, INITRD_START, at);
		put_u64(vm, INITRD_SIZE, initrd->size);
	}
	vm_ioctl(vm->vcpu[0].fd, KVM_S390_SET_INITIAL_PSW, &psw, "KVM_S390_SET_INITIAL_PSW");
}

struct blob arch_dtb(struct vm *vm)
{
	(void)vm;
	return (struct blob){};
}

static void interrupt(int fd, uint32_t type, uint32_t parameter)
{
	struct kvm_s390_interrupt i = { .type = type, .parm = parameter };

	vm_ioctl(fd, KVM_S390_INTERRUPT, &i, "KVM_S390_INTERRUPT");
}

static void program_interrupt(struct vcpu *vcpu, uint32_t code)
{
	interrupt(vcpu->fd, KVM_S390_PROGRAM_INT, code);
}

/* SERVICE CALL: the command in R1's register, the control block's address in R2's. */
static void service_call(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint32_t ipb = run->s390_sieic.ipb;
	struct kvm_regs regs;
	uint32_t block;
	uint64_t cc;

	vm_ioctl(vcpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	block = regs.gprs[ipb >> 16 & 0xf];
	cc = sclp_call(vcpu->vm, regs.gprs[ipb >> 20 & 0xf], block);
	run->psw_mask = (run->psw_mask & ~PSW_CC) | cc << PSW_CC_SHIFT;
	if (cc == 0)
		interrupt(vcpu->vm->fd, KVM_S390_INT_SERVICE, block);
}

static bool instruction(struct vcpu *vcpu)
{
	uint16_t ipa = vcpu->run->s390_sieic.ipa;

	if (ipa == OPCODE_SERVC)
		service_call(vcpu);
	else if (ipa >> 8 == OPCODE_DIAGNOSE)
		program_interrupt(vcpu, PGM_SPECIFICATION); /* a code that nobody knows */
	else
		program_interrupt(vcpu, PGM_OPERATION);
	return true;
}

/* A wait that no interruption can end is the last word of the only CPU. */
static bool disabled_wait(struct vcpu *vcpu)
{
	uint64_t address = vcpu->run->psw_addr;

	if (vcpu->run->psw_mask & PSW_ENABLED)
		return false;
	if ((address & 0xfff) == END_CLEAN)
		vm_end(vcpu, END_SHUTDOWN, 0, "disabled wait");
	else if ((address & ~0xff0ull) == END_FAILED)
		vm_end(vcpu, END_PANIC, address >> 4 & 0xff, "disabled wait");
	else
		vm_end(vcpu, END_PANIC, 1, "disabled wait at 0x%llx", (unsigned long long)address);
	return true;
}

bool arch_exit(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	switch (run->exit_reason) {
	case KVM_EXIT_S390_SIEIC:
		if (run->s390_sieic.icptcode == ICPT_INSTRUCTION)
			return instruction(vcpu);
		return run->s390_sieic.icptcode == ICPT_WAIT && disabled_wait(vcpu);
	case KVM_EXIT_S390_RESET: /* DIAGNOSE 0x308, subcode 3 or 4 */
		vm_end(vcpu, END_RESET, 0, "DIAGNOSE 0x308");
		return true;
	default:
		return false;
	}
}

const char *arch_device(const struct kvm_run *run)
{
	(void)run;
	return NULL; /* its devices are behind instructions, not addresses */
}

uint64_t arch_print_regs(struct vcpu *vcpu)
{
	struct kvm_regs r;
	unsigned int i;

	vm_ioctl(vcpu->fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	fprintf(stderr, "vmm: reg vcpu=%u mask=0x%llx address=0x%llx\n", vcpu->id,
		(unsigned long long)vcpu->run->psw_mask, (unsigned long long)vcpu->run->psw_addr);
	for (i = 0; i < 16; i++)
		fprintf(stderr, "%sr%u=0x%llx%s", i % 4 ? " " : "vmm: reg ", i,
			(unsigned long long)r.gprs[i], i % 4 == 3 ? "\n" : "");
	return vcpu->run->psw_addr;
}
