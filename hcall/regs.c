// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <hcall/hcall.h>

/*
 * Distinct in every register, in its two halves and from any address, so that a register that
 * changed shows, and shows what it was overwritten with.
 */
unsigned long hcall_canary(unsigned int reg)
{
	unsigned long pattern = (unsigned long)0x5ca1ab1e0ddba11ull;

	return ((pattern & ~0xfful) | (0xa0u + reg)) & HCALL_REG_BITS(reg);
}

void hcall_regs_prepare(struct hcall_regs *regs, unsigned long number)
{
	static const uint8_t args[] = HCALL_REG_ARGS;

	for (unsigned int i = 0; i < HCALL_NREGS; i++)
		regs->r[i] = hcall_canary(i);
	for (size_t i = 0; i < sizeof(args); i++)
		regs->r[args[i]] = 0;
	hcall_regs_set_number(regs, number);
}
