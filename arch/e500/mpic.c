// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <lib/cpu.h>
#include <lib/arch.h>
#include <lib/devtree.h>
#include <lib/irq.h>
#include <lib/lock.h>
#include "devices.h"
#include "mmu.h"
#include "mpic.h"

/* Registers of all CPUs. */
#define MPIC_SIZE      0x40000
#define MPIC_FRR       0x1000
#define MPIC_GCR       0x1020
#define MPIC_IPIVPR(n) (0x10a0 + 0x10 * (n))
#define MPIC_SPVE      0x10e0
/* Of a source. */
#define MPIC_IVPR(n) (0x10000 + 0x20 * (n))
#define MPIC_IDR(n)  (0x10010 + 0x20 * (n))
/* Of a CPU. */
#define MPIC_CPU(n)   (0x20000 + 0x1000 * (n))
#define MPIC_IPIDR(n) (0x40 + 0x10 * (n))
#define MPIC_CTPR     0x80
#define MPIC_IACK     0xa0
#define MPIC_EOI      0xb0

#define FRR_SOURCES(frr) (((frr) >> 16 & 0x7ff) + 1)
/* Without the mixed mode, an 8259 outside is in charge. */
#define GCR_RESET	 0x80000000u
#define GCR_MIXED	 0x20000000u
#define IVPR_MASK	 0x80000000u
#define IVPR_ACTIVITY	 0x40000000u
#define IVPR_ACTIVE_HIGH 0x00800000u
#define IVPR_LEVEL	 0x00400000u
#define IVPR_PRIORITY(n) ((n) << 16)
#define MPIC_MAX_CPUS	 32

/* Of 15: what other CPUs want comes before what devices want. */
#define PRIORITY_DEVICE 8
#define PRIORITY_IPI	12

/* Sources have their own number as vector. These fit into the 8 bits of any OpenPIC. */
#define VECTOR_IPI	(IRQ_DEVICES + 0)
#define VECTOR_SPURIOUS 0xff
/* IPIs have the numbers of IRQ_WAKE and IRQ_IPI, from 0. */
#define NR_IPIS (IRQ_DEVICE - IRQ_WAKE)
/* Up to this one sources are pins. */
#define LAST_PIN 11

_Static_assert(VECTOR_IPI + NR_IPIS <= VECTOR_SPURIOUS, "vectors");

static struct {
	enum { UNKNOWN, NONE, FOUND, READY } state;
	volatile uint8_t *regs;
	uint64_t base;
	unsigned int sources;
	/* Each CPU's own registers and its bit in IDR and IPIDR; NULL: it has not called mpic_init(). */
	volatile uint8_t *cpu[CPU_MAX];
	uint32_t bit[CPU_MAX];
} mpic;

/* Held while the state changes. */
static struct spinlock preparing;

static bool find(uint64_t *base)
{
	static const char *const names[] = { "fsl,mpic", "chrp,open-pic", "open-pic" };
	int node = -1;

	if (!device_tree) {
		*base = PPCE500_MPIC;
		return assume_ppce500;
	}
	for (unsigned int i = 0; node < 0 && i < sizeof(names) / sizeof(names[0]); i++)
		node = devtree_find_compatible(device_tree, -1, names[i]);
	return node >= 0 && devtree_reg(device_tree, node, 0, base, NULL) == 0;
}

/* Interrupts off, with the lock held. */
static void look(void)
{
	if (mpic.state != UNKNOWN)
		return;
	mpic.state = NONE;
	if (!find(&mpic.base))
		return;
	mpic.regs = map_device(mpic.base, MPIC_SIZE);
	if (mpic.regs)
		mpic.state = FOUND;
}

const char *mpic_name(void)
{
	static char text[40];
	bool enabled = arch_irq_save();

	spin_lock(&preparing);
	look();
	spin_unlock(&preparing);
	arch_irq_restore(enabled);
	if (mpic.state == NONE)
		return NULL;
	snprintf(text, sizeof(text), "MPIC at 0x%llx", (unsigned long long)mpic.base);
	return text;
}

