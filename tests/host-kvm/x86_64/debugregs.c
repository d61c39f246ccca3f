// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS (api.txt of 2010, 4.32 and 4.33; a vCPU's, whatever the
 * document says). flags is "unused yet and must be cleared". Errors: Linux 6.1,
 * kvm_vcpu_ioctl_x86_set_debugregs().
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define DR6_NEW 0xffff0ff0u
#define DR7_NEW 0x400u

static struct host_vm vm;
static struct host_cpu cpu;

static struct kvm_debugregs get(void)
{
	struct kvm_debugregs d;

	memset(&d, 0xff, sizeof(d));
	must(cpu.fd, KVM_GET_DEBUGREGS, &d, "KVM_GET_DEBUGREGS");
	return d;
}

static int set(struct kvm_debugregs d)
{
	return ioctl(cpu.fd, KVM_SET_DEBUGREGS, &d);
}

static void new_vcpu(void)
{
	static const uint64_t zero[9];
	struct kvm_debugregs d = get();

	tap_equal(d.db[0] | d.db[1] | d.db[2] | d.db[3], 0, "DR0 to DR3 of a new vCPU are 0");
	tap_equal(d.dr6, DR6_NEW, "DR6 is as after reset");
	tap_equal(d.dr7, DR7_NEW, "DR7 is as after reset");
	tap_equal(d.flags, 0, "flags reads 0");
	tap_ok(!memcmp(d.reserved, zero, sizeof(d.reserved)), "what is reserved reads 0");
	tap_equal(sizeof(d), 128, "the structure has 128 bytes");
}

static void there_and_back(void)
{
	struct kvm_debugregs d = {
		.db = { 0x1111, 0x2222, 0x3333, 0xffffffff44444444 },
		.dr6 = DR6_NEW | 1,
		.dr7 = DR7_NEW | 0x2a,
	};
	struct kvm_debugregs is;

	granted(set(d), "to set them all");
	is = get();
	for (unsigned int i = 0; i < 4; i++)
		tap_equal(is.db[i], d.db[i], "DR%u is kept", i);
	tap_equal(is.dr6, d.dr6, "DR6 is kept");
	tap_equal(is.dr7, d.dr7, "DR7 is kept");
}

/* mov %dr1,%ecx; out %al,$0xf4 */
static const uint8_t read_dr1[] = { 0x0f, 0x21, 0xc9, 0xe6, 0xf4 };

static void guest_sees(void)
{
	granted(set((struct kvm_debugregs){
			.db = { 0, 0xabcde0 }, .dr6 = DR6_NEW, .dr7 = DR7_NEW }),
		"to set DR1");
	guest_start(&cpu, read_dr1, sizeof(read_dr1));
	tap_ok(run_to_stop(&cpu), "the guest reads it");
	tap_equal(guest_loaded(&cpu), 0xabcde0, "and finds the value");
}

static void bad_arguments(void)
{
	refused(set((struct kvm_debugregs){ .flags = 1 }), EINVAL, "flags that are not 0");
	refused(set((struct kvm_debugregs){ .dr6 = 1ull << 32 }), EINVAL, "DR6 with an upper half");
	refused(set((struct kvm_debugregs){ .dr7 = 1ull << 32 }), EINVAL, "DR7 with an upper half");
	tap_equal(get().db[1], 0xabcde0, "what was refused changed nothing");
}

int main(void)
{
	host_begin("debugregs");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	if (extension(&vm, KVM_CAP_DEBUGREGS) > 0) {
		new_vcpu();
		there_and_back();
		guest_sees();
		bad_arguments();
	} else {
		tap_skip("the debug registers can be had", "KVM_CAP_DEBUGREGS");
	}
	vm_free(&vm, &cpu, 1);
	return host_end();
}
