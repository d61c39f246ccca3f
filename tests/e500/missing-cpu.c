// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: CPUs that the device tree promises and that are not there, or cannot be started, are error
 * codes and no hangs. The tree of the case has two such CPUs behind the first: number 1 has an entry
 * in the spin table that nobody looks at, number 2 has none.
 */
#include <errno.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/tap.h>

static void note(void *arg)
{
	*(unsigned int *)arg = cpu_number();
}

int main(void)
{
	unsigned int number = 0;

	tap_begin();
	tap_equal(machine.cpus, 3, "three CPUs are promised");
	cpu_start_seconds = 1;
	tap_equal((unsigned long)cpu_start(1, note, &number), (unsigned long)-ENODEV,
		  "one that does not come to life: -ENODEV");
	tap_equal((unsigned long)cpu_start(1, note, &number), (unsigned long)-ENODEV,
		  "once more, although it was told to already: -ENODEV");
	tap_equal((unsigned long)cpu_wake(1), (unsigned long)-ENODEV,
		  "it cannot be woken: -ENODEV");
	tap_equal((unsigned long)cpu_join(1), 0, "waiting for it is no hang");
	tap_equal((unsigned long)cpu_start(2, note, &number), (unsigned long)-ENODEV,
		  "one without a way to start it: -ENODEV");
	tap_equal(number, 0, "nobody ran anything");
	return tap_end();
}
