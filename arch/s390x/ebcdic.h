/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EBCDIC (code page 500), as machines write names and the line-mode console its text. What has no
 * counterpart in the other code is a '?' there.
 */
#ifndef S390X_EBCDIC_H
#define S390X_EBCDIC_H

#include <stddef.h>
#include <stdint.h>

uint8_t ebcdic_from_ascii(char c);
char ebcdic_to_ascii(uint8_t c);

/*
 * A field of len EBCDIC characters, padded with blanks or NULs, as a C string without the padding.
 * to has room for len + 1 bytes.
 */
void ebcdic_field(char *to, const uint8_t *field, size_t len);

#endif
