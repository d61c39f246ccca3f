// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include "interrupt.h"
#include "mpic.h"

/* idle.S */
long idle_hcall(unsigned long token);
extern const char idle_begin[], idle_end[];

/* The decrementer goes on counting down from where it was, and would be due again in a while. */
static void timer_interrupt(void)
{
	mtspr(SPR_TCR, mfspr(SPR_TCR) & ~TCR_DIE);
	mtspr(SPR_TSR, TSR_DIS);
	irq_dispatch(IRQ_TIMER);
}

static bool interrupt(struct trap_frame *f)
{
	if (f->vector == TRAP_DECREMENTER)
		timer_interrupt();
	else if (f->vector != TRAP_EXTERNAL || !mpic_interrupt())
		return false;
	/* Whoever idled does not go back to that. */
	f->msr &= ~MSR_WE;
	if (f->pc - (uintptr_t)idle_begin < (uintptr_t)(idle_end - idle_begin)) {
		f->pc = (uintptr_t)idle_end;
		f->gpr[3] = 0;
	}
	return true;
}

void arch_irq_init(void)
{
	interrupt_handle = interrupt;
	mtspr(SPR_TCR, mfspr(SPR_TCR) & ~TCR_DIE);
	mtspr(SPR_HID0, mfspr(SPR_HID0) | HID0_DOZE);
	mpic_init();
}

int arch_irq_set_mask(unsigned int irq, bool masked)
{
	return mpic_set_mask(irq, masked);
}

int arch_irq_send(unsigned int cpu, unsigned int irq)
{
	return mpic_send(cpu, irq);
}

/*
 * EV_IDLE where it is announced; if it is refused, once and for all as without a hypervisor. MSR[EE]
 * and MSR[WE] change in one instruction: no interrupt can come in between.
 */
void arch_idle(void)
{
	static bool refused;

	if (hypervisor.has & HYPERVISOR_HAS_IDLE && hcall_patched() && !refused) {
		if (idle_hcall(EV_IDLE))
			refused = true;
		return;
	}
	asm volatile("sync" : : : "memory");
	mtmsr(mfmsr() | MSR_WE | MSR_EE);
	interrupts_off();
}

int arch_cpu_wake(unsigned int cpu)
{
	if (cpu >= machine.cpus)
		return -ENODEV;
	return mpic_name() ? cpu_wake(cpu) : -ENOSYS;
}

const char *arch_cpu_wake_means(void)
{
	return mpic_name();
}
