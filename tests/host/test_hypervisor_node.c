// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: of /hypervisor, hypervisor_read_node() takes what ePAPR 1.1 section 7.5 and the KVM
 * proposals describe; malformed instructions are refused with a reason and none is kept.
 * Instructions here are 4 bytes, as on Power.
 */
#include <string.h>
#include <asm/hcall_regs.h>
#include <hcall/hypervisor.h>
#include <lib/tap.h>
#include "tree.h"

static uint8_t tree[4096] __attribute__((aligned(8)));
static struct hypervisor hv;

static void read_tree(const char *compatible, const char *name, const void *value, size_t len,
		      const char *const *flags)
{
	struct devtree dt;

	memset(&hv, 0, sizeof(hv));
	tree_hypervisor(tree, sizeof(tree), compatible, name, value, len, flags);
	if (devtree_open(&dt, tree, sizeof(tree)))
		tap_error("a tree for the test", "it should be sound");
	else
		hypervisor_read_node(&dt, &hv);
}

static const uint8_t insns[20] = { 0x3c, 0x00, 0x4b, 0x56, 0x60, 0x00, 0x4d, 0x21, 0x44, 0x00,
				   0x00, 0x02, 0x60, 0x00, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00 };

static void lengths(void)
{
	for (size_t len = 0; len <= sizeof(insns); len++) {
		bool good = len == 4 || len == 8 || len == 12 || len == 16;

		read_tree("linux,kvm", "hcall-instructions", insns, len, NULL);
		tap_ok(good ? hv.insn_len == len && !memcmp(hv.insn, insns, len) && !hv.insn_error
			    : hv.insn_len == 0 && hv.insn_error,
		       "%zu bytes are %s%s", len,
		       good ? "taken" : "refused: ", hv.insn_error ? hv.insn_error : "");
	}
}

static void names(void)
{
	struct devtree dt;

	read_tree("linux,kvm", "hypercall-instructions", insns, 16, NULL);
	tap_ok(hv.insn_len == 16 && strstr(hv.insn_from, "hypercall-"), "the older name is read");

	/* Both: put the older one first, so that order in the tree does not decide. */
	tree_two_properties(tree, sizeof(tree), "hypercall-instructions", insns, 16,
			    "hcall-instructions", insns + 4, 4);
	memset(&hv, 0, sizeof(hv));
	devtree_open(&dt, tree, sizeof(tree));
	hypervisor_read_node(&dt, &hv);
	tap_ok(hv.insn_len == 4 && !memcmp(hv.insn, insns + 4, 4),
	       "of both names hcall-instructions wins");

	tree_two_properties(tree, sizeof(tree), "hypercall-instructions", insns, 16,
			    "hcall-instructions", insns, 3);
	memset(&hv, 0, sizeof(hv));
	devtree_open(&dt, tree, sizeof(tree));
	hypervisor_read_node(&dt, &hv);
	tap_ok(hv.insn_len == 0 && hv.insn_error, "it wins even when it is malformed");
}

static void announcements(void)
{
	static const char *const old[] = { "has-idle", "has-reset", "has-shutdown", NULL };
	static const char *const later[] = { "kvm,has-reset", "kvm,has-shutdown", NULL };
	static const char *const near[] = { "has-resets", "kvm,has-idle", NULL };

	read_tree("linux,kvm", NULL, NULL, 0, old);
	tap_ok(hv.has == (HYPERVISOR_HAS_IDLE | HYPERVISOR_HAS_RESET | HYPERVISOR_HAS_SHUTDOWN),
	       "has-idle, has-reset, has-shutdown are seen");
	read_tree("linux,kvm", NULL, NULL, 0, later);
	tap_ok(hv.has == (HYPERVISOR_HAS_RESET | HYPERVISOR_HAS_SHUTDOWN) &&
		       !strcmp(hv.reset_from, "kvm,has-reset"),
	       "kvm,has-reset and kvm,has-shutdown are seen, and named as the source");
	read_tree("linux,kvm", NULL, NULL, 0, near);
	tap_equal(hv.has, 0, "names that only resemble them are not");
}

static void compatibles(void)
{
	read_tree("linux,kvm", NULL, NULL, 0, NULL);
	tap_ok(hv.present && hv.abi == ABI_KVM, "linux,kvm means KVM's calls");
	read_tree("epapr,hypervisor-1.1", NULL, NULL, 0, NULL);
	tap_ok(hv.present && hv.abi == ABI_EPAPR, "epapr,hypervisor-1.1 means ePAPR calls");
	read_tree("acme,hv with spaces", NULL, NULL, 0, NULL);
	tap_ok(hv.present && !strchr(hv.vendor, ' '),
	       "a foreign name does not reach the boot line");
	read_tree(NULL, NULL, NULL, 0, NULL);
	tap_ok(hv.present && hv.abi == ABI_EPAPR,
	       "a node without compatible is a hypervisor still");
}

int main(void)
{
	tap_begin();
	lengths();
	names();
	announcements();
	compatibles();
	return tap_end();
}
