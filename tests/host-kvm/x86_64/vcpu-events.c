// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS (api.txt of 2010, 4.29 and 4.30, extended by
 * KVM_CAP_INTR_SHADOW). The document calls them "vm ioctl"; they are vCPU ioctls. Errors: Linux
 * 6.1, kvm_vcpu_ioctl_x86_set_vcpu_events() in arch/x86/kvm/x86.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

static struct host_vm vm;
static struct host_cpu cpu;

static struct kvm_vcpu_events get(void)
{
	struct kvm_vcpu_events e;

	memset(&e, 0xff, sizeof(e));
	must(cpu.fd, KVM_GET_VCPU_EVENTS, &e, "KVM_GET_VCPU_EVENTS");
	return e;
}

static int set(struct kvm_vcpu_events e)
{
	return ioctl(cpu.fd, KVM_SET_VCPU_EVENTS, &e);
}

static void new_vcpu(void)
{
	const uint32_t always = KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW |
				KVM_VCPUEVENT_VALID_SMM;
	struct kvm_vcpu_events e = get();

	tap_equal(e.flags, always, "flags of a get: NMI_PENDING, SHADOW, SMM");
	tap_ok(!e.exception.injected && !e.interrupt.injected && !e.nmi.injected &&
		       !e.nmi.pending && !e.nmi.masked,
	       "a new vCPU has no event");
	tap_equal(e.interrupt.shadow, 0, "and is in no shadow");
	tap_equal(e.sipi_vector, 0, "sipi_vector reads 0");
	refused(ioctl(vm.fd, KVM_GET_VCPU_EVENTS, &e), ENOTTY, "on the VM, as the document has it");
}

static void shadow(void)
{
	struct kvm_vcpu_events e = { .flags = KVM_VCPUEVENT_VALID_SHADOW, .interrupt.shadow = 1 };

	if (extension(&vm, KVM_CAP_INTR_SHADOW) <= 0) {
		tap_skip("interrupt.shadow is kept", "KVM_CAP_INTR_SHADOW");
		return;
	}
	granted(set(e), "to put it into a shadow");
	tap_ok(get().interrupt.shadow, "it is in a shadow");
	e.flags = 0;
	e.interrupt.shadow = 0;
	granted(set(e), "to set shadow to 0, without its flag");
	tap_ok(get().interrupt.shadow, "it is in a shadow all the same");
	e.flags = KVM_VCPUEVENT_VALID_SHADOW;
	granted(set(e), "to set it to 0, with the flag");
	tap_equal(get().interrupt.shadow, 0, "it is in none");
}

static void nmi(void)
{
	struct kvm_vcpu_events e = { .flags = KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi.pending = 1 };

	granted(set(e), "to make an NMI pending");
	tap_equal(get().nmi.pending, 1, "it is");
	e.flags = 0;
	e.nmi.pending = 0;
	e.nmi.masked = 1;
	granted(set(e), "to take it back, without its flag, and to mask NMIs");
	tap_equal(get().nmi.pending, 1, "it is pending all the same");
	tap_equal(get().nmi.masked, 1, "NMIs are masked: that needs no flag");
	e.flags = KVM_VCPUEVENT_VALID_NMI_PENDING;
	e.nmi.masked = 0;
	granted(set(e), "to take it back, with the flag");
	tap_equal(get().nmi.pending, 0, "it is gone");
}

static void events(void)
{
	struct kvm_vcpu_events e = {};

	e.exception.injected = 1;
	e.exception.nr = 13;
	e.exception.has_error_code = 1;
	e.exception.error_code = 0x1234;
	granted(set(e), "to inject #GP(0x1234)");
	e = get();
	tap_ok(e.exception.injected && e.exception.nr == 13 && e.exception.has_error_code &&
		       e.exception.error_code == 0x1234,
	       "a get returns it");
	e = (struct kvm_vcpu_events){ .interrupt = { .injected = 1, .nr = 0x31 } };
	granted(set(e), "to inject the interrupt 0x31 instead");
	e = get();
	tap_ok(!e.exception.injected, "the exception is gone");
	tap_ok(e.interrupt.injected && e.interrupt.nr == 0x31 && !e.interrupt.soft,
	       "a get returns the interrupt");
	e.interrupt.soft = 1;
	granted(set(e), "to inject it as one of an INT instruction");
	/* The instruction is executed again after a migration, so nobody has to know about it. */
	tap_ok(!get().interrupt.injected, "a get does not return that");
	granted(set((struct kvm_vcpu_events){}), "to set none");
}

