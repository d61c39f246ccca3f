// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_EXIT_EPAPR_HCALL (RFC of 2013, versions 2 and 4; hosts/e500/kvm_epapr.h): off until it is
 * enabled on a vCPU; then a call that the kernel does not know exits, with all that the guest
 * passed, and is complete when KVM_RUN is called again. What the kernel knows does not exit.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "hosts/e500/kvm_epapr.h"
#include "tests/host-kvm/lib/host.h"

#define UNKNOWN	      0x002a7fffu
#define FEATURES      0x002a0003u
#define UNIMPLEMENTED 12
#define ARGUMENT(i)   (0x80001000u + (i)) /* the guest's; bit 31, to see a sign extension */
#define ANSWER(i)     (0xc0002000u + (i)) /* the monitor's */
/* What a 32-bit guest cannot see, and must not tell; gone at once on a 32-bit host. */
#define UPPER	       0xdead000000000000ull
#define UNTOUCHED(reg) (0xa0000000u + (reg))

static struct host_vm vm;
static struct host_cpu cpu, other;

/* clang-format off */
static const uint32_t code[] = {
	0x3c004b56, /*    lis   r0,0x4b56 */
	0x60004d21, /*    ori   r0,r0,0x4d21 */
	0x44000002, /*    sc */
	0x3fe0e000, /*    lis   r31,0xe000 */
	0x987f4500, /*    stb   r3,0x4500(r31): stop */
};
/* clang-format on */

static struct kvm_regs regs(struct host_cpu *c)
{
	struct kvm_regs r;

	must(c->fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static void start(struct host_cpu *c, uint32_t token)
{
	struct kvm_regs r;

	guest_start(c, code, sizeof(code));
	r = regs(c);
	for (unsigned int i = 2; i < 31; i++)
		r.gpr[i] = UNTOUCHED(i);
	for (unsigned int i = 0; i < 8; i++)
		r.gpr[3 + i] = UPPER | ARGUMENT(i);
	r.gpr[11] = UPPER | token;
	must(c->fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

/* KVM itself answers. */
static void no_exit(struct host_cpu *c, uint32_t token, uint32_t r3, uint32_t r4, const char *what)
{
	start(c, token);
	tap_ok(run_to_stop(c), "%s: no exit", what);
	tap_equal(regs(c).gpr[3], r3, "R3 is %u", r3);
	tap_equal(regs(c).gpr[4], r4, "R4 is %u", r4);
}

static void exits(void)
{
	const struct kvm_epapr_hcall *call = (const void *)cpu.run->padding;
	struct kvm_regs r;

	start(&cpu, UNKNOWN);
	tap_ok(!ioctl(cpu.fd, KVM_RUN, NULL) && cpu.run->exit_reason == KVM_EXIT_EPAPR_HCALL,
	       "an unknown call: KVM_EXIT_EPAPR_HCALL");
	tap_equal(call->nr, UNKNOWN, "nr is R11");
	tap_equal(call->nr >> 32, 0, "its upper half is 0");
	tap_equal(call->ret, UNIMPLEMENTED, "ret is EV_UNIMPLEMENTED if nobody stores another");
	for (unsigned int i = 0; i < 8; i++) {
		tap_equal(call->args[i], ARGUMENT(i), "args[%u] is R%u", i, 3 + i);
		tap_equal(call->args[i] >> 32, 0, "its upper half is 0");
	}
	r = regs(&cpu);
	tap_equal((uint32_t)r.gpr[3], ARGUMENT(0), "until it is answered, R3 is as it was");
	tap_equal((uint32_t)r.gpr[4], ARGUMENT(1), "so is R4");
}

static void is_answered(void)
{
	struct kvm_epapr_hcall *call = (void *)cpu.run->padding;
	unsigned int i, same = 0;
	struct kvm_regs r;

	call->ret = 9;
	for (i = 0; i < 8; i++)
		call->args[i] = ANSWER(i);
	cpu.run->immediate_exit = 1;
	refused(ioctl(cpu.fd, KVM_RUN, NULL), EINTR, "KVM_RUN with immediate_exit");
	cpu.run->immediate_exit = 0;
	r = regs(&cpu);
	tap_equal(r.gpr[3], 9, "R3 is ret");
	for (i = 1; i < 8; i++)
		tap_equal(r.gpr[3 + i], ANSWER(i), "R%u is args[%u]", 3 + i, i);
	tap_equal((uint32_t)r.gpr[11], UNKNOWN, "R11 is as it was");
	for (i = 12; i < 31; i++)
		same += r.gpr[i] == UNTOUCHED(i);
	tap_equal(same, 19, "so are R12 to R30");
	tap_equal(r.pc, GUEST_CODE + 12, "the guest stands behind its call");
	tap_ok(run_to_stop(&cpu), "and goes on");
}

int main(void)
{
	host_begin("epapr-hcall");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	cpu_make(&vm, &other, 1);
	no_exit(&cpu, UNKNOWN, UNIMPLEMENTED, 0, "an unknown call, nothing enabled");
	if (extension(&vm, KVM_CAP_EXIT_EPAPR_HCALL) > 0) {
		refused(enable_cap(cpu.fd, KVM_CAP_EXIT_EPAPR_HCALL, 1, 0), EINVAL,
			"flags that are not 0");
		granted(enable_cap(cpu.fd, KVM_CAP_EXIT_EPAPR_HCALL, 0, 0), "to enable it");
		exits();
		is_answered();
		no_exit(&cpu, FEATURES, 0, 2, "KVM_HC_FEATURES, which KVM knows");
		no_exit(&other, UNKNOWN, UNIMPLEMENTED, 0, "another vCPU, where it is not enabled");
	} else {
		refused(enable_cap(cpu.fd, KVM_CAP_EXIT_EPAPR_HCALL, 0, 0), EINVAL,
			"to enable what is not there");
		tap_skip("unknown calls exit", "KVM_CAP_EXIT_EPAPR_HCALL");
	}
	vm_free(&vm, &cpu, 1);
	return host_end();
}
