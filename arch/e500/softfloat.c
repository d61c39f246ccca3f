// SPDX-License-Identifier: BSD-2-Clause
/*
 * IEEE 754 float and double by integers: round to nearest even, subnormals, infinities and NaNs, no
 * exception flags and no other rounding modes. One number in three steps: unpack, compute with 63
 * bits of which the last one stands for all bits that were shifted out, pack with one rounding.
 */
#include <stdbool.h>
#include <stdint.h>
#include "softfloat.h"

enum kind { ZERO, FINITE, INFINITE, NOT_A_NUMBER };

/* FINITE: frac * 2^(exp - 62), bit 62 of frac is set and bit 63 is not. */
struct num {
	enum kind kind;
	bool neg;
	int exp;
	uint64_t frac;
};

#define TOP	62
#define TOP_BIT (1ull << TOP)

/* Bits of the fraction, and the exponent's bias, which is also its largest value. */
struct format {
	int frac;
	int bias;
};

static const struct format f64 = { .frac = 52, .bias = 1023 };
static const struct format f32 = { .frac = 23, .bias = 127 };

static int sign_bit(const struct format *f)
{
	return f->frac + (f->bias == 1023 ? 11 : 8);
}

/* v >> n, and the last bit is set if any bit was lost. */
static uint64_t shift_right_sticky(uint64_t v, int n)
{
	if (n > 63)
		return v != 0;
	if (n > 0)
		return v >> n | (v << (64 - n) != 0);
	return v;
}

/* Brings frac, which is not 0, to where bit 62 is its first one. */
static void normalize(struct num *x)
{
	int n = __builtin_clzll(x->frac) - 1;

	if (n < 0)
		x->frac = shift_right_sticky(x->frac, 1);
	else
		x->frac <<= n;
	x->exp -= n;
}

static struct num unpack(const struct format *f, uint64_t bits)
{
	uint64_t fraction = bits & ((1ull << f->frac) - 1);
	int exp = (int)(bits >> f->frac) & (2 * f->bias + 1);
	struct num x = { .kind = FINITE, .neg = bits >> sign_bit(f) & 1 };

	x.frac = fraction << (TOP - f->frac);
	if (exp == 2 * f->bias + 1) {
		x.kind = fraction ? NOT_A_NUMBER : INFINITE;
	} else if (exp) {
		x.exp = exp - f->bias;
		x.frac |= TOP_BIT;
	} else if (fraction) {
		x.exp = 1 - f->bias;
		normalize(&x);
	} else {
		x.kind = ZERO;
	}
	return x;
}

/* A finite number that is not 0: rounds it, which may make it 0 or infinite. */
static uint64_t pack_finite(const struct format *f, const struct num *x)
{
	int drop = TOP - f->frac;
	int exp = x->exp + f->bias;
	uint64_t frac = x->frac, half, rest;

	/* Subnormal: as many bits fewer as the exponent is too small. */
	if (exp <= 0) {
		frac = shift_right_sticky(frac, 1 - exp);
		exp = 0;
	}
	half = 1ull << (drop - 1);
	rest = frac & ((half << 1) - 1);
	frac >>= drop;
	if (rest > half || (rest == half && (frac & 1)))
		frac++;
	/*
	 * The leading one of frac adds 1 to the exponent, which is why it starts one lower; a carry
	 * out of the rounding adds another, from subnormal to normal too.
	 */
	if (exp)
		frac += (uint64_t)(exp - 1) << f->frac;
	if (frac >> f->frac >= (uint64_t)(2 * f->bias + 1))
		frac = (uint64_t)(2 * f->bias + 1) << f->frac;
	return frac;
}

static uint64_t pack(const struct format *f, struct num x)
{
	uint64_t bits = 0;

	switch (x.kind) {
	case ZERO:
		break;
	case FINITE:
		bits = pack_finite(f, &x);
		break;
	case INFINITE:
		bits = (uint64_t)(2 * f->bias + 1) << f->frac;
		break;
	case NOT_A_NUMBER:
		/* Quiet, with what fits of the payload. */
		bits = (uint64_t)(4 * f->bias + 3) << (f->frac - 1);
		bits |= (x.frac & (TOP_BIT - 1)) >> (TOP - f->frac);
		break;
	}
	return bits | (uint64_t)x.neg << sign_bit(f);
}

static struct num invalid(void)
{
	return (struct num){ .kind = NOT_A_NUMBER };
}

