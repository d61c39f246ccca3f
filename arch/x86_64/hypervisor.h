/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ARCH_X86_64_HYPERVISOR_H
#define ARCH_X86_64_HYPERVISOR_H

#include <stdint.h>

/*
 * The first CPUID leaf of KVM's (0x40000000 + n * 0x100), or 0. Each CPUID may cost an exit, so the
 * search ends early where QEMU's own emulation says its name: it has no second block of leaves.
 */
uint32_t hypervisor_find_kvm(void);

#endif
