/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef E500_SMP_H
#define E500_SMP_H

/* The node under /cpus of a CPU (0 to machine.cpus - 1) in the device tree; negative: none. */
int cpu_node(unsigned int cpu);

/*
 * If not NULL, the first thing that another CPU calls when it starts, on the mapping that it was
 * started with: what patched code (paravirt.c) needs before any of it is executed.
 */
extern void (*secondary_prepare)(void);

#endif
