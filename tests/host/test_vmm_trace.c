// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the monitor's trace names every exit, with what the kernel said of it and what it was
 * answered; of an exit that nobody knows it shows the whole record. The records here are made up,
 * so that exits are seen, too, that no machine of ours takes.
 */
#include "vmm/trace.c"

#include <stdlib.h>
#include <lib/tap.h>

const struct arch arch = {
	.arg_name = { "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10" },
};

const char *end_name(enum end_reason reason)
{
	return reason == END_RESET ? "reset" : "?";
}

const char *arch_device(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_MMIO && run->mmio.is_write ? "gpio.dir" : NULL;
}

static struct vm vm;
/* The record, and behind it what its offsets may point at. */
static union {
	struct kvm_run run;
	uint8_t page[8192];
} shared;
static struct vcpu vcpu = { .vm = &vm, .id = 3, .run = &shared.run };

static struct kvm_run *exit_of(uint32_t reason)
{
	memset(&shared, 0, sizeof(shared));
	shared.run.exit_reason = reason;
	return &shared.run;
}

/* What a function prints about it. Caller frees. */
static char *printed(void (*print)(const struct vcpu *vcpu))
{
	FILE *terminal = stderr;
	char *text = NULL;
	size_t size;

	stderr = open_memstream(&text, &size);
	print(&vcpu);
	fclose(stderr);
	stderr = terminal;
	return text;
}

static void traces(const char *expected)
{
	char *text = printed(trace_exit), want[512];

	snprintf(want, sizeof(want), "vmm: trace vcpu=3 exit=%s\n", expected);
	if (!tap_ok(!strcmp(text, want), "%s", expected))
		tap_note("  it is %s", text);
	free(text);
}

static void devices(void)
{
	struct kvm_run *run = exit_of(KVM_EXIT_IO);

	run->io.direction = KVM_EXIT_IO_OUT;
	run->io.size = 2;
	run->io.count = 3;
	run->io.port = 0x3f8;
	run->io.data_offset = 4096;
	memcpy(shared.page + 4096, "abcdef", 6);
	traces("IO out port=0x3f8 size=2 count=3 data=616263646566");
	run->io.direction = KVM_EXIT_IO_IN;
	run->io.count = 1;
	traces("IO in port=0x3f8 size=2 count=1 data=6162");

	run = exit_of(KVM_EXIT_MMIO);
	run->mmio.phys_addr = 0xfe0004500;
	run->mmio.len = 4;
	run->mmio.is_write = 1;
	memcpy(run->mmio.data, "\x12\x34\x56\x78", 4);
	traces("MMIO store address=0xfe0004500 size=4 data=12345678 device=gpio.dir");
	run->mmio.is_write = 0;
	traces("MMIO load address=0xfe0004500 size=4 data=12345678");
}

/* Any of the machine's hypercalls: the record is the same for all. */
static struct kvm_epapr_hcall *epapr(uint64_t nr)
{
	struct kvm_run *run = exit_of(KVM_EXIT_EPAPR_HCALL);
	struct kvm_epapr_hcall *call = (void *)run->padding;

	call->nr = nr;
	for (unsigned int i = 0; i < 8; i++)
		call->args[i] = 0x10 + i;
	return call;
}

static void hypercalls(void)
{
	struct kvm_run *run = exit_of(KVM_EXIT_HYPERCALL);

	run->hypercall.nr = KVM_HC_PPC_MAP_MAGIC_PAGE;
	run->hypercall.args[0] = 0x1000;
	run->hypercall.args[1] = 0xfffff000;
	traces("HYPERCALL call=KVM_HC_PPC_MAP_MAGIC_PAGE nr=0x2a0004 r3=0x1000 r4=0xfffff000 "
	       "ret=0 (success)");
	epapr(KVM_HC_VM_RESET)->ret = 9;
	traces("EPAPR_HCALL call=KVM_HC_VM_RESET nr=0x2a2013 ret=9 (EIO)");
	epapr(0x2a7fff)->ret = 12;
	traces("EPAPR_HCALL call=? nr=0x2a7fff r3=0x10 r4=0x11 r5=0x12 r6=0x13 r7=0x14 r8=0x15 "
	       "r9=0x16 r10=0x17 ret=12");
	epapr(KVM_HC_VM_RESET);
	vm.end.reason = END_RESET;
	traces("EPAPR_HCALL call=KVM_HC_VM_RESET nr=0x2a2013 ends=reset");
	vm.end.reason = END_NONE;
}

