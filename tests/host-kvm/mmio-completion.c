// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_EXIT_MMIO (api.txt of 2010, section 5): an access is complete, and the guest's state
 * consistent, only after KVM_RUN was called again. The kernel finishes it first and looks for
 * signals then, so a call with a signal pending completes it and does not run the guest.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define NOWHERE 0x800000u /* no slot */
#define ANSWER	0xa5

static struct host_vm vm;

static int run(struct host_cpu *cpu)
{
	return ioctl(cpu->fd, KVM_RUN, NULL);
}

/* The guest loads from where nothing is, and the answer is stored into kvm_run. */
static void load_and_answer(struct host_cpu *cpu)
{
	guest_load(cpu, NOWHERE);
	tap_ok(run(cpu) == 0 && cpu->run->exit_reason == KVM_EXIT_MMIO, "a load: KVM_EXIT_MMIO");
	tap_equal(cpu->run->mmio.phys_addr, NOWHERE, "at that address");
	tap_equal(cpu->run->mmio.len, 1, "of one byte");
	tap_equal(cpu->run->mmio.is_write, 0, "not a store");
	cpu->run->mmio.data[0] = ANSWER;
	tap_equal(guest_loaded(cpu), 0, "the register is as it was before");
}

static void is_complete(struct host_cpu *cpu)
{
	tap_equal(guest_loaded(cpu), ANSWER, "the register has the answer");
	tap_equal(guest_pc(cpu), guest_behind_load(), "no further instruction was executed");
}

static void goes_on(struct host_cpu *cpu)
{
	tap_ok(run_to_stop(cpu), "then the guest goes on");
	tap_equal(guest_loaded(cpu), ANSWER, "with the answer");
}

static void by_immediate_exit(struct host_cpu *cpu)
{
	load_and_answer(cpu);
	cpu->run->immediate_exit = 1;
	refused(run(cpu), EINTR, "KVM_RUN with immediate_exit");
	cpu->run->immediate_exit = 0;
	is_complete(cpu);
	goes_on(cpu);
}

static void by_signal(struct host_cpu *cpu)
{
	signal_unmasked_in_run(cpu);
	load_and_answer(cpu);
	signal_pend();
	refused(run(cpu), EINTR, "KVM_RUN with an unmasked signal pending");
	is_complete(cpu);
	refused(run(cpu), EINTR, "KVM_RUN once more, the signal is still pending");
	tap_equal(guest_pc(cpu), guest_behind_load(), "the guest did not run");
	signal_take();
	goes_on(cpu);
}

static void stores(struct host_cpu *cpu)
{
	guest_store(cpu, NOWHERE + 3, ANSWER);
	tap_ok(run(cpu) == 0 && cpu->run->exit_reason == KVM_EXIT_MMIO, "a store: KVM_EXIT_MMIO");
	tap_equal(cpu->run->mmio.phys_addr, NOWHERE + 3, "at that address");
	tap_equal(cpu->run->mmio.is_write, 1, "it is a store");
	tap_equal(cpu->run->mmio.data[0], ANSWER, "with the value");
	cpu->run->immediate_exit = 1;
	refused(run(cpu), EINTR, "KVM_RUN with immediate_exit");
	cpu->run->immediate_exit = 0;
	tap_ok(run_to_stop(cpu), "the store does not come again");
}

int main(void)
{
	struct host_cpu cpu;

	host_begin("mmio-completion");
	if (!guest_has_mmio) {
		tap_skip("an access is complete only after re-entry", "KVM_EXIT_MMIO");
		return host_end();
	}
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	if (extension(&vm, KVM_CAP_IMMEDIATE_EXIT) > 0)
		by_immediate_exit(&cpu);
	else
		tap_skip("completion by immediate_exit", "KVM_CAP_IMMEDIATE_EXIT");
	by_signal(&cpu);
	stores(&cpu);
	vm_free(&vm, &cpu, 1);
	return host_end();
}
