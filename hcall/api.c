// SPDX-License-Identifier: BSD-2-Clause
/*
 * The portable operations: each finds the call that serves it in the catalogue, checks that it is
 * announced, and makes it; or falls back on the machine's own means, or says why it cannot.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/machine.h>

#define PAGE_SIZE 4096

static bool announced(const struct hcall_desc *d)
{
	switch (d->found_by) {
	case HCALL_FOUND_BY_FEATURE:
		return hypervisor.has_features && hypervisor.features >> d->found_bit & 1;
	case HCALL_FOUND_BY_PROPERTY:
		return hypervisor.has >> d->found_bit & 1;
	case HCALL_FOUND_BY_ABI:
		return hypervisor.abi == ABI_KVM;
	}
	return false;
}

/* The record of a call that this hypervisor offers for op, or NULL. */
static const struct hcall_desc *offered(enum hcall_op op)
{
	const struct hcall_desc *d = hcall_find_op(op);

	return d && hcall_patched() && announced(d) ? d : NULL;
}

/* An operation's portable arguments and its results beyond the status, in the record's order. */
struct operands {
	unsigned long in[HCALL_MAX_ARGS];
	unsigned long out[HCALL_MAX_ARGS];
};

/* Makes the call d. Returns 0 or the negative errno that the status stands for. */
static int perform(const struct hcall_desc *d, struct operands *o)
{
	struct hcall_regs regs;

	memset(&regs, 0, sizeof(regs));
	hcall_regs_set_number(&regs, d->number);
	for (unsigned int i = 0; i < d->nr_in; i++)
		regs.r[d->in[i]] = o->in[i];
	hcall_invoke(&regs);
	for (unsigned int i = 0; i < d->nr_out; i++)
		o->out[i] = regs.r[d->out[i]];
	return hcall_error((long)regs.r[HCALL_REG_STATUS]);
}

int hcall_features(uint64_t *features)
{
	const struct hcall_desc *d = offered(HCALL_OP_FEATURES);
	struct operands o = { .in = { 0 } };
	int err;

	if (!d) {
		if (!hypervisor.has_features)
			return -ENOSYS;
		*features = hypervisor.features;
		return 0;
	}
	err = perform(d, &o);
	if (!err)
		*features = o.out[0];
	return err;
}

int hcall_reset(void)
{
	const struct hcall_desc *d = offered(HCALL_OP_RESET);
	struct operands o = { .in = { 0 } };

	if (d)
		return perform(d, &o);
	arch_reset();
	return -ENOSYS;
}

int hcall_shutdown(void)
{
	const struct hcall_desc *d = offered(HCALL_OP_SHUTDOWN);
	struct operands o = { .in = { 0 } };

	if (d)
		return perform(d, &o);
	arch_poweroff();
	return -ENOSYS;
}

int hcall_kick_cpu(unsigned int cpu)
{
	const struct hcall_desc *d = offered(HCALL_OP_KICK_CPU);
	struct operands o = { .in = { 0 } };

	/* KVM answers 0 for a CPU that is not there; a program wants to know. */
	if (cpu >= (machine.cpus ? machine.cpus : 1))
		return -ENODEV;
	if (!d)
		return arch_cpu_wake(cpu);
	o.in[0] = arch_cpu_hwid(cpu);
	return perform(d, &o);
}

int hcall_map_magic_page(uintptr_t ea, uintptr_t pa, uint32_t *features)
{
	const struct hcall_desc *d = offered(HCALL_OP_MAP_MAGIC_PAGE);
	struct operands o = { .in = { ea, pa } };
	int err;

	if (!d)
		return -ENOSYS;
	if (ea % PAGE_SIZE || pa % PAGE_SIZE)
		return -EINVAL;
	err = perform(d, &o);
	if (!err && features)
		*features = (uint32_t)o.out[0];
	return err;
}

const char *hcall_means(enum hcall_op op)
{
	static char text[80];
	const struct hcall_desc *d = offered(op);

	if (d) {
		snprintf(text, sizeof(text), "hypercall %s (0x%lx)", d->name, d->number);
		return text;
	}
	switch (op) {
	case HCALL_OP_RESET:
		return arch_reset_means();
	case HCALL_OP_SHUTDOWN:
		return arch_poweroff_means();
	case HCALL_OP_KICK_CPU:
		return arch_cpu_wake_means();
	case HCALL_OP_FEATURES:
		return hypervisor.features_from;
	default:
		return NULL;
	}
}
