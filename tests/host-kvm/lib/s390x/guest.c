// SPDX-License-Identifier: BSD-2-Clause
/* Supervisor state, no DAT. A guest stops by a DIAGNOSE that KVM leaves to user space. */
#include <string.h>

#include "tests/host-kvm/lib/host.h"

#define PSW_64BIT	 0x0000000180000000ull
#define ICPT_INSTRUCTION 0x04
#define OPCODE_DIAGNOSE	 0x83

const bool guest_loses_deleted_slots = true;
const bool guest_has_mmio;

const char *const guest_monitor_options[] = { NULL };
const uint8_t guest_loop[4] = { 0xa7, 0xf4, 0, 0 }; /* j . */
const uint8_t guest_unknown[8];
const size_t guest_unknown_size;
const bool guest_has_tree;
const char *const guest_cap_name;
const int guest_cap;

/* clang-format off */
/* stc %r4,0(%r3); diag %r0,%r0,0x501; j back */
static const uint8_t store_code[] = {
	0x42, 0x40, 0x30, 0x00, 0x83, 0x00, 0x05, 0x01, 0xa7, 0xf4, 0xff, 0xfc,
};
/* llgc %r6,0(%r3); diag %r0,%r0,0x501 */
static const uint8_t load_code[] = {
	0xe3, 0x60, 0x30, 0x00, 0x00, 0x90, 0x83, 0x00, 0x05, 0x01,
};
/* clang-format on */

void guest_start(struct host_cpu *cpu, const void *code, size_t size)
{
	struct kvm_regs regs = {};

	memcpy(cpu->vm->ram + GUEST_CODE, code, size);
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
	cpu->run->psw_mask = PSW_64BIT;
	cpu->run->psw_addr = GUEST_CODE;
}

static void set_operands(struct host_cpu *cpu, uint64_t address, uint8_t value)
{
	struct kvm_regs regs = { .gprs = { [3] = address, [4] = value } };

	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_store(struct host_cpu *cpu, uint64_t address, uint8_t value)
{
	guest_start(cpu, store_code, sizeof(store_code));
	set_operands(cpu, address, value);
}

void guest_load(struct host_cpu *cpu, uint64_t address)
{
	guest_start(cpu, load_code, sizeof(load_code));
	set_operands(cpu, address, 0);
}

uint64_t guest_loaded(struct host_cpu *cpu)
{
	struct kvm_regs regs;

	must(cpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	return regs.gprs[6];
}

uint64_t guest_pc(struct host_cpu *cpu)
{
	return cpu->run->psw_addr;
}

uint64_t guest_behind_load(void)
{
	return GUEST_CODE + 6;
}

bool guest_stopped(const struct host_cpu *cpu)
{
	return cpu->run->exit_reason == KVM_EXIT_S390_SIEIC &&
	       cpu->run->s390_sieic.icptcode == ICPT_INSTRUCTION &&
	       cpu->run->s390_sieic.ipa >> 8 == OPCODE_DIAGNOSE;
}
