// SPDX-License-Identifier: BSD-2-Clause
/*
 * External and I/O interruptions. Which of them a CPU is open for stands in its control registers 0
 * and 6; whether it is open at all, in its PSW.
 */
#include <errno.h>
#include <stdatomic.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include "cpu.h"

/* Of the system mask: I/O and external interruptions. */
#define SYSTEM_MASK_IRQS 0x03

/* Control register 6: bit 32 is subclass 0. */
#define CR6_SHIFT 24
/* In the I/O-interruption-identification word. */
#define IO_SUBCLASS_SHIFT 27

/*
 * Bit 7 - isc: the subclasses that each CPU is to be open for, and those that somebody ever wanted
 * open. A CPU changes its own control register only.
 */
static _Atomic uint8_t wanted[CPU_MAX], known;

static uint8_t subclass_bit(unsigned int isc)
{
	return (uint8_t)(0x80 >> isc);
}

static void cr6_load(void)
{
	uint64_t cr6 = (uint64_t)atomic_load(&wanted[cpu_number()]) << CR6_SHIFT;

	asm volatile("lctlg %%c6, %%c6, %0" : : "S"(cr6) : "memory");
}

/* True if the interruption was somebody's signal and is dealt with. */
static bool external_interrupt(const struct trap_frame *f)
{
	switch (f->parameters.ext_code) {
	case EXT_CLOCK_COMPARATOR:
		/* It is pending for as long as the clock is ahead of it. */
		arch_timer_arm(UINT64_MAX);
		irq_dispatch(IRQ_TIMER);
		return true;
	case EXT_EMERGENCY_SIGNAL:
		/* Another CPU may have taken a subclass over. */
		cr6_load();
		irq_dispatch(IRQ_WAKE);
		return true;
	case EXT_EXTERNAL_CALL:
		irq_dispatch(IRQ_IPI);
		return true;
	default:
		return false;
	}
}

/* One of a subclass that nobody has unmasked is unexpected: the program opened CR6 by itself. */
static bool io_interrupt(const struct trap_frame *f)
{
	unsigned int isc = f->parameters.io_word >> IO_SUBCLASS_SHIFT & 7;

	if (!(atomic_load(&known) & subclass_bit(isc)))
		return false;
	irq_dispatch(IRQ_IO(isc));
	return true;
}

static bool is_handled(const struct trap_frame *f)
{
	switch (f->class) {
	case TRAP_EXTERNAL:
		return external_interrupt(f);
	case TRAP_IO:
		return io_interrupt(f);
	default:
		return false;
	}
}

bool irq_interrupt(struct trap_frame *f)
{
	if (!is_handled(f))
		return false;
	/* It ended a wait, which was for one: the CPU is closed again. */
	if (f->psw.mask & PSW_WAIT)
		f->psw.mask &= ~(PSW_WAIT | PSW_EXTERNAL | PSW_IO);
	return true;
}

struct irq_io irq_io(void)
{
	uint64_t first = real_load(LC_IO_PARAMETERS);

	return (struct irq_io){
		.subchannel = (uint32_t)(first >> 32),
		.parameter = (uint32_t)first,
		.word = (uint32_t)(real_load(LC_IO_PARAMETERS + 8) >> 32),
	};
}

bool arch_irq_enabled(void)
{
	return psw_mask_get() & PSW_EXTERNAL;
}

bool arch_irq_save(void)
{
	uint8_t old;

	asm volatile("stnsm %0, %1" : "=Q"(old) : "n"(0xff & ~SYSTEM_MASK_IRQS) : "memory");
	return old & SYSTEM_MASK_IRQS;
}

void arch_irq_restore(bool enabled)
{
	uint8_t old;

	if (enabled)
		asm volatile("stosm %0, %1" : "=Q"(old) : "n"(SYSTEM_MASK_IRQS) : "memory");
	else
		arch_irq_save();
}

/* Enabled and waiting in one step: irq_interrupt() closes the CPU again. */
void arch_idle(void)
{
	psw_mask_set(psw_mask_get() | PSW_EXTERNAL | PSW_IO | PSW_WAIT);
}

void arch_irq_init(void)
{
	arch_timer_arm(UINT64_MAX);
	cr6_load();
	cr0_set(cr0_get() | CR0_EMERGENCY_SIGNAL | CR0_EXTERNAL_CALL | CR0_CLOCK_COMPARATOR);
}

/* The caller sees to it that there is one call at a time. */
int arch_irq_set_mask(unsigned int irq, bool masked)
{
	unsigned int self = cpu_number();
	uint8_t bit;

	if (irq < IRQ_DEVICE || irq >= IRQ_NR)
		return -EINVAL;
	bit = subclass_bit(irq - IRQ_DEVICE);
	for (unsigned int i = 0; i < cpu_count(); i++)
		/* Who had it open hears of it; until then, one more may come there. */
		if (atomic_fetch_and(&wanted[i], (uint8_t)~bit) & bit && i != self)
			arch_irq_send(i, IRQ_WAKE);
	if (!masked) {
		atomic_fetch_or(&known, bit);
		atomic_fetch_or(&wanted[self], bit);
	}
	cr6_load();
	return 0;
}

int arch_irq_send(unsigned int cpu, unsigned int irq)
{
	return cpu_signal(cpu, irq == IRQ_IPI ? SIGP_EXTERNAL_CALL : SIGP_EMERGENCY_SIGNAL);
}
