// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_SET_TSS_ADDR (api.txt of 2010, 4.35): three pages in the first 4 GiB. Needed on Intel hosts;
 * on AMD it is accepted and does nothing, but its argument is checked all the same (Linux 6.1,
 * kvm_vm_ioctl_set_tss_addr()).
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

static int set(const struct host_vm *vm, unsigned long address)
{
	return ioctl(vm->fd, KVM_SET_TSS_ADDR, address);
}

int main(void)
{
	struct host_vm vm;
	struct host_cpu cpu;

	host_begin("tss-addr");
	vm_make(&vm, 1 << 20);
	tap_ok(extension(&vm, KVM_CAP_SET_TSS_ADDR) > 0, "KVM_CAP_SET_TSS_ADDR is there");
	granted(set(&vm, 0xfffbd000), "below the BIOS");
	granted(set(&vm, 0xffffd000), "the last three pages below 4 GiB");
	refused(set(&vm, 0xffffd001), EINVAL, "one byte further up");
	refused(set(&vm, 0xfffff000), EINVAL, "the last page");
	cpu_make(&vm, &cpu, 0);
	guest_store(&cpu, GUEST_FREE, 7);
	tap_ok(run_to_stop(&cpu), "a guest runs with it");
	tap_equal(vm.ram[GUEST_FREE], 7, "and does what it should");
	vm_free(&vm, &cpu, 1);
	return host_end();
}
