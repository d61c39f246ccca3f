// SPDX-License-Identifier: BSD-2-Clause
/*
 * The portable operations: each finds the call that serves it in the catalogue, checks that it is
 * announced, and makes it; or falls back on the machine's own means, or says why it cannot.
 */
#include <errno.h>
#include <string.h>
#include <hcall/call.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/irq.h>
#include <lib/machine.h>

#define PAGE_SIZE 4096

bool hcall_announced(enum hcall_found_by found_by, unsigned int found_bit)
{
	if (!hcall_patched())
		return false;
	switch (found_by) {
	case HCALL_FOUND_BY_FEATURE:
		return hypervisor.has_features && hypervisor.features >> found_bit & 1;
	case HCALL_FOUND_BY_PROPERTY:
		return hypervisor.has >> found_bit & 1;
	case HCALL_FOUND_BY_ABI:
		return hypervisor.abi == ABI_KVM;
	}
	return false;
}

/* True if there is such a call and this hypervisor offers it. */
static inline bool offered(const struct hcall_call *c)
{
	return c->name && hcall_announced(c->found_by, c->found_bit);
}

static long last_status;

/* An operation's portable arguments and its results beyond the status, in the record's order. */
struct operands {
	unsigned long in[HCALL_MAX_ARGS];
	unsigned long out[HCALL_MAX_ARGS];
};

/* Makes the call c. Returns 0 or the negative errno that the status stands for. */
static int perform(const struct hcall_call *c, struct operands *o)
{
	struct hcall_regs regs;

	memset(&regs, 0, sizeof(regs));
	hcall_regs_set_number(&regs, c->number);
	for (unsigned int i = 0; i < c->nr_in; i++)
		regs.r[c->in[i]] = o->in[i];
	hcall_invoke(&regs);
	for (unsigned int i = 0; i < c->nr_out; i++)
		o->out[i] = regs.r[c->out[i]];
	last_status = (long)regs.r[HCALL_REG_STATUS];
	return hcall_error(last_status);
}

long hcall_last_status(void)
{
	return last_status;
}

int hcall_features(uint64_t *features)
{
	const struct hcall_call c = hcall_call_for(HCALL_OP_FEATURES);
	struct operands o = { .in = { 0 } };
	int err;

	if (!offered(&c)) {
		if (!hypervisor.has_features)
			return -ENOSYS;
		*features = hypervisor.features;
		return 0;
	}
	err = perform(&c, &o);
	if (!err)
		*features = o.out[0];
	return err;
}

int hcall_reset(void)
{
	const struct hcall_call c = hcall_call_for(HCALL_OP_RESET);
	struct operands o = { .in = { 0 } };

	if (offered(&c))
		return perform(&c, &o);
	arch_reset();
	return -ENOSYS;
}

int hcall_shutdown(void)
{
	const struct hcall_call c = hcall_call_for(HCALL_OP_SHUTDOWN);
	struct operands o = { .in = { 0 } };

	if (offered(&c))
		return perform(&c, &o);
	arch_poweroff();
	return -ENOSYS;
}

int hcall_kick_cpu(unsigned int cpu)
{
	const struct hcall_call c = hcall_call_for(HCALL_OP_KICK_CPU);
	struct operands o = { .in = { 0 } };

	/* KVM answers 0 for a CPU that is not there; a program wants to know. */
	if (cpu >= (machine.cpus ? machine.cpus : 1))
		return -ENODEV;
	if (!offered(&c))
		return arch_cpu_wake(cpu);
	/* What a CPU sends itself before its interrupt controller is set up would be lost. */
	irq_ready();
	o.in[0] = arch_cpu_hwid(cpu);
	return perform(&c, &o);
}

int hcall_map_magic_page(uintptr_t ea, uintptr_t pa, uint32_t *features)
{
	const struct hcall_call c = hcall_call_for(HCALL_OP_MAP_MAGIC_PAGE);
	struct operands o = { .in = { ea, pa } };
	int err;

	if (!offered(&c))
		return -ENOSYS;
	if (ea % PAGE_SIZE || pa % PAGE_SIZE)
		return -EINVAL;
	err = perform(&c, &o);
	if (!err && features)
		*features = (uint32_t)o.out[0];
	return err;
}
