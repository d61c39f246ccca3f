/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The second CPU, under the check's own control: what it does is decided by SIGP alone. It has a
 * lowcore of its own (struct second), and runs one of two programs, which use no general register
 * and no stack. second_take() takes it away from lib/cpu.h, second_give_back() returns it.
 */
#ifndef CONFORMANCE_S390X_SECOND_H
#define CONFORMANCE_S390X_SECOND_H

/* In its lowcore, for second_cpu.S. */
#define SECOND_COUNT	 0x600
#define SECOND_RESTARTS	 0x608
#define SECOND_EXTERNALS 0x610
#define SECOND_EXTERNAL	 0x618
#define SECOND_PROGRAM	 0x61c
#define SECOND_CR0	 0x620
#define SECOND_WAIT	 0x628
#define SECOND_GPR	 0x638

#ifndef __ASSEMBLER__
#include <asm/lowcore.h>
#include "tests/conformance/conf.h"

struct second {
	uint8_t reserved1[LC_RESTART_OLD];
	struct psw old[TRAP_CLASSES];
	uint8_t reserved2[LC_RESTART_NEW - LC_RESTART_OLD - sizeof(struct psw[TRAP_CLASSES])];
	struct psw new[TRAP_CLASSES];
	uint8_t reserved3[SECOND_COUNT - LC_RESTART_NEW - sizeof(struct psw[TRAP_CLASSES])];
	/* Grows while the counting program runs. */
	volatile uint64_t count;
	/* How often a program was begun by a restart. */
	volatile uint64_t restarts;
	/* How many external interruptions came, and what the last one stored: CPU address, code. */
	volatile uint64_t externals;
	volatile uint16_t external_cpu, external_code;
	/* Length and code of a program interruption, which nobody expects. */
	volatile uint32_t program;
	/* What a program begins with. */
	uint64_t cr0;
	struct psw wait;
	uint64_t gpr[16];
	uint8_t reserved4[0x1200 - SECOND_GPR - 128];
	/* Where a status is stored: 512 bytes. */
	uint8_t status[512];
	uint8_t reserved5[LOWCORE_SIZE - 0x1400];
};
_Static_assert(sizeof(struct second) == LOWCORE_SIZE, "a lowcore");
_Static_assert(offsetof(struct second, new) == LC_RESTART_NEW, "assigned");
_Static_assert(offsetof(struct second, count) == SECOND_COUNT, "second_cpu.S");
_Static_assert(offsetof(struct second, external_cpu) == SECOND_EXTERNAL, "second_cpu.S");
_Static_assert(offsetof(struct second, wait) == SECOND_WAIT, "second_cpu.S");
_Static_assert(offsetof(struct second, gpr) == SECOND_GPR, "second_cpu.S");

/* Its lowcores: it begins with the first, the other is for checks that change its prefix. */
extern struct second second[2];

enum second_program {
	/* Stopped, as an initial CPU reset left it, with its prefix set. */
	SECOND_STOPPED,
	/* Counts for ever, closed for interruptions. */
	SECOND_COUNTS,
	/* Waits, open for emergency signals and external calls, and counts them. */
	SECOND_WAITS,
};

/* The CPU address of the second CPU, and of the one that asks. */
unsigned long second_address(void);
unsigned long first_address(void);

/* Makes it do that, from a reset on. False: there is none, or it does something for others. */
bool second_take(enum second_program program);
void second_give_back(void);
/* What a restart is to begin. */
void second_prepare(enum second_program program);

#define REQUIRE_SECOND(program)                             \
	REQUIRE_HYPERVISOR();                               \
	REQUIRE(second_exists(), "a second CPU: --cpus 2"); \
	REQUIRE_WORK(second_take(program), "the second CPU is not to be had")
bool second_exists(void);

/* Waits, for ever, until it is in that state; none of this can be sabotaged. */
void second_wait_stopped(void);
void second_wait_counting(void);

/* ---- orders ---- */

/* An order by its number of the catalogue, again for as long as the CPU is busy. */
void order(struct call *c, unsigned long number, unsigned long cpu, unsigned long parameter);
/* Condition code 0, and no status. */
bool expect_order_accepted(const struct call *c);
/* Condition code 1, the status in the lower half of R2, the upper half as it was. */
bool expect_order_refused(const struct call *c, uint32_t status);
bool expect_no_cpu(const struct call *c);

enum {
	STATUS_NOT_RUNNING = 0x400,
	STATUS_INCORRECT_STATE = 0x200,
	STATUS_INVALID_PARAMETER = 0x100,
	STATUS_CALL_PENDING = 0x80,
	STATUS_STOPPED = 0x40,
	STATUS_INVALID_ORDER = 0x02,
};

#endif
#endif
