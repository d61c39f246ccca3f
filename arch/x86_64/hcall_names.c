// SPDX-License-Identifier: BSD-2-Clause
/* In a file of its own, so that programs on the host have the names, too. */
#include <asm/hcall_regs.h>

const char *const hcall_reg_name[HCALL_NREGS] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",	   "r8",
	"r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rflags",
};
