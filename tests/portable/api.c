// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each portable function either does what its name says or returns the errno that says why
 * not, and a raw call changes no register that the ABI keeps.
 *
 * What is right depends on what was discovered; each check says on what. Reset and shutdown end
 * the machine: the programs reset and shutdown try them, and are watched from outside.
 */
#include <errno.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include <lib/trap.h>

#define MAGIC_EA ((uintptr_t)0xfffff000u)

static void is(int got, int expected, const char *what)
{
	if (!tap_ok(got == expected, "%s: %s", what, expected ? strerror(-expected) : "success"))
		tap_note("got %d, expected %d", got, expected);
}

static void features(void)
{
	uint64_t bits = 0;
	int err = hcall_features(&bits);

	is(err, hypervisor.has_features ? 0 : -ENOSYS, "hcall_features()");
	if (!err)
		tap_ok(bits == hypervisor.features, "and the bits are those on the boot line");
}

static void kick(void)
{
	is(hcall_kick_cpu(machine.cpus), -ENODEV, "kicking a CPU that is not there");
	is(hcall_kick_cpu(~0u), -ENODEV, "kicking CPU 2^32 - 1");
	is(hcall_kick_cpu(0), hcall_means(HCALL_OP_KICK_CPU) ? 0 : -ENOSYS, "kicking this CPU");
}

static void magic_page(void)
{
	uint32_t kept = 0;
	bool offered = hcall_means(HCALL_OP_MAP_MAGIC_PAGE) != NULL;

	is(hcall_map_magic_page(MAGIC_EA + 4, MAGIC_EA, NULL), offered ? -EINVAL : -ENOSYS,
	   "a magic page off its boundary");
	is(hcall_map_magic_page(MAGIC_EA, MAGIC_EA, &kept), offered ? 0 : -ENOSYS, "a magic page");
	if (offered)
		tap_ok(kept != 0, "and it says which fields it keeps: 0x%lx", (unsigned long)kept);
}

/* Two means must exist on every machine that we run on: the tests could not end otherwise. */
static void means(void)
{
	tap_ok(hcall_means(HCALL_OP_RESET) != NULL, "there is a way to reset: %s",
	       hcall_means(HCALL_OP_RESET) ? hcall_means(HCALL_OP_RESET) : "none");
	tap_ok(hcall_means(HCALL_OP_SHUTDOWN) != NULL, "there is a way to power off: %s",
	       hcall_means(HCALL_OP_SHUTDOWN) ? hcall_means(HCALL_OP_SHUTDOWN) : "none");
}

static void invoke(void *regs)
{
	hcall_invoke(regs);
}

/* A number that nobody has given away is answered "unknown", as a status or as an exception. */
static void unassigned(void)
{
	struct hcall_regs before, after;
	struct trap_frame frame;
	bool trapped;

	hcall_regs_prepare(&before, HCALL_UNASSIGNED);
	after = before;
	trapped = trap_try(invoke, &after, &frame);
	if (trapped) {
		tap_ok(hcall_patched() && HCALL_UNASSIGNED_TRAPS,
		       "an unassigned number raises an exception: %s", arch_trap_name(&frame));
		return;
	}
	is(hcall_error((long)after.r[HCALL_REG_STATUS]), -ENOSYS, "an unassigned number");
	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		uint64_t may_change = HCALL_CLOBBERS | HCALL_NOT_LOADED | 1ull << HCALL_REG_STATUS;

		if (!(may_change >> i & 1))
			tap_equal(after.r[i], before.r[i], "and %s is kept", hcall_reg_name[i]);
	}
}

int main(void)
{
	tap_begin();
	features();
	kick();
	means();
	unassigned();
	magic_page();
	return tap_end();
}
