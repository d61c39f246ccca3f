// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a CPU that the SCLP listed and that does not answer SIGP is an error code, and at once: not
 * operational is a condition code. It does not stand in the way of one that is there.
 */
#include <errno.h>
#include <lib/cpu.h>
#include <lib/tap.h>
#include "cpu.h"

/* An address that no CPU here has. */
#define NOBODY 0xe7

static void note(void *arg)
{
	*(unsigned int *)arg = cpu_number();
}

int main(void)
{
	unsigned int number = 0;
	uint8_t address;

	tap_begin();
	if (cpu_count() < 2) {
		tap_skip("a CPU that is not there", "room for a second CPU: --cpus 2");
		return tap_end();
	}
	address = cpu_address[1];
	cpu_address[1] = NOBODY;
	tap_equal((unsigned long)cpu_start(1, note, &number), (unsigned long)-ENODEV,
		  "a CPU that nobody is does not start: -ENODEV");
	tap_equal((unsigned long)cpu_wake(1), (unsigned long)-ENODEV,
		  "it cannot be woken: -ENODEV");
	tap_equal((unsigned long)cpu_join(1), 0, "waiting for it is no hang");
	cpu_address[1] = address;
	tap_equal((unsigned long)cpu_start(1, note, &number), 0, "the one that is there starts");
	cpu_join(1);
	tap_equal(number, 1, "as CPU 1");
	return tap_end();
}
