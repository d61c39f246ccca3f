// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <hcall/call.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>

bool hcall_offered(enum hcall_op op)
{
	const struct hcall_desc *d = hcall_find_op(op);

	return d && hcall_announced(d->found_by, d->found_bit);
}

const char *hcall_means(enum hcall_op op)
{
	static char text[80];
	const struct hcall_desc *d = hcall_find_op(op);

	if (hcall_offered(op)) {
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