/* a + b of two finite numbers, a being the one with the larger exponent. */
static struct num add_finite(struct num a, struct num b)
{
	b.frac = shift_right_sticky(b.frac, a.exp - b.exp);
	if (a.neg == b.neg) {
		a.frac += b.frac;
	} else if (a.frac >= b.frac) {
		a.frac -= b.frac;
	} else {
		a.frac = b.frac - a.frac;
		a.neg = b.neg;
	}
	if (a.frac == 0)
		return (struct num){ .kind = ZERO };
	normalize(&a);
	return a;
}

static struct num add(struct num a, struct num b)
{
	if (a.kind == NOT_A_NUMBER)
		return a;
	if (b.kind == NOT_A_NUMBER)
		return b;
	if (a.kind == INFINITE)
		return b.kind == INFINITE && a.neg != b.neg ? invalid() : a;
	if (b.kind == INFINITE)
		return b;
	if (a.kind == ZERO) {
		if (b.kind == ZERO)
			b.neg = a.neg && b.neg;
		return b;
	}
	if (b.kind == ZERO)
		return a;
	return a.exp >= b.exp ? add_finite(a, b) : add_finite(b, a);
}

static struct num subtract(struct num a, struct num b)
{
	if (b.kind != NOT_A_NUMBER)
		b.neg = !b.neg;
	return add(a, b);
}

/* The upper 64 bits of a * b, sticky. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	uint64_t a1 = a >> 32, a0 = (uint32_t)a, b1 = b >> 32, b0 = (uint32_t)b;
	uint64_t low = a0 * b0;
	uint64_t mid = a1 * b0 + (low >> 32);
	uint64_t mid2 = a0 * b1 + (uint32_t)mid;

	return (a1 * b1 + (mid >> 32) + (mid2 >> 32)) | ((uint32_t)mid2 || (uint32_t)low);
}

static struct num multiply(struct num a, struct num b)
{
	if (a.kind == NOT_A_NUMBER)
		return a;
	if (b.kind == NOT_A_NUMBER)
		return b;
	a.neg ^= b.neg;
	if (a.kind == INFINITE || b.kind == INFINITE) {
		if (a.kind == ZERO || b.kind == ZERO)
			return invalid();
		a.kind = INFINITE;
		return a;
	}
	if (a.kind == ZERO || b.kind == ZERO) {
		a.kind = ZERO;
		return a;
	}
	/* Bit 62 times bit 62 is bit 124, which is bit 60 of the upper half. */
	a.frac = multiply_high(a.frac, b.frac);
	a.exp += b.exp + 2;
	normalize(&a);
	return a;
}

/* frac(a) / frac(b) as a fraction with bit 62 standing for 1, sticky. */
static uint64_t divide_frac(uint64_t a, uint64_t b)
{
	uint64_t q = 0;

	for (int i = TOP; i >= 0; i--) {
		q <<= 1;
		if (a >= b) {
			a -= b;
			q |= 1;
		}
		a <<= 1;
	}
	return q | (a != 0);
}

static struct num divide(struct num a, struct num b)
{
	if (a.kind == NOT_A_NUMBER)
		return a;
	if (b.kind == NOT_A_NUMBER)
		return b;
	a.neg ^= b.neg;
	if (a.kind == INFINITE || b.kind == ZERO) {
		if (a.kind == b.kind)
			return invalid();
		a.kind = INFINITE;
		return a;
	}
	if (a.kind == ZERO || b.kind == INFINITE) {
		if (a.kind == b.kind)
			return invalid();
		a.kind = ZERO;
		return a;
	}
	a.frac = divide_frac(a.frac, b.frac);
	a.exp -= b.exp;
	normalize(&a);
	return a;
}

/* -1, 0, 1, or `unordered` if one is a NaN. */
static int compare(const struct format *f, uint64_t a, uint64_t b, int unordered)
{
	uint64_t sign = 1ull << sign_bit(f);
	uint64_t inf = (uint64_t)(2 * f->bias + 1) << f->frac;
	int less = -1;

	if ((a & ~sign) > inf || (b & ~sign) > inf)
		return unordered;
	if (a == b || ((a | b) & ~sign) == 0)
		return 0;
	if ((a ^ b) & sign)
		return a & sign ? -1 : 1;
	if (a & sign)
		less = 1;
	return a < b ? less : -less;
}

/* The magnitude as an integer of at most `bits` bits; what does not fit gives all ones. */
static uint64_t to_integer(const struct num *x, int bits)
{
	uint64_t all = ~0ull >> (64 - bits);

	if (x->kind == ZERO || x->kind == NOT_A_NUMBER || (x->kind == FINITE && x->exp < 0))
		return 0;
	if (x->kind == INFINITE || x->exp >= bits)
		return all;
	return x->exp > TOP ? x->frac << (x->exp - TOP) : x->frac >> (TOP - x->exp);
}

