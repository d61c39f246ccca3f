/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results in TAP 13 (Test Anything Protocol), as `prove` and the kernel's KTAP readers take them.
 * Four outcomes: pass; fail (what is tested is wrong); skip (with the requirement that is not
 * met); error (the test itself could not do its work).
 */
#ifndef LIB_TAP_H
#define LIB_TAP_H

#include <stdbool.h>

/* Prints the version line; call first. */
void tap_begin(void);

/* One check. Returns ok. */
bool tap_ok(bool ok, const char *name, ...) __attribute__((format(printf, 2, 3)));

/* One check that two numbers are equal; a failure shows both. */
bool tap_equal(unsigned long got, unsigned long expected, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* A check that cannot be made here; requirement says what is missing: "a second CPU". */
void tap_skip(const char *name, const char *requirement, ...) __attribute__((format(printf, 2, 3)));

/* A check that could not be made although it should have been possible. */
void tap_error(const char *name, const char *why, ...) __attribute__((format(printf, 2, 3)));

/*
 * A check whose failure is known and no news: it does not count as bad, and readers of TAP show it
 * as what is to be done ("# TODO"); they also say if it passes unexpectedly.
 */
void tap_known(bool ok, const char *name, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/* A line of explanation. */
void tap_note(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Prints the plan. Returns the exit status: 0 if nothing failed and at least one check was made. */
int tap_end(void);

#endif
