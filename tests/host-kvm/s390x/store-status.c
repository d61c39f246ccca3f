// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_S390_STORE_STATUS (Documentation/s390/kvm.txt of 2008, section 3): the state of a vCPU into
 * its guest's memory: at an address, into the save area of absolute 0 (NOADDR), or into that of
 * the prefix page (PREFIXED). The save area is at 0x1200 of the lowcore: Principles of Operation,
 * "Assigned Storage Locations". Not run yet: no KVM for s390x here.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

/* Offsets in the 512 bytes of a status. */
enum { STATUS_AT = 0x1200, STATUS_GPRS = 0x80, STATUS_PREFIX = 0x118 };
#define PREFIX 0x40000u

static struct host_vm vm;
static struct host_cpu cpu;

static uint64_t gpr(uint64_t status, unsigned int n)
{
	uint64_t value;

	memcpy(&value, vm.ram + status + STATUS_GPRS + 8 * n, sizeof(value));
	return value;
}

static void stored(unsigned long argument, uint64_t at, const char *what)
{
	memset(vm.ram + at, 0, 512);
	granted(ioctl(cpu.fd, KVM_S390_STORE_STATUS, argument), "%s", what);
	tap_equal(gpr(at, 5), 0x5555, "register 5 is at 0x%llx + 0x80 + 40",
		  (unsigned long long)at);
	tap_equal(gpr(at, 15), 0xffff, "register 15 is at its place");
}

int main(void)
{
	struct kvm_regs regs = { .gprs = { [5] = 0x5555, [15] = 0xffff } };
	uint32_t prefix;

	host_begin("store-status");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	cpu.run->s.regs.prefix = PREFIX;
	cpu.run->kvm_dirty_regs |= KVM_SYNC_PREFIX;
	must(cpu.fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
	guest_store(&cpu, GUEST_FREE, 1);
	tap_ok(run_to_stop(&cpu), "the guest ran, with its prefix at 0x%x", PREFIX);
	must(cpu.fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
	stored(0x50000, 0x50000, "at an address");
	stored(KVM_S390_STORE_STATUS_NOADDR, STATUS_AT, "in absolute storage");
	stored(KVM_S390_STORE_STATUS_PREFIXED, PREFIX + STATUS_AT, "in the prefix page");
	memcpy(&prefix, vm.ram + STATUS_AT + STATUS_PREFIX, sizeof(prefix));
	tap_equal(prefix, PREFIX, "the prefix is in the status, too");
	refused(ioctl(cpu.fd, KVM_S390_STORE_STATUS, 1ul << 40), EFAULT, "where no memory is");
	vm_free(&vm, &cpu, 1);
	return host_end();
}
