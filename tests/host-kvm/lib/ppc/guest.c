// SPDX-License-Identifier: BSD-2-Clause
/* Guests for both KVMs for Power, e500's and Book3S's: 32 bits, addresses as they are. */
#include <string.h>

#include "hosts/e500/kvm_epapr.h"
#include "tests/host-kvm/lib/ppc/guest.h"

/* kvmppc_core_flush_memslot() is empty, in booke.c as in book3s_pr.c. */
const bool guest_loses_deleted_slots;
const bool guest_has_mmio = true;

const char *const guest_monitor_options[] = { NULL };
const uint8_t guest_loop[4] = { 0x48, 0, 0, 0 }; /* b . */
const uint8_t guest_unknown[8];
const size_t guest_unknown_size;
const bool guest_has_tree = true;
const char *const guest_cap_name = "epapr-hcall";
const int guest_cap = KVM_CAP_EXIT_EPAPR_HCALL;

/* clang-format off */
static const uint32_t store_code[] = {
	0x98830000, /*    stb   r4,0(r3) */
	0x98850000, /*    stb   r4,0(r5) */
	0x4bfffff8, /*    b     .-8 */
};
static const uint32_t load_code[] = {
	0x88c30000, /*    lbz   r6,0(r3) */
	0x98850000, /*    stb   r4,0(r5) */
};
/* clang-format on */

static struct kvm_regs get_regs(struct host_cpu *cpu)
{
	struct kvm_regs regs;

	must(cpu->fd, KVM_GET_REGS, &regs, "KVM_GET_REGS");
	return regs;
}

void guest_start(struct host_cpu *cpu, const void *code, size_t size)
{
	struct kvm_regs regs = get_regs(cpu);

	if (!cpu->mmu)
		guest_prepare(cpu);
	memcpy(cpu->vm->ram + GUEST_CODE, code, size);
	memset(regs.gpr, 0, sizeof(regs.gpr));
	/* Not 0: KVM holds interrupts back while it equals the magic page's `critical`. */
	regs.gpr[1] = GUEST_FREE;
	regs.gpr[5] = STOP_AT;
	regs.pc = GUEST_CODE;
	regs.msr = 0;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_store(struct host_cpu *cpu, uint64_t address, uint8_t value)
{
	struct kvm_regs regs;

	guest_start(cpu, store_code, sizeof(store_code));
	regs = get_regs(cpu);
	regs.gpr[3] = address;
	regs.gpr[4] = value;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void guest_load(struct host_cpu *cpu, uint64_t address)
{
	struct kvm_regs regs;

	guest_start(cpu, load_code, sizeof(load_code));
	regs = get_regs(cpu);
	regs.gpr[3] = address;
	must(cpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

uint64_t guest_loaded(struct host_cpu *cpu)
{
	return get_regs(cpu).gpr[6];
}

uint64_t guest_pc(struct host_cpu *cpu)
{
	return get_regs(cpu).pc;
}

uint64_t guest_behind_load(void)
{
	return GUEST_CODE + 4;
}

bool guest_stopped(const struct host_cpu *cpu)
{
	return cpu->run->exit_reason == KVM_EXIT_MMIO && cpu->run->mmio.phys_addr == STOP_AT;
}
