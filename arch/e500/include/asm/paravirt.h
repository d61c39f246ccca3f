/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The patcher: privileged instructions of the running image become loads, stores and branches that
 * work on the magic page (<asm/magic.h>), and so cost no exit. What an instruction does stays the
 * same; Documentation/virt/kvm/ppc-pv.rst, "Patched instructions", has the rules:
 *
 *   mfmsr, mfspr of a field                          load of the field
 *   mtspr of a field but PIR                         store into the field
 *   tlbsync                                          nothing
 *   wrteei 0                                         branch to code that clears EE in the field
 *   wrteei 1, wrtee, mtmsr                           branch to code that sets the field, if only EE
 *                                                    or RI changes and no interrupt waits; else it
 *                                                    executes the instruction
 *
 * SPRG4 to 7 are patched also where they are read by the numbers for users: KVM loads the CPU's own
 * registers at exits only. Code for user privilege must not be among what is patched: it has no
 * access to the page.
 *
 * The page must be mapped at MAGIC_PAGE on each CPU that executes patched code, r1 must not equal r2
 * there, and r2 not 0.
 */
#ifndef ASM_PARAVIRT_H
#define ASM_PARAVIRT_H

#include <stdbool.h>
#include <stdint.h>

/* How many instructions became what. */
struct paravirt_counts {
	unsigned int loads;
	unsigned int stores;
	unsigned int nothing;
	unsigned int branches;
	/* Left as they were: there was no room for more. They work as before. */
	unsigned int left;
};

/*
 * What a word of code is to be replaced by: a load, a store or a nop; the same word if it is not to
 * be, or if it takes a branch. features: what the call that maps the page returned in R4.
 */
uint32_t paravirt_replacement(uint32_t insn, uint32_t features);
/* True if it takes a branch to code of its own. */
bool paravirt_needs_branch(uint32_t insn);

/*
 * Replaces what can be replaced in [from, to), adding to *counts. No other CPU may be executing what
 * lies there, but for cpu_idle() of a CPU that has no function.
 */
void paravirt_patch(uint32_t *from, uint32_t *to, uint32_t features,
		    struct paravirt_counts *counts);

/*
 * Maps the page on all CPUs, those that start later included, and patches the image. No other CPU
 * may run a function. Returns 0; -ENOSYS: no hypervisor has the page; -EBUSY: another CPU runs
 * something, or it is done already.
 */
int paravirt_enable(struct paravirt_counts *counts);

/* Puts all instructions back that any of these replaced. The page stays mapped. */
void paravirt_undo(void);

#endif
