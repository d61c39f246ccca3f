// SPDX-License-Identifier: BSD-2-Clause
/* Interrupt descriptors and the task state: Intel SDM volume 3, sections 6.14 and 7.7. */
#include <stddef.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/stack.h>
#include <lib/trap.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/mmu.h"

#define STUB_SIZE	 16
#define NR_VECTORS	 256
#define GATE_INTERRUPT	 0x8eull
#define GATE_USER	 (0x60ull << 40)
#define GATE_IST_SHIFT	 32
#define DESCRIPTOR_TSS	 0x89ull
#define IST_DOUBLE_FAULT 1

struct descriptor_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

extern const char trap_stubs[];

void trap_entry(struct trap_frame *f);

/*
 * Null; 64-bit code, data; user's data and 64-bit code; 32-bit code; two entries for the TSS of
 * each CPU.
 */
uint64_t boot_gdt[TSS / 8 + 2 * CPU_MAX] = {
	0,
	0x00af9b000000ffff,
	0x00cf93000000ffff,
	0x00cff3000000ffff,
	0x00affb000000ffff,
	0x00cf9b000000ffff,
};
/* For lgdt, which reads 6 bytes of it in 16 and 32-bit mode and 10 in 64-bit mode. */
const struct descriptor_pointer boot_gdt_pointer = { sizeof(boot_gdt) - 1, (uintptr_t)boot_gdt };

/* Filled in up to idt_vectors; what lies beyond does not exist for the CPU. */
static uint64_t idt[NR_VECTORS][2] __attribute__((section(".noinit"), aligned(16)));
static unsigned int idt_vectors;
static void (*interrupt)(struct trap_frame *f);

static struct task boot_task;
static char boot_fault_stack[FAULT_STACK_SIZE] __attribute__((section(".noinit"), aligned(16)));

static void load_tss(struct task *task)
{
	unsigned int selector = TSS + 16 * cpu_this()->number;
	uint64_t base = (uintptr_t)task;

	boot_gdt[selector / 8] = (sizeof(task->tss) - 1) | (base & 0xffffff) << 16 |
				 DESCRIPTOR_TSS << 40 | (base >> 24 & 0xff) << 56;
	boot_gdt[selector / 8 + 1] = base >> 32;
	__asm__ volatile("ltr %w0" : : "r"(selector) : "memory");
}

static void load_idt(void)
{
	struct descriptor_pointer p = { (uint16_t)(idt_vectors * sizeof(idt[0]) - 1),
					(uintptr_t)idt };

	__asm__ volatile("lidt %0" : : "m"(p) : "memory");
}

/*
 * Gates for the vectors up to end, in turn to the stubs, which are size bytes apart. Stubs lie below
 * 2 MiB, in one stretch of 64 KiB: only the lowest 16 bits of their addresses differ.
 */
static void add_gates(unsigned int end, const char *stubs, unsigned int size)
{
	uint64_t stub = (uintptr_t)stubs;
	uint64_t gate =
		(stub & 0xffff) | (uint64_t)CODE64 << 16 | GATE_INTERRUPT << 40 | stub >> 16 << 48;

	for (; idt_vectors < end; idt_vectors++, gate += size) {
		idt[idt_vectors][0] = gate;
		idt[idt_vectors][1] = 0;
	}
}

void trap_init_cpu(struct task *task, char fault_stack[FAULT_STACK_SIZE])
{
	task->tss.ist[IST_DOUBLE_FAULT - 1] = (uintptr_t)fault_stack + FAULT_STACK_SIZE;
	task->tss.iomap = sizeof(task->tss);
	task->cpu = cpu_this();
	load_tss(task);
	load_idt();
}

struct task *trap_task(void)
{
	uint64_t descriptor, base;
	uint16_t selector;

	__asm__("str %0" : "=r"(selector));
	descriptor = boot_gdt[selector / 8];
	base = (descriptor >> 16 & 0xffffff) | (descriptor >> 56) << 24;
	return (struct task *)(uintptr_t)base;
}

void arch_trap_init(void)
{
	add_gates(TRAP_NR_EXCEPTIONS, trap_stubs, STUB_SIZE);
	idt[TRAP_DF][0] |= (uint64_t)IST_DOUBLE_FAULT << GATE_IST_SHIFT;
	/* INT3 and the way back from a user's function. */
	idt[TRAP_BP][0] |= GATE_USER;
	idt[VECTOR_USER_RETURN][0] |= GATE_USER;
	trap_init_cpu(&boot_task, boot_fault_stack);
	mmu_init();
}