/* Whoever had it before us may have left anything behind. Everything is masked then. */
static void reset(void)
{
	mmio_out32(mpic.regs + MPIC_GCR, GCR_RESET);
	while (mmio_in32(mpic.regs + MPIC_GCR) & GCR_RESET)
		;
	mmio_out32(mpic.regs + MPIC_GCR, GCR_MIXED);
	mmio_out32(mpic.regs + MPIC_SPVE, VECTOR_SPURIOUS);
	for (unsigned int i = 0; i < NR_IPIS; i++)
		mmio_out32(mpic.regs + MPIC_IPIVPR(i),
			   IVPR_PRIORITY(PRIORITY_IPI) | (VECTOR_IPI + i));
	mpic.sources = FRR_SOURCES(mmio_in32(mpic.regs + MPIC_FRR));
	mpic.state = READY;
}

void mpic_init(void)
{
	unsigned int cpu = cpu_number();
	unsigned long hwid;

	spin_lock(&preparing);
	look();
	if (mpic.state == FOUND)
		reset();
	spin_unlock(&preparing);
	hwid = arch_cpu_hwid(cpu);
	if (mpic.state != READY || hwid >= MPIC_MAX_CPUS)
		return;
	mpic.bit[cpu] = 1u << hwid;
	mpic.cpu[cpu] = mpic.regs + MPIC_CPU(hwid);
	/* Any priority may interrupt this CPU. */
	mmio_out32(mpic.cpu[cpu] + MPIC_CTPR, 0);
}

int mpic_set_mask(unsigned int irq, bool masked)
{
	unsigned int source = irq - IRQ_DEVICE;
	uint32_t ivpr = IVPR_LEVEL | IVPR_PRIORITY(PRIORITY_DEVICE) | source;

	if (mpic.state != READY || source >= mpic.sources || !mpic.cpu[cpu_number()])
		return -EINVAL;
	if (source > LAST_PIN)
		ivpr |= IVPR_ACTIVE_HIGH;
	if (masked) {
		mmio_out32(mpic.regs + MPIC_IVPR(source), ivpr | IVPR_MASK);
		return 0;
	}
	mmio_out32(mpic.regs + MPIC_IDR(source), mpic.bit[cpu_number()]);
	mmio_out32(mpic.regs + MPIC_IVPR(source), ivpr);
	return 0;
}

int mpic_send(unsigned int cpu, unsigned int irq)
{
	if (mpic.state != READY)
		return -ENOSYS;
	if (!mpic.cpu[cpu])
		return -ENODEV;
	/*
	 * What was stored for the other CPU is there before the interrupt is. Each CPU's block has
	 * this register, and all do the same.
	 */
	asm volatile("sync" : : : "memory");
	mmio_out32(mpic.cpu[cpu] + MPIC_IPIDR(irq - IRQ_WAKE), mpic.bit[cpu]);
	return 0;
}

/*
 * Inter-processor interrupts are edges: they end before their handler runs, which may idle and wait
 * for the next one. A device's lasts until the handler has satisfied the device.
 */
bool mpic_interrupt(void)
{
	volatile uint8_t *own = mpic.cpu[cpu_number()];
	uint32_t vector;

	if (!own)
		return false;
	vector = mmio_in32(own + MPIC_IACK) & 0xff;
	if (vector == VECTOR_SPURIOUS)
		return true;
	if (vector >= VECTOR_IPI) {
		mmio_out32(own + MPIC_EOI, 0);
		irq_dispatch(IRQ_WAKE + vector - VECTOR_IPI);
	} else {
		irq_dispatch(IRQ_DEVICE + vector);
		mmio_out32(own + MPIC_EOI, 0);
	}
	return true;
}
