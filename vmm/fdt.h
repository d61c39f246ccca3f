/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees that come from a file: checked before the guest, or libfdt, walks them. */
#ifndef VMM_FDT_H
#define VMM_FDT_H

#include <stddef.h>

/*
 * NULL if the whole tree in fdt[0..size) is well-formed: header, sizes, nesting, property names.
 * Else what is wrong with it. Pure: reads nothing outside the buffer. libfdt for Linux 6.1 has no
 * fdt_check_full().
 */
const char *fdt_problem(const void *fdt, size_t size);

#endif
