/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the compiler calls for float and double on a CPU without an FPU (GCC internals, "Soft float
 * library routines"). A double is passed in a register pair like a 64-bit integer, a float like a
 * 32-bit one, so that is how they are declared here.
 */
#ifndef E500_SOFTFLOAT_H
#define E500_SOFTFLOAT_H

#include <stdint.h>

uint64_t __adddf3(uint64_t a, uint64_t b);
uint64_t __subdf3(uint64_t a, uint64_t b);
uint64_t __muldf3(uint64_t a, uint64_t b);
uint64_t __divdf3(uint64_t a, uint64_t b);
uint64_t __negdf2(uint64_t a);
uint32_t __addsf3(uint32_t a, uint32_t b);
uint32_t __subsf3(uint32_t a, uint32_t b);
uint32_t __mulsf3(uint32_t a, uint32_t b);
uint32_t __divsf3(uint32_t a, uint32_t b);
uint32_t __negsf2(uint32_t a);

/* eq, ne: 0 if equal. lt, le: < 0, <= 0 if so. gt, ge: > 0, >= 0 if so. unord: not 0 for a NaN. */
int __eqdf2(uint64_t a, uint64_t b);
int __nedf2(uint64_t a, uint64_t b);
int __ltdf2(uint64_t a, uint64_t b);
int __ledf2(uint64_t a, uint64_t b);
int __gtdf2(uint64_t a, uint64_t b);
int __gedf2(uint64_t a, uint64_t b);
int __unorddf2(uint64_t a, uint64_t b);
int __eqsf2(uint32_t a, uint32_t b);
int __nesf2(uint32_t a, uint32_t b);
int __ltsf2(uint32_t a, uint32_t b);
int __lesf2(uint32_t a, uint32_t b);
int __gtsf2(uint32_t a, uint32_t b);
int __gesf2(uint32_t a, uint32_t b);
int __unordsf2(uint32_t a, uint32_t b);

/* Conversions; si, di: 32 and 64 bits. Towards zero to integers, else to the nearest. */
uint64_t __extendsfdf2(uint32_t a);
uint32_t __truncdfsf2(uint64_t a);
int32_t __fixdfsi(uint64_t a);
int64_t __fixdfdi(uint64_t a);
uint32_t __fixunsdfsi(uint64_t a);
uint64_t __fixunsdfdi(uint64_t a);
int32_t __fixsfsi(uint32_t a);
int64_t __fixsfdi(uint32_t a);
uint32_t __fixunssfsi(uint32_t a);
uint64_t __fixunssfdi(uint32_t a);
uint64_t __floatsidf(int32_t i);
uint64_t __floatdidf(int64_t i);
uint64_t __floatunsidf(uint32_t i);
uint64_t __floatundidf(uint64_t i);
uint32_t __floatsisf(int32_t i);
uint32_t __floatdisf(int64_t i);
uint32_t __floatunsisf(uint32_t i);
uint32_t __floatundisf(uint64_t i);

#endif
