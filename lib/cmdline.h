/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line as main() gets it. */
#ifndef LIB_CMDLINE_H
#define LIB_CMDLINE_H

#include <stddef.h>

#define CMDLINE_MAX_BYTES 2048
#define CMDLINE_MAX_WORDS 64

/*
 * Splits text into words at white space; "double quotes" keep a word together and are removed.
 * *argv receives a NULL-terminated array whose first entry is the program's name; it and the
 * words are valid for ever and may be changed. Returns argc. Text beyond the limits above is cut
 * off and said on the console.
 */
int cmdline_parse(const char *text, char ***argv);

/*
 * The value of a word "name=value" in argv, or NULL if there is none; "" for "name=".
 */
const char *cmdline_value(int argc, char **argv, const char *name);

/*
 * Names on the console the words of argv that are none of `known`, which ends with NULL: "name" is
 * a word, "name=" one with a value. Returns how many there were. A program calls it that has said
 * all it knows; nobody else can tell a mistyped word from one that is for others.
 */
int cmdline_check(int argc, char **argv, const char *const *known);

#endif
