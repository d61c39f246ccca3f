/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

/* Any number does: no hypervisor sees it. */
#define BENCH_NUMBER 5
/* Through a slot, too. */
#define BENCH_INVOKE_NUMBER BENCH_NUMBER

#endif
