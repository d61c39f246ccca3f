// SPDX-License-Identifier: BSD-2-Clause
/*
 * How fast the time stamp counter and the local APIC's timer are, from whoever says so:
 *   CPUID 0x40000010  EAX: TSC, EBX: local APIC timer, in kHz (VMware's; KVM and QEMU know it, too)
 *   kvmclock          TSC, as the factor by which KVM makes nanoseconds of it
 *                     (Linux, Documentation/virt/kvm/x86/msr.rst)
 *   CPUID 0x15        TSC = ECX * EBX / EAX Hz; ECX: the crystal that also feeds the local APIC
 *   CPUID 0x16        EAX: the CPU's base frequency in MHz, which is the TSC's
 *                     (both: Intel SDM volume 2, CPUID)
 */
#include <stddef.h>
#include <lib/irq.h>
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/hypervisor.h"
#include "arch/x86_64/timer.h"

#define HYPERVISOR_LEAVES  0x40000000u
#define HYPERVISOR_TIMING  0x40000010u
#define LEAF_CRYSTAL	   0x15
#define LEAF_FREQUENCIES   0x16
#define HYPERVISOR_PRESENT (1u << 31) /* leaf 1, ECX */

/* KVM: APIC_BUS_CYCLE_NS in arch/x86/kvm/lapic.h is 1; QEMU counts nanoseconds in hw/intc/apic.c. */
#define VIRTUAL_APIC_HZ 1000000000ull

/* KVM_FEATURE_CLOCKSOURCE2, and its MSR: the address of a struct kvmclock; bit 0 turns it on. */
#define FEATURE_KVMCLOCK (1u << 3)
#define MSR_KVMCLOCK	 0x4b564d01u
#define KVMCLOCK_ENABLE	 1

/* Nanoseconds = (ticks << shift, or >> -shift) * mul >> 32. */
struct kvmclock {
	uint32_t version;
	uint32_t pad0;
	uint64_t tsc_timestamp;
	uint64_t system_time;
	uint32_t mul;
	int8_t shift;
	uint8_t flags;
	uint8_t pad[2];
};
_Static_assert(sizeof(struct kvmclock) == 32, "pvclock_vcpu_time_info");

/* A measurement against the local APIC's timer lasts so long; each end of it is the best of some. */
#define MEASURE_NS    2000000u
#define MEASURE_TRIES 16

static struct cpuid ask(uint32_t leaf)
{
	return cpuid(leaf);
}

/* Of a leaf that may not be there: all 0 then. */
static struct cpuid hypervisor_timing(cpuid_fn *by)
{
	const struct cpuid none = { 0 };

	if (!(by(1).ecx & HYPERVISOR_PRESENT) || by(HYPERVISOR_LEAVES).eax < HYPERVISOR_TIMING)
		return none;
	return by(HYPERVISOR_TIMING);
}

static struct cpuid basic_leaf(cpuid_fn *by, uint32_t leaf)
{
	const struct cpuid none = { 0 };

	return by(0).eax >= leaf ? by(leaf) : none;
}

uint64_t tsc_hz_by_hypervisor(cpuid_fn *by)
{
	return hypervisor_timing(by).eax * 1000ull;
}

uint64_t tsc_hz_by_cpu(cpuid_fn *by, const char **from)
{
	struct cpuid crystal = basic_leaf(by, LEAF_CRYSTAL);

	*from = "CPUID 0x15";
	if (crystal.eax && crystal.ebx && crystal.ecx)
		return (uint64_t)crystal.ecx * crystal.ebx / crystal.eax;
	*from = "CPUID 0x16";
	return (basic_leaf(by, LEAF_FREQUENCIES).eax & 0xffff) * 1000000ull;
}

static uint64_t ask_kvmclock(void)
{
	static volatile struct kvmclock clock __attribute__((aligned(32)));
	uint32_t base = hypervisor_find_kvm();
	uint64_t hz = 0;

	if (!base || !(cpuid(base + 1).eax & FEATURE_KVMCLOCK))
		return 0;
	wrmsr(MSR_KVMCLOCK, (uintptr_t)&clock | KVMCLOCK_ENABLE);
	/* KVM filled it in before it went on with this guest; an odd version would be half an update. */
	if (clock.mul && !(clock.version & 1)) {
		hz = (VIRTUAL_APIC_HZ << 32) / clock.mul;
		hz = clock.shift < 0 ? hz << -clock.shift : hz >> clock.shift;
	}
	wrmsr(MSR_KVMCLOCK, 0);
	return hz;
}

uint64_t timer_hz(const char **from)
{
	uint64_t hz = hypervisor_timing(ask).ebx * 1000ull;

	if (hz) {
		*from = "by CPUID 0x40000010";
		return hz;
	}
	if (!(cpuid(1).ecx & HYPERVISOR_PRESENT)) {
		hz = basic_leaf(ask, LEAF_CRYSTAL).ecx;
		*from = "by CPUID 0x15";
		if (hz)
			return hz;
	}
	*from = "1 GHz assumed, as KVM and QEMU have it";
	return VIRTUAL_APIC_HZ;
}

/* The TSC and what is left of the timer at the same moment, as nearly as can be had. */
static uint64_t read_both(uint32_t *left)
{
	uint64_t best = UINT64_MAX, at = 0;

	for (unsigned int i = 0; i < MEASURE_TRIES; i++) {
		uint64_t before = rdtsc();
		uint32_t now = apic_timer_left();
		uint64_t gap = rdtsc() - before;

		if (gap < best) {
			best = gap;
			at = before + gap / 2;
			*left = now;
		}
	}
	return at;
}

/*
 * Only where nobody says it, as in QEMU without KVM, where the TSC is the host's and the local APIC
 * is not. Once, at the first question for the time, when no alarm can be set yet.
 */
static uint64_t measure(void)
{
	uint32_t first = 0, last = 0;
	uint64_t from, to, timer;
	const char *ignored;

	irq_ready();
	timer = timer_hz(&ignored);
	if (apic_has_deadline())
		return 0;
	apic_timer_start(APIC_TIMER_MAX);
	from = read_both(&first);
	while (apic_timer_left() > APIC_TIMER_MAX - timer / 1000 * (MEASURE_NS / 1000) / 1000)
		if (rdtsc() - from > 1ull << 32)
			break;
	to = read_both(&last);
	apic_timer_start(0);
	return last < first ? (to - from) * timer / (first - last) : 0;
}

uint64_t tsc_hz(const char **from)
{
	uint64_t hz = tsc_hz_by_hypervisor(ask);

	*from = "CPUID 0x40000010";
	if (hz)
		return hz;
	*from = "kvmclock";
	hz = ask_kvmclock();
	if (hz)
		return hz;
	hz = tsc_hz_by_cpu(ask, from);
	if (hz)
		return hz;
	*from = "no CPUID leaf: measured once against the local APIC timer";
	hz = measure();
	if (hz)
		return hz;
	*from = "assumed: nobody says";
	return VIRTUAL_APIC_HZ;
}
