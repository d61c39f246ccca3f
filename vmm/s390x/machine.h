/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The s390x machine: RAM from 0, one CPU, and of the SCLP what describes the machine and the ASCII
 * console. No channel subsystem.
 *
 * Nothing of vmm/s390x has run yet: there is no KVM for s390x on our machines.
 */
#ifndef VMM_S390X_MACHINE_H
#define VMM_S390X_MACHINE_H

#include "vmm/vmm.h"

/*
 * Where QEMU, and so this monitor, hands over what a Linux kernel would want to know: fixed places
 * in the image of an ELF file whose entry is LINUX_ENTRY (hw/s390x/ipl.c there).
 */
enum {
	LINUX_ENTRY = 0x10000,
	INITRD_START = 0x10408, /* u64, u64 */
	INITRD_SIZE = 0x10410,
	COMMAND_LINE = 0x10480,
	COMMAND_LINE_MAX = 896,	  /* bytes, with the final NUL */
	INITRD_LOWEST = 0x800000, /* bytes, a multiple of 1 MiB */
};

/* PSW bits: 64-bit addressing; wait state; any interruption enabled; condition code. */
#define PSW_64BIT    0x0000000180000000ull
#define PSW_WAIT     0x0002000000000000ull
#define PSW_ENABLED  0x0300000000000000ull
#define PSW_CC_SHIFT 44
#define PSW_CC	     (3ull << PSW_CC_SHIFT)

/*
 * sclp.c: executes SERVICE CALL's `command` on the control block at guest-real address `block`.
 * Returns the condition code; 0: the service signal has to be sent.
 */
unsigned int sclp_call(struct vm *vm, uint32_t command, uint32_t block);

#endif
