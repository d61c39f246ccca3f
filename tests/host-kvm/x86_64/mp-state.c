// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_MP_STATE, KVM_SET_MP_STATE (api.txt of 2010, 4.37 and 4.38): useful with an in-kernel
 * interrupt controller only; without one a vCPU is RUNNABLE and cannot be anything else (Linux
 * 6.1, kvm_arch_vcpu_ioctl_set_mpstate()). With one, every state of x86 is reached, by user space
 * and by guests: one sends INIT and SIPI, one halts and is left by another one's KVM_HC_KICK_CPU.
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

static struct kvm_sregs sregs(const struct host_cpu *cpu)
{
	struct kvm_sregs s;

	must(cpu->fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	return s;
}

static int set_events(const struct host_cpu *cpu, struct kvm_vcpu_events e)
{
	return ioctl(cpu->fd, KVM_SET_VCPU_EVENTS, &e);
}

/*
 * Linux keeps a SIPI as a pending event of INIT_RECEIVED and lets it take effect whenever somebody
 * asks for the state: so SIPI_RECEIVED can be set, and what a get returns is RUNNABLE, at the
 * vector's place.
 */
static void set_each(const struct host_cpu *cpu)
{
	granted(set(cpu, KVM_MP_STATE_INIT_RECEIVED), "it gets an INIT");
	tap_equal(get(cpu), KVM_MP_STATE_INIT_RECEIVED, "INIT_RECEIVED");
	granted(set_events(cpu,
			   (struct kvm_vcpu_events){ .sipi_vector = 0x21,
						     .flags = KVM_VCPUEVENT_VALID_SIPI_VECTOR }),
		"KVM_SET_VCPU_EVENTS: the vector of a SIPI is 0x21");
	granted(set_events(cpu, (struct kvm_vcpu_events){ .sipi_vector = 0x43 }),
		"to make it 0x43, without its flag");
	tap_equal(get(cpu), KVM_MP_STATE_INIT_RECEIVED, "still INIT_RECEIVED");
	granted(set(cpu, KVM_MP_STATE_SIPI_RECEIVED), "it gets the SIPI");
	tap_equal(get(cpu), KVM_MP_STATE_RUNNABLE, "RUNNABLE: Linux starts it at once");
	tap_equal(sregs(cpu).cs.base, 0x21000, "at vector 0x21's page");
	granted(set(cpu, KVM_MP_STATE_HALTED), "it is put into HALTED");
	tap_equal(get(cpu), KVM_MP_STATE_HALTED, "HALTED");
	granted(set(cpu, KVM_MP_STATE_UNINITIALIZED), "and back");
	tap_equal(get(cpu), KVM_MP_STATE_UNINITIALIZED, "UNINITIALIZED");
}

/* INIT and SIPI while an SMI is pending: an SMI comes first. */
static void refuses(const struct host_cpu *cpu)
{
	struct kvm_vcpu_events smi = { .flags = KVM_VCPUEVENT_VALID_SMM, .smi.pending = 1 };

	refused(set(cpu, KVM_MP_STATE_STOPPED), EINVAL, "STOPPED, which is s390's");
	refused(set(cpu, 77), EINVAL, "a state that does not exist");
	refused(ioctl(cpu->fd, KVM_SET_MP_STATE, NULL), EFAULT, "a bad pointer");
	tap_equal(get(cpu), KVM_MP_STATE_UNINITIALIZED, "what was refused changed nothing");
	granted(set_events(cpu, smi), "an SMI is made pending");
	refused(set(cpu, KVM_MP_STATE_INIT_RECEIVED), EINVAL, "INIT_RECEIVED then");
	refused(set(cpu, KVM_MP_STATE_SIPI_RECEIVED), EINVAL, "SIPI_RECEIVED then");
	smi.smi.pending = 0;
	granted(set_events(cpu, smi), "the SMI is taken back");
	granted(set(cpu, KVM_MP_STATE_INIT_RECEIVED), "INIT_RECEIVED now");
	smi.smi.pending = 1;
	refused(set_events(cpu, smi), EINVAL, "an SMI in INIT_RECEIVED");
	granted(set(cpu, KVM_MP_STATE_UNINITIALIZED), "back to UNINITIALIZED");
}

/* clang-format off */
/*
 * By vCPU 0's LAPIC to APIC 1. It is enabled first: before anybody's was, Linux 6.1 drops what is
 * sent to the vCPU created last, which its map of APICs does not have yet.
 */
#define SEND(low, high) { \
	0xc7, 0x05, 0xf0, 0x00, 0xe0, 0xfe, 0xff, 0x01, 0, 0, /* movl $0x1ff,SVR */ \
	0xc7, 0x05, 0x10, 0x03, 0xe0, 0xfe, 0, 0, 0, 1,       /* movl $(1 << 24),ICR2 */ \
	0xc7, 0x05, 0x00, 0x03, 0xe0, 0xfe, low, high, 0, 0,  /* movl $…,ICR */ \
	0xe6, 0xf4,                                           /* out %al,$0xf4 */ \
}
/* clang-format on */
#define AP_PAGE 0x10 /* the SIPI's vector: GUEST_FREE */

/* The same by guests: vCPU 0 starts vCPU 1 as a PC's first CPU does. */
static void init_and_sipi(struct host_cpu *cpu)
{
	static const uint8_t init[] = SEND(0x00, 0x45), sipi[] = SEND(AP_PAGE, 0x46);
	static const uint8_t there[] = { 0xe6, 0xf4 }; /* out %al,$0xf4, in 16 bits, too */

	memcpy(cpu->vm->ram + GUEST_FREE, there, sizeof(there));
	guest_start(&cpu[0], init, sizeof(init));
	tap_ok(run_to_stop(&cpu[0]), "the guest on vCPU 0 sends an INIT to vCPU 1");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_INIT_RECEIVED, "which is INIT_RECEIVED");
	guest_start(&cpu[0], sipi, sizeof(sipi));
	tap_ok(run_to_stop(&cpu[0]), "then a SIPI");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_RUNNABLE, "which is RUNNABLE");
	tap_equal(sregs(&cpu[1]).cs.selector, AP_PAGE << 8, "at the vector's page");
	tap_ok(run_to_stop(&cpu[1]), "and runs what is there");
	granted(set(&cpu[1], KVM_MP_STATE_UNINITIALIZED), "vCPU 1 is put back");
}

static void with_irqchip(void)
{
	struct host_vm vm;
	struct host_cpu cpu[2];

	vm_make(&vm, 1 << 20);
	must(vm.fd, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
	cpu_make(&vm, &cpu[0], 0);
	cpu_make(&vm, &cpu[1], 1);
	tap_equal(get(&cpu[0]), KVM_MP_STATE_RUNNABLE, "with one: vCPU 0 is RUNNABLE");
	tap_equal(get(&cpu[1]), KVM_MP_STATE_UNINITIALIZED, "vCPU 1 is UNINITIALIZED");
	set_each(&cpu[1]);
	refuses(&cpu[1]);
	init_and_sipi(cpu);
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
