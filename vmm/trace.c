/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "vmm/vmm.h"

#define NAME(reason) [KVM_EXIT_##reason] = #reason

/* clang-format off */
static const char *const name[] = {
	NAME(UNKNOWN), NAME(EXCEPTION), NAME(IO), NAME(HYPERCALL), NAME(DEBUG), NAME(HLT),
	NAME(MMIO), NAME(IRQ_WINDOW_OPEN), NAME(SHUTDOWN), NAME(FAIL_ENTRY), NAME(INTR),
	NAME(SET_TPR), NAME(TPR_ACCESS), NAME(S390_SIEIC), NAME(S390_RESET), NAME(DCR),
	NAME(NMI), NAME(INTERNAL_ERROR), NAME(OSI), NAME(PAPR_HCALL), NAME(S390_UCONTROL),
	NAME(WATCHDOG), NAME(S390_TSCH), NAME(EPR), NAME(SYSTEM_EVENT), NAME(S390_STSI),
	NAME(IOAPIC_EOI), NAME(HYPERV), NAME(ARM_NISV), NAME(X86_RDMSR), NAME(X86_WRMSR),
};
/* clang-format on */

const char *exit_name(uint32_t reason)
{
	return reason < sizeof(name) / sizeof(name[0]) && name[reason] ? name[reason] : "?";
}

static void print_bytes(const uint8_t *data, unsigned int n)
{
	unsigned int i;

	fprintf(stderr, " data=");
	for (i = 0; i < n; i++)
		fprintf(stderr, "%02x", data[i]);
}

void trace_exit(const struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	fprintf(stderr, "vmm: trace vcpu=%u exit=%s", vcpu->id, exit_name(run->exit_reason));
	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		fprintf(stderr, " %s port=0x%x size=%u count=%u",
			run->io.direction == KVM_EXIT_IO_OUT ? "out" : "in", run->io.port,
			run->io.size, run->io.count);
		print_bytes((const uint8_t *)run + run->io.data_offset,
			    run->io.size * run->io.count);
		break;
	case KVM_EXIT_MMIO:
		fprintf(stderr, " %s address=0x%llx size=%u", run->mmio.is_write ? "store" : "load",
			(unsigned long long)run->mmio.phys_addr, run->mmio.len);
		print_bytes(run->mmio.data, run->mmio.len);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		fprintf(stderr, " type=%u", run->system_event.type);
		break;
	case KVM_EXIT_HYPERCALL:
		fprintf(stderr, " nr=%llu ret=%llu", (unsigned long long)run->hypercall.nr,
			(unsigned long long)run->hypercall.ret);
		break;
	}
	fprintf(stderr, "\n");
}
