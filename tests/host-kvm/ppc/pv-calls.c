// SPDX-License-Identifier: BSD-2-Clause
/*
 * What KVM answers itself (kvmppc_kvm_pv() in Linux 6.1), seen from the host's side and the same in
 * both implementations, Book E's and Book3S's: KVM_HC_FEATURES, KVM_HC_PPC_MAP_MAGIC_PAGE, unknown
 * calls, and EV_IDLE, which waits in the kernel until an interrupt is pending; and that the same
 * instruction is an ordinary system call in problem state or without the magic number in R0.
 * KVM_PPC_GET_PVINFO says how to call.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "tests/host-kvm/lib/ppc/guest.h"

#define FEATURES  0x002a0003u
#define MAP_MAGIC 0x002a0004u
#define UNKNOWN	  0x002a7fffu
#define EV_IDLE	  0x00010010u
#define MAGIC_R0  0x4b564d21u
#define MSR_PR	  0x4000u
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

static struct kvm_regs regs(void)
{
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static void start(uint32_t token, uint32_t r3, uint32_t r4)
{
	struct kvm_regs r;

	guest_start(&cpu, code, sizeof(code));
	r = regs();
	r.gpr[3] = r3;
	r.gpr[4] = r4;
	r.gpr[11] = token;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

static struct kvm_regs call(uint32_t token, uint32_t r3, uint32_t r4)
{
	start(token, r3, r4);
	tap_ok(run_to_stop(&cpu), "token 0x%x: KVM answers it", token);
	return regs();
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
	tap_ok(run_to_stop(&cpu), "the guest reads the page");
	tap_equal(regs().gpr[30], 0, "its field `critical` is 0");
}

static void nobody(int signal)
{
	(void)signal;
}

/*
 * Nothing is pending, so the guest cannot come to its stop: KVM_RUN comes back for a signal only,
 * and the guest stands behind its call. It may come back before the call was made, and is sent on
 * then.
 */
static void idle_waits(void)
{
	struct sigaction action = { .sa_handler = nobody };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, never = {};
	bool exited;

	sigaction(SIGALRM, &action, NULL);
	start(EV_IDLE, 1, 2);
	setitimer(ITIMER_REAL, &often, NULL);
	do
		exited = !ioctl(cpu.fd, KVM_RUN, NULL);
	while (!exited && regs().pc < GUEST_CODE + 12);
	setitimer(ITIMER_REAL, &never, NULL);
	tap_ok(!exited, "EV_IDLE with nothing pending: the guest waits in the kernel");
	tap_equal(regs().pc, GUEST_CODE + 12, "a signal to its thread ends that");
	tap_equal(regs().gpr[3], 0, "R3 is 0");
}

static void idle_returns(void)
{
	struct kvm_interrupt set = { .irq = KVM_INTERRUPT_SET };
	struct kvm_interrupt unset = { .irq = KVM_INTERRUPT_UNSET };
	struct kvm_regs r;

	if (extension(&vm, KVM_CAP_PPC_UNSET_IRQ) <= 0) {
		tap_skip("EV_IDLE with an interrupt pending", "KVM_CAP_PPC_UNSET_IRQ");
		return;
	}
	must(cpu.fd, KVM_INTERRUPT, &set, "KVM_INTERRUPT");
	r = call(EV_IDLE, 1, 2); /* MSR[EE] is off: it stays pending */
	tap_equal(r.gpr[3], 0, "EV_IDLE with an interrupt pending returns: R3 is 0");
	tap_equal(r.gpr[4], 0, "R4 is 0");
	must(cpu.fd, KVM_INTERRUPT, &unset, "KVM_INTERRUPT");
}

/* The guest's own system call, wherever the processor has its vector: R30 says that it came there. */
static void own_system_call(uint32_t msr, uint32_t r0, const char *what)
{
	/* clang-format off */
	static const uint32_t handler[] = {
		0x3bc00c00, /*    li    r30,0xc00 */
		0x987d0000, /*    stb   r3,0(r29): stop */
	};
	/* clang-format on */
	struct kvm_regs r;

	start(FEATURES, 1, 2);
	memcpy(vm.ram + VECTOR_SC, handler, sizeof(handler));
	r = regs();
	r.gpr[0] = r0;
	r.gpr[29] = STOP_AT;
	r.pc += 8; /* R0 is loaded here */
	r.msr = msr;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
	tap_ok(run_to_stop(&cpu), "%s: the guest goes on", what);
	r = regs();
	tap_equal(r.gpr[30], VECTOR_SC, "at its own system call");
	tap_ok(r.gpr[3] == 1 && r.gpr[4] == 2, "R3 and R4 are as they were");
}

int main(void)
{
	host_begin("pv-calls");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	how_to_call();
	own_system_call(MSR_PR, MAGIC_R0, "the call in problem state");
	own_system_call(0, MAGIC_R0 + 1, "another number in R0");
	answers();
	magic_page();
	idle_waits();
	idle_returns();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
