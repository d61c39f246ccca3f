// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_SREGS, KVM_SET_SREGS: a vCPU begins as a CPU after RESET (Intel SDM, volume 3, table
 * 9-1), keeps what it is given, and refuses control registers that no CPU accepts (Linux 6.1,
 * kvm_is_valid_sregs()).
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define CR0_PE	 1ull
#define CR0_PG	 (1ull << 31)
#define CR4_PAE	 (1ull << 5)
#define EFER_LME (1ull << 8)
#define EFER_LMA (1ull << 10)

static struct host_vm vm;
static struct host_cpu cpu;

static struct kvm_sregs get(void)
{
	struct kvm_sregs s;

	must(cpu.fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	return s;
}

static int set(struct kvm_sregs s)
{
	return ioctl(cpu.fd, KVM_SET_SREGS, &s);
}

static void new_vcpu(void)
{
	struct kvm_sregs s = get();
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	tap_equal(s.cs.selector, 0xf000, "CS of a new vCPU is 0xf000");
	tap_equal(s.cs.base, 0xffff0000, "its base is 0xffff0000");
	tap_equal(r.rip, 0xfff0, "RIP is 0xfff0");
	tap_equal(r.rflags, 2, "RFLAGS is 2");
	tap_equal(s.cr0, 0x60000010, "CR0 is 0x60000010");
	tap_equal(s.cr3 | s.cr4 | s.efer, 0, "CR3, CR4 and EFER are 0");
	tap_equal(s.idt.limit, 0xffff, "the limit of IDTR is 0xffff");
}

static void there_and_back(void)
{
	struct kvm_sregs s = get(), is;

	s.cr2 = 0x123456;
	s.cr3 = 0x7000;
	s.gdt.base = 0x8000;
	s.gdt.limit = 0x37;
	s.ds.selector = 0x18;
	s.ds.base = 0x1230;
	granted(set(s), "to change some");
	is = get();
	tap_equal(is.cr2, s.cr2, "CR2 is kept");
	tap_equal(is.cr3, s.cr3, "CR3 is kept");
	tap_ok(is.gdt.base == s.gdt.base && is.gdt.limit == s.gdt.limit, "GDTR is kept");
	tap_ok(!memcmp(&is.ds, &s.ds, sizeof(s.ds)), "DS is kept, with base, limit and access");
}

static void bad_arguments(void)
{
	const struct kvm_sregs good = get();
	struct kvm_sregs s = good;

	s.cr4 |= 1ull << 40;
	refused(set(s), EINVAL, "a reserved bit of CR4");
	s = good;
	s.cr0 |= CR0_PE | CR0_PG;
	s.cr4 |= CR4_PAE;
	s.efer |= EFER_LME;
	refused(set(s), EINVAL, "paging with EFER.LME, but not EFER.LMA");
	s = good;
	s.efer |= EFER_LMA;
	refused(set(s), EINVAL, "EFER.LMA without paging");
	refused(ioctl(cpu.fd, KVM_SET_SREGS, NULL), EFAULT, "a bad pointer");
	s = get();
	tap_ok(!memcmp(&s, &good, sizeof(s)), "what was refused changed nothing");
}

int main(void)
{
	host_begin("sregs");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	new_vcpu();
	there_and_back();
	bad_arguments();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
