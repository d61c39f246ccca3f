// SPDX-License-Identifier: BSD-2-Clause
#include <lib/arch.h>
#include "tests/conformance/s390x/ways.h"

/* arch/s390x/hcall_invoke.S, and the same with another addressing mode around the instruction. */
void invoke(struct hcall_regs *regs, uint32_t insn);
void invoke_in_24(struct hcall_regs *regs, uint32_t insn);
void invoke_in_31(struct hcall_regs *regs, uint32_t insn);
/* Does not come back: what it executes ends in an exception, or the SUPERVISOR CALL behind it does. */
long direct_call(void *regs);
extern const char direct_insn[], direct_returned[];

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
	invoke_now = bits == 24 ? invoke_in_24 : bits == 31 ? invoke_in_31 : invoke;
	conf_call_by(c,
		     bits == 24	  ? "24-bit mode"
		     : bits == 31 ? "31-bit mode"
				  : "instruction",
		     exec_word);
}

static void exec_direct(struct call *c)
{
	direct_call(&c->regs);
}

/* The stack is for no more than the entry: direct_call() loads all registers. */
static void exec_user(struct call *c)
{
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0) - 1024;

	arch_user_enter(direct_call, &c->regs, sp & ~(uintptr_t)15);
}

/* The SUPERVISOR CALL behind the instruction says that it was executed. */
static void call_there(struct call *c, const char *how, uint32_t insn, void (*exec)(struct call *))
{
	arch_text_write((void *)(uintptr_t)direct_insn, &insn, sizeof(insn));
	conf_call_by(c, how, exec);
	if (c->trapped && c->frame.class == TRAP_SVC &&
	    c->frame.psw.addr == (uintptr_t)direct_returned)
		c->trapped = false;
}

void conf_call_direct(struct call *c, uint32_t insn)
{
	call_there(c, "instruction by itself", insn, exec_direct);
}

void conf_call_word_user(struct call *c, uint32_t insn)
{
	call_there(c, "problem state", insn, exec_user);
}

uintptr_t conf_direct_address(void)
{
	return (uintptr_t)direct_insn;
}

bool conf_facility(unsigned int bit)
{
	uint64_t list[4] = { 0 };
	register uint64_t r0 asm("0") = sizeof(list) / sizeof(list[0]) - 1;

	__asm__ volatile("stfle %0" : "+Q"(list), "+d"(r0) : : "cc", "memory");
	return list[bit / 64] >> (63 - bit % 64) & 1;
}
