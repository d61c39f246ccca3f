// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <asm/hcall_regs.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>

/* One entry per slot, made where the slot is (<asm/hcall.h>): the distance from here to there. */
extern const int32_t hcall_slots_start[], hcall_slots_end[];

static bool patched;

bool hcall_patched(void)
{
	return patched;
}

unsigned int hcall_slot_count(void)
{
	return (unsigned int)(hcall_slots_end - hcall_slots_start);
}

int hcall_patch(const struct hypervisor *hv)
{
	static const uint8_t nop[HCALL_INSN_SIZE] = HCALL_NOP;
	uint8_t code[HCALL_SLOT_SIZE];
	const int32_t *slot;
	const size_t n = hv->insn_len;

	if (n == 0)
		return -ENOSYS;
	if (n > HCALL_SLOT_SIZE || n % HCALL_INSN_SIZE || arch_hcall_insn_error(hv->insn, n))
		return -EINVAL;

	for (size_t i = 0; i < HCALL_SLOT_INSNS; i++)
		memcpy(code + i * HCALL_INSN_SIZE, nop, HCALL_INSN_SIZE);
	memcpy(code, hv->insn, n);
	for (slot = hcall_slots_start; slot < hcall_slots_end; slot++)
		arch_text_write((uint8_t *)(uintptr_t)slot + *slot, code, HCALL_SLOT_SIZE);
	patched = true;
	return 0;
}
