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
#include <lib/devtree.h>
#include <lib/heap.h>
#include <lib/machine.h>

extern int main(int argc, char **argv);
extern void __libc_init_array(void);

_Noreturn void boot_main(const struct boot_entry *entry);

/* Validates the device tree that the entry named, if any; a damaged one is said and ignored. */
static const struct devtree *open_devtree(void)
{
	static struct devtree dt;
	const char *why;

	if (!machine.dtb)
		return NULL;
	why = devtree_open(&dt, machine.dtb, machine.dtb_room);
	if (!why)
		return &dt;
	console_printf("# device tree (%s) ignored: %s\n", machine.dtb_from, why);
	machine.dtb = NULL;
	return NULL;
}

static void print_insns(void)
{
	if (!hcall_patched()) {
		console_printf("none");
		return;
	}
	for (size_t i = 0; i < hypervisor.insn_len; i++)
		console_printf("%02x", hypervisor.insn[i]);
}

static const char *yes_no(unsigned int has)
{
	return hypervisor.has & has ? "yes" : "no";
}

/* One line, one word a fact, for programs that read the console. */
static void print_boot_line(void)
{
	console_printf(
		"# paravane boot arch=%s ram=%lluK cpus=%u dtb=%s hypervisor=%s abi=%s insns=",
		arch_name, (unsigned long long)(machine_ram_bytes() >> 10), machine.cpus,
		machine.dtb ? machine.dtb_from : "none",
		hypervisor.present ? hypervisor.vendor : "none",
		hypervisor_abi_name(hypervisor.abi));
	print_insns();
	if (hypervisor.has_features)
		console_printf(" features=0x%08llx", (unsigned long long)hypervisor.features);
	else
		console_printf(" features=none");
	console_printf(" has-idle=%s has-reset=%s has-shutdown=%s\n", yes_no(HYPERVISOR_HAS_IDLE),
		       yes_no(HYPERVISOR_HAS_RESET), yes_no(HYPERVISOR_HAS_SHUTDOWN));
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

	arch_trap_init();
	arch_probe_machine(entry, &machine);
	dt = open_devtree();
	if (dt)
		devtree_describe_machine(dt);
	/* Nobody counted them, but one executes this. */
	if (!machine.cpus)
		machine.cpus = 1;
	arch_memory_init();
	heap_init();
	console_set(arch_console_init(dt));
	find_hypervisor(dt);
	print_boot_line();

	__libc_init_array();
	argc = cmdline_parse(machine.cmdline, &argv);
	exit(main(argc, argv));
}
