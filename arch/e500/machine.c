// SPDX-License-Identifier: BSD-2-Clause
#include <asm/boot.h>
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "mmu.h"

void arch_probe_machine(const struct boot_entry *entry, struct machine *m)
{
	uint32_t mapped = mmu_boot_mapped();

	m->cmdline = "";
	if (entry->r6 != BOOT_EPAPR_MAGIC) {
		console_printf("# r6 is 0x%08x and not ePAPR's magic 0x%08x: "
			       "going on without a device tree\n",
			       entry->r6, BOOT_EPAPR_MAGIC);
		return;
	}
	/* r7 is what the loader promises; what it mapped is what can be read. */
	if (entry->r7 && entry->r7 < mapped)
		mapped = entry->r7;
	if (entry->r3 == 0 || entry->r3 >= mapped) {
		console_printf("# r3 is 0x%08x, outside of the %u bytes mapped at boot: "
			       "going on without a device tree\n",
			       entry->r3, mapped);
		return;
	}
	m->dtb = (const void *)(uintptr_t)entry->r3;
	m->dtb_room = mapped - entry->r3;
	m->dtb_from = "r3";
}
