// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: what the device tree's node /hypervisor says and what happens agree: the instructions are
 * whole ones, not more than four, the same under either name; they are those in our slots, and making
 * a call by them is making it by a slot. What is announced has no value.
 *
 * Source: ePAPR 1.1, section 7.5; early_init_dt_scan_epapr() in
 * arch/powerpc/kernel/epapr_paravirt.c; the RFCs for reset and shutdown.
 * Outcomes: pass; fail; skip without a device tree, or where it has no such node or property.
 */
#include <stdio.h>
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/devtree.h>
#include <lib/machine.h>
#include "tests/conformance/e500/facts.h"

#define EPAPR "ePAPR 1.1, section 7.5"

/* As hcall/patch.c finds them. */
extern const int32_t hcall_slots_start[], hcall_slots_end[];

static struct devtree tree;

static int find_node(void)
{
	if (!tree.fdt && (!machine.dtb || devtree_open(&tree, machine.dtb, machine.dtb_room)))
		return -1;
	return devtree_node(&tree, "/hypervisor");
}

#define REQUIRE_NODE(node) REQUIRE((node) >= 0, "a device tree with a node /hypervisor")

static const void *instructions(int node, size_t *len)
{
	const void *p = devtree_prop(&tree, node, "hcall-instructions", len);

	return p ? p : devtree_prop(&tree, node, "hypercall-instructions", len);
}

CHECK("hypervisor-node.is-there-if-somebody-can-be-called", EPAPR)
{
	REQUIRE_HYPERVISOR();
	expect(fact("node-missing", find_node() >= 0), "a node /hypervisor");
}

CHECK("hypervisor-node.says-who-it-is", EPAPR "; check_kvm_guest()")
{
	int node = find_node();
	bool known;

	REQUIRE_NODE(node);
	known = devtree_compatible(&tree, node, "linux,kvm") ||
		devtree_compatible(&tree, node, "epapr,hypervisor-1.1");
	expect(fact("node-is-nobody", known), "\"linux,kvm\" or \"epapr,hypervisor-1.1\" in "
					      "\"compatible\"");
}

CHECK("hypervisor-node.instructions-are-whole-ones", EPAPR)
{
	int node = find_node();
	size_t len;

	REQUIRE_NODE(node);
	REQUIRE(instructions(node, &len), "instructions in the node");
	expect_equal(fact("node-has-a-part-of-one", len % HCALL_INSN_SIZE), 0,
		     "the length of the instructions modulo 4");
}

CHECK("hypervisor-node.instructions-are-one-to-four", EPAPR "; early_init_dt_scan_epapr()")
{
	int node = find_node();
	size_t len;

	REQUIRE_NODE(node);
	REQUIRE(instructions(node, &len), "instructions in the node");
	expect(fact("node-has-too-many", len >= HCALL_INSN_SIZE && len <= HCALL_SLOT_SIZE),
	       "1 to 4 instructions; there are %zu bytes", len);
}

CHECK("hypervisor-node.both-names-say-the-same",
      EPAPR "; hypercalls.txt of 2013 has the other name")
{
	int node = find_node();
	const void *new, *old;
	size_t new_len, old_len;

	REQUIRE_NODE(node);
	new = devtree_prop(&tree, node, "hcall-instructions", &new_len);
	old = devtree_prop(&tree, node, "hypercall-instructions", &old_len);
	REQUIRE(new &&old, "hcall-instructions and hypercall-instructions");
	expect(new_len == old_len && !memcmp(new, old, new_len),
	       "the same instructions under either name");
}

/* Padded with what does nothing (ori r0,r0,0). */
static bool slot_is(const uint8_t *slot, const void *insn, size_t len)
{
	static const uint8_t nop[HCALL_INSN_SIZE] = HCALL_NOP;

	if (memcmp(slot, insn, len))
		return false;
	for (; len < HCALL_SLOT_SIZE; len += sizeof(nop))
		if (memcmp(slot + len, nop, sizeof(nop)))
			return false;
	return true;
}

CHECK("hypervisor-node.instructions-are-in-every-slot", EPAPR "; hcall/hcall.h")
{
	int node = find_node();
	const void *insn;
	size_t len;

	REQUIRE_HYPERVISOR();
	REQUIRE_NODE(node);
	insn = instructions(node, &len);
	REQUIRE(insn && len <= HCALL_SLOT_SIZE, "1 to 4 instructions in the node");
	for (const int32_t *slot = hcall_slots_start; slot < hcall_slots_end; slot++) {
		const uint8_t *at = (const uint8_t *)slot + *slot;

		if (!expect(fact("node-differs-from-slots", slot_is(at, insn, len)),
			    "the node's instructions in the slot at %p", (const void *)at))
			return;
	}
}

CHECK("hypervisor-node.instructions-call-as-a-slot-does", EPAPR)
{
	int node = find_node();
	uint8_t copy[HCALL_SLOT_SIZE];
	struct call by_slot, by_node;
	const void *insn;
	size_t len;

	REQUIRE_HYPERVISOR();
	REQUIRE_NODE(node);
	insn = instructions(node, &len);
	REQUIRE(insn && len <= sizeof(copy), "1 to 4 instructions in the node");
	memcpy(copy, insn, len);
	CALL(&by_slot, KVM_HC_FEATURES);
	call_prepare(&by_node, KVM_HC_FEATURES);
	conf_call_insn(&by_node, "the node's instructions", copy, len);
	expect_status(&by_node, call_status(&by_slot));
	expect_equal(by_node.regs.r[HCALL_R4], by_slot.regs.r[HCALL_R4], "R4 of KVM_HC_FEATURES");
}

static void has_no_value(const char *name)
{
	int node = find_node();
	size_t len;

	REQUIRE_NODE(node);
	REQUIRE(devtree_prop(&tree, node, name, &len), "%s in the node", name);
	expect_equal(fact("node-announces-with-a-value", len), 0, "the length of %s", name);
}

CHECK("hypervisor-node.has-idle-has-no-value", EPAPR)
{
	has_no_value("has-idle");
}

CHECK("hypervisor-node.has-reset-has-no-value", "RFC reset and shutdown hcall, v2")
{
	has_no_value("has-reset");
}

CHECK("hypervisor-node.has-shutdown-has-no-value", "RFC reset and shutdown hcall, v2")
{
	has_no_value("has-shutdown");
}

/* ---- saboteurs ---- */

static bool has_node(void)
{
	return find_node() >= 0;
}

static bool has_idle(void)
{
	return has_node() && hypervisor.has & HYPERVISOR_HAS_IDLE;
}

#define BREAKS(id, name_, applies_, rule_) \
	FACT_SABOTEUR(id, name_, applies_, "hypervisor-node.*", rule_)

BREAKS(missing, "node-missing", has_node, "who can be called has a node");
BREAKS(nobody, "node-is-nobody", has_node, "the node says whose calls these are");
BREAKS(part, "node-has-a-part-of-one", conf_patched, "instructions are whole ones");
BREAKS(many, "node-has-too-many", conf_patched, "there are 1 to 4 instructions");
BREAKS(differs, "node-differs-from-slots", conf_patched, "what the node has is what is patched");
BREAKS(value, "node-announces-with-a-value", has_idle, "an announcement has no value");

static void answer_otherwise(struct call *c)
{
	if (strcmp(c->how, "slot"))
		c->regs.r[HCALL_R4] ^= 1;
}
SABOTEUR(otherwise, .name = "node-calls-somebody-else", .checks = "hypervisor-node.*",
	 .rule = "the node's instructions are the hypercall", .after = answer_otherwise);
