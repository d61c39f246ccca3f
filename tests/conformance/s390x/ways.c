// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <lib/arch.h>
#include "tests/conformance/run.h"
#include "tests/conformance/s390x/ways.h"

/* arch/s390x/hcall_invoke.S, and the same with another addressing mode around the instruction. */
void invoke(struct hcall_regs *regs, uint32_t insn);
void invoke_in_24(struct hcall_regs *regs, uint32_t insn);
void invoke_in_31(struct hcall_regs *regs, uint32_t insn);
/* user_call.S */
void user_call(struct hcall_regs *regs);
extern uint8_t user_call_insn[HCALL_INSN_SIZE];

/* Of the call under way: exec() has no room for them. */
static uint32_t word;
static void (*invoke_now)(struct hcall_regs *regs, uint32_t insn);

static void exec_word(struct call *c)
{
	invoke_now(&c->regs, word);
}

void conf_call_word(struct call *c, uint32_t insn)
{
	conf_call_in_mode(c, insn, 64);
}

void conf_call_in_mode(struct call *c, uint32_t insn, unsigned int bits)
{
	word = insn;
	c->insn = (uint8_t *)&word;
	c->insn_len = sizeof(word);
	invoke_now = bits == 24 ? invoke_in_24 : bits == 31 ? invoke_in_31 : invoke;
	conf_call_by(c,
		     bits == 24	  ? "24-bit mode"
		     : bits == 31 ? "31-bit mode"
				  : "instruction",
		     exec_word);
}

static void exec_there(struct call *c)
{
	user_call(&c->regs);
}

/* The text is as it was when somebody looks whether it is. */
static void call_there(struct call *c, const char *how, uint32_t insn,
		       void (*by)(struct call *c, const char *how, void (*exec)(struct call *c)))
{
	uint32_t there;

	c->insn = (uint8_t *)&insn;
	c->insn_len = sizeof(insn);
	memcpy(&there, user_call_insn, sizeof(there));
	arch_text_write(user_call_insn, &insn, sizeof(insn));
	by(c, how, exec_there);
	arch_text_write(user_call_insn, &there, sizeof(there));
}

void conf_call_direct(struct call *c, uint32_t insn)
{
	call_there(c, "instruction by itself", insn, conf_call_by);
}

void conf_call_word_user(struct call *c, uint32_t insn)
{
	call_there(c, "problem state", insn, conf_call_user_by);
}

uintptr_t conf_direct_address(void)
{
	return (uintptr_t)user_call_insn;
}

bool conf_facility(unsigned int bit)
{
	uint64_t list[4] = { 0 };
	register uint64_t r0 asm("0") = sizeof(list) / sizeof(list[0]) - 1;

	__asm__ volatile("stfle %0" : "+Q"(list), "+d"(r0) : : "cc", "memory");
	if (play_missing && bit == FACILITY_STHYI)
		return true;
	return list[bit / 64] >> (63 - bit % 64) & 1;
}
