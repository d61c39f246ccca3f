/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: the TLB miss handler, which maps what is touched from the list of regions, and the
 * vectors, which save every register in a struct trap_frame and call e500_trap().
 *
 * All of it lies in the first page of text, which TLB1 always maps, as it does e500_pinned. Any
 * other access here, to the trap stack for example, may itself miss the TLB; so nothing that such
 * a nested miss overwrites (SRR0, SRR1, DEAR, ESR, SPRG0, MAS0 to MAS7) is still needed by then.
 *
 * SPRG3 points to this CPU's struct cpu_area. SPRG0 holds r10 during a TLB miss, SPRG1, SPRG2 and
 * SPRG4 hold it while the vector of a base, critical or machine-check exception starts.
 */
#include <asm/spr.h>
#include <asm/trap.h>
#include "pinned.h"

/* On the trap stack: back chain and LR word of the ABI, the frame, what the way back needs. */
#define STACK_FRAME 8
#define STACK_RETURN (STACK_FRAME + FRAME_SIZE)
#define STACK_SAVE (STACK_RETURN + 4)
#define STACK_SIZE 192

/* So near to its end the trap stack is as good as overflown. */
#define TRAP_STACK_RESERVE 1024

	.section .text.start, "ax"

/* ---- TLB misses ---- */

/*
 * \spr holds the address; one that is in no region goes to \unmapped. The CPU has set MAS0 to MAS2
 * and MAS7 for a 4 KiB entry of TLB0, from MAS4; what is left is MAS3, and more for a device or a
 * block.
 */
.macro tlb_miss number, spr, unmapped
	.balign	32
vector_\number:
	mtspr	SPR_SPRG0, %r10
	mfspr	%r10, SPR_SPRG3
	stw	%r9, CPU_REFILL_R9(%r10)
	stw	%r11, CPU_REFILL_R11(%r10)
	stw	%r12, CPU_REFILL_R12(%r10)
	mfcr	%r12
	stw	%r12, CPU_REFILL_CR(%r10)
	mfspr	%r11, \spr

	/* The first region that holds the address; the last one of the list holds them all. */
	lis	%r9, (e500_pinned - REGION_SIZE)@ha
	addi	%r9, %r9, (e500_pinned - REGION_SIZE)@l
1:	lwzu	%r12, REGION_SIZE(%r9)
	cmplw	%r11, %r12
	blt	1b
	lwz	%r12, REGION_LAST(%r9)
	cmplw	%r11, %r12
	bgt	1b

	lwz	%r12, REGION_ATTR(%r9)
	cmplwi	%r12, 0
	beq	3f
	cmplwi	%r12, 0xfff
	bgt	4f
	/* Physical page, and the permissions from the low 12 bits of attr. */
	lwz	%r9, REGION_DELTA(%r9)
	add	%r9, %r9, %r11
	rlwimi	%r9, %r12, 0, 20, 31
	mtspr	SPR_MAS3, %r9
2:	tlbwe
	lwz	%r12, CPU_REFILL_CR(%r10)
	mtcrf	0xff, %r12
	lwz	%r12, CPU_REFILL_R12(%r10)
	lwz	%r11, CPU_REFILL_R11(%r10)
	lwz	%r9, CPU_REFILL_R9(%r10)
	mfspr	%r10, SPR_SPRG0
	rfi

	/* Nothing is there: put all back as it was and take the exception like any other. */
3:	lwz	%r12, CPU_REFILL_CR(%r10)
	mtcrf	0xff, %r12
	lwz	%r12, CPU_REFILL_R12(%r10)
	lwz	%r11, CPU_REFILL_R11(%r10)
	lwz	%r9, CPU_REFILL_R9(%r10)
	mfspr	%r10, SPR_SPRG0
	b	\unmapped

	/* A device: bits 12-15 of attr are MAS2's W, I, M, G; bits 16-19 are MAS7. */
4:	srwi.	%r11, %r12, 20
	bne	5f
	mfspr	%r11, \spr
	lwz	%r9, REGION_DELTA(%r9)
	add	%r9, %r9, %r11
	rlwimi	%r9, %r12, 0, 20, 31
	mtspr	SPR_MAS3, %r9
	mfspr	%r9, SPR_MAS2
	rlwimi	%r9, %r12, 21, 27, 30
	mtspr	SPR_MAS2, %r9
	rlwinm	%r9, %r12, 16, 28, 31
	mtspr	SPR_MAS7, %r9
	b	2b

	/* A block of RAM: one entry of TLB1 maps all of it; bits 20-23 of attr are MAS1's TSIZE. */
5:	mfspr	%r11, SPR_MAS1
	rlwimi	%r11, %r12, 20, 20, 23
	mtspr	SPR_MAS1, %r11
	lwz	%r11, REGION_START(%r9)
	lwz	%r9, REGION_DELTA(%r9)
	add	%r9, %r9, %r11
	rlwimi	%r9, %r12, 0, 20, 31
	mtspr	SPR_MAS3, %r9
	ori	%r11, %r11, MAS2_M
	mtspr	SPR_MAS2, %r11
	/* The entries above the pinned ones in turn, as values of MAS0. */
	lwz	%r11, CPU_VICTIM(%r10)
	lwz	%r9, CPU_LAST_VICTIM(%r10)
	mtspr	SPR_MAS0, %r11
	cmplw	%r11, %r9
	addis	%r11, %r11, 1 << (MAS0_ESEL_SHIFT - 16)
	blt	6f
	lis	%r11, (MAS0_TLB1 | TLB1_FIRST_FREE << MAS0_ESEL_SHIFT)@h
