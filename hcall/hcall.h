/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls: the public interface.
 *
 * Three layers, each on top of the one before:
 *   hcall0() to hcall8()   one inline instruction sequence, raw register values (<asm/hcall.h>)
 *   hcall_invoke()         every register in and out, for tests and for looking closely
 *   hcall_reset(), ...     what a program wants done, the same on every architecture
 *
 * All of them go through slots that hcall_patch() fills with the instructions that discovery
 * found. Until then, and for ever where nothing was found, a slot answers -ENOSYS in the status
 * register without leaving the guest.
 */
#ifndef HCALL_HCALL_H
#define HCALL_HCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/hcall.h>
#include <hcall/catalogue.h>

struct hypervisor;

/* ---- what a program wants done: 0 or a negative errno ---- */

/*
 * The hypervisor's feature bits for this CPU's ABI (x86_64: CPUID leaf base+1 EAX; e500: R4 of
 * KVM_HC_FEATURES). -ENOSYS: this hypervisor announces none.
 */
int hcall_features(uint64_t *features);

/*
 * Resets the whole machine and does not return; by hypercall where one is announced, else by the
 * machine's own means. Returns the errno of the hypercall if that was refused (it does not go on
 * to the machine's own means by itself: arch_reset() does that), -ENOSYS if there is no way at all.
 */
int hcall_reset(void);
/* Powers the machine off, likewise. */
int hcall_shutdown(void);

/*
 * Wakes a CPU (0 to machine.cpus - 1) from its idle state, or lets its next attempt to idle return
 * at once. -ENODEV: no such CPU; -ENOSYS: there is no way.
 */
int hcall_kick_cpu(unsigned int cpu);

/*
 * Maps the page that the hypervisor shares with this vCPU at effective address ea (and at
 * guest-physical address pa, for accesses without translation); both are multiples of 4096.
 * *features (if not NULL) receives the MAGIC_FEAT_* bits: which fields are kept. -ENOSYS: no
 * hypercall for it here, or KVM_HC_FEATURES does not announce it; -EINVAL: not page-aligned.
 */
int hcall_map_magic_page(uintptr_t ea, uintptr_t pa, uint32_t *features);

/* True if the hypervisor offers a hypercall for it; else the machine's own means are used. */
bool hcall_offered(enum hcall_op op);

/*
 * The raw status of the last hypercall that one of these functions made on any CPU: what the
 * hypervisor said before it became an errno. 0 if none was made.
 */
long hcall_last_status(void);

/*
 * Which way one of these operations would take now, for people: "hypercall KVM_HC_KICK_CPU (5)",
 * "ACPI PM1a control at port 0x604"; NULL: none, it would return -ENOSYS.
 */
const char *hcall_means(enum hcall_op op);

/* ---- raw calls ---- */

/*
 * Loads every register in *regs into the CPU, executes the hypercall slot, and stores every
 * register back. Not re-entrant on one CPU.
 */
void hcall_invoke(struct hcall_regs *regs);

/*
 * The same, but executes the len bytes at insn (validated by arch_hcall_insn_error()) instead of
 * what was patched. A hypervisor may rewrite an instruction that it answers (KVM does so on x86):
 * on return insn holds the bytes as they stood in memory after the call. Returns 0, or -EINVAL.
 */
int hcall_invoke_insn(struct hcall_regs *regs, uint8_t *insn, size_t len);

/* Registers for a call of `number`: every register a distinct canary, arguments 0. */
void hcall_regs_prepare(struct hcall_regs *regs, unsigned long number);

/* The canary that hcall_regs_prepare() puts into register reg. */
unsigned long hcall_canary(unsigned int reg);

/* A raw status as a negative errno, or 0 if it is a success (a value >= 0 where that is one). */
int hcall_error(long status);

/* ---- patching ---- */

/*
 * Writes hypervisor.insn into every slot. Returns 0; -ENOSYS if there is nothing to write;
 * -EINVAL if the instructions are refused (nothing is patched then).
 */
int hcall_patch(const struct hypervisor *hv);
/* True once hcall_patch() has succeeded. */
bool hcall_patched(void);
/* How many slots this image has. */
unsigned int hcall_slot_count(void);

#endif
