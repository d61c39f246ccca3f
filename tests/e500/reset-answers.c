// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM_HC_VM_RESET and KVM_HC_VM_SHUTDOWN (RFC of 2013, version 2) are there if and only if
 * has-reset and has-shutdown say so. One that fails returns EV_INTERNAL (9), and the guest carries
 * on; where nobody answers, the status is EV_UNIMPLEMENTED (12) as for any unknown token.
 *
 *   expect=internal       the monitor was told to let both fail
 *   expect=absent         neither is announced, and none exists
 *   expect=unimplemented  both are announced, but none exists
 *
 * The registers are those of ePAPR's convention: R3 is the status, R4 to R10 may be changed by any
 * call, and nothing else but R0, R11, R12, CR, XER, CTR and LR.
 */
#include <errno.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/cmdline.h>
#include <lib/tap.h>

enum { EV_INTERNAL = 9, EV_UNIMPLEMENTED = 12 };

static void check_registers(const struct hcall_regs *before, const struct hcall_regs *after,
			    const char *name)
{
	uint64_t may_change = HCALL_CLOBBERS | HCALL_NOT_LOADED;
	bool kept = true;

	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		if ((may_change >> i & 1) || before->r[i] == after->r[i])
			continue;
		kept = false;
		tap_note("%s was 0x%lx, is 0x%lx", hcall_reg_name[i], before->r[i], after->r[i]);
	}
	tap_ok(kept, "%s keeps the registers that it must keep", name);
}

static void raw(unsigned long number, const char *name, unsigned long status)
{
	struct hcall_regs before, after;

	hcall_regs_prepare(&before, number);
	after = before;
	hcall_invoke(&after);
	tap_equal(after.r[HCALL_R3], status, "%s returns %lu", name, status);
	check_registers(&before, &after, name);
}

static void both_fail(unsigned long status, int err)
{
	raw(KVM_HC_VM_RESET, "KVM_HC_VM_RESET", status);
	raw(KVM_HC_VM_SHUTDOWN, "KVM_HC_VM_SHUTDOWN", status);
	if (!(hypervisor.has & HYPERVISOR_HAS_RESET))
		return;
	tap_equal((unsigned long)hcall_reset(), (unsigned long)err, "hcall_reset() says %s",
		  strerror(-err));
	tap_equal((unsigned long)hcall_shutdown(), (unsigned long)err, "hcall_shutdown() says %s",
		  strerror(-err));
}

int main(int argc, char **argv)
{
	const char *expect = cmdline_value(argc, argv, "expect");
	const unsigned int both = HYPERVISOR_HAS_RESET | HYPERVISOR_HAS_SHUTDOWN;
	unsigned int announced = expect && strcmp(expect, "absent") ? both : 0;

	tap_begin();
	if (!expect || !hcall_patched()) {
		tap_skip("reset and shutdown calls fail as they should", "KVM for e500");
		return tap_end();
	}
	if (!strcmp(expect, "internal") && !(hypervisor.has & both)) {
		tap_skip("reset and shutdown calls fail as they should", "KVM with the proposal");
		return tap_end();
	}
	tap_equal(hypervisor.has & both, announced, "the tree announces %s of the two calls",
		  announced ? "both" : "none");
	if (!strcmp(expect, "internal"))
		both_fail(EV_INTERNAL, -EIO);
	else
		both_fail(EV_UNIMPLEMENTED, -ENOSYS);
	raw(KVM_HC_VM_RESET + 0x100, "an unknown token", EV_UNIMPLEMENTED);
	return tap_end();
}