6:	stw	%r11, CPU_VICTIM(%r10)
	b	2b
.endm

	tlb_miss TRAP_DATA_TLB, SPR_DEAR, data_miss
	tlb_miss TRAP_INSN_TLB, SPR_SRR0, insn_miss

/* ---- all other exceptions ---- */

/* Frees r10, which then points to this CPU's area, and r11: the number. */
.macro begin label, number, class
	.balign	16
\label:
	mtspr	SPRG_\class, %r10
	mfspr	%r10, SPR_SPRG3
	stw	%r11, AREA_\class+SAVE_R11(%r10)
	li	%r11, \number
	b	enter_\class
.endm
.macro vector number, class
	begin vector_\number, \number, \class
.endm

	.equ	SPRG_BASE, SPR_SPRG1
	.equ	SPRG_CRITICAL, SPR_SPRG2
	.equ	SPRG_MACHINE, SPR_SPRG4
	.equ	AREA_BASE, CPU_BASE
	.equ	AREA_CRITICAL, CPU_CRITICAL
	.equ	AREA_MACHINE, CPU_MACHINE

	vector	TRAP_CRITICAL_INPUT, CRITICAL
	vector	TRAP_MACHINE_CHECK, MACHINE
	vector	TRAP_DATA_STORAGE, BASE
	vector	TRAP_INSN_STORAGE, BASE
	vector	TRAP_EXTERNAL, BASE
	vector	TRAP_ALIGNMENT, BASE
	vector	TRAP_PROGRAM, BASE
	vector	TRAP_FP_UNAVAILABLE, BASE
	vector	TRAP_SYSTEM_CALL, BASE
	vector	TRAP_APU_UNAVAILABLE, BASE
	vector	TRAP_DECREMENTER, BASE
	vector	TRAP_FIXED_INTERVAL, BASE
	vector	TRAP_WATCHDOG, CRITICAL
	begin	data_miss, TRAP_DATA_TLB, BASE
	begin	insn_miss, TRAP_INSN_TLB, BASE
	vector	TRAP_DEBUG, CRITICAL
	vector	TRAP_SPE_UNAVAILABLE, BASE
	vector	TRAP_SPE_DATA, BASE
	vector	TRAP_SPE_ROUND, BASE
	vector	TRAP_PERFORMANCE, BASE

/*
 * One class of exception, which returns with \rfi to \srr0 and \srr1. What a nested TLB miss would
 * overwrite goes to the save area first; what the way back needs last comes from there.
 */
.macro enter class, srr0, srr1, rfi
enter_\class:
	addi	%r10, %r10, AREA_\class
	stw	%r12, SAVE_R12(%r10)
	stw	%r11, SAVE_VECTOR(%r10)
	mfspr	%r11, SPRG_\class
	stw	%r11, SAVE_R10(%r10)
	mfcr	%r11
	stw	%r11, SAVE_CR(%r10)
	mflr	%r11
	stw	%r11, SAVE_LR(%r10)
	mfspr	%r11, \srr0
	stw	%r11, SAVE_PC(%r10)
	mfspr	%r11, \srr1
	stw	%r11, SAVE_MSR(%r10)
	mfspr	%r11, SPR_DEAR
	stw	%r11, SAVE_DEAR(%r10)
	mfspr	%r11, SPR_ESR
	stw	%r11, SAVE_ESR(%r10)
	bl	trap_common
	lwz	%r1, SAVE_R1(%r10)
	lwz	%r11, SAVE_LR(%r10)
	mtlr	%r11
	lwz	%r11, SAVE_CR(%r10)
	mtcrf	0xff, %r11
	lwz	%r11, SAVE_PC(%r10)
	mtspr	\srr0, %r11
	lwz	%r11, SAVE_MSR(%r10)
	mtspr	\srr1, %r11
	lwz	%r11, SAVE_R11(%r10)
	lwz	%r12, SAVE_R12(%r10)
	lwz	%r10, SAVE_R10(%r10)
	\rfi
.endm

	enter	BASE, SPR_SRR0, SPR_SRR1, rfi
	enter	CRITICAL, SPR_CSRR0, SPR_CSRR1, rfci
	enter	MACHINE, SPR_MCSRR0, SPR_MCSRR1, rfmci

/* One word between the save area (r10) and the frame (on the stack), by way of r3. */
.macro to_frame frame, save
	lwz	%r3, \save(%r10)
	stw	%r3, STACK_FRAME+\frame(%r1)
.endm
.macro from_frame frame, save
	lwz	%r3, STACK_FRAME+\frame(%r1)
	stw	%r3, \save(%r10)
.endm

