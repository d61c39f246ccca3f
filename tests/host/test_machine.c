// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the list of RAM ranges stays sorted and disjoint whatever a firmware reports, and the
 * command line is split as main() expects.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <lib/cmdline.h>
#include <lib/machine.h>
#include <lib/tap.h>

static bool sorted_and_apart(void)
{
	for (unsigned int i = 1; i < machine.nr_ram; i++)
		if (machine.ram[i - 1].base + machine.ram[i - 1].size >= machine.ram[i].base)
			return false;
	return true;
}

static void ranges(void)
{
	machine_add_ram(0x100000, 0x100000);
	machine_add_ram(0, 0xa0000);
	tap_ok(machine.nr_ram == 2 && sorted_and_apart(), "ranges in any order are sorted");
	machine_add_ram(0x200000, 0x100000);
	tap_equal(machine.nr_ram, 2, "a range that touches another joins it");
	machine_add_ram(0x80000, 0x100000);
	tap_ok(machine.nr_ram == 1 && machine.ram[0].size == 0x300000,
	       "one that overlaps two joins both");
	tap_equal(machine.ram_overlaps, 1, "and is counted, as touching is not");
	machine_add_ram(0x1000, 0x1000);
	tap_equal(machine_ram_bytes(), 0x300000, "one inside another adds nothing");
	tap_equal((unsigned long)machine_add_ram(5, 0), (unsigned long)-EINVAL, "empty: refused");
	tap_equal((unsigned long)machine_add_ram(UINT64_MAX - 4, 8), (unsigned long)-EINVAL,
		  "around the end: refused");
	tap_ok(machine.ram_ignored == 1 && machine.ram_overlaps == 2, "both are counted");
	tap_equal((unsigned long)machine_add_ram(UINT64_MAX - 4095, 4096), 0,
		  "up to the very end: taken");
	tap_ok(machine_is_ram(0x2fffff, 1) && !machine_is_ram(0x2fffff, 2) &&
		       !machine_is_ram(0x100, UINT64_MAX) && !machine_is_ram(0, 0),
	       "machine_is_ram() knows the edges");
}

static void too_many(void)
{
	int err = 0;

	machine.nr_ram = 0;
	for (uint64_t i = 0; i < MACHINE_MAX_RAM + 1; i++)
		err = machine_add_ram(i * 0x2000, 0x1000);
	tap_equal((unsigned long)err, (unsigned long)-ENOSPC, "one range too many: refused");
	tap_ok(sorted_and_apart(), "and the list is still sound");
}

/* The same by chance: against a bitmap of pages. */
static void against_a_bitmap(void)
{
	unsigned char page[64] = { 0 };
	bool same = true;

	machine.nr_ram = 0;
	srand(1);
	for (int i = 0; i < 20; i++) {
		unsigned int from = (unsigned int)rand() % 64;
		unsigned int n = (unsigned int)rand() % 4 + 1;

		if (from + n > 64)
			n = 64 - from;
		machine_add_ram(from * 4096, n * 4096);
		memset(page + from, 1, n);
	}
	for (unsigned int i = 0; i < 64; i++)
		same &= machine_is_ram(i * 4096, 4096) == page[i];
	tap_ok(same && sorted_and_apart(), "20 random ranges agree with a bitmap of pages");
}

static void words(void)
{
	char **argv, *longest = malloc(CMDLINE_MAX_BYTES + 10);
	int argc = cmdline_parse("  run=a*  \"two words\"\tx=\"y z\" ", &argv);

	tap_equal((unsigned long)argc, 4, "four words with the program's name");
	tap_ok(!strcmp(argv[2], "two words") && !strcmp(argv[3], "x=y z") && !argv[4],
	       "quotes keep words together");
	tap_ok(!strcmp(cmdline_value(argc, argv, "run"), "a*") && !cmdline_value(argc, argv, "ru"),
	       "name=value is found by its whole name");
	tap_equal((unsigned long)cmdline_parse("", &argv), 1, "an empty line is no word");

	memset(longest, 'a', CMDLINE_MAX_BYTES + 9);
	longest[CMDLINE_MAX_BYTES + 9] = '\0';
	tap_equal((unsigned long)cmdline_parse(longest, &argv), 1,
		  "a word that is too long is cut");
	for (int i = 0; i < CMDLINE_MAX_BYTES; i++)
		longest[i] = i % 2 ? ' ' : 'b';
	tap_equal((unsigned long)cmdline_parse(longest, &argv), CMDLINE_MAX_WORDS + 1,
		  "too many words are cut");
	free(longest);
}

int main(void)
{
	tap_begin();
	ranges();
	too_many();
	against_a_bitmap();
	words();
	return tap_end();
}
