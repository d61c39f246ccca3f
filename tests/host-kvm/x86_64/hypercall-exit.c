// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_EXIT_HYPERCALL: the document of 2010 and that of Linux 6.1 call it unused; it is what
 * KVM_HC_MAP_GPA_RANGE exits with once KVM_CAP_EXIT_HYPERCALL is enabled (kvm_emulate_hypercall()
 * in arch/x86/kvm/x86.c). Only bit 12 can be enabled; `ret` is user space's to fill in, and the
 * call is complete only when KVM_RUN is called again.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define MAP_GPA_RANGE 12
#define ENOSYS_OF_KVM 1000

static struct host_vm vm;
static struct host_cpu cpu;

/* vmmcall; out %al,$0xf4: KVM puts in the host's own instruction if it is another */
static const uint8_t call[] = { 0x0f, 0x01, 0xd9, 0xe6, 0xf4 };

static struct kvm_regs regs(void)
{
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static void start(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2)
{
	struct kvm_regs r;

	guest_start(&cpu, call, sizeof(call));
	r = regs();
	r.rax = number;
	r.rbx = a0;
	r.rcx = a1;
	r.rdx = a2;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

static void off(void)
{
	start(MAP_GPA_RANGE, 0x4000, 1, 0);
	tap_ok(run_to_stop(&cpu), "while it is off there is no exit");
	tap_equal((int32_t)regs().rax, -ENOSYS_OF_KVM, "and the call returns -1000");
}

static void enable(void)
{
	tap_equal((unsigned long)extension(&vm, KVM_CAP_EXIT_HYPERCALL), 1 << MAP_GPA_RANGE,
		  "KVM_CHECK_EXTENSION names the one call that can exit");
	refused(enable_cap(vm.fd, KVM_CAP_EXIT_HYPERCALL, 0, 1), EINVAL, "to enable another one");
	granted(enable_cap(vm.fd, KVM_CAP_EXIT_HYPERCALL, 0, 1 << MAP_GPA_RANGE), "to enable it");
}

static void answered(uint64_t ret, uint32_t eax)
{
	struct kvm_run *run = cpu.run;

	start(MAP_GPA_RANGE, 0x4000, 3, 0x10);
	tap_ok(ioctl(cpu.fd, KVM_RUN, NULL) == 0 && run->exit_reason == KVM_EXIT_HYPERCALL,
	       "the call: KVM_EXIT_HYPERCALL");
	tap_equal(run->hypercall.nr, MAP_GPA_RANGE, "nr is its number");
	tap_ok(run->hypercall.args[0] == 0x4000 && run->hypercall.args[1] == 3 &&
		       run->hypercall.args[2] == 0x10,
	       "args are its arguments");
	tap_equal(run->hypercall.longmode, 0, "longmode says that this guest is not in it");
	tap_equal(regs().rip, GUEST_CODE, "the guest still stands on the instruction");
	run->hypercall.ret = ret;
	run->immediate_exit = 1;
	refused(ioctl(cpu.fd, KVM_RUN, NULL), EINTR, "KVM_RUN with immediate_exit");
	run->immediate_exit = 0;
	tap_equal(regs().rax, eax, "EAX is what user space answered, 32 bits of it");
	tap_equal(regs().rip, GUEST_CODE + 3, "and the guest stands behind it");
	tap_ok(run_to_stop(&cpu), "it goes on");
}

static void kernel_refuses(uint64_t a0, uint64_t a1, const char *what)
{
	start(MAP_GPA_RANGE, a0, a1, 0);
	tap_ok(run_to_stop(&cpu), "%s: no exit", what);
	tap_equal((int32_t)regs().rax, -EINVAL, "and the call returns -22");
}

int main(void)
{
	host_begin("hypercall-exit");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	if (extension(&vm, KVM_CAP_EXIT_HYPERCALL) > 0) {
		off();
		enable();
		answered(0, 0);
		answered((uint64_t)-22, (uint32_t)-22);
		kernel_refuses(0x4001, 1, "an address that is not a page's");
		kernel_refuses(0x4000, 0, "no page");
	} else {
		tap_skip("a hypercall exits to user space", "KVM_CAP_EXIT_HYPERCALL");
	}
	vm_free(&vm, &cpu, 1);
	return host_end();
}
