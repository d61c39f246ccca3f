// SPDX-License-Identifier: BSD-2-Clause
/*
 * The conformance suite: all checks of an architecture in one image. Words of the command line:
 *
 *   run=GLOB[,GLOB]   only checks whose name matches; one that ends the machine must be named in full
 *   skip=GLOB[,GLOB]  not these
 *   after=NAME        not those up to this one, and not this one
 *   known=GLOB[,GLOB] failures of these are known: shown, and not counted
 *   stop=1            end after the first failure
 *   list=1            print the names, run nothing
 *   seed=N            for what is tried at random
 *   play=1            calls that the hypervisor has not got are played by this image, so that
 *                     their checks can be seen to pass and to fail; says nothing of the hypervisor
 *   trace=hcall       a line for each call, with the registers that changed
 *   sabotage=NAME     break one rule on purpose; sabotage=list names the ways
 *
 * Exit status: 0 nothing failed, 1 something did, 2 the command line was wrong. Before each check
 * stands "# paravane check name=…", so that the outside knows which was under way in a hang.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cmdline.h>
#include <lib/tap.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/names.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

extern const struct check *const conformance_start[], *const conformance_end[];

#define STATUS_USAGE 2

static const char *run_globs, *skip_globs, *known_globs;
/* Nothing runs before its turn; NULL from there on. */
static const char *after;
static bool stop_at_failure, stopped;

/* ---- the check under way ---- */

static struct {
	const struct check *check;
	const struct hcall_desc *desc;
	char name[NAME_MAX_BYTES];
	bool failed;
	char skip[NAME_MAX_BYTES];
	char error[NAME_MAX_BYTES];
} now;

void check_skip(const char *requirement, ...)
{
	va_list ap;

	va_start(ap, requirement);
	vsnprintf(now.skip, sizeof(now.skip), requirement, ap);
	va_end(ap);
}

void check_error(const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	vsnprintf(now.error, sizeof(now.error), why, ap);
	va_end(ap);
}

void check_failed(void)
{
	if (!now.failed)
		printf("#   source: %s\n", now.check->source);
	now.failed = true;
}

static void begin(const struct check *check, const struct hcall_desc *d)
{
	char call[CALL_NAME_MAX_BYTES];

	memset(&now, 0, sizeof(now));
	now.check = check;
	now.desc = d;
	if (d)
		name_of_call(call, sizeof(call), d);
	snprintf(now.name, sizeof(now.name), "%s.%s%s%s", arch_name, d ? call : "", d ? "." : "",
		 check->name);
}

static void run_check(void *unused)
{
	(void)unused;
	if (now.desc)
		now.check->each(now.desc);
	else
		now.check->run();
}

/* An error of the test wins over a failure, a failure over a skip. */
static void judge(void)
{
	if (now.error[0])
		tap_error(now.name, "%s", now.error);
	else if (now.skip[0] && !now.failed)
		tap_skip(now.name, "%s", now.skip);
	else if (name_matches(known_globs, now.name))
		tap_known(!now.failed, now.name, "known deviation%s",
			  now.failed ? "" : " has disappeared");
	else
		tap_ok(!now.failed, "%s", now.name);
}

static void run_now(void)
{
	static struct trap_frame frame;

	printf("# paravane check name=%s\n", now.name);
	if (trap_try(run_check, NULL, &frame)) {
		printf("#   a trap in a check that expects none: %s\n", arch_trap_name(&frame));
		fflush(stdout);
		arch_trap_print(&frame);
		check_failed();
	}
	cpus_join();
	judge();
	stopped = stop_at_failure && now.failed && !name_matches(known_globs, now.name);
}

/* ---- all of them ---- */

static bool selected(void)
{
	if (after) {
		if (!strcmp(after, now.name))
			after = NULL;
		return false;
	}
	if (name_matches(skip_globs, now.name))
		return false;
	if (now.check->ends_machine)
		return name_is_listed(run_globs, now.name);
	return !run_globs || name_matches(run_globs, now.name);
}

static unsigned int each_name(void (*fn)(void), bool all)
{
	unsigned int n = 0;

	for (const struct check *const *p = conformance_start; p < conformance_end; p++) {
		size_t records = (*p)->each ? hcall_catalogue_size : 1;

		for (size_t i = 0; i < records; i++) {
			begin(*p, (*p)->each ? &hcall_catalogue[i] : NULL);
			if (stopped || (!all && !selected()))
				continue;
			fn();
			n++;
		}
	}
	return n;
}

static void print_name(void)
{
	printf("# paravane listed name=%s source=\"%s\"%s\n", now.name, now.check->source,
	       now.check->ends_machine ? " alone=yes" : "");
}

/* ---- the command line ---- */

static int usage(const char *word)
{
	printf("# unknown word \"%s\": there are run=GLOB skip=GLOB after=NAME known=GLOB stop=1 list=1 seed=N play=1 "
	       "trace=hcall "
	       "sabotage=NAME\n",
	       word);
	return STATUS_USAGE;
}

static bool set_seed(const char *text)
{
	char *end;
	unsigned long long seed = strtoull(text, &end, 0);

	if (!*text || *end)
		return false;
	random_seed(seed);
	return true;
}

/* Returns whether the word is one of ours, with a value that it can have. */
static bool take_word(const char *word, bool *list)
{
	if (!strncmp(word, "run=", 4))
		run_globs = word + 4;
	else if (!strncmp(word, "skip=", 5))
		skip_globs = word + 5;
	else if (!strncmp(word, "after=", 6))
		after = word + 6;
	else if (!strncmp(word, "known=", 6))
		known_globs = word + 6;
	else if (!strncmp(word, "seed=", 5))
		return set_seed(word + 5);
	else if (!strcmp(word, "stop=1"))
		stop_at_failure = true;
	else if (!strcmp(word, "list=1"))
		*list = true;
	else if (!strcmp(word, "play=1") && conf_arch.play)
		play_missing = true;
	else if (!strcmp(word, "trace=hcall"))
		trace_calls = true;
	else
		return false;
	return true;
}

static bool set_sabotage(const char *name)
{
	if (sabotage_set(name))
		return true;
	printf("# unknown saboteur \"%s\": sabotage=list names those of this machine\n", name);
	return false;
}

int main(int argc, char **argv)
{
	const char *saboteur = cmdline_value(argc, argv, "sabotage");
	bool list = false;

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "sabotage=", 9) && !take_word(argv[i], &list))
			return usage(argv[i]);
	if (saboteur && !strcmp(saboteur, "list")) {
		sabotage_list();
		return 0;
	}
	if (saboteur && !set_sabotage(saboteur))
		return STATUS_USAGE;
	if (list) {
		each_name(print_name, true);
		return 0;
	}
	tap_begin();
	printf("# paravane conformance seed=%llu sabotage=%s%s\n", random_seed_used(),
	       saboteur ? saboteur : "none", play_missing ? " play=yes" : "");
	if (!each_name(run_now, false)) {
		printf("# no check matches run=%s skip=%s\n", run_globs ? run_globs : "",
		       skip_globs ? skip_globs : "");
		return STATUS_USAGE;
	}
	return tap_end();
}
