// SPDX-License-Identifier: BSD-2-Clause
/*
 * DIAGNOSE as a hypercall: every register in and out, and what its answers mean.
 */
#include <errno.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include "cpu.h"

#define DIAGNOSE 0x83
/* With the operands %r2, %r4, 0: see <asm/hcall_regs.h>. */
#define DIAG_R2_R4    0x83240000u
#define SIGP_R2_R4    0xae240000u
#define STHYI_R2_R4   0xb2560024u
#define MAX_DIAG_CODE 0xfff
#define MAX_ORDER     0xff

/* Linux's numbers for errors that newlib numbers otherwise. */
#define LINUX_ENOSYS	  38
#define LAST_COMMON_ERRNO 34

_Static_assert(offsetof(struct hcall_regs, r[HCALL_CC]) == 17 * 8, "hcall_invoke.S");

/* hcall_invoke.S */
void invoke(struct hcall_regs *regs, uint32_t insn);

const char *arch_hcall_insn_error(const uint8_t *insn, size_t len)
{
	if (len != HCALL_INSN_SIZE)
		return "s390x has exactly one instruction for a hypercall";
	if (insn[0] != DIAGNOSE)
		return "it is not DIAGNOSE (0x83)";
	/* The function code would depend on a register; QEMU's TCG ignores that register. */
	if (insn[2] >> 4)
		return "its function code has a base register";
	return NULL;
}

uint32_t hcall_insn(unsigned long code)
{
	if (code == HCALL_CODE_STHYI)
		return STHYI_R2_R4;
	if ((code & ~(unsigned long)MAX_ORDER) == HCALL_CODE_SIGP)
		return SIGP_R2_R4 | (uint32_t)(code & MAX_ORDER);
	return DIAG_R2_R4 | (uint32_t)(code & MAX_DIAG_CODE);
}

void hcall_invoke(struct hcall_regs *regs)
{
	if (!hcall_patched())
		regs->r[HCALL_REG_STATUS] = (unsigned long)-ENOSYS;
	else
		invoke(regs, hcall_insn(regs->r[HCALL_DIAG]));
}

int hcall_invoke_insn(struct hcall_regs *regs, uint8_t *insn, size_t len)
{
	uint32_t word;

	if (arch_hcall_insn_error(insn, len))
		return -EINVAL;
	memcpy(&word, insn, sizeof(word));
	invoke(regs, word);
	word = (uint32_t)(lowcore_get(invoke_insn) >> 32);
	memcpy(insn, &word, sizeof(word));
	return 0;
}

/* QEMU and KVM answer with Linux's error numbers; a success may be any number from 0 on. */
int hcall_error(long status)
{
	if (status >= 0)
		return 0;
	if (status >= -LAST_COMMON_ERRNO || status == -ENOSYS)
		return (int)status;
	return status == -LINUX_ENOSYS ? -ENOSYS : -EIO;
}
