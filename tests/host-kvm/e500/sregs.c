// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_SREGS, KVM_SET_SREGS on Book E: sections chosen by feature bits; PVR has to be that of
 * the host, PIR the number of the vCPU (Linux 6.1, kvm_arch_vcpu_ioctl_set_sregs() in booke.c).
 * And how a new vCPU begins (kvmppc_core_vcpu_create() there).
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

static struct host_vm vm;
static struct host_cpu cpu[2];

static struct kvm_sregs get(unsigned int n)
{
	struct kvm_sregs s;

	must(cpu[n].fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	return s;
}

static int set(unsigned int n, struct kvm_sregs s)
{
	return ioctl(cpu[n].fd, KVM_SET_SREGS, &s);
}

static void new_vcpu(void)
{
	struct kvm_sregs s = get(0);
	struct kvm_regs r;

	must(cpu[0].fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	tap_equal(r.pc, 0, "PC of a new vCPU is 0");
	tap_equal(r.msr, 0, "MSR is 0");
	tap_equal(r.gpr[1], (16 << 20) - 8, "R1 is 16 MiB - 8");
	tap_ok(s.u.e.features & KVM_SREGS_E_BASE, "the base section is there");
	tap_ok(s.u.e.features & KVM_SREGS_E_ARCH206_MMU, "the MMU's section is there");
	tap_ok(s.u.e.features & KVM_SREGS_E_IVOR, "that of the IVORs is there");
	tap_equal(s.u.e.pir, 0, "PIR is the number of the vCPU: 0");
	tap_equal(get(1).u.e.pir, 1, "of the other one: 1");
	tap_equal(s.u.e.ivpr, 0x55550000, "IVPR is one that nobody takes for his own");
	tap_equal(s.u.e.ivor_low[0] & ~0xffu, 0x7700, "so is IVOR0");
}

static void there_and_back(void)
{
	struct kvm_sregs s = get(0), is;

	s.u.e.ivpr = 0x00120000;
	s.u.e.ivor_low[8] = 0x0340;
	s.u.e.csrr0 = 0xabc0;
	granted(set(0, s), "to change IVPR, IVOR8 and CSRR0");
	is = get(0);
	tap_equal(is.u.e.ivpr, s.u.e.ivpr, "IVPR is kept");
	tap_equal(is.u.e.ivor_low[8], s.u.e.ivor_low[8], "IVOR8 is kept");
	tap_equal(is.u.e.csrr0, s.u.e.csrr0, "CSRR0 is kept");
	s.u.e.csrr0 = 0x1230;
	s.u.e.ivor_low[8] = 0x0560;
	s.u.e.features &= ~(uint32_t)KVM_SREGS_E_IVOR;
	granted(set(0, s), "to change CSRR0 and IVOR8, without the IVORs' feature bit");
	is = get(0);
	tap_equal(is.u.e.csrr0, 0x1230, "CSRR0 is changed");
	tap_equal(is.u.e.ivor_low[8], 0x0340, "IVOR8 is not");
}

static void bad_arguments(void)
{
	struct kvm_sregs s = get(0);

	s.pvr++;
	refused(set(0, s), EINVAL, "another PVR than the host's");
	s = get(0);
	s.u.e.pir = 5;
	refused(set(0, s), EINVAL, "another PIR than the number of the vCPU");
}

int main(void)
{
	host_begin("sregs");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu[0], 0);
	cpu_make(&vm, &cpu[1], 1);
	if (extension(&vm, KVM_CAP_PPC_BOOKE_SREGS) > 0) {
		new_vcpu();
		there_and_back();
		bad_arguments();
	} else {
		tap_skip("the special registers can be had", "KVM_CAP_PPC_BOOKE_SREGS");
	}
	vm_free(&vm, cpu, 2);
	return host_end();
}
