// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_MP_STATE, KVM_SET_MP_STATE (api.txt of 2010, 4.37 and 4.38): useful with an in-kernel
 * interrupt controller only; without one a vCPU is RUNNABLE and cannot be anything else (Linux
 * 6.1, kvm_arch_vcpu_ioctl_set_mpstate()). With one, every state of x86 is reached, HALTED by a
 * guest that halts, and left by another one's KVM_HC_KICK_CPU.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "tests/host-kvm/lib/host.h"

static uint32_t get(const struct host_cpu *cpu)
{
	struct kvm_mp_state state = { .mp_state = ~0u };

	must(cpu->fd, KVM_GET_MP_STATE, &state, "KVM_GET_MP_STATE");
	return state.mp_state;
}

static int set(const struct host_cpu *cpu, uint32_t to)
{
	struct kvm_mp_state state = { .mp_state = to };

	return ioctl(cpu->fd, KVM_SET_MP_STATE, &state);
}

static void without_irqchip(void)
{
	struct host_vm vm;
	struct host_cpu cpu;

	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	tap_equal(get(&cpu), KVM_MP_STATE_RUNNABLE, "without an irqchip: RUNNABLE");
	granted(set(&cpu, KVM_MP_STATE_RUNNABLE), "it may be made RUNNABLE");
	refused(set(&cpu, KVM_MP_STATE_HALTED), EINVAL, "but not HALTED");
	refused(set(&cpu, KVM_MP_STATE_UNINITIALIZED), EINVAL, "nor UNINITIALIZED");
	vm_free(&vm, &cpu, 1);
}

static void nobody(int signal)
{
	(void)signal;
}

/*
 * Runs a guest that is expected to halt in the kernel, for ever; a timer gets us out of there, as
 * often as it takes. Returns its state then.
 */
static uint32_t run_until_halted(struct host_cpu *cpu)
{
	struct sigaction action = { .sa_handler = nobody };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, never = {};
	uint32_t state;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	do {
		if (!ioctl(cpu->fd, KVM_RUN, NULL))
			break; /* an exit: it did not halt */
		state = get(cpu);
	} while (state != KVM_MP_STATE_HALTED);
	setitimer(ITIMER_REAL, &never, NULL);
	return get(cpu);
}

/* hlt; out %al,$0xf4 */
static const uint8_t halt[] = { 0xf4, 0xe6, 0xf4 };
/* mov $5,%eax; xor %ebx,%ebx; xor %ecx,%ecx; vmmcall; mov %eax,%ecx; out %al,$0xf4 */
static const uint8_t kick[] = { 0xb8, 5,    0,	  0,	0,    0x31, 0xdb, 0x31,
				0xc9, 0x0f, 0x01, 0xd9, 0x89, 0xc1, 0xe6, 0xf4 };

static void halt_and_kick(struct host_cpu *cpu)
{
	guest_start(&cpu[0], halt, sizeof(halt));
	tap_equal(run_until_halted(&cpu[0]), KVM_MP_STATE_HALTED, "a guest that halts: HALTED");
	tap_equal(guest_pc(&cpu[0]), GUEST_CODE + 1, "it stands behind the HLT");

	granted(set(&cpu[1], KVM_MP_STATE_RUNNABLE), "the other vCPU is made RUNNABLE");
	guest_start(&cpu[1], kick, sizeof(kick));
	tap_ok(run_to_stop(&cpu[1]), "it runs, and calls KVM_HC_KICK_CPU for vCPU 0");
	tap_equal(guest_loaded(&cpu[1]), 0, "which returns 0");
	tap_equal(get(&cpu[0]), KVM_MP_STATE_RUNNABLE, "vCPU 0 is RUNNABLE");
	/* Its code was overwritten at the same place: what comes behind the HLT must be there. */
	memcpy(cpu[0].vm->ram + GUEST_CODE, halt, sizeof(halt));
	tap_ok(run_to_stop(&cpu[0]), "and goes on behind the HLT");
}

static void with_irqchip(void)
{
	struct host_vm vm;
	struct host_cpu cpu[2];
	uint32_t state;

	vm_make(&vm, 1 << 20);
	must(vm.fd, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
	cpu_make(&vm, &cpu[0], 0);
	cpu_make(&vm, &cpu[1], 1);
	tap_equal(get(&cpu[0]), KVM_MP_STATE_RUNNABLE, "with one: vCPU 0 is RUNNABLE");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_UNINITIALIZED, "vCPU 1 is UNINITIALIZED");
	granted(set(&cpu[1], KVM_MP_STATE_INIT_RECEIVED), "it gets an INIT");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_INIT_RECEIVED, "INIT_RECEIVED");
	granted(set(&cpu[1], KVM_MP_STATE_SIPI_RECEIVED), "it gets a SIPI");
	state = get(&cpu[1]);
	tap_ok(state == KVM_MP_STATE_SIPI_RECEIVED || state == KVM_MP_STATE_INIT_RECEIVED ||
		       state == KVM_MP_STATE_RUNNABLE,
	       "SIPI_RECEIVED, or what Linux makes of it at once");
	tap_note("it is %u", state);
	granted(set(&cpu[1], KVM_MP_STATE_HALTED), "it is put into HALTED");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_HALTED, "HALTED");
	granted(set(&cpu[1], KVM_MP_STATE_UNINITIALIZED), "and back");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_UNINITIALIZED, "UNINITIALIZED");
	halt_and_kick(cpu);
	vm_free(&vm, cpu, 2);
}

int main(void)
{
	host_begin("mp-state");
	without_irqchip();
	with_irqchip();
	return host_end();
}