void trap_init_interrupts(const char *stubs, unsigned int size,
			  void (*handler)(struct trap_frame *f))
{
	interrupt = handler;
	add_gates(NR_VECTORS, stubs, size);
	load_idt();
}

/*
 * What a user's program puts into the segment register GS takes the place of its base, and some
 * exceptions interrupt the very instructions that would put it right: they ask the task register.
 */
static bool gs_is_doubtful(const struct trap_frame *f)
{
	return f->cs & 3 || f->vector == TRAP_NMI || f->vector == TRAP_DF || f->vector == TRAP_MC;
}

void trap_entry(struct trap_frame *f)
{
	if (gs_is_doubtful(f))
		arch_cpu_set_this(trap_task()->cpu);
	if (f->vector == TRAP_PF && mmu_fault(f->cr2, f->error))
		return;
	if (f->vector >= TRAP_NR_EXCEPTIONS)
		interrupt(f);
	else
		trap_handle(f);
}

static const char *const names[TRAP_NR_EXCEPTIONS] = {
	"divide error (#DE, vector 0)",
	"debug (#DB, vector 1)",
	"non-maskable interrupt (NMI, vector 2)",
	"breakpoint (#BP, vector 3)",
	"overflow (#OF, vector 4)",
	"bound range exceeded (#BR, vector 5)",
	"invalid opcode (#UD, vector 6)",
	"device not available (#NM, vector 7)",
	"double fault (#DF, vector 8)",
	"coprocessor segment overrun (vector 9)",
	"invalid TSS (#TS, vector 10)",
	"segment not present (#NP, vector 11)",
	"stack-segment fault (#SS, vector 12)",
	"general protection (#GP, vector 13)",
	"page fault (#PF, vector 14)",
	"reserved (vector 15)",
	"x87 floating-point error (#MF, vector 16)",
	"alignment check (#AC, vector 17)",
	"machine check (#MC, vector 18)",
	"SIMD floating-point error (#XM, vector 19)",
	"virtualization exception (#VE, vector 20)",
	"control protection (#CP, vector 21)",
	"reserved (vector 22)",
	"reserved (vector 23)",
	"reserved (vector 24)",
	"reserved (vector 25)",
	"reserved (vector 26)",
	"reserved (vector 27)",
	"hypervisor injection (#HV, vector 28)",
	"VMM communication (#VC, vector 29)",
	"security (#SX, vector 30)",
	"reserved (vector 31)",
};

static const char *page_fault_name(uint64_t error)
{
	if (error & PF_RESERVED)
		return "page fault (#PF, vector 14): reserved bit set in a page-table entry";
	if (error & PF_FETCH)
		return error & PF_PRESENT
			       ? "page fault (#PF, vector 14): instruction fetch from a page that is not executable"
			       : "page fault (#PF, vector 14): instruction fetch from an unmapped address";
	if (error & PF_WRITE)
		return error & PF_PRESENT
			       ? "page fault (#PF, vector 14): write to a read-only page"
			       : "page fault (#PF, vector 14): write to an unmapped address";
	return error & PF_PRESENT ? "page fault (#PF, vector 14): read of a page that is denied"
				  : "page fault (#PF, vector 14): read of an unmapped address";
}

static bool overran_stack(const struct trap_frame *f)
{
	return (f->vector == TRAP_DF || f->vector == TRAP_PF) && stack_is_guard(f->cr2);
}

const char *arch_trap_name(const struct trap_frame *f)
{
	if (f->vector == TRAP_PF)
		return page_fault_name(f->error);
	return f->vector < TRAP_NR_EXCEPTIONS ? names[f->vector] : "unexpected interrupt";
}

/*
 * #GP has many reasons, and of two the instruction tells. At user privilege: HLT, CLI, STI, I/O,
 * or one of those with two bytes that have to do with the system's registers. Anywhere: a move of
 * 16 bytes that wants them aligned (MOVAPS, MOVNTPS, and with 0x66 their like, MOVDQA, MOVNTDQ).
 */
static enum trap_kind protection_kind(const struct trap_frame *f)
{
	const uint8_t *insn = (const uint8_t *)f->rip;
	bool wide = false;

