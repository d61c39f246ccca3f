// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <string.h>
#include <lib/arch.h>
#include "tests/conformance/names.h"

/* KVM_HC_X and KVM_S390_X are X. */
static const char *without_prefix(const char *name)
{
	const char *second;

	if (strncmp(name, "KVM_", 4))
		return name;
	second = strchr(name + 4, '_');
	return second ? second + 1 : name;
}

void name_of_call(char *text, size_t size, const struct hcall_desc *d)
{
	const char *from = without_prefix(d->name);
	size_t i;

	for (i = 0; i + 1 < size && from[i]; i++)
		text[i] = from[i] == '_' ? '-' : (char)tolower((unsigned char)from[i]);
	text[i] = '\0';
}

static bool glob(const char *pattern, const char *end, const char *text)
{
	for (; pattern < end; pattern++, text++) {
		if (*pattern == '*') {
			do {
				if (glob(pattern + 1, end, text))
					return true;
			} while (*text++);
			return false;
		}
		if (!*text || (*pattern != '?' && *pattern != *text))
			return false;
	}
	return !*text;
}

/* The architecture's name at the beginning may be left out of a glob. */
static bool glob_name(const char *pattern, const char *end, const char *name)
{
	return glob(pattern, end, name) || glob(pattern, end, name + strlen(arch_name) + 1);
}

static bool any(const char *globs, const char *name, bool literal)
{
	while (globs) {
		const char *end = globs + strcspn(globs, ",");

		if (glob_name(globs, end, name) &&
		    !(literal && (memchr(globs, '*', (size_t)(end - globs)) ||
				  memchr(globs, '?', (size_t)(end - globs)))))
			return true;
		globs = *end ? end + 1 : NULL;
	}
	return false;
}

bool name_matches(const char *globs, const char *name)
{
	return any(globs, name, false);
}

bool name_is_listed(const char *globs, const char *name)
{
	return any(globs, name, true);
}
