// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_EXIT_OSI (api.txt of 2010, section 5): Mac-on-Linux calls its host by `sc` with two magic
 * numbers in R3 and R4. With KVM_CAP_PPC_OSI enabled on the vCPU that exits with all 32 registers,
 * and on re-entry all of them are taken from there; else it is a system call like any other.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/ppc/guest.h"

#define MAGIC_R3     0x113724fau
#define MAGIC_R4     0x77810f9bu
#define MSR_PR	     0x4000u
#define GUEST(reg)   (0x11000000u + (reg))
#define MONITOR(reg) (0x22000000u + (reg))

static struct host_vm vm;
static struct host_cpu cpu;

/* clang-format off */
static const uint32_t code[] = {
	0x44000002, /*    sc */
	0x3fe0e000, /*    lis   r31,0xe000 */
	0x987f4500, /*    stb   r3,0x4500(r31): stop */
};
/* The guest's own system call, entered in 64-bit mode: r30 says that it came here. */
static const uint32_t handler[] = {
	0x3bc00c00, /*    li    r30,0xc00 */
	0x3fe0e000, /*    lis   r31,0xe000 */
	0x7bff0020, /*    clrldi r31,r31,32 */
	0x987f4500, /*    stb   r3,0x4500(r31): stop */
};
/* clang-format on */

static struct kvm_regs regs(void)
{
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static void start(uint32_t r3, uint32_t r4, uint32_t msr)
{
	struct kvm_regs r;

	guest_start(&cpu, code, sizeof(code));
	memcpy(vm.ram + VECTOR_SC, handler, sizeof(handler));
	r = regs();
	for (unsigned int i = 0; i < 32; i++)
		r.gpr[i] = GUEST(i);
	r.gpr[3] = r3;
	r.gpr[4] = r4;
	r.msr = msr;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

static void is_a_system_call(const char *what)
{
	tap_ok(run_to_stop(&cpu), "%s: no exit", what);
	tap_equal(regs().gpr[30], VECTOR_SC, "the guest took its own system call");
}

static void exits(uint32_t msr, const char *where)
{
	struct kvm_run *run = cpu.run;
	unsigned int i, same = 0;
	struct kvm_regs r;

	start(MAGIC_R3, MAGIC_R4, msr);
	tap_ok(!ioctl(cpu.fd, KVM_RUN, NULL) && run->exit_reason == KVM_EXIT_OSI,
	       "in %s: KVM_EXIT_OSI", where);
	for (i = 0; i < 32; i++)
		same += run->osi.gprs[i] == (i == 3 ? MAGIC_R3 : i == 4 ? MAGIC_R4 : GUEST(i));
	tap_equal(same, 32, "with all 32 registers");
	for (i = 0; i < 32; i++)
		run->osi.gprs[i] = MONITOR(i);
	tap_equal(regs().gpr[7], GUEST(7), "until KVM_RUN, the guest's registers are its own");
	run->immediate_exit = 1;
	refused(ioctl(cpu.fd, KVM_RUN, NULL), EINTR, "KVM_RUN with immediate_exit");
	run->immediate_exit = 0;
	r = regs();
	for (i = 0, same = 0; i < 32; i++)
		same += r.gpr[i] == MONITOR(i);
	tap_equal(same, 32, "all 32 are replaced");
	tap_equal(r.pc, GUEST_CODE + 4, "the guest stands behind its call");
	tap_ok(run_to_stop(&cpu), "and goes on");
	tap_equal(regs().gpr[30], MONITOR(30), "not by its system call");
}

int main(void)
{
	host_begin("osi");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	if (extension(&vm, KVM_CAP_PPC_OSI) > 0) {
		start(MAGIC_R3, MAGIC_R4, 0);
		is_a_system_call("the magic numbers, nothing enabled");
		refused(enable_cap(cpu.fd, KVM_CAP_PPC_OSI, 1, 0), EINVAL, "flags that are not 0");
		granted(enable_cap(cpu.fd, KVM_CAP_PPC_OSI, 0, 0), "to enable it");
		exits(0, "supervisor state");
		exits(MSR_PR, "problem state");
		start(MAGIC_R3, MAGIC_R4 + 1, 0);
		is_a_system_call("another number in R4");
	} else {
		tap_skip("OSI calls exit", "KVM_CAP_PPC_OSI");
	}
	vm_free(&vm, &cpu, 1);
	return host_end();
}
