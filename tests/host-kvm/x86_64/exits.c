// SPDX-License-Identifier: BSD-2-Clause
/*
 * Exits that our guests do not take, each from a guest that does: KVM_EXIT_HLT (no in-kernel
 * interrupt controller), KVM_EXIT_SHUTDOWN (a triple fault), KVM_EXIT_INTERNAL_ERROR (code where no
 * memory is), KVM_EXIT_FAIL_ENTRY (a state that the CPU refuses), and KVM_EXIT_SYSTEM_EVENT.
 *
 * The last one was made for PSCI on arm ("KVM_EXIT_SYSTEM_EVENT", kvm-arm list, 2013: SHUTDOWN 1,
 * RESET 2). On x86, Linux 6.1 raises it for two registers of Hyper-V, with CRASH 3 and RESET, and
 * without data (vcpu_enter_guest() in arch/x86/kvm/x86.c). User space need not obey: it may enter
 * the guest again.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define HYPERV_LEAF	 0x40000001u
#define HYPERV_SIGNATURE 0x31237648u /* "Hv#1" */
#define VMEXIT_INVALID	 0xffffffffu /* AMD's manual, volume 2, appendix C */

enum { CR0_PE = 1, CR0_ET = 0x10, CR4_PAE = 0x20, EFER_LME = 0x100, EFER_LMA = 0x400 };
#define CR0_PG (1ull << 31)

static struct host_vm vm;
static struct host_cpu cpu;

static uint32_t run(void)
{
	return ioctl(cpu.fd, KVM_RUN, NULL) ? ~0u : cpu.run->exit_reason;
}

static struct kvm_regs regs(void)
{
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static struct kvm_sregs sregs(void)
{
	struct kvm_sregs s;

	must(cpu.fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	return s;
}

static void halts(void)
{
	static const uint8_t code[] = { 0xf4, 0xe6, 0xf4 }; /* hlt; out %al,$0xf4 */

	guest_start(&cpu, code, sizeof(code));
	tap_equal(run(), KVM_EXIT_HLT, "HLT without an irqchip: KVM_EXIT_HLT");
	tap_equal(regs().rip, GUEST_CODE + 1, "the guest stands behind it");
	tap_ok(run_to_stop(&cpu), "and goes on when it is entered again");
}

static void faults(void)
{
	static const uint8_t code[] = { 0x0f, 0x0b }; /* ud2 */
	struct kvm_sregs s;

	guest_start(&cpu, code, sizeof(code));
	s = sregs();
	s.idt.limit = 0; /* no handler for it, for the fault of that, nor for the double fault */
	must(cpu.fd, KVM_SET_SREGS, &s, "KVM_SET_SREGS");
	tap_equal(run(), KVM_EXIT_SHUTDOWN, "a triple fault: KVM_EXIT_SHUTDOWN");
}

static void nowhere(void)
{
	static const uint8_t code[] = { 0xff, 0xe3 }; /* jmp *%ebx */
	struct kvm_regs r;

	guest_start(&cpu, code, sizeof(code));
	r = regs();
	r.rbx = 0x800000;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
	tap_equal(run(), KVM_EXIT_INTERNAL_ERROR, "code where no slot is: KVM_EXIT_INTERNAL_ERROR");
	tap_equal(cpu.run->internal.suberror, KVM_INTERNAL_ERROR_EMULATION,
		  "an instruction that could not be emulated");
	tap_equal(regs().rip, 0x800000, "the one there");
}

/* Long mode with a code segment of both kinds, L and D: AMD's manual, volume 2, 15.5.1. */
static void refused_state(void)
{
	static const uint8_t code[] = { 0xf4 };
	struct kvm_sregs s;

	guest_start(&cpu, code, sizeof(code));
	s = sregs();
	s.cr0 = CR0_PE | CR0_ET | CR0_PG;
	s.cr4 = CR4_PAE;
	s.efer = EFER_LME | EFER_LMA;
	s.cs.l = s.cs.db = 1;
	must(cpu.fd, KVM_SET_SREGS, &s, "KVM_SET_SREGS");
	tap_equal(run(), KVM_EXIT_FAIL_ENTRY, "CS.L with CS.D: KVM_EXIT_FAIL_ENTRY");
	tap_equal(cpu.run->fail_entry.hardware_entry_failure_reason, VMEXIT_INVALID,
		  "with the CPU's reason, VMEXIT_INVALID");
}

static void speak_hyperv(void)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entry[1];
	} cpuid = {
		.head = { .nent = 1 },
		.entry = { { .function = HYPERV_LEAF, .eax = HYPERV_SIGNATURE } },
	};

	must(cpu.fd, KVM_SET_CPUID2, &cpuid, "KVM_SET_CPUID2");
}

/* wrmsr; out %al,$0xf4 */
static const uint8_t write_msr[] = { 0x0f, 0x30, 0xe6, 0xf4 };

static void system_event(uint32_t msr, uint64_t value, uint32_t type, const char *name)
{
	struct kvm_regs r;

	guest_start(&cpu, write_msr, sizeof(write_msr));
	r = regs();
	r.rcx = msr;
	r.rax = (uint32_t)value;
	r.rdx = value >> 32;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
	memset(&cpu.run->system_event, 0xff, sizeof(cpu.run->system_event));
	tap_equal(run(), KVM_EXIT_SYSTEM_EVENT, "%s: KVM_EXIT_SYSTEM_EVENT", name);
	tap_equal(cpu.run->system_event.type, type, "of that type, %u", type);
	tap_equal(cpu.run->system_event.ndata, 0, "without data");
	tap_ok(run_to_stop(&cpu), "who does not obey and enters the guest again sees it go on");
}

int main(void)
{
	host_begin("exits");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	speak_hyperv();
	halts();
	nowhere();
	system_event(0x40000003, 1, KVM_SYSTEM_EVENT_RESET, "HV_X64_MSR_RESET");
	system_event(0x40000105, 1ull << 63, KVM_SYSTEM_EVENT_CRASH, "HV_X64_MSR_CRASH_CTL");
	faults();
	refused_state();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
