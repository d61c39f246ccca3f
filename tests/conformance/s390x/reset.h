/* SPDX-License-Identifier: BSD-2-Clause */
/* What reset.c and reset_ipl.S share. */
#ifndef CONFORMANCE_S390X_RESET_H
#define CONFORMANCE_S390X_RESET_H

/* In a general register n before a reset: the canary plus n. */
#define IPL_CANARY 0x0ddba100

#define SEEN_GPR	0
#define SEEN_CR		128
#define SEEN_COMPARATOR 256
#define SEEN_FPC	264
#define SEEN_PREFIX	268
#define SEEN_PSW	272

#define SAVED_CR	 0
#define SAVED_COMPARATOR 128
#define SAVED_TIMER	 136
#define SAVED_FPC	 144
#define SAVED_FPR	 152
#define SAVED_SIZE	 216

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the CPU, by the first instructions after a reset. */
struct ipl_seen {
	uint64_t gpr[16];
	uint64_t control[16];
	uint64_t comparator;
	uint32_t fpc;
	uint32_t prefix;
	uint64_t psw_mask;
};
_Static_assert(offsetof(struct ipl_seen, control) == SEEN_CR, "reset_ipl.S");
_Static_assert(offsetof(struct ipl_seen, psw_mask) == SEEN_PSW, "reset_ipl.S");

bool ipl_and_back(uint64_t subcode, struct ipl_seen *seen);
extern const char ipl_loaded[];
#endif

#endif