static int64_t to_signed(struct num x, int bits)
{
	uint64_t v = to_integer(&x, bits - 1);

	/* The most negative number has one more than the magnitude of the others. */
	if (x.neg && x.kind != ZERO && (x.kind == INFINITE || x.exp >= bits - 1))
		return -(int64_t)v - 1;
	return x.neg ? -(int64_t)v : (int64_t)v;
}

static uint64_t to_unsigned(struct num x, int bits)
{
	return x.neg ? 0 : to_integer(&x, bits);
}

static struct num from_unsigned(uint64_t v)
{
	struct num x = { .kind = v ? FINITE : ZERO, .exp = TOP, .frac = v };

	if (v)
		normalize(&x);
	return x;
}

static struct num from_signed(int64_t v)
{
	struct num x = from_unsigned(v < 0 ? -(uint64_t)v : (uint64_t)v);

	x.neg = v < 0;
	return x;
}

/* The library's functions, once for each of the two formats. */
#define SOFTFLOAT(fmt, type, mode, neg_bit)                                          \
	type __add##mode##3(type a, type b)                                          \
	{                                                                            \
		return (type)pack(&fmt, add(unpack(&fmt, a), unpack(&fmt, b)));      \
	}                                                                            \
	type __sub##mode##3(type a, type b)                                          \
	{                                                                            \
		return (type)pack(&fmt, subtract(unpack(&fmt, a), unpack(&fmt, b))); \
	}                                                                            \
	type __mul##mode##3(type a, type b)                                          \
	{                                                                            \
		return (type)pack(&fmt, multiply(unpack(&fmt, a), unpack(&fmt, b))); \
	}                                                                            \
	type __div##mode##3(type a, type b)                                          \
	{                                                                            \
		return (type)pack(&fmt, divide(unpack(&fmt, a), unpack(&fmt, b)));   \
	}                                                                            \
	type __neg##mode##2(type a)                                                  \
	{                                                                            \
		return a ^ neg_bit;                                                  \
	}                                                                            \
	int __eq##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, 1);                                       \
	}                                                                            \
	int __ne##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, 1);                                       \
	}                                                                            \
	int __lt##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, 1);                                       \
	}                                                                            \
	int __le##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, 1);                                       \
	}                                                                            \
	int __gt##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, -1);                                      \
	}                                                                            \
	int __ge##mode##2(type a, type b)                                            \
	{                                                                            \
		return compare(&fmt, a, b, -1);                                      \
	}                                                                            \
	int __unord##mode##2(type a, type b)                                         \
	{                                                                            \
		return compare(&fmt, a, b, 2) == 2;                                  \
	}                                                                            \
	int32_t __fix##mode##si(type a)                                              \
	{                                                                            \
		return (int32_t)to_signed(unpack(&fmt, a), 32);                      \
	}                                                                            \
	int64_t __fix##mode##di(type a)                                              \
	{                                                                            \
		return to_signed(unpack(&fmt, a), 64);                               \
	}                                                                            \
	uint32_t __fixuns##mode##si(type a)                                          \
	{                                                                            \
		return (uint32_t)to_unsigned(unpack(&fmt, a), 32);                   \
	}                                                                            \
	uint64_t __fixuns##mode##di(type a)                                          \
	{                                                                            \
		return to_unsigned(unpack(&fmt, a), 64);                             \
	}                                                                            \
	type __floatsi##mode(int32_t i)                                              \
	{                                                                            \
		return (type)pack(&fmt, from_signed(i));                             \
	}                                                                            \
	type __floatdi##mode(int64_t i)                                              \
	{                                                                            \
		return (type)pack(&fmt, from_signed(i));                             \
	}                                                                            \
	type __floatunsi##mode(uint32_t i)                                           \
	{                                                                            \
		return (type)pack(&fmt, from_unsigned(i));                           \
	}                                                                            \
	type __floatundi##mode(uint64_t i)                                           \
	{                                                                            \
		return (type)pack(&fmt, from_unsigned(i));                           \
	}

SOFTFLOAT(f64, uint64_t, df, 1ull << 63)
SOFTFLOAT(f32, uint32_t, sf, 1u << 31)

uint64_t __extendsfdf2(uint32_t a)
{
	return pack(&f64, unpack(&f32, a));
}

uint32_t __truncdfsf2(uint64_t a)
{
	return (uint32_t)pack(&f32, unpack(&f64, a));
}
