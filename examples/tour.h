/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that the tour makes: a list per architecture, in examples/<a>/tour.c. */
#ifndef EXAMPLES_TOUR_H
#define EXAMPLES_TOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/trap.h>
#include <hcall/hcall.h>

#define TOUR_MAX_ARGS 4

struct tour_call {
	/* What is asked, as a heading. */
	const char *title;
	/* One to three lines for a student, each ended by "\n". */
	const char *words;
	unsigned long number;
	/* Registers to load; reg is a number of <asm/hcall_regs.h>. */
	struct {
		uint8_t reg;
		unsigned long value;
	} args[TOUR_MAX_ARGS];
	unsigned int nr_args;
	/* Execute these instructions instead of the patched ones; NULL: the slot. */
	const uint8_t *insn;
	size_t insn_len;
	/* What KVM's ABI says must come back; a trap if expect_trap (a prefix of its name). */
	unsigned long expect_status;
	const char *expect_trap;
	/* What a right answer means, in a few words. */
	const char *meaning;
	/* Shows more after a right answer; returns false if that is wrong. May be NULL. */
	bool (*show)(const struct hcall_regs *after);
};

/*
 * The list for this machine and hypervisor (which may change with what was discovered), and its
 * length in *n. Not called unless the slots are patched.
 */
const struct tour_call *tour_calls(size_t *n);

#endif
