// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_S390_SET_INITIAL_PSW and KVM_S390_INITIAL_RESET (Documentation/s390/kvm.txt of 2008, section
 * 3): the first is for a stopped vCPU before it runs; inside exits the PSW is in kvm_run, and is
 * read from there again. Not run yet: no KVM for s390x here.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define PSW_64BIT 0x0000000180000000ull

static struct host_vm vm;
static struct host_cpu cpu;

static int set_psw(uint64_t mask, uint64_t address)
{
	struct kvm_s390_psw psw = { .mask = mask, .addr = address };

	return ioctl(cpu.fd, KVM_S390_SET_INITIAL_PSW, &psw);
}

static int set_state(uint32_t to)
{
	struct kvm_mp_state state = { .mp_state = to };

	return ioctl(cpu.fd, KVM_SET_MP_STATE, &state);
}

static void initial_psw(void)
{
	guest_store(&cpu, GUEST_FREE, 0x11);
	/* From now on the state is user space's to manage: the first KVM_SET_MP_STATE says so. */
	granted(set_state(KVM_MP_STATE_STOPPED), "the vCPU is stopped");
	granted(set_psw(PSW_64BIT, GUEST_CODE), "its PSW is set");
	tap_equal(cpu.run->psw_addr, GUEST_CODE, "kvm_run shows it");
	granted(set_state(KVM_MP_STATE_OPERATING), "the vCPU is started");
	refused(set_psw(PSW_64BIT, GUEST_CODE), EBUSY, "to set it once more");
	tap_ok(run_to_stop(&cpu), "the guest runs from there");
	tap_equal(vm.ram[GUEST_FREE], 0x11, "and does its work");
}

static void psw_of_exits(void)
{
	tap_equal(cpu.run->psw_addr, GUEST_CODE + 8, "at the exit it stands behind its DIAGNOSE");
	vm.ram[GUEST_FREE] = 0;
	cpu.run->psw_addr = GUEST_CODE;
	tap_ok(run_to_stop(&cpu), "after psw_addr was changed, it runs from the new place");
	tap_equal(vm.ram[GUEST_FREE], 0x11, "and does its work again");
}

static void initial_reset(void)
{
	struct kvm_sregs s;

	granted(set_state(KVM_MP_STATE_STOPPED), "the vCPU is stopped");
	granted(ioctl(cpu.fd, KVM_S390_INITIAL_RESET, NULL), "an initial CPU reset");
	tap_ok(cpu.run->psw_mask == 0 && cpu.run->psw_addr == 0, "the PSW is 0");
	must(cpu.fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	tap_equal(s.crs[0], 0xe0, "control register 0 is 0xe0");
	tap_equal(s.crs[14], 0xc2000000, "control register 14 is 0xc2000000");
	tap_equal(s.crs[1], 0, "control register 1 is 0");
}

int main(void)
{
	host_begin("psw");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	initial_psw();
	psw_of_exits();
	initial_reset();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
