// SPDX-License-Identifier: BSD-2-Clause
/*
 * What KVM answers itself (kvmppc_kvm_pv() in Linux 6.1), seen from the host's side and the same in
 * both implementations, Book E's and Book3S's: KVM_HC_FEATURES, KVM_HC_PPC_MAP_MAGIC_PAGE, unknown
 * calls; and that the same instruction is an ordinary system call in problem state or without the
 * magic number in R0. KVM_PPC_GET_PVINFO says how to call.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define FEATURES  0x002a0003u
#define MAP_MAGIC 0x002a0004u
#define UNKNOWN	  0x002a7fffu
#define MAGIC_EA  0xfffff000u

static struct host_vm vm;
static struct host_cpu cpu;

/* clang-format off */
static const uint32_t code[] = {
	0x3c004b56, /*    lis   r0,0x4b56 */
	0x60004d21, /*    ori   r0,r0,0x4d21 */
	0x44000002, /*    sc */
	0x3fe0e000, /*    lis   r31,0xe000 */
	0x987f4500, /*    stb   r3,0x4500(r31): stop */
	0x83c0f01c, /*    lwz   r30,-0xfe4(0): `critical` of the magic page, low half */
	0x987f4500, /*    stb   r3,0x4500(r31): stop */
};
/* clang-format on */

static struct kvm_regs call(uint32_t token, uint32_t r3, uint32_t r4)
{
	struct kvm_regs r;

	guest_start(&cpu, code, sizeof(code));
	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	r.gpr[3] = r3;
	r.gpr[4] = r4;
	r.gpr[11] = token;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
	tap_ok(run_to_stop(&cpu), "token 0x%x: KVM answers it", token);
	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static void how_to_call(void)
{
	struct kvm_ppc_pvinfo info;

	must(vm.fd, KVM_PPC_GET_PVINFO, &info, "KVM_PPC_GET_PVINFO");
	tap_ok(!memcmp(info.hcall, code, 12) && info.hcall[3] == 0x60000000,
	       "KVM_PPC_GET_PVINFO: lis, ori, sc, nop");
	tap_ok(info.flags & KVM_PPC_PVINFO_FLAGS_EV_IDLE, "and EV_IDLE is there");
}

static void answers(void)
{
	struct kvm_regs r = call(FEATURES, 1, 2);

	tap_equal(r.gpr[3], 0, "KVM_HC_FEATURES: R3 is 0");
	tap_equal(r.gpr[4], 2, "R4 has bit 1: there is a magic page");
	r = call(UNKNOWN, 1, 2);
	tap_equal(r.gpr[3], 12, "an unknown call: R3 is 12");
	tap_equal(r.gpr[4], 0, "R4 is 0");
	r = call(MAP_MAGIC, MAGIC_EA, MAGIC_EA);
	tap_equal(r.gpr[3], 0, "KVM_HC_PPC_MAP_MAGIC_PAGE: R3 is 0");
	tap_equal(r.gpr[4], 3, "R4 has bits 0 and 1: segment registers, MAS0 to SPRG7");
}

/* The guest goes on behind the call that mapped the page, and reads a field of it. */
static void magic_page(void)
{
	struct kvm_regs r;

	tap_ok(run_to_stop(&cpu), "the guest reads the page");
	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	tap_equal(r.gpr[30], 0, "its field `critical` is 0");
}

int main(void)
{
	host_begin("pv-calls");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	how_to_call();
	answers();
	magic_page();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
