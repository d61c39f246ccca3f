/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFORMANCE_WAKE_H
#define CONFORMANCE_WAKE_H

/*
 * Ends the cpu_idle() of a CPU, or its next one: by the call for that where one is announced (traced
 * and sabotaged as any other), else by the machine's own means. Returns 0 or a negative errno. From
 * any CPU.
 */
int wake_cpu(unsigned int cpu);
/* By what, for people; NULL: this machine has no means. */
const char *wake_means(void);

#define REQUIRE_WAKE()   \
	REQUIRE_CPUS(2); \
	REQUIRE(wake_means(), "a means to wake a CPU")

#endif