static void machine_ends(void)
{
	struct kvm_run *run = exit_of(KVM_EXIT_SYSTEM_EVENT);

	run->system_event.type = KVM_SYSTEM_EVENT_SHUTDOWN;
	traces("SYSTEM_EVENT type=1(SHUTDOWN)");
	run->system_event.type = KVM_SYSTEM_EVENT_RESET;
	run->system_event.ndata = 1;
	run->system_event.data[0] = 1;
	traces("SYSTEM_EVENT type=2(RESET) data0=0x1");
	run = exit_of(KVM_EXIT_SYSTEM_EVENT);
	run->system_event.type = KVM_SYSTEM_EVENT_SUSPEND;
	traces("SYSTEM_EVENT type=5(SUSPEND)");
	run->system_event.type = 77;
	run->system_event.ndata = ~0u; /* what is not there is not read */
	run->system_event.data[15] = 0xf;
	traces("SYSTEM_EVENT type=77(?) data0=0x0 data1=0x0 data2=0x0 data3=0x0 data4=0x0 "
	       "data5=0x0 data6=0x0 data7=0x0 data8=0x0 data9=0x0 data10=0x0 data11=0x0 "
	       "data12=0x0 data13=0x0 data14=0x0 data15=0xf");
}

static void errors(void)
{
	struct kvm_run *run = exit_of(KVM_EXIT_INTERNAL_ERROR);

	run->internal.suberror = KVM_INTERNAL_ERROR_EMULATION;
	run->internal.ndata = 2;
	run->internal.data[1] = 0xabc;
	traces("INTERNAL_ERROR suberror=1 data0=0x0 data1=0xabc");
	run = exit_of(KVM_EXIT_FAIL_ENTRY);
	run->fail_entry.hardware_entry_failure_reason = 0x80000021;
	traces("FAIL_ENTRY reason=0x80000021");
	exit_of(KVM_EXIT_UNKNOWN)->hw.hardware_exit_reason = 0x7d5442a6;
	traces("UNKNOWN reason=0x7d5442a6");
	run = exit_of(KVM_EXIT_S390_SIEIC);
	run->s390_sieic.icptcode = 4;
	run->s390_sieic.ipa = 0x8300;
	traces("S390_SIEIC icptcode=0x4 ipa=0x8300 ipb=0x0");
	exit_of(KVM_EXIT_S390_RESET)->s390_reset_flags = 0x13;
	traces("S390_RESET flags=0x13");
}

/* Every reason that Linux has a number for; those of the lists here have no more than a name. */
static void names(void)
{
	static const struct {
		uint32_t reason;
		const char *name;
	} plain[] = {
		{ KVM_EXIT_HLT, "HLT" },
		{ KVM_EXIT_SHUTDOWN, "SHUTDOWN" },
		{ KVM_EXIT_INTR, "INTR" },
		{ KVM_EXIT_DEBUG, "DEBUG" },
		{ KVM_EXIT_OSI, "OSI" },
		{ KVM_EXIT_PAPR_HCALL, "PAPR_HCALL" },
		{ KVM_EXIT_EPR, "EPR" },
		{ KVM_EXIT_WATCHDOG, "WATCHDOG" },
		{ KVM_EXIT_S390_STSI, "S390_STSI" },
	};
	uint32_t i, unnamed = 0;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		exit_of(plain[i].reason);
		traces(plain[i].name);
	}
	for (i = 0; i <= KVM_EXIT_XEN; i++)
		unnamed += exit_name(i)[0] == '?';
	tap_equal(unnamed, 0, "every reason that Linux has given out has a name");
	exit_of(999);
	traces("999(?)");
}

static void unknown(void)
{
	struct kvm_run *run = exit_of(999);
	unsigned int i, lines = 0, right = 0;
	char *text, *p, want[128];

	for (i = 0; i < sizeof(run->padding); i++)
		run->padding[i] = (char)i;
	text = printed(trace_record);
	tap_ok(!strncmp(text, "vmm: record vcpu=3 exit=999(?)\n", 31), "its record is introduced");
	for (p = text; (p = strchr(p, '\n')) && p[1]; lines++) {
		p++;
		snprintf(want, sizeof(want), "vmm: record offset=%u data=%02x%02x", lines * 32,
			 lines * 32, lines * 32 + 1);
		right += !strncmp(p, want, strlen(want));
	}
	tap_equal(lines, sizeof(run->padding) / 32, "the whole of it is shown, 32 bytes a line");
	tap_equal(right, lines, "each line says where it is from");
	free(text);
}

int main(void)
{
	tap_begin();
	devices();
	hypercalls();
	machine_ends();
	errors();
	names();
	unknown();
	return tap_end();
}
