// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>

/* hcall_invoke.S */
void hcall_invoke_other(struct hcall_regs *regs);
extern uint8_t hcall_invoke_other_slot[HCALL_SLOT_SIZE];

_Static_assert(HCALL_UNPATCHED == -ENOSYS, "hcall_regs.h");

/* The CPU itself says nothing of a hypervisor: the device tree's node is all there is. */
void arch_hypervisor_probe(struct hypervisor *hv)
{
	(void)hv;
}

/* ePAPR leaves the choice of instructions to the hypervisor: whole ones, and not too many. */
const char *arch_hcall_insn_error(const uint8_t *insn, size_t len)
{
	(void)insn;
	if (len == 0)
		return "no instruction at all";
	if (len % HCALL_INSN_SIZE)
		return "not a whole number of 4-byte instructions";
	if (len > HCALL_SLOT_SIZE)
		return "more than 4 instructions";
	return NULL;
}

int hcall_invoke_insn(struct hcall_regs *regs, uint8_t *insn, size_t len)
{
	static const uint8_t nop[HCALL_INSN_SIZE] = HCALL_NOP;
	uint8_t code[HCALL_SLOT_SIZE];

	if (arch_hcall_insn_error(insn, len))
		return -EINVAL;
	memcpy(code, insn, len);
	for (size_t n = len; n < sizeof(code); n += sizeof(nop))
		memcpy(code + n, nop, sizeof(nop));
	arch_text_write(hcall_invoke_other_slot, code, sizeof(code));
	hcall_invoke_other(regs);
	memcpy(insn, hcall_invoke_other_slot, len);
	return 0;
}

/* ePAPR 1.1: positive statuses; negative is only what an unpatched slot answers. */
int hcall_error(long status)
{
	static const uint8_t errors[] = {
		[1] = EPERM,  [2] = ENOENT,  [3] = EIO,	     [4] = EAGAIN, [5] = ENOMEM,
		[6] = EFAULT, [7] = ENODEV,  [8] = EINVAL,   [9] = EIO,	   [10] = ENXIO,
		[11] = EBUSY, [12] = ENOSYS, [13] = ENOBUFS,
	};

	if (status >= (long)sizeof(errors))
		return -EIO;
	return status <= 0 ? (int)status : -errors[status];
}