#define IDT	 0x2000u
#define GDT	 0x3000u
#define HANDLER	 0x4000u
#define STACK	 0x8000u
#define CODE_SEG 8 /* selectors, as guest_start() uses them */

/* pop %ecx; out %al,$0xf4: what is on top of the stack, into the register of guest_loaded() */
static const uint8_t handler[] = { 0x59, 0xe6, 0xf4 };
static const uint8_t nothing[] = { 0xf4 };

/* A guest with a handler for everything. */
static void start_with_handlers(void)
{
	static const uint64_t gdt[] = { 0, 0x00cf9b000000ffff, 0x00cf93000000ffff };
	uint64_t gate = 0x00008e0000000000 | (uint64_t)CODE_SEG << 16 | HANDLER;
	struct kvm_sregs s;
	struct kvm_regs r;

	memcpy(vm.ram + HANDLER, handler, sizeof(handler));
	memcpy(vm.ram + GDT, gdt, sizeof(gdt));
	for (unsigned int i = 0; i < 256; i++)
		memcpy(vm.ram + IDT + 8 * i, &gate, sizeof(gate));
	guest_start(&cpu, nothing, sizeof(nothing));
	must(cpu.fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	s.idt = (struct kvm_dtable){ .base = IDT, .limit = 256 * 8 - 1 };
	s.gdt = (struct kvm_dtable){ .base = GDT, .limit = sizeof(gdt) - 1 };
	must(cpu.fd, KVM_SET_SREGS, &s, "KVM_SET_SREGS");
	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	r.rsp = STACK;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
}

/* What is set is what the guest gets, before its first instruction. */
static void guest_sees(void)
{
	struct kvm_vcpu_events e = {
		.exception = { .injected = 1, .nr = 13, .has_error_code = 1, .error_code = 0x1234 },
	};

	start_with_handlers();
	granted(set(e), "to inject #GP(0x1234) into a guest");
	tap_ok(run_to_stop(&cpu), "the guest's handler runs");
	tap_equal(guest_loaded(&cpu), 0x1234, "with the error code on its stack");
	tap_ok(!get().exception.injected, "and the exception is done");

	start_with_handlers();
	e = (struct kvm_vcpu_events){ .flags = KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi.pending = 1 };
	granted(set(e), "to make an NMI pending");
	tap_ok(run_to_stop(&cpu), "the guest's handler runs");
	tap_equal(guest_loaded(&cpu), GUEST_CODE,
		  "with the first instruction's address on its stack");
	tap_equal(get().nmi.pending, 0, "the NMI is not pending any more");
	tap_equal(get().nmi.masked, 1, "and further ones are masked: it has not returned");
	granted(set((struct kvm_vcpu_events){}), "to unmask them");
}

static void bad_arguments(void)
{
	struct kvm_vcpu_events e = { .exception.injected = 1 };

	refused(set((struct kvm_vcpu_events){ .flags = 1u << 31 }), EINVAL, "an unknown flag");
	e.exception.nr = 32;
	refused(set(e), EINVAL, "exception 32");
	e.exception.nr = 2;
	refused(set(e), EINVAL, "exception 2, which is NMI");
	refused(set((struct kvm_vcpu_events){ .flags = KVM_VCPUEVENT_VALID_PAYLOAD }), EINVAL,
		"a payload without KVM_CAP_EXCEPTION_PAYLOAD enabled");
	refused(set((struct kvm_vcpu_events){ .flags = KVM_VCPUEVENT_VALID_TRIPLE_FAULT }), EINVAL,
		"a triple fault without KVM_CAP_X86_TRIPLE_FAULT_EVENT enabled");
	refused(ioctl(cpu.fd, KVM_SET_VCPU_EVENTS, NULL), EFAULT, "a bad pointer");
}

int main(void)
{
	host_begin("vcpu-events");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	if (extension(&vm, KVM_CAP_VCPU_EVENTS) > 0) {
		new_vcpu();
		shadow();
		nmi();
		events();
		guest_sees();
		bad_arguments();
	} else {
		tap_skip("the events of a vCPU can be had", "KVM_CAP_VCPU_EVENTS");
	}
	vm_free(&vm, &cpu, 1);
	return host_end();
}
