// SPDX-License-Identifier: BSD-2-Clause
/*
 * Product and quotient of complex numbers, by the names that the compiler calls: libgcc's use an
 * FPU, as its other arithmetic does (softfloat.c). C11 annex G asks for an infinity, not a NaN,
 * where an operand is infinite in one part; both functions first calculate in the plain way, and
 * repair the result if it is NaN in both parts.
 */
#include <complex.h>
#include <math.h>

/* 1 or 0 for infinite or not, with the sign of x; and a zero with the sign of x for a NaN. */
#define BOX(x)	  copysign(isinf(x) ? 1 : 0, x)
#define UN_NAN(x) (isnan(x) ? copysign(0, x) : (x))

/* CMPLX() of C11, which newlib's <complex.h> does not have. */
#define PAIR(re, im) __builtin_complex((__typeof__(a))(re), (__typeof__(a))(im))

#define COMPLEX(mode, type)                                                                  \
	_Complex type __mul##mode##3(type a, type b, type c, type d);                        \
	_Complex type __mul##mode##3(type a, type b, type c, type d)                         \
	{                                                                                    \
		type ac = a * c, bd = b * d, ad = a * d, bc = b * c;                         \
		type x = ac - bd, y = ad + bc;                                               \
		int any = isinf(ac) || isinf(bd) || isinf(ad) || isinf(bc);                  \
                                                                                             \
		if (!isnan(x) || !isnan(y))                                                  \
			return PAIR(x, y);                                                   \
		if (isinf(a) || isinf(b)) {                                                  \
			a = BOX(a);                                                          \
			b = BOX(b);                                                          \
			c = UN_NAN(c);                                                       \
			d = UN_NAN(d);                                                       \
			any = 1;                                                             \
		}                                                                            \
		if (isinf(c) || isinf(d)) {                                                  \
			c = BOX(c);                                                          \
			d = BOX(d);                                                          \
			a = UN_NAN(a);                                                       \
			b = UN_NAN(b);                                                       \
			any = 1;                                                             \
		}                                                                            \
		if (!any)                                                                    \
			return PAIR(x, y);                                                   \
		a = UN_NAN(a);                                                               \
		b = UN_NAN(b);                                                               \
		c = UN_NAN(c);                                                               \
		d = UN_NAN(d);                                                               \
		return PAIR(INFINITY * (a * c - b * d), INFINITY * (a * d + b * c));         \
	}                                                                                    \
                                                                                             \
	_Complex type __div##mode##3(type a, type b, type c, type d);                        \
	_Complex type __div##mode##3(type a, type b, type c, type d)                         \
	{                                                                                    \
		int scale = ilogb(fmax(fabs(c), fabs(d)));                                   \
		type x, y, norm;                                                             \
                                                                                             \
		if (isfinite(c) && isfinite(d) && (c != 0 || d != 0)) {                      \
			c = scalbn(c, -scale);                                               \
			d = scalbn(d, -scale);                                               \
		} else {                                                                     \
			scale = 0;                                                           \
		}                                                                            \
		norm = c * c + d * d;                                                        \
		x = scalbn((a * c + b * d) / norm, -scale);                                  \
		y = scalbn((b * c - a * d) / norm, -scale);                                  \
		if (!isnan(x) || !isnan(y))                                                  \
			return PAIR(x, y);                                                   \
		if (norm == 0 && (!isnan(a) || !isnan(b)))                                   \
			return PAIR(copysign(INFINITY, c) * a, copysign(INFINITY, c) * b);   \
		if ((isinf(a) || isinf(b)) && isfinite(c) && isfinite(d)) {                  \
			a = BOX(a);                                                          \
			b = BOX(b);                                                          \
			return PAIR(INFINITY * (a * c + b * d), INFINITY * (b * c - a * d)); \
		}                                                                            \
		if ((isinf(c) || isinf(d)) && isfinite(a) && isfinite(b)) {                  \
			c = BOX(c);                                                          \
			d = BOX(d);                                                          \
			return PAIR(0 * (a * c + b * d), 0 * (b * c - a * d));               \
		}                                                                            \
		return PAIR(x, y);                                                           \
	}

COMPLEX(sc, float)
COMPLEX(dc, double)
