// SPDX-License-Identifier: BSD-2-Clause
/* lib/irq.h on the local APIC, which has the CPU's own interrupts; devices have none here. */
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
#include "arch/x86_64/irq.h"
#include "arch/x86_64/timer.h"

#define IRQ_STUB_SIZE 8

/*
 * Vectors: of the old controllers, which are never unmasked but may raise a spurious one; and of the
 * CPU's own, which have the highest priority.
 */
enum {
	VECTOR_PIC = 0x20,
	VECTOR_LOCAL = IRQ_VECTOR_LOCAL,
	VECTOR_SPURIOUS = 0xff,
};

#define PIC1	      0x20
#define PIC2	      0xa0
#define PIC_INIT      0x11
#define PIC1_CASCADES 0x04
#define PIC2_CASCADE  0x02
#define PIC_8086      0x01

#define HLT_SIZE 1

bool (*irq_take_vector)(unsigned int vector);

extern const char irq_stubs[];
extern const char idle_hlt[];

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

/*
 * A virtual CPU may lose what STI promises when its hypervisor takes it off between STI and HLT:
 * KVM's do on QEMU's emulation of SVM, some times in ten thousand. Then HLT is done already.
 */
static void repair_idle(struct trap_frame *f)
{
	if (f->rip == (uintptr_t)idle_hlt)
		f->rip += HLT_SIZE;
}

/* Acknowledged before, because a handler need not come back. */
static void interrupt(struct trap_frame *f)
{
	repair_idle(f);
	if (irq_take_vector && irq_take_vector((unsigned int)f->vector))
		return;
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

/*
 * STI lets no interrupt in before the instruction behind it has begun, so none can come between the
 * two and leave this CPU idle for ever. Where one does, interrupt() puts it right.
 */
void arch_idle(void)
{
	__asm__ volatile("sti\n\t"
			 ".globl idle_hlt\n"
			 "idle_hlt: hlt\n\t"
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
