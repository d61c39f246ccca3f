/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the portable operations need of the catalogue, without its texts. The records are expanded
 * once more, in each file that includes this; as nobody takes the address of one, the compiler
 * folds what hcall_call_for() reads into constants and drops the rest. So a program has in its
 * image the calls that it makes, and the catalogue only if it shows it.
 */
#ifndef HCALL_CALL_H
#define HCALL_CALL_H

#include <errno.h>
#include <stdbool.h>
#include <hcall/catalogue.h>

/* What of a record it takes to make the call. Without a name: there is no such call here. */
struct hcall_call {
	const char *name;
	unsigned long number;
	enum hcall_found_by found_by;
	unsigned int found_bit;
	uint8_t nr_in;
	uint8_t in[HCALL_MAX_ARGS];
	uint8_t nr_out;
	uint8_t out[HCALL_MAX_ARGS];
};

#define HCALL(call, nr, ...)                       \
	static const struct hcall_desc desc_##call \
		__attribute__((unused)) = { .name = #call, .number = (nr), __VA_ARGS__ };
#include <catalogue.def>
#undef HCALL

_Static_assert(HCALL_MAX_ARGS == 8, "HCALL_EIGHT");
#define HCALL_EIGHT(a)                                         \
	{                                                      \
		a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7] \
	}

/* The first record that serves op, which must be a constant. */
static inline __attribute__((always_inline)) struct hcall_call hcall_call_for(enum hcall_op op)
{
#define HCALL(call, nr, ...)                                 \
	if (desc_##call.op == op)                            \
		return (struct hcall_call){                  \
			.name = desc_##call.name,            \
			.number = desc_##call.number,        \
			.found_by = desc_##call.found_by,    \
			.found_bit = desc_##call.found_bit,  \
			.nr_in = desc_##call.nr_in,          \
			.in = HCALL_EIGHT(desc_##call.in),   \
			.nr_out = desc_##call.nr_out,        \
			.out = HCALL_EIGHT(desc_##call.out), \
		};
#include <catalogue.def>
#undef HCALL
	return (struct hcall_call){ .name = NULL };
}

/* True if the slots are patched and the hypervisor announces what a record asks for. */
bool hcall_announced(enum hcall_found_by found_by, unsigned int found_bit);

#endif
