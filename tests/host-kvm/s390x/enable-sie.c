// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_S390_ENABLE_SIE (Documentation/s390/kvm.txt of 2008, section 1): an ioctl of /dev/kvm
 * without argument, for programs that have threads before they create a machine. It cannot be
 * undone; KVM_CREATE_VM does it where nobody did. Not run yet: no KVM for s390x here.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

int main(void)
{
	struct host_vm vm;

	host_begin("enable-sie");
	granted(ioctl(kvm, KVM_S390_ENABLE_SIE, NULL), "KVM_S390_ENABLE_SIE");
	granted(ioctl(kvm, KVM_S390_ENABLE_SIE, NULL), "once more, which changes nothing");
	vm_make(&vm, 1 << 20);
	tap_ok(vm.fd >= 0, "then a machine can be created");
	refused(ioctl(vm.fd, KVM_S390_ENABLE_SIE, NULL), ENOTTY, "on a machine it is no ioctl");
	vm_free(&vm, NULL, 0);
	return host_end();
}
