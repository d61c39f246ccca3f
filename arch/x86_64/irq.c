// SPDX-License-Identifier: BSD-2-Clause
/* lib/irq.h on the local APIC; devices come through ioapic.c. */
#include <errno.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/exit.h>
#include <lib/irq.h>
#include <lib/trap.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/timer.h"

#define IRQ_STUB_SIZE 8

/*
 * Vectors: of the old controllers, which are never unmasked but may raise a spurious one; of
 * devices; of the CPU's own, which have the highest priority.
 */
enum {
	VECTOR_PIC = 0x20,
	VECTOR_DEVICE = 0x30,
	VECTOR_LOCAL = 0xf0,
	VECTOR_SPURIOUS = 0xff,
};

#define PIC1	      0x20
#define PIC2	      0xa0
#define PIC_INIT      0x11
#define PIC1_CASCADES 0x04
#define PIC2_CASCADE  0x02
#define PIC_8086      0x01

extern const char irq_stubs[];

/* 8259A data sheet: four initialisation words, then the mask. */
static void silence_pics(void)
{
	outb(PIC1, PIC_INIT);
	outb(PIC2, PIC_INIT);
	outb(PIC1 + 1, VECTOR_PIC);
	outb(PIC2 + 1, VECTOR_PIC + 8);
	outb(PIC1 + 1, PIC1_CASCADES);
	outb(PIC2 + 1, PIC2_CASCADE);
	outb(PIC1 + 1, PIC_8086);
	outb(PIC2 + 1, PIC_8086);
	outb(PIC1 + 1, 0xff);
	outb(PIC2 + 1, 0xff);
}

/* The HLT of arch_idle(). */
extern const char idle_hlt[];

/*
 * STI lets no interrupt in before the instruction behind it has begun, says the manual. But where
 * QEMU emulates SVM, VMRUN drops that shadow if the exit came just there: the interrupt is taken
 * before the HLT, which would then wait for the next one. One byte on, it is done.
 */
static void leave_idle(struct trap_frame *f)
{
	if (f->rip == (uintptr_t)idle_hlt)
		f->rip++;
}

/* Acknowledged before, because a handler need not come back. */
static void interrupt(struct trap_frame *f)
{
	leave_idle(f);
	if (f->vector >= VECTOR_LOCAL && f->vector < VECTOR_LOCAL + IRQ_DEVICE) {
		apic_eoi();
		irq_dispatch((unsigned int)f->vector - VECTOR_LOCAL);
	} else if (f->vector == VECTOR_SPURIOUS ||
		   (f->vector >= VECTOR_PIC && f->vector < VECTOR_PIC + 16)) {
		/* Nothing happened, and nobody waits for an answer. */
		return;
	} else {
		trap_handle(f);
	}
}

void arch_irq_init(void)
{
	static bool silenced;
	const char *why;

	if (!silenced)
		silence_pics();
	silenced = true;
	trap_init_interrupts(irq_stubs, IRQ_STUB_SIZE, interrupt);
	why = apic_init(VECTOR_SPURIOUS);
	if (why) {
		console_printf("# no interrupts, no timer, no other CPUs: %s\n", why);
		machine_end(1);
	}
	timer_init(VECTOR_LOCAL + IRQ_TIMER);
}

int arch_irq_set_mask(unsigned int irq, bool masked)
{
	(void)irq;
	(void)masked;
	return -EINVAL;
}

int arch_irq_send(unsigned int cpu, unsigned int irq)
{
	apic_send(cpu_apic_id[cpu], (uint8_t)(VECTOR_LOCAL + irq));
	return 0;
}

void arch_idle(void)
{
	__asm__ volatile("sti\n"
			 ".globl idle_hlt\n"
			 "idle_hlt: hlt\n"
			 "cli"
			 :
			 :
			 : "memory");
}

int arch_cpu_wake(unsigned int cpu)
{
	return irq_send(cpu, IRQ_WAKE);
}

const char *arch_cpu_wake_means(void)
{
	return "interrupt by the local APIC";
}
