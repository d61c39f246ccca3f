// SPDX-License-Identifier: BSD-2-Clause
/*
 * Starting other CPUs: INIT and start-up interrupts (Intel SDM volume 3, 8.4). The waits that the
 * manual wants between them are for hardware; a hypervisor takes them in order.
 */
#include <errno.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/mmu.h"

#define EFER_LMA (1u << 10)

extern const char ap_trampoline[], ap_trampoline_end[];

_Noreturn void ap_main(struct cpu *c);

/* What a starting CPU reads, whenever it comes: nothing here changes once it is set. */
extern uint32_t ap_efer;
extern unsigned int ap_nr;
extern struct cpu *ap_cpus[CPU_MAX];
uint32_t ap_efer;
unsigned int ap_nr;
struct cpu *ap_cpus[CPU_MAX];

static struct task tasks[CPU_MAX - 1];
static char fault_stacks[CPU_MAX - 1][FAULT_STACK_SIZE]
	__attribute__((section(".noinit"), aligned(16)));

_Noreturn void ap_main(struct cpu *c)
{
	arch_cpu_set_this(c);
	trap_init_cpu(&tasks[c->number - 1], fault_stacks[c->number - 1]);
	cpu_secondary_main(c);
}

/* A start-up interrupt carries 8 bits of the page's number: below 1 MiB. */
static bool prepare_trampoline(void)
{
	size_t size = (size_t)(ap_trampoline_end - ap_trampoline);
	void *page;

	if (!machine_start_page)
		return false;
	page = mmu_map(machine_start_page, 4096, MMU_MEMORY);
	if (!page)
		return false;
	memcpy(page, ap_trampoline, size);
	ap_efer = (uint32_t)rdmsr(MSR_EFER) & ~EFER_LMA;
	ap_nr = cpu_listed < CPU_MAX ? cpu_listed : CPU_MAX;
	return true;
}

int arch_cpu_boot(struct cpu *c)
{
	static bool prepared;
	uint32_t id;

	/* Counted by a device tree, which says nothing of local APICs. */
	if (c->number >= cpu_listed)
		return -ENODEV;
	id = cpu_apic_id[c->number];
	if (!prepared && !prepare_trampoline()) {
		console_printf("# CPU %u not started: no RAM for it below 1 MiB\n", c->number);
		return -ENODEV;
	}
	prepared = true;
	ap_cpus[c->number] = c;
	irq_ready();
	apic_send_init(id);
	apic_send_startup(id, machine_start_page);
	return 0;
}
