/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* strerrorname_np() */
#include <stdio.h>
#include <string.h>

#include "hcall/catalogue.h"
#include "hosts/e500/kvm_epapr.h"
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
	NAME(DIRTY_RING_FULL), NAME(AP_RESET_HOLD), NAME(X86_BUS_LOCK), NAME(XEN),
	NAME(RISCV_SBI), NAME(RISCV_CSR), NAME(NOTIFY),
};
/* clang-format on */

const char *exit_name(uint32_t reason)
{
	if (reason == KVM_EXIT_EPAPR_HCALL)
		return "EPAPR_HCALL";
	return reason < sizeof(name) / sizeof(name[0]) && name[reason] ? name[reason] : "?";
}

static void print_bytes(const void *data, unsigned int n)
{
	const uint8_t *bytes = data;
	unsigned int i;

	fprintf(stderr, " data=");
	for (i = 0; i < n; i++)
		fprintf(stderr, "%02x", bytes[i]);
}

static void print_device(const struct kvm_run *run)
{
	const char *device = arch_device(run);

	if (device)
		fprintf(stderr, " device=%s", device);
}

static bool takes(const struct hcall_desc *d, unsigned int reg)
{
	unsigned int i;

	for (i = 0; i < d->nr_in; i++)
		if (d->in[i] == reg)
			return true;
	return false;
}

/*
 * A hypercall by its name, with the arguments that the catalogue says it has, all of them if it is
 * not in there; and what it was answered.
 */
static void print_call(const struct vcpu *vcpu, uint64_t nr, const __u64 *args, uint64_t ret)
{
	static const uint8_t reg[] = HCALL_REG_ARGS;
	const struct hcall_desc *d = hcall_find(nr);
	unsigned int i;

	fprintf(stderr, " call=%s nr=0x%llx", d ? d->name : "?", (unsigned long long)nr);
	for (i = 0; i < sizeof(reg); i++)
		if (!d || takes(d, reg[i]))
			fprintf(stderr, " %s=0x%llx", arch.arg_name[i],
				(unsigned long long)args[i]);
	if (vcpu->vm->end.reason) {
		fprintf(stderr, " ends=%s", end_name(vcpu->vm->end.reason));
		return;
	}
	fprintf(stderr, " ret=%lld", (long long)ret);
	for (i = 0; d && i < HCALL_MAX_RETURNS && d->returns[i].when; i++)
		if (d->returns[i].status == (long)ret)
			fprintf(stderr, " (%s)",
				d->returns[i].error ? strerrorname_np(d->returns[i].error)
						    : "success");
}

static void print_system_event(const struct kvm_run *run)
{
	static const char *const type[] = {
		[KVM_SYSTEM_EVENT_SHUTDOWN] = "SHUTDOWN", [KVM_SYSTEM_EVENT_RESET] = "RESET",
		[KVM_SYSTEM_EVENT_CRASH] = "CRASH",	  [KVM_SYSTEM_EVENT_WAKEUP] = "WAKEUP",
		[KVM_SYSTEM_EVENT_SUSPEND] = "SUSPEND",	  [KVM_SYSTEM_EVENT_SEV_TERM] = "SEV_TERM",
	};
	uint32_t is = run->system_event.type, i;

	fprintf(stderr, " type=%u(%s)", is,
		is < sizeof(type) / sizeof(type[0]) && type[is] ? type[is] : "?");
	for (i = 0; i < run->system_event.ndata && i < 16; i++)
		fprintf(stderr, " data%u=0x%llx", i, (unsigned long long)run->system_event.data[i]);
}

static void print_internal_error(const struct kvm_run *run)
{
	uint32_t i;

	fprintf(stderr, " suberror=%u", run->internal.suberror);
	for (i = 0; i < run->internal.ndata && i < 16; i++)
		fprintf(stderr, " data%u=0x%llx", i, (unsigned long long)run->internal.data[i]);
}

static void print_s390(const struct kvm_run *run)
{
	if (run->exit_reason == KVM_EXIT_S390_RESET)
		fprintf(stderr, " flags=0x%llx", (unsigned long long)run->s390_reset_flags);
	else
		fprintf(stderr, " icptcode=0x%x ipa=0x%x ipb=0x%x", run->s390_sieic.icptcode,
			run->s390_sieic.ipa, run->s390_sieic.ipb);
}

/* What is there beside the reason, as far as some exit of our machines carries it. */
static void print_details(const struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	const struct kvm_epapr_hcall *epapr = (const void *)run->padding;

	switch (run->exit_reason) {
	case KVM_EXIT_UNKNOWN:
		fprintf(stderr, " reason=0x%llx", (unsigned long long)run->hw.hardware_exit_reason);
		break;
	case KVM_EXIT_IO:
		fprintf(stderr, " %s port=0x%x size=%u count=%u",
			run->io.direction == KVM_EXIT_IO_OUT ? "out" : "in", run->io.port,
			run->io.size, run->io.count);
		print_bytes((const uint8_t *)run + run->io.data_offset,
			    run->io.size * run->io.count);
		print_device(run);
		break;
	case KVM_EXIT_MMIO:
		fprintf(stderr, " %s address=0x%llx size=%u", run->mmio.is_write ? "store" : "load",
			(unsigned long long)run->mmio.phys_addr, run->mmio.len);
		print_bytes(run->mmio.data, run->mmio.len);
		print_device(run);
		break;
	case KVM_EXIT_HYPERCALL:
		print_call(vcpu, run->hypercall.nr, run->hypercall.args, run->hypercall.ret);
		break;
	case KVM_EXIT_EPAPR_HCALL:
		print_call(vcpu, epapr->nr, epapr->args, epapr->ret);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		print_system_event(run);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		print_internal_error(run);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		fprintf(stderr, " reason=0x%llx",
			(unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_S390_SIEIC:
	case KVM_EXIT_S390_RESET:
		print_s390(run);
		break;
	}
}

void trace_exit(const struct vcpu *vcpu)
{
	uint32_t reason = vcpu->run->exit_reason;
	const char *name = exit_name(reason);

	/* One write() a line, so that those of several programs do not mix: see main(). */
	flockfile(stderr);
	fprintf(stderr, "vmm: trace vcpu=%u exit=", vcpu->id);
	if (name[0] == '?')
		fprintf(stderr, "%u(?)", reason);
	else
		fprintf(stderr, "%s", name);
	print_details(vcpu);
	fprintf(stderr, "\n");
	funlockfile(stderr);
}

void trace_record(const struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	unsigned int i;

	fprintf(stderr, "vmm: record vcpu=%u exit=%u(%s)", vcpu->id, run->exit_reason,
		exit_name(run->exit_reason));
	print_details(vcpu);
	for (i = 0; i < sizeof(run->padding); i += 32) {
		fprintf(stderr, "\nvmm: record offset=%u", i);
		print_bytes(run->padding + i, 32);
	}
	fprintf(stderr, "\n");
}
