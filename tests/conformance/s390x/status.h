/* SPDX-License-Identifier: BSD-2-Clause */
/* What STORE STATUS stores of a CPU (Principles of Operation, "Store Status"): 512 bytes. */
#ifndef CONFORMANCE_S390X_STATUS_H
#define CONFORMANCE_S390X_STATUS_H

#include <stddef.h>
#include <stdint.h>
#include <asm/trap.h>

struct cpu_status {
	uint64_t fpr[16];
	uint64_t gpr[16];
	struct psw psw;
	uint8_t reserved1[8];
	uint32_t prefix;
	uint32_t fpc;
	uint8_t reserved2[4];
	uint32_t tod_programmable;
	uint64_t cpu_timer;
	/* All but the last byte, behind one of zeros. */
	uint64_t comparator;
	uint8_t reserved3[8];
	uint32_t access[16];
	uint64_t control[16];
};
_Static_assert(offsetof(struct cpu_status, prefix) == 0x118, "Store Status");
_Static_assert(offsetof(struct cpu_status, control) == 0x180, "Store Status");
_Static_assert(sizeof(struct cpu_status) == 512, "Store Status");

/* Of the second CPU, by an order that is not sabotaged; NULL: it was refused. */
const struct cpu_status *second_status(void);

#endif
