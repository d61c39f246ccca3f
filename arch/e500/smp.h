/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef E500_SMP_H
#define E500_SMP_H

/* The node under /cpus of a CPU (0 to machine.cpus - 1) in the device tree; negative: none. */
int cpu_node(unsigned int cpu);

#endif
