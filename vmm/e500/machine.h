/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The e500 machine: a part of QEMU's ppce500 at the same addresses and with the same names in the
 * device tree (hw/ppc/e500.c there), so that a guest needs one driver for both. RAM from 0, KVM's
 * interrupt controller, one serial port, GUTS to reset, a GPIO to power off, the table by which
 * the other CPUs are started; and pvpanic, memory-mapped here because there is no PCI.
 */
#ifndef VMM_E500_MACHINE_H
#define VMM_E500_MACHINE_H

#include "vmm/vmm.h"

#define CCSR_AT	  0xfe0000000ull /* needs 36-bit physical addresses */
#define CCSR_SIZE 0x100000

/* Offsets from CCSR_AT. */
enum {
	UART_AT = 0x4500,
	MPIC_AT = 0x40000, /* in the kernel; its registers never come to the monitor */
	MPIC_SIZE = 0x40000,
	GUTS_AT = 0xe0000,
	GUTS_SIZE = 0x1000,
	GUTS_RSTCR = 0xb0,    /* bit 1: reset the machine */
	PVPANIC_AT = 0xf0000, /* one byte; bit 0: the guest has panicked */
	GPIO_AT = 0xff000,
	GPIO_SIZE = 0x1000,
	GPIO_DIR = 0x0, /* per pin, pin 0 is the most significant bit: 1 is output */
	GPIO_DAT = 0x8,
};

/*
 * The spin table (ePAPR 1.1, section 5.5.2): one entry for each CPU.
 *
 *   0x00  u64 entry address; bit 0 is set until somebody wants the CPU to start
 *   0x08  u64 what it will find in r3
 *   0x14  u32 PIR
 */
#define SPIN_AT 0xfef000000ull
enum { SPIN_ENTRY = 32, SPIN_R3 = 8, SPIN_PIR = 20, SPIN_SIZE = VMM_MAX_CPUS * SPIN_ENTRY };

/* What the monitor keeps of the machine's devices. One guest a process, so one machine. */
struct machine {
	uint32_t gpio_dir, gpio_dat;
	uint8_t spin[SPIN_SIZE]; /* as the guest sees it: big-endian */
	int mpic;		 /* file descriptor, -1: this KVM has none */
};
extern struct machine machine;

/* In arch.caps. */
enum { CAP_EPAPR_HCALL };

/* Where boot data goes, as QEMU places it behind a small image. */
struct layout {
	uint64_t dtb, dtb_room;
	uint64_t initrd; /* 0 if there is none */
};
struct layout e500_layout(const struct vm *vm);

/* devtree.c: the tree for the guest in a malloc()ed buffer; dies if it cannot be made. */
struct blob e500_devtree(struct vm *vm, const struct layout *layout);

/* devices.c */
void devices_reset(struct vm *vm);
/* Serves a KVM_EXIT_MMIO. False: there is no such device, or no such register. */
bool devices_access(struct vcpu *vcpu);

/*
 * vcpu.c: registers and TLB1 of a vCPU that is to be entered at `pc`, as ePAPR 1.1 says (section
 * 5.4.1): effective addresses from 0 to `size` show the physical ones from `base`. `size` is
 * rounded up to one that an e500v2 has, by TLB1's entry `index`.
 */
void e500_enter(struct vcpu *vcpu, uint64_t pc, uint64_t base, uint64_t size, unsigned int index,
		const uint32_t *r3_to_r6);

#endif
