// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/names.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

extern const struct saboteur *const saboteurs_start[], *const saboteurs_end[];

struct sabotage sabotage;

bool sabotage_hits(const struct call *c)
{
	return !sabotage.desc || c->number == sabotage.desc->number;
}

static bool applies(const struct saboteur *s)
{
	return s->applies ? s->applies() : hcall_patched();
}

/*
 * All that there are here, by name; those that come for each register or call in all their
 * variants. fn returns true to end the search.
 */
static bool each(bool (*fn)(const char *name, const struct sabotage *s, const void *arg),
		 const void *arg)
{
	char name[NAME_MAX_BYTES], call[CALL_NAME_MAX_BYTES];

	for (const struct saboteur *const *p = saboteurs_start; p < saboteurs_end; p++) {
		struct sabotage s = { .who = *p };

		if (!applies(*p))
			continue;
		if (!(*p)->each_register && !(*p)->each_call && fn((*p)->name, &s, arg))
			return true;
		for (s.reg = 0; (*p)->each_register && s.reg < HCALL_NREGS; s.reg++) {
			snprintf(name, sizeof(name), "%s-%s", (*p)->name, hcall_reg_name[s.reg]);
			if ((*p)->each_register(s.reg) && fn(name, &s, arg))
				return true;
		}
		for (size_t i = 0; (*p)->each_call && i < hcall_catalogue_size; i++) {
			s.desc = &hcall_catalogue[i];
			name_of_call(call, sizeof(call), s.desc);
			snprintf(name, sizeof(name), "%s-%s", (*p)->name, call);
			if ((*p)->each_call(s.desc) && fn(name, &s, arg))
				return true;
		}
	}
	return false;
}

static bool take(const char *name, const struct sabotage *s, const void *wanted)
{
	if (strcmp(name, wanted))
		return false;
	sabotage = *s;
	return true;
}

bool sabotage_set(const char *name)
{
	return each(take, name);
}

static bool print(const char *name, const struct sabotage *s, const void *unused)
{
	char call[CALL_NAME_MAX_BYTES] = "";

	(void)unused;
	if (s->desc)
		name_of_call(call, sizeof(call), s->desc);
	printf("# paravane saboteur name=%s checks=%s%s hangs=%s monitor=\"%s\" rule=\"%s\"\n",
	       name, s->who->checks ? s->who->checks : call,
	       s->who->checks ? ""
	       : s->desc      ? ".*"
			      : "*",
	       s->who->hangs ? "yes" : "no", s->who->monitor ? s->who->monitor : "", s->who->rule);
	return false;
}

void sabotage_list(void)
{
	if (conf_arch.play && !play_missing)
		printf("# paravane plays\n");
	each(print, NULL);
}
