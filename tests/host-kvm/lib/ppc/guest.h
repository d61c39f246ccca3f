/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two KVMs for Power differ in, for guests of a few instructions. */
#ifndef HOST_KVM_PPC_GUEST_H
#define HOST_KVM_PPC_GUEST_H

#include "tests/host-kvm/lib/host.h"

/* A guest stops by a store to this guest-physical address, where no memory is. */
#define STOP_AT 0xe0004500u

/* Where the guest's system calls arrive: Book3S has the vector there, Book E is told to. */
#define VECTOR_SC 0xc00

/*
 * lib/<a>/guest.c: before its first guest_start(), a vCPU whose cpu->mmu is NULL gets what it needs
 * to see the RAM and STOP_AT at their own addresses, in any state, and to take interrupts; cpu->mmu
 * says that it was done.
 */
void guest_prepare(struct host_cpu *cpu);

#endif