	if (f->error)
		return TRAP_KIND_OTHER;
	/* Operand size, repeat, REX. */
	for (; *insn == 0x66 || *insn == 0xf2 || *insn == 0xf3 || *insn >> 4 == 4; insn++)
		wide |= *insn == 0x66;
	if (insn[0] == 0x0f) {
		if ((insn[1] >= 0x28 && insn[1] <= 0x2b) ||
		    (wide && (insn[1] == 0x6f || insn[1] == 0x7f || insn[1] == 0xe7)))
			return TRAP_KIND_MISALIGNED;
		if (f->cs & 3 &&
		    (insn[1] < 0x0a || (insn[1] & 0xfc) == 0x20 || (insn[1] & 0xf8) == 0x30))
			return TRAP_KIND_PRIVILEGED;
		return TRAP_KIND_OTHER;
	}
	if (f->cs & 3 && (insn[0] == 0xf4 || (insn[0] & 0xfe) == 0xfa || (insn[0] & 0xfc) == 0x6c ||
			  (insn[0] & 0xf4) == 0xe4))
		return TRAP_KIND_PRIVILEGED;
	return TRAP_KIND_OTHER;
}

enum trap_kind arch_trap_kind(const struct trap_frame *f)
{
	switch (f->vector) {
	case 0:
	case 16:
	case 19:
		return TRAP_KIND_ARITHMETIC;
	case TRAP_BP:
		return TRAP_KIND_BREAKPOINT;
	case VECTOR_USER_RETURN:
		return TRAP_KIND_SYSCALL;
	case TRAP_UD:
		return TRAP_KIND_ILLEGAL;
	case TRAP_GP:
		return protection_kind(f);
	case TRAP_PF:
		return f->error & PF_PRESENT ? TRAP_KIND_PROTECTED : TRAP_KIND_UNMAPPED;
	case 17:
		return TRAP_KIND_MISALIGNED;
	default:
		return TRAP_KIND_OTHER;
	}
}

uintptr_t arch_trap_pc(const struct trap_frame *f)
{
	return f->rip;
}

bool arch_trap_address(const struct trap_frame *f, uintptr_t *address)
{
	if (f->vector != TRAP_PF && !overran_stack(f))
		return false;
	*address = f->cr2;
	return true;
}

void arch_trap_print(const struct trap_frame *f)
{
	console_printf("#   rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", f->rax, f->rbx,
		       f->rcx, f->rdx);
	console_printf("#   rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", f->rsi, f->rdi,
		       f->rbp, f->rsp);
	console_printf("#   r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", f->r8, f->r9, f->r10,
		       f->r11);
	console_printf("#   r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", f->r12, f->r13,
		       f->r14, f->r15);
	console_printf("#   rip %016lx  rflags %08lx  cs %04lx  ss %04lx  error %lx\n", f->rip,
		       f->rflags, f->cs, f->ss, f->error);
	console_printf("#   cr0 %08lx  cr2 %016lx  cr3 %016lx  cr4 %08lx\n", read_cr0(), f->cr2,
		       read_cr3(), read_cr4());
}

void arch_trap_redirect(struct trap_frame *f, void (*pc)(void), uintptr_t sp)
{
	/* A function is entered with its return address on the stack, here none. */
	sp = (sp & -16ul) - 8;
	*(uint64_t *)sp = 0;
	f->rip = (uintptr_t)pc;
	f->rsp = sp;
	f->rbp = 0;
	f->cs = CODE64;
	f->ss = DATA;
	/* All off but the bit that is always 1. */
	f->rflags = 2;
}

void arch_unwind_trap(struct unwind *u, const struct trap_frame *f)
{
	u->pc = f->rip;
	u->frame = f->rbp;
}

/* At a frame pointer are the caller's frame pointer and the return address. */
bool arch_unwind_next(struct unwind *u)
{
	const uint64_t *frame = (const uint64_t *)u->frame;

	if (u->frame % 8 || u->frame < 4096 || !machine_is_ram(u->frame, 16) ||
	    stack_is_guard(u->frame) || stack_is_guard(u->frame + 15))
		return false;
	/* A caller's frame is above: anything else is no chain. */
	if (frame[0] && frame[0] <= u->frame)
		return false;
	u->frame = frame[0];
	u->pc = frame[1];
	return u->pc != 0;
}
