/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of checks and calls, and what globs select of them. */
#ifndef CONFORMANCE_NAMES_H
#define CONFORMANCE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <hcall/catalogue.h>

#define NAME_MAX_BYTES 160
/* Of a call alone. */
#define CALL_NAME_MAX_BYTES 40

/* "kick-cpu" for KVM_HC_KICK_CPU: in small letters, without what every name of the ABI has. */
void name_of_call(char *text, size_t size, const struct hcall_desc *d);

/* Shell globs with * and ?, separated by commas; a NULL list matches nothing. */
bool name_matches(const char *globs, const char *name);
/* True if one of the globs is the name itself. */
bool name_is_listed(const char *globs, const char *name);

#endif
