/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

/* One that has a slot: DIAGNOSE 0x500. */
#define BENCH_NUMBER 0x05000003
/* hcall_invoke() uses no slot here: the DIAGNOSE is real, and 0x44 (yield) does nothing. */
#define BENCH_INVOKE_NUMBER 0x00440000

#endif