/*
 * r10 = save area, LR = the way back. Builds the frame on the trap stack, calls e500_trap(),
 * loads all registers but those of the save area, and updates that from the frame.
 */
trap_common:
	/*
	 * From supervisor state with r1 on the trap stack (a trap inside a handler): go on below
	 * it. Otherwise start at its top, whatever r1 is, for r1 may be why we are here. A trap
	 * stack that is used up starts again at its top, too.
	 */
	lwz	%r11, SAVE_TRAP_STACK(%r10)
	lwz	%r12, SAVE_MSR(%r10)
	andi.	%r12, %r12, MSR_PR
	beq	1f
	lwz	%r11, SAVE_USER_STACK(%r10)
	b	2f
1:	subf	%r12, %r1, %r11
	cmplwi	%r12, TRAP_STACK_SIZE - TRAP_STACK_RESERVE
	bgt	2f
	rlwinm	%r11, %r1, 0, 0, 27
2:	addi	%r11, %r11, -STACK_SIZE

	stw	%r1, 0(%r11)
	stw	%r1, STACK_FRAME+FRAME_GPR+4(%r11)
	stw	%r10, STACK_SAVE(%r11)
	mr	%r1, %r11
	mflr	%r11
	stw	%r11, STACK_RETURN(%r1)
	stw	%r0, STACK_FRAME+FRAME_GPR(%r1)
	stmw	%r2, STACK_FRAME+FRAME_GPR+8(%r1)
	to_frame FRAME_GPR+40, SAVE_R10
	to_frame FRAME_GPR+44, SAVE_R11
	to_frame FRAME_GPR+48, SAVE_R12
	to_frame FRAME_PC, SAVE_PC
	to_frame FRAME_MSR, SAVE_MSR
	to_frame FRAME_CR, SAVE_CR
	to_frame FRAME_LR, SAVE_LR
	to_frame FRAME_DEAR, SAVE_DEAR
	to_frame FRAME_ESR, SAVE_ESR
	to_frame FRAME_VECTOR, SAVE_VECTOR
	mfspr	%r3, SPR_MCSR
	stw	%r3, STACK_FRAME+FRAME_MCSR(%r1)
	mfxer	%r3
	stw	%r3, STACK_FRAME+FRAME_XER(%r1)
	mfctr	%r3
	stw	%r3, STACK_FRAME+FRAME_CTR(%r1)

	/* A machine check has cleared ME: a second one would stop the CPU without a word. */
	mfmsr	%r3
	ori	%r3, %r3, MSR_ME
	mtmsr	%r3
	isync
	/* A register of the system's, but a hypercall's test may have used it. */
	lwz	%r2, SAVE_THIS(%r10)
	addi	%r3, %r1, STACK_FRAME
	bl	e500_trap

	/* Interrupts stay off from here: the save area belongs to this return now. */
	wrteei	0
	lwz	%r10, STACK_SAVE(%r1)
	from_frame FRAME_GPR+4, SAVE_R1
	from_frame FRAME_GPR+40, SAVE_R10
	from_frame FRAME_GPR+44, SAVE_R11
	from_frame FRAME_GPR+48, SAVE_R12
	from_frame FRAME_PC, SAVE_PC
	from_frame FRAME_MSR, SAVE_MSR
	from_frame FRAME_CR, SAVE_CR
	from_frame FRAME_LR, SAVE_LR
	/* Ends a reservation that the handler may have left open. */
	lwz	%r3, SAVE_VECTOR(%r10)
	addi	%r4, %r10, SAVE_VECTOR
	stwcx.	%r3, 0, %r4
	lwz	%r3, STACK_FRAME+FRAME_XER(%r1)
	mtxer	%r3
	lwz	%r3, STACK_FRAME+FRAME_CTR(%r1)
	mtctr	%r3
	lwz	%r3, STACK_RETURN(%r1)
	mtlr	%r3
	lmw	%r13, STACK_FRAME+FRAME_GPR+4*13(%r1)
	.irp	n, 0, 2, 3, 4, 5, 6, 7, 8, 9
	lwz	%r\n, STACK_FRAME+FRAME_GPR+4*\n(%r1)
	.endr
	blr

/* void trap_install(void): points IVPR (upper 16 bits) and every IVOR (lower 16) to the vectors. */
	.globl	trap_install
trap_install:
	lis	%r3, _start@h
	mtspr	SPR_IVPR, %r3
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	li	%r3, vector_\n@l
	mtspr	SPR_IVOR0 + \n, %r3
	.endr
	.irp	n, 32, 33, 34, 35
	li	%r3, vector_\n@l
	mtspr	SPR_IVOR32 - 32 + \n, %r3
	.endr
	blr

/*
 * void machine_check_enable(void): sets MSR[ME], interrupts off. A machine check is an exception
 * then, not the silent end of the CPU. By rfi, because QEMU's mtmsr leaves this bit as it is.
 */
	.globl	machine_check_enable
machine_check_enable:
	mflr	%r3
	mtspr	SPR_SRR0, %r3
	mfmsr	%r3
	ori	%r3, %r3, MSR_ME
	mtspr	SPR_SRR1, %r3
	rfi

	.globl	pinned_text_end
pinned_text_end:
