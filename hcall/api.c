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

/*
 * Makes the call d with the operation's arguments (d->nr_in of them), and fetches its results
 * (d->nr_out). Returns 0 or the negative errno that the status stands for.
 */
static int perform(const struct hcall_desc *d, const unsigned long *args, unsigned long *results)
{
	struct hcall_regs regs;

	memset(&regs, 0, sizeof(regs));
	hcall_regs_set_number(&regs, d->number);
	for (unsigned int i = 0; i < d->nr_in; i++)
		regs.r[d->in[i]] = args[i];
	hcall_invoke(&regs);
	for (unsigned int i = 0; i < d->nr_out; i++)
		results[i] = regs.r[d->out[i]];
	return hcall_error((long)regs.r[HCALL_REG_STATUS]);
}

int hcall_features(uint64_t *features)
{
	const struct hcall_desc *d = offered(HCALL_OP_FEATURES);
	unsigned long bits;
	int err;

	if (!d) {
		if (!hypervisor.has_features)
			return -ENOSYS;
		*features = hypervisor.features;
		return 0;
	}
	err = perform(d, NULL, &bits);
	if (!err)
		*features = bits;
	return err;
}

int hcall_reset(void)
{
	const struct hcall_desc *d = offered(HCALL_OP_RESET);

	if (d)
		return perform(d, NULL, NULL);
	arch_reset();
	return -ENOSYS;
}

int hcall_shutdown(void)
{
	const struct hcall_desc *d = offered(HCALL_OP_SHUTDOWN);

	if (d)
		return perform(d, NULL, NULL);
	arch_poweroff();
	return -ENOSYS;
}

int hcall_kick_cpu(unsigned int cpu)
{
	const struct hcall_desc *d = offered(HCALL_OP_KICK_CPU);
	unsigned long hwid;

	/* KVM answers 0 for a CPU that is not there; a program wants to know. */
	if (cpu >= (machine.cpus ? machine.cpus : 1))
		return -ENODEV;
	if (!d)
		return arch_cpu_wake(cpu);
	hwid = arch_cpu_hwid(cpu);
	return perform(d, &hwid, NULL);
}

int hcall_map_magic_page(uintptr_t ea, uintptr_t pa, uint32_t *features)
{
	const struct hcall_desc *d = offered(HCALL_OP_MAP_MAGIC_PAGE);
	unsigned long args[] = { ea, pa }, kept = 0;
	int err;

	if (!d)
		return -ENOSYS;
	if (ea % PAGE_SIZE || pa % PAGE_SIZE)
		return -EINVAL;
	err = perform(d, args, &kept);
	if (!err && features)
		*features = (uint32_t)kept;
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
