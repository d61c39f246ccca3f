// SPDX-License-Identifier: BSD-2-Clause
/* 32-bit protected mode, flat segments, no paging; a guest stops by a write to a port. */
#include <string.h>

#include "tests/host-kvm/lib/host.h"

#define STOP_PORT 0xf4

const bool guest_loses_deleted_slots = true;
const bool guest_has_mmio = true;

const char *const guest_monitor_options[] = { "--boot", "linux", NULL };
const uint8_t guest_loop[4] = { 0xeb, 0xfe }; /* jmp . */
/* mov $0xd0000000,%eax; mov %al,(%rax): no device is there */
const uint8_t guest_unknown[8] = { 0xb8, 0, 0, 0, 0xd0, 0x88, 0x00, 0xf4 };
const size_t guest_unknown_size = 8;
const bool guest_has_tree = false;
const char *const guest_cap_name = "exit-hypercall";
const int guest_cap = KVM_CAP_EXIT_HYPERCALL;

/* clang-format off */
/* mov %al,(%ebx); out %al,$0xf4; jmp back */
static const uint8_t store_code[] = { 0x88, 0x03, 0xe6, STOP_PORT, 0xeb, 0xfa };
/* mov (%ebx),%cl; out %al,$0xf4 */
static const uint8_t load_code[] = { 0x8a, 0x0b, 0xe6, STOP_PORT };
/* clang-format on */

void guest_start(struct host_cpu *cpu, const void *code, size_t size)
{
	struct kvm_segment flat = { .limit = 0xffffffff,
				    .selector = 8,
				    .type = 11,
				    .present = 1,
				    .db = 1,
				    .s = 1,
				    .g = 1 };
	struct kvm_regs regs = { .rip = GUEST_CODE, .rflags = 2, .rsp = GUEST_FREE };
	struct kvm_sregs s;

	memcpy(cpu->vm->ram + GUEST_CODE, code, size);
	must(cpu->fd, KVM_GET_SREGS, &s, "KVM_GET_SREGS");
	s.cs = flat;
	flat.selector = 16;
	flat.type = 3;
	s.ds = s.es = s.fs = s.gs = s.ss = flat;
	s.cr0 = 0x11;
	must(cpu->fd, KVM_SET_SREGS, &s, "KVM_SET_SREGS");
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

static struct kvm_regs get_regs(struct host_cpu *cpu)
{
	struct kvm_regs regs;

	must(cpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	return regs;
}

void guest_store(struct host_cpu *cpu, uint64_t address, uint8_t value)
{
	struct kvm_regs regs;

	guest_start(cpu, store_code, sizeof(store_code));
	regs = get_regs(cpu);
	regs.rbx = address;
	regs.rax = value;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_load(struct host_cpu *cpu, uint64_t address)
{
	struct kvm_regs regs;

	guest_start(cpu, load_code, sizeof(load_code));
	regs = get_regs(cpu);
	regs.rbx = address;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

uint64_t guest_loaded(struct host_cpu *cpu)
{
	return get_regs(cpu).rcx;
}

uint64_t guest_pc(struct host_cpu *cpu)
{
	return get_regs(cpu).rip;
}

uint64_t guest_behind_load(void)
{
	return GUEST_CODE + 2;
}

bool guest_stopped(const struct host_cpu *cpu)
{
	return cpu->run->exit_reason == KVM_EXIT_IO && cpu->run->io.port == STOP_PORT;
}
