// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: where there is nobody to call, a call is harmless: every slot answers -ENOSYS, changes no
 * other register and leaves the guest alone; and where there is somebody, no slot answers that.
 *
 * Source: hcall/hcall.h. Outcomes: pass; fail; skip on the machines of the other kind.
 */
#include <errno.h>
#include <hcall/hypervisor.h>
#include "tests/conformance/conf.h"

#define REQUIRE_NOBODY() REQUIRE(!hcall_patched(), "a machine on which nobody can be called")

CHECK("slot.unpatched-answers-enosys", "hcall/hcall.h: slots before they are patched")
{
	struct call c;

	REQUIRE_NOBODY();
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		CALL(&c, hcall_catalogue[i].number);
		if (!expect(!c.trapped && (long)c.regs.r[HCALL_REG_STATUS] == -ENOSYS,
			    "%s answers -ENOSYS without leaving the guest",
			    hcall_catalogue[i].name)) {
			expect_status(&c, -ENOSYS);
			return;
		}
	}
}

CHECK("slot.unpatched-keeps-registers", "hcall/hcall.h: slots before they are patched")
{
	struct call c;

	REQUIRE_NOBODY();
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		CALL(&c, hcall_catalogue[i].number);
		if (!expect_kept_of(&c, ~(1ull << HCALL_REG_STATUS | HCALL_NOT_LOADED)))
			return;
	}
}

CHECK("slot.unpatched-keeps-system-registers", "hcall/hcall.h: slots before they are patched")
{
	static struct watch w;
	struct call c;

	REQUIRE_NOBODY();
	call_prepare(&c, HCALL_UNASSIGNED);
	conf_call_watched(&c, &w);
	expect_watched(&c, &w);
}

CHECK("slot.unpatched-keeps-memory", "hcall/hcall.h: slots before they are patched")
{
	struct call c;

	REQUIRE_NOBODY();
	conf_page();
	CALL(&c, HCALL_UNASSIGNED);
	expect_memory_kept(0, 0);
}

CHECK("slot.inline-answers-as-the-other", "hcall/hcall.h: hcall0() and hcall_invoke()")
{
	struct call c;

	if (hcall_patched()) {
		REQUIRE(!HCALL_UNASSIGNED_TRAPS, "an unknown number that is answered by a status");
	}
	CALL(&c, HCALL_UNASSIGNED);
	expect_equal((unsigned long)hcall0(HCALL_UNASSIGNED), c.regs.r[HCALL_REG_STATUS],
		     "what hcall0() of an unassigned number returns");
	expect_equal((unsigned long)hcall4(HCALL_UNASSIGNED, 1, 2, 3, 4),
		     c.regs.r[HCALL_REG_STATUS], "what hcall4() of an unassigned number returns");
}

CHECK("discovery.nothing-is-announced-by-nobody", "hcall/hypervisor.h")
{
	REQUIRE(hypervisor.abi == ABI_NONE, "a machine without a hypervisor");
	for (size_t i = 0; i < hcall_catalogue_size; i++)
		if (!expect(!conf_announced(&hcall_catalogue[i]), "nobody announces %s",
			    hcall_catalogue[i].name))
			return;
}
