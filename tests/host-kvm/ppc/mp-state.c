// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_MP_STATE, KVM_SET_MP_STATE: x86's (api.txt of 2010, 4.37 and 4.38). On PowerPC both are
 * there and return -EINVAL (Linux 6.1, arch/powerpc/kvm/powerpc.c).
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

int main(void)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct host_vm vm;
	struct host_cpu cpu;

	host_begin("mp-state");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	tap_equal((unsigned long)extension(&vm, KVM_CAP_MP_STATE), 0,
		  "there is no KVM_CAP_MP_STATE");
	refused(ioctl(cpu.fd, KVM_GET_MP_STATE, &state), EINVAL, "KVM_GET_MP_STATE");
	refused(ioctl(cpu.fd, KVM_SET_MP_STATE, &state), EINVAL, "KVM_SET_MP_STATE");
	vm_free(&vm, &cpu, 1);
	return host_end();
}
