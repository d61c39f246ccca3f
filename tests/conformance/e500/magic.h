/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The magic page: the page that KVM shares with a vCPU whose kernel runs in the CPU's user mode.
 * Layout: struct kvm_vcpu_arch_shared in arch/powerpc/include/uapi/asm/kvm_para.h; <asm/magic.h>
 * has the offsets.
 */
#ifndef CONFORMANCE_E500_MAGIC_H
#define CONFORMANCE_E500_MAGIC_H

#include <asm/magic.h>
#include "tests/conformance/conf.h"

/* Effective addresses that nothing else is mapped at, the first one as guests use it. */
#define MAGIC_EA       ((uint32_t)MAGIC_PAGE)
#define MAGIC_OTHER_EA 0xffffd000u
#define MAGIC_THIRD_EA 0xfff80000u

/* A checks's mark: what it leaves in scratch1 and expects there. */
#define MAGIC_MARK 0x5ca1ab1eu

bool magic_announced(void);

/*
 * Makes the call with these registers on the CPU that asks, and touches the page, which makes an
 * entry in the host's TLB of what was only noted. Returns whether it was answered with success.
 */
bool magic_map(struct call *c, uint32_t ea, uint32_t pa);

/* The word at an effective address; false: the access ended in an exception. */
bool magic_read(uint32_t ea, uint32_t *word);
bool magic_write(uint32_t ea, uint32_t word);

/* What is there is the page in which scratch1 holds the mark, or no access is possible. */
bool magic_is_at(uint32_t ea);
bool magic_is_absent(uint32_t ea);

/* Maps it where the next check expects it; makes the memory that it covered visible. */
void magic_back(void);

/* Maps the page at MAGIC_EA, the mark in it. */
#define REQUIRE_MAGIC()                                                             \
	REQUIRE_HYPERVISOR();                                                       \
	REQUIRE(magic_announced(), "feature bit 1 of KVM_HC_FEATURES, magic page"); \
	REQUIRE(magic_ready(), "a magic page that can be read and written once mapped")
bool magic_ready(void);

#endif
