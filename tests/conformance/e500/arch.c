// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <asm/spr.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/e500/due.h"

#define XER_BITS 0xe000007fu

/*
 * Neighbours of what is assigned, in KVM's vendor number and in ePAPR's (8 is the hole in it), other
 * vendors' tokens, sign bits, all ones (arch/powerpc/include/uapi/asm/epapr_hcalls.h).
 */
static const unsigned long unassigned[] = {
	0x002a000d, 0x002a00ff, 0x002a7fff, 0x002affff, 0x00010008, 0x00010011,
	0x0001ffff, 0x00000001, 0x0000ffff, 0x00020001, 0x00030001, 0x002b0003,
	0x7fffffff, 0x80000000, 0x802a0003, 0xffff0003, 0xffffffff, 0,
};

/* Vendor numbers from 64 on belong to nobody. */
static unsigned long random_unassigned(uint64_t random)
{
	return (unsigned long)random | 0x00400000;
}

const struct conf_arch conf_arch = {
	.unknown_status = 12,
	/* kvmppc_handle_exit() looks at R0 only if MSR[PR] is clear: else it is the guest's own. */
	.user_trap = "system call",
	.slot_changes = 1ull << HCALL_R0,
	.unassigned = unassigned,
	.random_unassigned = random_unassigned,
	.no_ram = 0xc0000000,
	.device = 0xe0004500,
};

void conf_arch_trap_regs(const struct trap_frame *f, struct hcall_regs *regs)
{
	for (unsigned int i = 0; i < 32; i++)
		if (i != HCALL_R1)
			regs->r[i] = f->gpr[i];
	regs->r[HCALL_CR] = f->cr;
	regs->r[HCALL_XER] = (regs->r[HCALL_XER] & ~XER_BITS) | (f->xer & XER_BITS);
	regs->r[HCALL_CTR] = f->ctr;
	regs->r[HCALL_LR] = f->lr;
}

/* EREF, "Register Model": what the system keeps across a call, and the SPRGs, which hold canaries. */
static const char *const names[] = {
	"msr",	 "ivpr",  "pid0",  "sprg0", "sprg1", "sprg2",
	"sprg3", "sprg4", "sprg5", "sprg6", "sprg7",
};
#define WATCHED (sizeof(names) / sizeof(names[0]))

static void read_all(uint64_t v[WATCHED])
{
	/* SPRG4 to 7 by the numbers for reading. */
	const uint64_t values[WATCHED] = {
		mfmsr(),    mfspr(63),	mfspr(48),  mfspr(272), mfspr(273), mfspr(274),
		mfspr(275), mfspr(260), mfspr(261), mfspr(262), mfspr(263),
	};

	memcpy(v, values, sizeof(values));
}

void conf_arch_watch(struct watch *w)
{
	w->n = WATCHED;
	memcpy(w->name, names, sizeof(names));
	read_all(w->before);
}

/* No floating point, no vectors: this CPU's general registers are all there is. */
void conf_arch_call_watched(struct call *c, struct watch *w)
{
	(void)w;
	hcall_invoke(&c->regs);
}

void conf_arch_watch_after(struct watch *w)
{
	read_all(w->after);
}

const char *conf_arch_ready(const struct hcall_desc *d)
{
	(void)d;
	/* EV_IDLE comes back at once; with interrupts off this one stays due. */
	return hcall_patched() && due_now() ? NULL : "an interrupt that is due";
}
