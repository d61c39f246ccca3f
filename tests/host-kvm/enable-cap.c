// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_ENABLE_CAP (api.txt of 2010, 4.36): flags have to be 0, not everything can be enabled, and
 * KVM_CHECK_EXTENSION tells whether the call is there. Of the document's "vcpu ioctl" there is a
 * twin on the VM since (KVM_CAP_ENABLE_CAP_VM).
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define NO_SUCH_CAP 0x7ffffff0u

static void check(int fd, const char *level)
{
	refused(enable_cap(fd, NO_SUCH_CAP, 0, 0), EINVAL, "%s: a capability that does not exist",
		level);
	refused(enable_cap(fd, KVM_CAP_USER_MEMORY, 0, 0), EINVAL,
		"%s: KVM_CAP_USER_MEMORY, which is always on", level);
	refused(enable_cap(fd, KVM_CAP_USER_MEMORY, 1, 0), EINVAL, "%s: flags that are not 0",
		level);
	refused(ioctl(fd, KVM_ENABLE_CAP, NULL), EFAULT, "%s: a bad pointer", level);
}

int main(void)
{
	struct host_vm vm;
	struct host_cpu cpu;

	host_begin("enable-cap");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	tap_equal((unsigned long)extension(&vm, NO_SUCH_CAP), 0,
		  "KVM_CHECK_EXTENSION of what does not exist is 0");
	check(cpu.fd, "vCPU");
	if (extension(&vm, KVM_CAP_ENABLE_CAP_VM) > 0)
		check(vm.fd, "VM");
	else
		tap_skip("KVM_ENABLE_CAP on a VM", "KVM_CAP_ENABLE_CAP_VM");
	vm_free(&vm, &cpu, 1);
	return host_end();
}
