/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the parts of the framework; checks include conf.h only. */
#ifndef CONFORMANCE_RUN_H
#define CONFORMANCE_RUN_H

#include "tests/conformance/conf.h"

/* trace=hcall */
extern bool trace_calls;

/* play=1 */
extern bool play_missing;

/* The check under way has failed; the first time, its source is printed. */
void check_failed(void);

/* Waits until all other CPUs idle: what a check began there has come to its end. */
void cpus_join(void);

void random_seed(unsigned long long seed);
unsigned long long random_seed_used(void);

/* For saboteurs: changes a byte at that offset from conf_page(), or a constant of the image. */
void memory_spoil(long at);
void memory_spoil_image(void);

/* Prints a call with its registers; wrong has a bit for each to be marked. */
void print_call(const struct call *c, uint64_t wrong);

#endif
