// SPDX-License-Identifier: BSD-2-Clause
/*
 * The /hypervisor node of the device tree: ePAPR 1.1 section 7.5; the names with "reset" and
 * "shutdown" are from the KVM proposals of 2013 (RFC v2, and v4 with the "kvm," prefix).
 */
#include <string.h>
#include <asm/hcall_regs.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/devtree.h>

static const char *length_error(size_t len)
{
	if (len == 0)
		return "it is empty";
	if (len % HCALL_INSN_SIZE)
		return "it is not a whole number of instructions";
	if (len > HCALL_MAX_INSNS * HCALL_INSN_SIZE)
		return "it holds more than 4 instructions";
	return NULL;
}

static void take_instructions(const struct devtree *dt, int node, struct hypervisor *hv)
{
	/* The older name stands in documents only; neither Linux nor QEMU writes or reads it. */
	static const char *const names[][2] = {
		{ "hcall-instructions", FROM_DEVTREE "/hcall-instructions" },
		{ "hypercall-instructions", FROM_DEVTREE "/hypercall-instructions" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len;
		const void *insn = devtree_prop(dt, node, names[i][0], &len);

		if (!insn)
			continue;
		hv->insn_from = names[i][1];
		hv->insn_error = length_error(len);
		if (!hv->insn_error)
			hv->insn_error = arch_hcall_insn_error(insn, len);
		if (!hv->insn_error) {
			memcpy(hv->insn, insn, len);
			hv->insn_len = len;
		}
		return;
	}
}

/* The first of the names that the node has, or NULL. Valueless: presence is all. */
static const char *announced_as(const struct devtree *dt, int node, const char *name,
				const char *later_name)
{
	if (devtree_prop(dt, node, name, NULL))
		return name;
	if (later_name && devtree_prop(dt, node, later_name, NULL))
		return later_name;
	return NULL;
}

static void take_announcements(const struct devtree *dt, int node, struct hypervisor *hv)
{
	hv->idle_from = announced_as(dt, node, "has-idle", NULL);
	hv->reset_from = announced_as(dt, node, "has-reset", "kvm,has-reset");
	hv->shutdown_from = announced_as(dt, node, "has-shutdown", "kvm,has-shutdown");
	hv->has = (hv->idle_from ? HYPERVISOR_HAS_IDLE : 0) |
		  (hv->reset_from ? HYPERVISOR_HAS_RESET : 0) |
		  (hv->shutdown_from ? HYPERVISOR_HAS_SHUTDOWN : 0);
}

void hypervisor_read_node(const struct devtree *dt, struct hypervisor *hv)
{
	int node = devtree_node(dt, "/hypervisor");
	bool kvm;

	if (node < 0)
		return;
	kvm = devtree_compatible(dt, node, "linux,kvm");
	hv->present = true;
	hv->abi = kvm ? ABI_KVM : ABI_EPAPR;
	/* Foreign text goes on the boot line as one word: only names that we know do. */
	strcpy(hv->vendor, kvm ? "linux,kvm"
			   : devtree_compatible(dt, node, "epapr,hypervisor-1.1")
				   ? "epapr,hypervisor-1.1"
				   : "unknown");
	hv->vendor_from = FROM_DEVTREE "/compatible";
	take_instructions(dt, node, hv);
	take_announcements(dt, node, hv);
}
