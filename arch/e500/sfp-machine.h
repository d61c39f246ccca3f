/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What GCC's soft-fp asks of a port (the list is in libgcc/soft-fp/soft-fp.h and what it includes):
 * round to nearest, no exception flags. Chosen for small code: a double's fraction in one 64-bit
 * word although registers have 32 bits, division bit by bit instead of by libgcc's __udivdi3.
 */
#ifndef SFP_MACHINE_H
#define SFP_MACHINE_H

#define _FP_W_TYPE_SIZE 64
#define _FP_W_TYPE	unsigned long long
#define _FP_WS_TYPE	long long
#define _FP_I_TYPE	int

/* The product of two floats' fractions fits a word, that of two doubles' takes two. */
#define _FP_MUL_MEAT_S(R, X, Y) _FP_MUL_MEAT_1_imm(_FP_WFRACBITS_S, R, X, Y)
#define _FP_MUL_MEAT_D(R, X, Y) _FP_MUL_MEAT_1_wide(_FP_WFRACBITS_D, R, X, Y, umul_ppmm)
#define _FP_DIV_MEAT_S(R, X, Y) _FP_DIV_MEAT_1_loop(S, R, X, Y)
#define _FP_DIV_MEAT_D(R, X, Y) _FP_DIV_MEAT_1_loop(D, R, X, Y)

/* A NaN is quiet if the first bit of its fraction is set. A new one is positive and empty. */
#define _FP_QNANNEGATEDP 0
#define _FP_NANSIGN_S	 0
#define _FP_NANSIGN_D	 0
#define _FP_NANFRAC_S	 _FP_QNANBIT_S
#define _FP_NANFRAC_D	 _FP_QNANBIT_D

/* The result of a NaN is that NaN; of two of them, the first. */
#define _FP_KEEPNANFRACP 1
#define _FP_CHOOSENAN(fs, wc, R, X, Y, OP) \
	do {                               \
		R##_c = FP_CLS_NAN;        \
		R##_s = X##_s;             \
		_FP_FRAC_COPY_##wc(R, X);  \
	} while (0)

/* Only matters to the underflow flag. */
#define _FP_TININESS_AFTER_ROUNDING 0

#define __LITTLE_ENDIAN 1234
#define __BIG_ENDIAN	4321
#define __BYTE_ORDER	__BIG_ENDIAN

/* What libgcc's comparisons return on powerpc, and how one gets its second name. */
#define CMPtype			      int
#define strong_alias(name, aliasname) extern __typeof(name) aliasname __attribute__((alias(#name)));

#endif
