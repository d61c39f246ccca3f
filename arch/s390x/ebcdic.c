// SPDX-License-Identifier: BSD-2-Clause
#include "ebcdic.h"

#define FIRST	     ' '
#define LAST	     '~'
#define UNKNOWN	     '?'
#define EBCDIC_BLANK 0x40

/*
 * ' ' to '~'. Code pages differ in ! [ ] ^ |: these are code page 500's, as the SCLP's line-mode
 * console has them (Linux drivers/s390/char/sclp.h, sclp_ascebc(); QEMU include/hw/s390x/ebcdic.h).
 */
/* clang-format off */
static const uint8_t printable[LAST - FIRST + 1] = {
	0x40, 0x4f, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, /* space ! " # $ % & ' */
	0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61, /* ( ) * + , - . / */
	0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, /* 0 to 7 */
	0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f, /* 8 9 : ; < = > ? */
	0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, /* @ A to G */
	0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, /* H to O */
	0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, /* P to W */
	0xe7, 0xe8, 0xe9, 0x4a, 0xe0, 0x5a, 0x5f, 0x6d, /* X Y Z [ \ ] ^ _ */
	0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, /* ` a to g */
	0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, /* h to o */
	0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, /* p to w */
	0xa7, 0xa8, 0xa9, 0xc0, 0xbb, 0xd0, 0xa1,       /* x y z { | } ~ */
};
/* clang-format on */

uint8_t ebcdic_from_ascii(char c)
{
	return printable[(c >= FIRST && c <= LAST ? c : UNKNOWN) - FIRST];
}

/* The same the other way round, from 0x40 on. */
#define FIRST_EBCDIC 0x40
/* clang-format off */
static const char from_ebcdic[0x100 - FIRST_EBCDIC] = {
	' ', '?', '?', '?', '?', '?', '?', '?', '?', '?', '[', '.', '<', '(', '+', '!', /* 0x40 */
	'&', '?', '?', '?', '?', '?', '?', '?', '?', '?', ']', '$', '*', ')', ';', '^', /* 0x50 */
	'-', '/', '?', '?', '?', '?', '?', '?', '?', '?', '?', ',', '%', '_', '>', '?', /* 0x60 */
	'?', '?', '?', '?', '?', '?', '?', '?', '?', '`', ':', '#', '@', '\'', '=', '"', /* 0x70 */
	'?', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', '?', '?', '?', '?', '?', '?', /* 0x80 */
	'?', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', '?', '?', '?', '?', '?', '?', /* 0x90 */
	'?', '~', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '?', '?', '?', '?', '?', '?', /* 0xa0 */
	'?', '?', '?', '?', '?', '?', '?', '?', '?', '?', '?', '|', '?', '?', '?', '?', /* 0xb0 */
	'{', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', '?', '?', '?', '?', '?', '?', /* 0xc0 */
	'}', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', '?', '?', '?', '?', '?', '?', /* 0xd0 */
	'\\', '?', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '?', '?', '?', '?', '?', '?', /* 0xe0 */
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '?', '?', '?', '?', '?', '?', /* 0xf0 */
};
/* clang-format on */

char ebcdic_to_ascii(uint8_t c)
{
	return c < FIRST_EBCDIC ? UNKNOWN : from_ebcdic[c - FIRST_EBCDIC];
}

void ebcdic_field(char *to, const uint8_t *field, size_t len)
{
	while (len && (field[len - 1] == 0 || field[len - 1] == EBCDIC_BLANK))
		len--;
	for (size_t i = 0; i < len; i++)
		to[i] = ebcdic_to_ascii(field[i]);
	to[len] = '\0';
}
