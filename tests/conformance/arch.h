/* SPDX-License-Identifier: BSD-2-Clause */
/* What the generic part of the suite asks of tests/conformance/<a>/arch.c. */
#ifndef CONFORMANCE_ARCH_H
#define CONFORMANCE_ARCH_H

#include "tests/conformance/conf.h"

struct conf_arch {
	/* What an unknown number is answered with: a status, or an exception if that is not NULL. */
	long unknown_status;
	const char *unknown_trap;
	/* What any call at user privilege comes to: a status, or an exception if that is not NULL. */
	long user_status;
	const char *user_trap;
	/* How conf_call_user() calls. NULL: hcall_invoke() needs no privilege, but for the call's. */
	void (*call_user)(struct call *c);
	/*
	 * For play=1: answers a call that the hypervisor has not got as its document says, by c->regs,
	 * or by c->trapped and the code in c->frame. Returns false for other calls. NULL: for all.
	 */
	bool (*play)(struct call *c);
	/* Registers that the slot's own instructions change, whoever answers. */
	uint64_t slot_changes;
	/* Numbers that belong to nobody: the generic checks try each. Ends with 0. */
	const unsigned long *unassigned;
	/* Makes a number of the form that this ABI uses of one at random. */
	unsigned long (*random_unassigned)(uint64_t random);
	/* An address that is no RAM, and one of a device's registers. */
	uint64_t no_ram;
	uint64_t device;
	/* A CPU that is not there, whatever other bits are set, too. */
	uint64_t no_cpu;
};

extern const struct conf_arch conf_arch;

/* The registers of a trap frame as those of a call. */
void conf_arch_trap_regs(const struct trap_frame *f, struct hcall_regs *regs);

/*
 * A call with more registers watched, in three steps: names, number and values of the CPU's control
 * registers and canaries for its vector or floating-point registers, into w; hcall_invoke() with
 * the canaries loaded before and those registers stored into w->after after it; the control
 * registers again, into w->after.
 */
void conf_arch_watch(struct watch *w);
void conf_arch_call_watched(struct call *c, struct watch *w);
void conf_arch_watch_after(struct watch *w);

/*
 * Makes a call of d that returns possible: what it would wait for is due. Returns what is missing
 * for that ("an interrupt that …"), or NULL.
 */
const char *conf_arch_ready(const struct hcall_desc *d);

#endif
