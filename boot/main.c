// SPDX-License-Identifier: BSD-2-Clause
/*
 * The boot sequence, the same on every architecture: boot/<a>/start.S comes here with a stack,
 * a cleared .bss and the entry registers; main() is called with the command line as argv.
 */
#include <stdlib.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/cmdline.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/devtree.h>
#include <lib/heap.h>
#include <lib/machine.h>
#include "line.h"

extern int main(int argc, char **argv);
extern void __libc_init_array(void);
extern void __libc_fini_array(void);
extern char __fini_array_start, __fini_array_end;

_Noreturn void boot_main(const struct boot_entry *entry);

/* Validates the device tree that the entry named, if any; a damaged one is said and ignored. */
static const struct devtree *open_devtree(void)
{
	static struct devtree dt __attribute__((section(".noinit.devtree")));
	const char *why;

	if (!machine.dtb)
		return NULL;
	why = devtree_open(&dt, machine.dtb, machine.dtb_room);
	if (!why) {
		/* The heap keeps clear of the tree, and of no more. */
		machine.dtb_room = dt.size;
		return &dt;
	}
	console_printf("# device tree (%s) ignored: %s\n", machine.dtb_from, why);
	machine.dtb = NULL;
	return NULL;
}

/* What a machine has more of than we can use, or describes in a way that is hardly meant. */
static void name_oddities(void)
{
	if (machine.cpus > CPU_MAX)
		console_printf("# %u CPUs, of which %u can be used\n", machine.cpus, CPU_MAX);
	if (machine.ram_overlaps | machine.ram_ignored)
		console_printf("# RAM map: %u ranges overlap others, %u are ignored\n",
			       machine.ram_overlaps, machine.ram_ignored);
}

static void find_hypervisor(const struct devtree *dt)
{
	hypervisor_discover(dt);
	if (hypervisor.insn_error)
		console_printf("# %s refused: %s; no hypercall is patched\n", hypervisor.insn_from,
			       hypervisor.insn_error);
	if (hcall_patch(&hypervisor) == 0)
		hypervisor_ask_features();
}

void boot_main(const struct boot_entry *entry)
{
	const struct devtree *dt;
	char **argv;
	int argc;

	arch_cpu_set_this(&cpu_boot);
	arch_trap_init();
	machine.cmdline = "";
	arch_probe_machine(entry, &machine);
	dt = open_devtree();
	if (dt)
		devtree_describe_machine(dt);
	/* Nobody counted them, but one executes this. */
	if (!machine.cpus)
		machine.cpus = 1;
	name_oddities();
	arch_memory_init();
	heap_init();
	console_set(arch_console_init(dt));
	find_hypervisor(dt);
	boot_print_line();

	__libc_init_array();
	if (&__fini_array_start != &__fini_array_end)
		atexit(__libc_fini_array);
	argc = cmdline_parse(machine.cmdline, &argv);
	exit(main(argc, argv));
}
