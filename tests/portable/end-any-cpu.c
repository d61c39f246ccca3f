// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: any CPU can reset the machine or power it off, while all others idle or work, and one was
 * never started. By whichever means there is: hypercall, or the machine's own.
 *
 *   cpu=N   the CPU that does it
 *   end=E   reset or shutdown
 *
 * What comes of it is seen from outside.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/exit.h>
#include <lib/tap.h>

static const char *end;
static atomic_uint alive;

static void bring_about(void)
{
	int err = strcmp(end, "reset") ? hcall_shutdown() : hcall_reset();

	printf("# CPU %u is still there: error %d\n", cpu_number(), err);
}

static void idles(void *arg)
{
	(void)arg;
	atomic_fetch_add(&alive, 1);
	for (;;)
		cpu_idle();
}

static void works(void *arg)
{
	(void)arg;
	atomic_fetch_add(&alive, 1);
	for (;;)
		cpu_relax();
}

static void ends(void *arg)
{
	(void)arg;
	atomic_fetch_add(&alive, 1);
	while (atomic_load(&alive) < cpu_count() - 2)
		cpu_relax();
	bring_about();
}

int main(int argc, char **argv)
{
	const char *which = cmdline_value(argc, argv, "cpu");
	unsigned int caller = which ? (unsigned int)strtoul(which, NULL, 0) : 0;
	unsigned int cpu, last = cpu_count() - 1;

	end = cmdline_value(argc, argv, "end");
	tap_begin();
	if (!end || last < 3) {
		tap_skip("any CPU ends the machine", "four CPUs");
		return tap_end();
	}
	/* The last one stays off, unless it is the one. */
	for (cpu = 1; cpu <= last; cpu++)
		if (cpu != caller && cpu != last && (caller != last || cpu != 1))
			tap_ok(!cpu_start(cpu, cpu & 1 ? idles : works, NULL), "CPU %u runs", cpu);
	tap_ok(caller <= last, "CPU %u is to bring about the %s", caller, end);
	if (tap_end())
		return 1;
	machine_announce_end(end);
	if (caller) {
		cpu_start(caller, ends, NULL);
		for (;;)
			cpu_idle();
	}
	while (atomic_load(&alive) < last - 1)
		cpu_relax();
	bring_about();
	return 1;
}
