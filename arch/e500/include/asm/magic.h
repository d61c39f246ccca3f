/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page that KVM shares with a vCPU (KVM_HC_PPC_MAP_MAGIC_PAGE): struct kvm_vcpu_arch_shared of
 * Linux, arch/powerpc/include/uapi/asm/kvm_para.h, as a 32-bit guest sees it. Big-endian; fields
 * of 64 bits are given by the offset of their low half.
 */
#ifndef ASM_MAGIC_H
#define ASM_MAGIC_H

/*
 * Where guests map it: the last page, which a load or store reaches with a negative displacement
 * and no base register.
 */
#define MAGIC_PAGE (-4096)

/* Kept for the guest, untouched by the host. */
#define MAGIC_SCRATCH1 0x000
#define MAGIC_SCRATCH2 0x008
#define MAGIC_SCRATCH3 0x010
/* While it equals r1 in supervisor state, no asynchronous interrupt is delivered. */
#define MAGIC_CRITICAL 0x01c
#define MAGIC_SPRG0    0x024
#define MAGIC_SPRG1    0x02c
#define MAGIC_SPRG2    0x034
#define MAGIC_SPRG3    0x03c
#define MAGIC_SRR0     0x044
#define MAGIC_SRR1     0x04c
#define MAGIC_DEAR     0x054
#define MAGIC_MSR      0x05c
/* Not 0: an interrupt waits for MSR[EE]; set at each entry into the guest. */
#define MAGIC_INT_PENDING 0x064
/* These are kept if the call returned MAGIC_FEAT_MAS0_TO_SPRG7. */
#define MAGIC_MAS0  0x0a8
#define MAGIC_MAS1  0x0ac
#define MAGIC_MAS7  0x0b0
#define MAGIC_MAS3  0x0b4
#define MAGIC_MAS2  0x0bc
#define MAGIC_MAS4  0x0c0
#define MAGIC_MAS6  0x0c4
#define MAGIC_ESR   0x0c8
#define MAGIC_PIR   0x0cc
#define MAGIC_SPRG4 0x0d4
#define MAGIC_SPRG5 0x0dc
#define MAGIC_SPRG6 0x0e4
#define MAGIC_SPRG7 0x0ec
/* What follows in the page is 0. */
#define MAGIC_SIZE 0x0f0

/* What R4 of the call returns: fields that are kept beyond those of the first version. */
#define MAGIC_FEAT_SR		 1
#define MAGIC_FEAT_MAS0_TO_SPRG7 2

/* In the effective address: this guest's code is not in pages that are not executable. */
#define MAGIC_FLAG_NOT_MAPPED_NX 1

#endif
