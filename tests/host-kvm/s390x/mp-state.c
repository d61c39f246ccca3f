// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_MP_STATE, KVM_SET_MP_STATE on s390x (Linux 6.1, arch/s390/kvm/kvm-s390.c): STOPPED and
 * OPERATING; the others of its own are for protected machines or refused, those of x86 unknown.
 * Not run yet: no KVM for s390x here.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

static int set(const struct host_cpu *cpu, uint32_t to)
{
	struct kvm_mp_state state = { .mp_state = to };

	return ioctl(cpu->fd, KVM_SET_MP_STATE, &state);
}

static uint32_t get(const struct host_cpu *cpu)
{
	struct kvm_mp_state state;

	must(cpu->fd, KVM_GET_MP_STATE, &state, "KVM_GET_MP_STATE");
	return state.mp_state;
}

int main(void)
{
	struct host_vm vm;
	struct host_cpu cpu;

	host_begin("mp-state");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	granted(set(&cpu, KVM_MP_STATE_STOPPED), "to stop it");
	tap_equal(get(&cpu), KVM_MP_STATE_STOPPED, "it is STOPPED");
	granted(set(&cpu, KVM_MP_STATE_OPERATING), "to start it");
	tap_equal(get(&cpu), KVM_MP_STATE_OPERATING, "it is OPERATING");
	refused(set(&cpu, KVM_MP_STATE_LOAD), ENXIO, "LOAD, without protection");
	refused(set(&cpu, KVM_MP_STATE_CHECK_STOP), ENXIO, "CHECK_STOP");
	refused(set(&cpu, KVM_MP_STATE_HALTED), ENXIO, "HALTED, which is x86's");
	vm_free(&vm, &cpu, 1);
	return host_end();
}
