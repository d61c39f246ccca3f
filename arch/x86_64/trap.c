// SPDX-License-Identifier: BSD-2-Clause
/* Interrupt descriptors and the task state: Intel SDM volume 3, sections 6.14 and 7.7. */
#include <stddef.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include <lib/trap.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"

/* Offsets in boot_gdt; start.S uses the first two. */
#define CODE64 0x08
#define DATA   0x10
#define TSS    0x28

#define STUB_SIZE	 16
#define GATE_INTERRUPT	 0x8e
#define DESCRIPTOR_TSS	 0x89ull
#define IST_DOUBLE_FAULT 1
#define FAULT_STACK_SIZE 8192

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	/* ist[0] is the stack that a gate calls 1. */
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t iomap;
} __attribute__((packed));

struct descriptor_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

extern const char trap_stubs[TRAP_NR_EXCEPTIONS][STUB_SIZE];

void trap_entry(struct trap_frame *f);

/* Null; 64-bit code, data; user's data and 64-bit code; two entries for the TSS. */
uint64_t boot_gdt[] = {
	0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cff3000000ffff, 0x00affb000000ffff, 0, 0,
};
/* For lgdt, which reads 6 bytes of it in 32-bit mode and 10 in 64-bit mode. */
const struct descriptor_pointer boot_gdt_pointer = { sizeof(boot_gdt) - 1, (uintptr_t)boot_gdt };

static struct gate idt[TRAP_NR_EXCEPTIONS] __attribute__((aligned(16)));
static struct tss tss;
/* A double fault is mostly a stack that is used up: it needs another one. */
static char fault_stack[FAULT_STACK_SIZE] __attribute__((section(".noinit"), aligned(16)));

static void load_tss(void)
{
	uint64_t base = (uintptr_t)&tss;

	tss.ist[IST_DOUBLE_FAULT - 1] = (uintptr_t)fault_stack + sizeof(fault_stack);
	tss.iomap = sizeof(tss);
	boot_gdt[TSS / 8] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 | DESCRIPTOR_TSS << 40 |
			    (base >> 24 & 0xff) << 56;
	boot_gdt[TSS / 8 + 1] = base >> 32;
	__asm__ volatile("ltr %w0" : : "r"(TSS) : "memory");
}

void arch_trap_init(void)
{
	struct descriptor_pointer p = { sizeof(idt) - 1, (uintptr_t)idt };

	for (unsigned int i = 0; i < TRAP_NR_EXCEPTIONS; i++) {
		uintptr_t stub = (uintptr_t)trap_stubs[i];

		idt[i].offset_low = (uint16_t)stub;
		idt[i].offset_middle = (uint16_t)(stub >> 16);
		idt[i].selector = CODE64;
		idt[i].type = GATE_INTERRUPT;
	}
	idt[TRAP_DF].ist = IST_DOUBLE_FAULT;
	load_tss();
	__asm__ volatile("lidt %0" : : "m"(p) : "memory");
	mmu_init();
}

void trap_entry(struct trap_frame *f)
{
	if (f->vector == TRAP_PF && mmu_fault(f->cr2, f->error))
		return;
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
	return (f->vector == TRAP_DF || f->vector == TRAP_PF) && mmu_is_stack_guard(f->cr2);
}

const char *arch_trap_name(const struct trap_frame *f)
{
	if (overran_stack(f))
		return f->vector == TRAP_DF ? "double fault (#DF, vector 8): stack overflow"
					    : "page fault (#PF, vector 14): stack overflow";
	if (f->vector == TRAP_PF)
		return page_fault_name(f->error);
	return f->vector < TRAP_NR_EXCEPTIONS ? names[f->vector] : "unknown vector";
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
	    mmu_is_stack_guard(u->frame) || mmu_is_stack_guard(u->frame + 15))
		return false;
	/* A caller's frame is above: anything else is no chain. */
	if (frame[0] && frame[0] <= u->frame)
		return false;
	u->frame = frame[0];
	u->pc = frame[1];
	return u->pc != 0;
}
