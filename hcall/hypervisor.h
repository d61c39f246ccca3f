/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What discovery found: one structure, and for each fact where it came from. It is filled in once
 * at boot (hcall/discover.c) and read-only afterwards. No hypervisor is a normal answer.
 */
#ifndef HCALL_HYPERVISOR_H
#define HCALL_HYPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devtree;

/* ePAPR 1.1 section 7.5: the property holds 1 to 4 instructions. */
#define HCALL_MAX_INSNS	     4
#define HCALL_MAX_INSN_BYTES 16

/* Valueless properties of /hypervisor, as bits of hypervisor.has. */
enum hypervisor_has {
	HYPERVISOR_HAS_IDLE = 1 << 0,
	HYPERVISOR_HAS_RESET = 1 << 1,
	HYPERVISOR_HAS_SHUTDOWN = 1 << 2,
};

/* The convention that hypercalls follow here. */
enum hypervisor_abi {
	ABI_NONE,
	/* ePAPR calls, no word of KVM in the node's "compatible". */
	ABI_EPAPR,
	/* Linux KVM's calls for this architecture. */
	ABI_KVM,
};

struct hypervisor {
	/* Somebody's signature was seen, whether or not we know how to call. */
	bool present;
	/* One word, e.g. "KVMKVMKVM", "TCGTCGTCGTCG", "linux,kvm", "KVM/Linux"; "" if not present. */
	char vendor[32];
	/* More of the same for people, e.g. the name field of STSI 3.2.2; "" if there is none. */
	char detail[64];
	const char *vendor_from;

	enum hypervisor_abi abi;

	/* The instructions for a hypercall; insn_len is 0 to HCALL_MAX_INSN_BYTES bytes. */
	uint8_t insn[HCALL_MAX_INSN_BYTES];
	size_t insn_len;
	const char *insn_from;
	/* Why instructions that were offered were refused, and by which source; NULL if not. */
	const char *insn_error;

	/* Feature bits as this ABI numbers them. */
	bool has_features;
	uint64_t features;
	const char *features_from;

	/* enum hypervisor_has bits, and the property's name that announced each. */
	unsigned int has;
	const char *idle_from;
	const char *reset_from;
	const char *shutdown_from;
};

extern struct hypervisor hypervisor;

/* Sources that more than one file names. */
#define FROM_DEVTREE "device tree /hypervisor"

/*
 * Fills in `hypervisor`: the device tree's /hypervisor node first (dt may be NULL), then what the
 * CPU says (arch_hypervisor_probe).
 */
void hypervisor_discover(const struct devtree *dt);

/*
 * Asks the hypervisor for its feature bits, on architectures where that is a call and not a
 * register or leaf. Needs patched slots.
 */
void hypervisor_ask_features(void);

/*
 * The device-tree part alone, into *hv: "compatible", "hcall-instructions" or else
 * "hypercall-instructions" (the first wins, even when it is malformed), "has-idle", "has-reset",
 * "has-shutdown" and their later names "kvm,has-reset", "kvm,has-shutdown".
 */
void hypervisor_read_node(const struct devtree *dt, struct hypervisor *hv);

/* "none", "epapr", "kvm" */
const char *hypervisor_abi_name(enum hypervisor_abi abi);

#endif
