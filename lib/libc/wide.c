// SPDX-License-Identifier: BSD-2-Clause
/*
 * newlib without multibyte locales leaves these out, and calls them all the same: between the wide
 * characters of Japanese locales and Unicode. In the C locale they are the same.
 */
#include <wctype.h>

struct __locale_t;

wint_t _jp2uc_l(wint_t c, struct __locale_t *locale);
wint_t _uc2jp_l(wint_t c, struct __locale_t *locale);

wint_t _jp2uc_l(wint_t c, struct __locale_t *locale)
{
	(void)locale;
	return c;
}

wint_t _uc2jp_l(wint_t c, struct __locale_t *locale)
{
	(void)locale;
	return c;
}
