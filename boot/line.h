/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOT_LINE_H
#define BOOT_LINE_H

/*
 * Prints `# paravane boot …`: what this machine and its hypervisor are, one word a fact. Call it
 * once `machine` and `hypervisor` are filled in and the console is there.
 */
void boot_print_line(void);

#endif
