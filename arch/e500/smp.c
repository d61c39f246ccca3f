// SPDX-License-Identifier: BSD-2-Clause
/*
 * Other CPUs: ePAPR 1.1, "Boot Multiple CPUs". Each waits until the entry of the spin table that its
 * node in the device tree names has an address to go to.
 */
#include <errno.h>
#include <libfdt.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/devtree.h>
#include <lib/machine.h>
#include "devices.h"
#include "mmu.h"
#include "pinned.h"
#include "smp.h"

/* An entry of the spin table: 64-bit address and r3, PIR. Bit 0 of the address: not yet. */
#define SPIN_ADDR_HIGH 0x00
#define SPIN_ADDR_LOW  0x04
#define SPIN_R3_HIGH   0x08
#define SPIN_R3_LOW    0x0c
#define SPIN_SIZE      0x20
#define SPIN_WAITS     1u

/* vectors.S and secondary.S */
void trap_install(void);
void machine_check_enable(void);
void secondary_start(void);

_Noreturn void secondary_main(struct cpu_area *area);

void (*secondary_prepare)(void);

/* CPUs count in the order of their nodes. */
int cpu_node(unsigned int cpu)
{
	int node, cpus = device_tree ? devtree_node(device_tree, "/cpus") : -1;
	const char *type;

	if (cpus < 0)
		return cpus;
	fdt_for_each_subnode (node, device_tree->fdt, cpus) {
		type = devtree_string(device_tree, node, "device_type");
		if (type && !strcmp(type, "cpu") && cpu-- == 0)
			return node;
	}
	return -1;
}

/* PIR. Where no tree says otherwise, CPUs are numbered from 0 without gaps, as QEMU and KVM do. */
unsigned long arch_cpu_hwid(unsigned int cpu)
{
	int node = cpu_node(cpu);

	return node < 0 ? cpu : devtree_u32(device_tree, node, "reg", cpu);
}

void arch_cpu_set_this(struct cpu *c)
{
	cpu_r2 = c;
	/* The compiler knows of no use of the register. */
	asm volatile("" : : "r"(cpu_r2));
}

/* In RAM the table is reached like all RAM; a copy in the cache must not hide what is written. */
static volatile uint8_t *spin_entry(uint64_t base, bool *cached)
{
	*cached = base < MMU_DEVICES && machine_is_ram(base, SPIN_SIZE);
	if (*cached)
		return (volatile uint8_t *)(uintptr_t)base;
	return map_device(base, SPIN_SIZE);
}

static void spin_write(volatile uint8_t *p, uint32_t value, bool cached)
{
	mmio_out32(p, value);
	if (cached)
		asm volatile("dcbf 0, %0; sync" : : "r"(p) : "memory");
}

static bool find_spin_entry(unsigned int cpu, uint64_t *base)
{
	int node = cpu_node(cpu);
	const char *method;
	const void *p;
	size_t len;

	if (node < 0)
		return false;
	method = devtree_string(device_tree, node, "enable-method");
	if (!method || strcmp(method, "spin-table"))
		return false;
	p = devtree_prop(device_tree, node, "cpu-release-addr", &len);
	if (!p || len != sizeof(fdt64_t))
		return false;
	*base = fdt64_ld(p);
	return true;
}

/* The low word of the address lets it go, so that comes last. */
int arch_cpu_boot(struct cpu *c)
{
	volatile uint8_t *entry;
	uint64_t base;
	bool cached;

	if (!find_spin_entry(c->number, &base))
		return -ENODEV;
	entry = spin_entry(base, &cached);
	if (!entry)
		return -ENODEV;
	/* One that was told and has not come yet is not told again: it may be on its way. */
	if (!(mmio_in32(entry + SPIN_ADDR_LOW) & SPIN_WAITS))
		return 0;
	spin_write(entry + SPIN_R3_HIGH, 0, cached);
	spin_write(entry + SPIN_R3_LOW, (uintptr_t)mmu_prepare(c), cached);
	spin_write(entry + SPIN_ADDR_HIGH, 0, cached);
	asm volatile("sync" : : : "memory");
	spin_write(entry + SPIN_ADDR_LOW, (uintptr_t)secondary_start, cached);
	return 0;
}

/* On the CPU's own stack, and still on the mapping that it was started with. */
void secondary_main(struct cpu_area *area)
{
	if (secondary_prepare)
		secondary_prepare();
	trap_install();
	mmu_enter(area);
	machine_check_enable();
	cpu_secondary_main(cpu_this());
}
