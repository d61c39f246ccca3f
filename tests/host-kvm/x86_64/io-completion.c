// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_EXIT_IO (api.txt of 2010, section 5): complete only after KVM_RUN was called again. An IN
 * shows it: the register has what user space stored as soon as KVM_RUN has returned -EINTR, for
 * immediate_exit or for a signal, and not before. A repeated one fills memory from many items of
 * one exit.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define PORT   0x5a
#define ANSWER 0xcafe1234u

static struct host_vm vm;
static struct host_cpu cpu;

static int run(bool immediate_exit)
{
	cpu.run->immediate_exit = immediate_exit;
	return ioctl(cpu.fd, KVM_RUN, NULL);
}

static struct kvm_regs regs(void)
{
	struct kvm_regs r;

	must(cpu.fd, KVM_GET_REGS, &r, "KVM_GET_REGS");
	return r;
}

static uint8_t *data(void)
{
	return (uint8_t *)cpu.run + cpu.run->io.data_offset;
}

/* in $0x5a,%eax; out %al,$0xf4 */
static const uint8_t in_eax[] = { 0xe5, PORT, 0xe6, 0xf4 };

static void in_and_answer(void)
{
	static const uint32_t answer = ANSWER;

	guest_start(&cpu, in_eax, sizeof(in_eax));
	tap_ok(run(false) == 0 && cpu.run->exit_reason == KVM_EXIT_IO, "IN: KVM_EXIT_IO");
	tap_ok(cpu.run->io.direction == KVM_EXIT_IO_IN && cpu.run->io.port == PORT &&
		       cpu.run->io.size == 4 && cpu.run->io.count == 1,
	       "of 4 bytes from that port");
	memcpy(data(), &answer, sizeof(answer));
	tap_equal(regs().rax, 0, "the register is as it was before");
}

static void is_complete(void)
{
	tap_equal(regs().rax, ANSWER, "the register has the answer");
	tap_equal(regs().rip, GUEST_CODE + 2, "no further instruction was executed");
}

static void by_immediate_exit(void)
{
	in_and_answer();
	refused(run(true), EINTR, "KVM_RUN with immediate_exit");
	is_complete();
	tap_ok(run(false) == 0 && guest_stopped(&cpu), "then the guest goes on");
}

static void by_signal(void)
{
	signal_unmasked_in_run(&cpu);
	in_and_answer();
	signal_pend();
	refused(run(false), EINTR, "KVM_RUN with an unmasked signal pending");
	is_complete();
	refused(run(false), EINTR, "KVM_RUN once more, the signal is still pending");
	tap_equal(regs().rip, GUEST_CODE + 2, "the guest did not run");
	signal_take();
	tap_ok(run(false) == 0 && guest_stopped(&cpu), "then the guest goes on");
}

/* An OUT is done when it exits; it must not come a second time. */
static void out(void)
{
	/* mov $0x77,%al; out %al,$0x5a; out %al,$0xf4 */
	static const uint8_t code[] = { 0xb0, 0x77, 0xe6, PORT, 0xe6, 0xf4 };

	guest_start(&cpu, code, sizeof(code));
	tap_ok(run(false) == 0 && cpu.run->exit_reason == KVM_EXIT_IO &&
		       cpu.run->io.direction == KVM_EXIT_IO_OUT && cpu.run->io.port == PORT,
	       "OUT: KVM_EXIT_IO");
	tap_equal(data()[0], 0x77, "with the value");
	refused(run(true), EINTR, "KVM_RUN with immediate_exit");
	tap_equal(regs().rip, GUEST_CODE + 4, "the guest stands behind it");
	tap_ok(run(false) == 0 && guest_stopped(&cpu), "and it does not come again");
}

/* cld; rep insb (%dx),%es:(%edi); out %al,$0xf4 */
static const uint8_t rep_insb[] = { 0xfc, 0xf3, 0x6c, 0xe6, 0xf4 };

static void string(void)
{
	enum { ITEMS = 300 };
	struct kvm_regs r;
	unsigned int i, exits = 0, items = 0, right = 0;

	guest_start(&cpu, rep_insb, sizeof(rep_insb));
	r = regs();
	r.rdx = PORT;
	r.rdi = GUEST_FREE;
	r.rcx = ITEMS;
	must(cpu.fd, KVM_SET_REGS, &r, "KVM_SET_REGS");
	while (run(false) == 0 && !guest_stopped(&cpu) && exits <= ITEMS) {
		exits++;
		for (i = 0; i < cpu.run->io.count; i++)
			data()[i] = (uint8_t)items++;
	}
	tap_note("%u items in %u exits", items, exits);
	tap_equal(items, ITEMS, "REP INSB asks for each of %u items once", ITEMS);
	for (i = 0; i < ITEMS; i++)
		right += vm.ram[GUEST_FREE + i] == (uint8_t)i;
	tap_equal(right, ITEMS, "all of them are in memory, in order");
	tap_equal(regs().rcx, 0, "the count is used up");
}

int main(void)
{
	host_begin("io-completion");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu, 0);
	by_immediate_exit();
	by_signal();
	out();
	string();
	vm_free(&vm, &cpu, 1);
	return host_end();
}
