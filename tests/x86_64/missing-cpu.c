// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a CPU that the tables promise and that does not come to life is an error code, not a hang,
 * and does not stand in the way of one that is there.
 */
#include <errno.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include "arch/x86_64/cpu.h"

/* A local APIC id that no CPU here has. */
#define NOBODY 0xe7

static void note(void *arg)
{
	*(unsigned int *)arg = cpu_number();
}

int main(void)
{
	unsigned int number = 0, patience = cpu_start_seconds;
	uint32_t id;

	tap_begin();
	if (cpu_count() < 2) {
		tap_skip("a CPU that is not there", "room for a second CPU: --cpus 2");
		return tap_end();
	}
	id = cpu_apic_id[1];
	cpu_apic_id[1] = NOBODY;
	/* It will not come, however long that lasts. */
	cpu_start_seconds = 1;
	tap_equal((unsigned long)cpu_start(1, note, &number), (unsigned long)-ENODEV,
		  "a CPU that nobody is does not start: -ENODEV");
	tap_equal((unsigned long)cpu_wake(1), (unsigned long)-ENODEV,
		  "it cannot be woken: -ENODEV");
	tap_equal((unsigned long)cpu_join(1), 0, "waiting for it is no hang");
	cpu_apic_id[1] = id;
	cpu_start_seconds = patience;
	tap_equal((unsigned long)cpu_start(1, note, &number), 0, "the one that is there starts");
	cpu_join(1);
	tap_equal(number, 1, "as CPU 1");
	machine.cpus = 8;
	tap_equal((unsigned long)cpu_start(7, note, &number), (unsigned long)-ENODEV,
		  "one that is counted and has no local APIC id: -ENODEV");
	return tap_end();
}
