/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Special-purpose registers of the e500v2 that we use, with the bits in them that we use.
 * Numbers: Freescale EREF (EREFRM), "Register Summary"; e500 Core Family Reference Manual.
 */
#ifndef ASM_SPR_H
#define ASM_SPR_H

#define SPR_DEC	    22
#define SPR_SRR0    26
#define SPR_SRR1    27
#define SPR_PID	    48
#define SPR_CSRR0   58
#define SPR_CSRR1   59
#define SPR_DEAR    61
#define SPR_ESR	    62
#define SPR_IVPR    63
#define SPR_TBL	    268
#define SPR_TBU	    269
#define SPR_SPRG0   272
#define SPR_SPRG1   273
#define SPR_SPRG2   274
#define SPR_SPRG3   275
#define SPR_SPRG4   276
#define SPR_PIR	    286
#define SPR_TSR	    336
#define SPR_TCR	    340
#define SPR_IVOR0   400
#define SPR_IVOR32  528
#define SPR_MCSRR0  570
#define SPR_MCSRR1  571
#define SPR_MCSR    572
#define SPR_MAS0    624
#define SPR_MAS1    625
#define SPR_MAS2    626
#define SPR_MAS3    627
#define SPR_MAS4    628
#define SPR_MAS6    630
#define SPR_TLB0CFG 688
#define SPR_TLB1CFG 689
#define SPR_MAS7    944
#define SPR_HID0    1008
#define SPR_MMUCSR0 1012

/* Machine state register. */
#define MSR_WE 0x00040000
#define MSR_CE 0x00020000
#define MSR_EE 0x00008000
#define MSR_PR 0x00004000
#define MSR_ME 0x00001000

/* What MSR[WE] means: to stop until an interrupt comes, clocks and caches going on. */
#define HID0_DOZE 0x00800000

/* Timer status and control: decrementer interrupt. A 1 written to TSR clears the bit. */
#define TSR_DIS 0x08000000
#define TCR_DIE 0x04000000

/* Exception syndrome register. */
#define ESR_ILLEGAL	  0x08000000
#define ESR_PRIVILEGED	  0x04000000
#define ESR_TRAP	  0x02000000
#define ESR_STORE	  0x00800000
#define ESR_UNIMPLEMENTED 0x00040000

/* MMU assist registers: where (0), which addresses (1, 2), to where and for whom (3, 7). */
#define MAS0_TLB1	 0x10000000
#define MAS0_ESEL_SHIFT	 16
#define MAS1_VALID	 0x80000000
#define MAS1_IPROT	 0x40000000
#define MAS1_TSIZE_SHIFT 8
/* Sizes are powers of 4 KiB: TSIZE n is 4^n KiB. */
#define TSIZE_4K   1
#define TSIZE_16M  7
#define TSIZE_256M 9
/* Write-through, inhibited, memory coherence, guarded, little-endian. */
#define MAS2_I		   0x08
#define MAS2_M		   0x04
#define MAS2_G		   0x02
#define MAS3_UX		   0x20
#define MAS3_SX		   0x10
#define MAS3_UW		   0x08
#define MAS3_SW		   0x04
#define MAS3_UR		   0x02
#define MAS3_SR		   0x01
#define TLBCFG_ENTRIES	   0x00000fff
#define MMUCSR0_FLUSH_TLB0 0x00000004

#ifndef __ASSEMBLER__
#define mfspr(spr)                                                           \
	({                                                                   \
		unsigned long mfspr_value;                                   \
		asm volatile("mfspr %0, %1" : "=r"(mfspr_value) : "i"(spr)); \
		mfspr_value;                                                 \
	})
#define mtspr(spr, value) \
	asm volatile("mtspr %0, %1" : : "i"(spr), "r"((unsigned long)(value)) : "memory")

static inline unsigned long mfmsr(void)
{
	unsigned long v;

	asm volatile("mfmsr %0" : "=r"(v));
	return v;
}

static inline void mtmsr(unsigned long v)
{
	asm volatile("mtmsr %0; isync" : : "r"(v) : "memory");
}

/* Interrupts off and on: MSR[EE] only. */
static inline void interrupts_off(void)
{
	asm volatile("wrteei 0" : : : "memory");
}

static inline void interrupts_on(void)
{
	asm volatile("wrteei 1" : : : "memory");
}

static inline void isync(void)
{
	asm volatile("isync" : : : "memory");
}
#endif

#endif
