/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The catalogue: one record per hypercall of this architecture, in arch/<a>/catalogue.def, the
 * only place where a number or a convention of a single call is written down. This header makes
 * of it the numbers (an enum) and the type of its records; hcall/catalogue.c makes the table. It
 * compiles in the guest and in programs on the host (the monitor prints names from it).
 */
#ifndef HCALL_CATALOGUE_H
#define HCALL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/hcall_regs.h>

/* What a call is for, the same on every architecture. */
enum hcall_op {
	HCALL_OP_NONE,
	HCALL_OP_FEATURES,
	HCALL_OP_RESET,
	HCALL_OP_SHUTDOWN,
	HCALL_OP_KICK_CPU,
	HCALL_OP_MAP_MAGIC_PAGE,
	HCALL_OP_IDLE,
	HCALL_NR_OPS,
};

enum hcall_status {
	HCALL_ACTIVE,
	/* In the documents, but no longer answered. */
	HCALL_REMOVED,
	/* Belongs to another architecture's KVM; the number is not reused here. */
	HCALL_ELSEWHERE,
	/* Proposed, never merged. */
	HCALL_PROPOSED,
};

/* How a guest knows that the call is there. */
enum hcall_found_by {
	/* Nothing announces it; it comes with the ABI. */
	HCALL_FOUND_BY_ABI,
	/* Bit found_bit of hypervisor.features. */
	HCALL_FOUND_BY_FEATURE,
	/* Bit found_bit of enum hypervisor_has: a property of /hypervisor. */
	HCALL_FOUND_BY_PROPERTY,
};

enum hcall_answered_by { HCALL_BY_HYPERVISOR, HCALL_BY_MONITOR };

/* Where a call says how it went. */
enum hcall_answer {
	/* In the register that the ABI has for it. */
	HCALL_ANSWERS_STATUS,
	/* In its first result: out[0]. */
	HCALL_ANSWERS_RESULT,
	/* It does not; what it refuses, it refuses by an exception. */
	HCALL_ANSWERS_NOTHING,
};

/* What an argument is, as far as the caller's memory is concerned. */
enum hcall_arg {
	/* A number: whatever it is, memory stays as it is. */
	HCALL_ARG_NUMBER,
	/* Guest-physical address at which the call stores `stores` bytes, or reads. */
	HCALL_ARG_STORES,
	HCALL_ARG_LOADS,
	/* Guest-physical address of a page that loses its contents. */
	HCALL_ARG_DISCARDS,
	/* Address at which other memory appears. */
	HCALL_ARG_MAPS,
	/* The hypervisor's name for a CPU that the call does something to. */
	HCALL_ARG_CPU,
	/* How long it takes until the machine is ended, if nobody asks for more. */
	HCALL_ARG_DEADLINE,
};

#define HCALL_MAX_ARGS	  8
#define HCALL_MAX_RETURNS 8

/* A status that the documents name, the portable errno for it (0: success), and when it comes. */
struct hcall_return {
	long status;
	int error;
	const char *when;
};

struct hcall_desc {
	const char *name;
	unsigned long number;
	/* What it does, in one sentence. */
	const char *purpose;
	enum hcall_op op;
	enum hcall_status status;
	enum hcall_answered_by answered_by;
	enum hcall_found_by found_by;
	unsigned int found_bit;
	/*
	 * Registers, as numbers of <asm/hcall_regs.h>: where the operation's portable arguments go
	 * (in the order of the function in hcall.h), and where its results beyond the status come
	 * back. nr_in and nr_out say how many.
	 */
	uint8_t nr_in;
	uint8_t in[HCALL_MAX_ARGS];
	uint8_t nr_out;
	uint8_t out[HCALL_MAX_ARGS];
	/* What each of in[] is; what is not said is a number. */
	uint8_t arg[HCALL_MAX_ARGS];
	uint16_t stores;
	enum hcall_answer answer;
	/* A status from 1 up to this is a success, too: the call counts something. */
	unsigned int counts;
	/* A success has no way back: the machine has ended, or begun anew. */
	bool ends_machine;
	/* A success waits until something happens. */
	bool waits;
	/* A hypervisor of this ABI may lack it: it then answers as for an unknown number. */
	bool optional;
	/* What it raises where the hypervisor has not got it; NULL: as an unknown number does. */
	const char *lacking;
	/* It may be answered where nothing announces it. */
	bool answers_unannounced;
	/*
	 * What the call raises when it refuses its arguments: beginnings of arch_trap_name(),
	 * separated by commas.
	 */
	const char *may_refuse;
	/* Terminated by when == NULL, or full. */
	struct hcall_return returns[HCALL_MAX_RETURNS];
	/* Document or kernel function that the record is taken from. */
	const char *source;
};

#define HCALL(name, number, ...) name = (number),
enum hcall_number {
#include <catalogue.def>
};
#undef HCALL

extern const struct hcall_desc hcall_catalogue[];
extern const size_t hcall_catalogue_size;

/* The record of a number, or of an operation (the first one that serves it); NULL if none. */
const struct hcall_desc *hcall_find(unsigned long number);
const struct hcall_desc *hcall_find_op(enum hcall_op op);

#endif
