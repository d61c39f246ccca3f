/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways of making a call that only s390x has. All go through conf_call_by(), so they are traced and
 * sabotaged as any other; the registers are those of c->regs.
 */
#ifndef CONFORMANCE_S390X_WAYS_H
#define CONFORMANCE_S390X_WAYS_H

#include "tests/conformance/conf.h"

/* diag %r(a), %r(b), field: field is base register and displacement, as they stand there. */
#define DIAG(a, b, field) (0x83000000u | (a) << 20 | (b) << 16 | (field))
/* sigp %r(a), %r(b), field */
#define SIGP(a, b, field) (0xae000000u | (a) << 20 | (b) << 16 | (field))
/* sthyi %r(a), %r(b) */
#define STHYI(a, b) (0xb2560000u | (a) << 4 | (b))

/* By this instruction of four bytes; R1 and others hold what call_prepare() put there. */
void conf_call_word(struct call *c, uint32_t insn);
/* The same in the addressing mode of 24, 31 or 64 bits. */
void conf_call_in_mode(struct call *c, uint32_t insn, unsigned int bits);
/* The same, not as the target of an EXECUTE: the PSW of an exception tells where it stands. */
void conf_call_direct(struct call *c, uint32_t insn);
/* The same in problem state. */
void conf_call_word_user(struct call *c, uint32_t insn);
/* Where the instruction of the last two stands. */
uintptr_t conf_direct_address(void);

/* call_prepare() and conf_call_word(), for a DIAGNOSE with the registers that records say. */
#define DIAG_R2_R4(code) DIAG(2u, 4u, code)

#define FACILITY_STHYI 74
/* Facility bit of STORE FACILITY LIST EXTENDED; with play=1, STHYI is there always. */
bool conf_facility(unsigned int bit);

#endif
