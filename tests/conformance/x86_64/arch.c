// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include "arch/x86_64/cpu.h"
#include "tests/conformance/arch.h"

#define STATUS_FLAGS 0x8d5ul /* OF SF ZF AF PF CF: what hcall_invoke() loads of RFLAGS */
#define MSR_FS_BASE  0xc0000100u
#define MSR_GS_BASE  0xc0000101u
#define LAPIC	     0xfee00000u
#define XMM_REGS     16

/*
 * 0, the first number after the last, KVM's own numbers with something above bit 31, the sign bits
 * of both widths, and all ones: KVM compares all 64 bits (kvm_emulate_hypercall()). 0 ends the
 * list, so that 2^32 stands for it; unknown.c tries 0 itself.
 */
static const unsigned long unassigned[] = {
	13,
	14,
	99,
	255,
	HCALL_UNASSIGNED,
	0x7fffffff,
	0x80000000,
	0x80000001,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x80000000ul << 32,
	(0x80000000ul << 32) + 1,
	~0ul,
	0,
};

/* Every number above the last that Linux gave away is free. */
static unsigned long random_unassigned(uint64_t random)
{
	return random | 0x1000;
}

const struct conf_arch conf_arch = {
	.unknown_status = -1000,
	.user_status = -1,
	.unassigned = unassigned,
	.random_unassigned = random_unassigned,
	.no_ram = 1ull << 38,
	.device = LAPIC,
};

void conf_arch_trap_regs(const struct trap_frame *f, struct hcall_regs *regs)
{
	const uint64_t values[] = {
		f->rax, f->rbx, f->rcx, f->rdx, f->rsi, f->rdi, f->rbp, regs->r[HCALL_RSP],
		f->r8,	f->r9,	f->r10, f->r11, f->r12, f->r13, f->r14, f->r15,
	};

	memcpy(regs->r, values, sizeof(values));
	regs->r[HCALL_RFLAGS] =
		(regs->r[HCALL_RFLAGS] & ~STATUS_FLAGS) | (f->rflags & STATUS_FLAGS);
}

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

static const char *const system_names[] = {
	"cr0",	     "cr3",	  "cr4",     "efer",	 "cs",
	"ss",	     "ds",	  "es",	     "fs",	 "gs",
	"tr",	     "fs base",	  "gs base", "gdt base", "gdt limit",
	"idt base",  "idt limit", "dr7",     "mxcsr",	 "x87 control word",
	"rflags.if",
};
#define SYSTEM_REGS (sizeof(system_names) / sizeof(system_names[0]))

#define READ_SEGMENT(name)                                                \
	({                                                                \
		uint16_t selector_;                                       \
		__asm__ volatile("mov %%" name ", %0" : "=r"(selector_)); \
		selector_;                                                \
	})

static void read_system(uint64_t v[SYSTEM_REGS])
{
	struct table_register gdt, idt;
	uint16_t tr, control;
	uint32_t mxcsr;
	uint64_t dr7, rflags;

	__asm__ volatile("sgdt %0" : "=m"(gdt));
	__asm__ volatile("sidt %0" : "=m"(idt));
	__asm__ volatile("str %0" : "=r"(tr));
	__asm__ volatile("mov %%dr7, %0" : "=r"(dr7));
	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	__asm__ volatile("fnstcw %0" : "=m"(control));
	__asm__ volatile("pushfq; pop %0" : "=r"(rflags));
	const uint64_t values[SYSTEM_REGS] = {
		read_cr0(),
		read_cr3(),
		read_cr4(),
		rdmsr(MSR_EFER),
		READ_SEGMENT("cs"),
		READ_SEGMENT("ss"),
		READ_SEGMENT("ds"),
		READ_SEGMENT("es"),
		READ_SEGMENT("fs"),
		READ_SEGMENT("gs"),
		tr,
		rdmsr(MSR_FS_BASE),
		rdmsr(MSR_GS_BASE),
		gdt.base,
		gdt.limit,
		idt.base,
		idt.limit,
		dr7,
		mxcsr,
		control,
		rflags >> 9 & 1,
	};

	memcpy(v, values, sizeof(values));
}

static const char *const xmm_names[2 * XMM_REGS] = {
	"xmm0",	 "xmm0 (high)",	 "xmm1",  "xmm1 (high)",  "xmm2",  "xmm2 (high)",
	"xmm3",	 "xmm3 (high)",	 "xmm4",  "xmm4 (high)",  "xmm5",  "xmm5 (high)",
	"xmm6",	 "xmm6 (high)",	 "xmm7",  "xmm7 (high)",  "xmm8",  "xmm8 (high)",
	"xmm9",	 "xmm9 (high)",	 "xmm10", "xmm10 (high)", "xmm11", "xmm11 (high)",
	"xmm12", "xmm12 (high)", "xmm13", "xmm13 (high)", "xmm14", "xmm14 (high)",
	"xmm15", "xmm15 (high)",
};

/* One instruction for each register of 16 bytes, at 16 bytes times its number. */
#define EACH_XMM(load_or_store) \
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t" load_or_store "\n\t.endr"

void conf_arch_watch(struct watch *w)
{
	w->n = SYSTEM_REGS + 2 * XMM_REGS;
	memcpy(w->name, system_names, sizeof(system_names));
	memcpy(w->name + SYSTEM_REGS, xmm_names, sizeof(xmm_names));
	for (unsigned int i = SYSTEM_REGS; i < w->n; i++)
		w->before[i] = 0x5eedc0de00000000ull + 0x0101010101010101ull * i;
	read_system(w->before);
}

/* Compiled without the registers that it watches. */
__attribute__((target("general-regs-only"))) void conf_arch_call_watched(struct call *c,
									 struct watch *w)
{
	const uint64_t *load = w->before + SYSTEM_REGS;
	uint64_t *store = w->after + SYSTEM_REGS;

	__asm__ volatile(EACH_XMM("movups 16*\\n(%0), %%xmm\\n") : : "r"(load) : "memory");
	hcall_invoke(&c->regs);
	__asm__ volatile(EACH_XMM("movups %%xmm\\n, 16*\\n(%0)") : : "r"(store) : "memory");
}

void conf_arch_watch_after(struct watch *w)
{
	read_system(w->after);
}

const char *conf_arch_ready(const struct hcall_desc *d)
{
	(void)d;
	return NULL;
}
