// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <lib/machine.h>

struct machine machine;

static void remove_at(unsigned int i)
{
	for (machine.nr_ram--; i < machine.nr_ram; i++)
		machine.ram[i] = machine.ram[i + 1];
}

static void insert_at(unsigned int i, struct phys_range r)
{
	for (unsigned int j = machine.nr_ram++; j > i; j--)
		machine.ram[j] = machine.ram[j - 1];
	machine.ram[i] = r;
}

/*
 * Firmware maps do overlap and do come unsorted; every later question ("is this RAM?", "how much
 * is there?") is simple only if the list is not. A range may end at 2^64 exactly: then its end
 * wraps to 0, so lengths are compared, never ends.
 */
int machine_add_ram(uint64_t base, uint64_t size)
{
	unsigned int i = 0;
	uint64_t last = base + size - 1;
	bool overlaps = false;

	if (!size)
		return -EINVAL;
	if (last < base) {
		machine.ram_ignored++;
		return -EINVAL;
	}

	/* Swallow what touches the new range. */
	while (i < machine.nr_ram) {
		struct phys_range *r = &machine.ram[i];
		uint64_t r_last = r->base + r->size - 1;

		if (r->base > last && r->base - last > 1)
			break;
		if (base > r_last && base - r_last > 1) {
			i++;
			continue;
		}
		overlaps |= base <= r_last && r->base <= last;
		if (r->base < base)
			base = r->base;
		if (r_last > last)
			last = r_last;
		remove_at(i);
	}
	machine.ram_overlaps += overlaps;
	if (machine.nr_ram == MACHINE_MAX_RAM) {
		machine.ram_ignored++;
		return -ENOSPC;
	}
	insert_at(i, (struct phys_range){ .base = base, .size = last - base + 1 });
	return 0;
}

int machine_reserve(uint64_t base, uint64_t size)
{
	if (machine.nr_reserved == MACHINE_MAX_RESERVED)
		return -ENOSPC;
	machine.reserved[machine.nr_reserved++] = (struct phys_range){ base, size };
	return 0;
}

uint64_t machine_ram_bytes(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < machine.nr_ram; i++)
		sum += machine.ram[i].size;
	return sum;
}

bool machine_is_ram(uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < machine.nr_ram; i++) {
		const struct phys_range *r = &machine.ram[i];

		if (size && base >= r->base && base - r->base < r->size &&
		    size <= r->size - (base - r->base))
			return true;
	}
	return false;
}
