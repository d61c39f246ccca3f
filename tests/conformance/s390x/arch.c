// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include "cpu.h"
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"

#define PSW_CC_SHIFT 44

/* Codes and subcodes that no document gives to anybody; codes of z/VM that KVM does not have. */
static const unsigned long unassigned[] = {
	HCALL_UNASSIGNED, 0x05000004, 0x050000ff, 0x05000100, 0x0500ffff, 0x00010000, 0x02600000,
	0x04990000,	  0x05020000, 0x0fff0000, 0x03080002, 0x03080007, 0x0308ffff, 0,
};

/* DIAGNOSE 0x500 with subcodes above those that were ever used. */
static unsigned long random_unassigned(uint64_t random)
{
	return HCALL_DIAG_VIRTIO << 16 | 0x8000 | (random & 0x7fff);
}

/* hcall_invoke() would trap by its own privileged instructions, before the call. */
static void call_user(struct call *c)
{
	conf_call_word_user(c, hcall_insn(c->regs.r[HCALL_DIAG]));
}

/* play.c */
bool play(struct call *c);

const struct conf_arch conf_arch = {
	.play = play,
	.unknown_trap = "specification",
	.user_trap = "privileged-operation",
	.call_user = call_user,
	.unassigned = unassigned,
	.random_unassigned = random_unassigned,
	.no_ram = 1ull << 40,
	.device = 1ull << 42,
	/* Of an address of 16 bits, which nobody uses so far up. */
	.no_cpu = 0x8000,
};

void conf_arch_trap_regs(const struct trap_frame *f, struct hcall_regs *regs)
{
	for (unsigned int i = 0; i < 16; i++)
		regs->r[i] = f->gpr[i];
	regs->r[HCALL_CC] = f->psw.mask >> PSW_CC_SHIFT & 3;
}

#define CONTROL_REGS 16
#define FLOAT_REGS   16
#define FPC	     (CONTROL_REGS + FLOAT_REGS)
#define PSW_MASK     (FPC + 1)
#define WATCHED	     (PSW_MASK + 1)

static const char *const names[WATCHED] = {
	"cr0", "cr1",  "cr2",  "cr3",  "cr4",  "cr5",  "cr6",	   "cr7", "cr8",
	"cr9", "cr10", "cr11", "cr12", "cr13", "cr14", "cr15",	   "f0",  "f1",
	"f2",  "f3",   "f4",   "f5",   "f6",   "f7",   "f8",	   "f9",  "f10",
	"f11", "f12",  "f13",  "f14",  "f15",  "fpc",  "psw mask",
};

/* Of the mask, all but the condition code and the program mask, which hcall_invoke() sets. */
static uint64_t psw_mask(void)
{
	uint32_t high, low;

	__asm__ volatile("epsw %0, %1" : "=d"(high), "=a"(low));
	return (uint64_t)(high & 0xffff00ff) << 32 | low;
}

static void read_control(uint64_t *v)
{
	uint32_t fpc;

	__asm__ volatile("stctg %%c0, %%c15, %0" : "=Q"(*(uint64_t(*)[CONTROL_REGS])v));
	__asm__ volatile("stfpc %0" : "=Q"(fpc));
	v[FPC] = fpc;
	v[PSW_MASK] = psw_mask();
}

#define EACH_FPR(load_or_store) \
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t" load_or_store "\n\t.endr"

void conf_arch_watch(struct watch *w)
{
	w->n = WATCHED;
	memcpy(w->name, names, sizeof(names));
	for (unsigned int i = 0; i < FLOAT_REGS; i++)
		w->before[CONTROL_REGS + i] = 0x5eedc0de00000000ull + 0x0101010101010101ull * i;
	read_control(w->before);
}

void conf_arch_call_watched(struct call *c, struct watch *w)
{
	const uint64_t *load = w->before + CONTROL_REGS;
	uint64_t *store = w->after + CONTROL_REGS;

	__asm__ volatile(EACH_FPR("ld %%f\\n, 8*\\n(%0)") : : "a"(load) : "memory");
	hcall_invoke(&c->regs);
	__asm__ volatile(EACH_FPR("std %%f\\n, 8*\\n(%0)")
			 :
			 : "a"(store)
			 : "memory", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15");
}

void conf_arch_watch_after(struct watch *w)
{
	read_control(w->after);
}

const char *conf_arch_ready(const struct hcall_desc *d)
{
	(void)d;
	return NULL;
}
