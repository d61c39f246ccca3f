// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: KVM's CPUID leaves are what a guest is told to look for: the hypervisor bit, a signature at
 * one of the bases, feature bits in the leaf behind it, no bit that means nothing, and none that
 * nobody answers.
 *
 * Source: Linux, Documentation/virt/kvm/x86/cpuid.rst; __do_cpuid_func() in arch/x86/kvm/cpuid.c.
 * Outcomes: pass; fail with the leaf; skip where there is no KVM signature.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include "arch/x86_64/cpu.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "Documentation/virt/kvm/x86/cpuid.rst"

#define HYPERVISOR_BIT (1u << 31)
#define BASE_FIRST     0x40000000u
#define BASE_END       0x40010000u
#define BASE_STEP      0x100u
/* Bits 0 to 17 but for 8, and 24: arch/x86/include/uapi/asm/kvm_para.h. */
#define KNOWN_FEATURES 0x0103feffu
#define KNOWN_HINTS    0x1u

enum {
	CLOCKSOURCE = 0,
	MMU_OP = 2,
	CLOCKSOURCE2 = 3,
	ASYNC_PF = 4,
	STEAL_TIME = 5,
	PV_EOI = 6,
	ASYNC_PF_VMEXIT = 10,
	POLL_CONTROL = 12,
	ASYNC_PF_INT = 14,
	MIGRATION_CONTROL = 17,
};

static uint32_t kvm_base_leaf;

struct leaf_fact {
	uint32_t number;
	struct cpuid c;
};

static struct cpuid leaf(uint32_t number)
{
	struct leaf_fact f = { number, cpuid(number) };

	conf_fact("cpuid", &f);
	return f.c;
}

static bool is_kvm(uint32_t base)
{
	struct cpuid c = cpuid(base);

	return c.ebx == 0x4b4d564b && c.ecx == 0x564b4d56 && c.edx == 0x4d;
}

/* 0: there is none. */
static uint32_t kvm_base(void)
{
	for (uint32_t base = BASE_FIRST; !kvm_base_leaf && base < BASE_END; base += BASE_STEP)
		if (is_kvm(base))
			kvm_base_leaf = base;
	return kvm_base_leaf;
}

#define REQUIRE_KVM() REQUIRE(kvm_base(), "KVM's signature in CPUID")

static bool feature(unsigned int bit)
{
	return leaf(kvm_base() + 1).eax >> bit & 1;
}

CHECK("cpuid.hypervisor-bit", SOURCE)
{
	REQUIRE_KVM();
	expect(leaf(1).ecx & HYPERVISOR_BIT, "CPUID 1, ECX bit 31: there is a hypervisor");
}

CHECK("cpuid.signature", SOURCE)
{
	struct cpuid c;

	REQUIRE_KVM();
	c = leaf(kvm_base());
	expect_equal(c.ebx, 0x4b4d564b, "EBX of CPUID 0x%x, \"KVMK\",", kvm_base());
	expect_equal(c.ecx, 0x564b4d56, "ECX of CPUID 0x%x, \"VMKV\",", kvm_base());
	expect_equal(c.edx, 0x4d, "EDX of CPUID 0x%x, \"M\" and zeros,", kvm_base());
}

/* 0 is what very old hosts say for base + 1. */
CHECK("cpuid.highest-leaf", SOURCE)
{
	uint32_t highest;

	REQUIRE_KVM();
	highest = leaf(kvm_base()).eax;
	expect(!highest || (highest > kvm_base() && highest < kvm_base() + BASE_STEP),
	       "highest leaf 0x%x within the block of 0x%x", highest, kvm_base());
}

CHECK("cpuid.only-one-block-has-the-signature", SOURCE)
{
	unsigned int n = 0;

	REQUIRE_KVM();
	for (uint32_t base = BASE_FIRST; base < BASE_FIRST + 16 * BASE_STEP; base += BASE_STEP)
		n += is_kvm(base);
	expect_equal(n, 1, "the number of blocks with KVM's signature");
}

CHECK("cpuid.no-feature-bit-without-a-meaning", SOURCE)
{
	REQUIRE_KVM();
	expect_equal(leaf(kvm_base() + 1).eax & ~KNOWN_FEATURES, 0,
		     "what is set of the unassigned bits of EAX");
}

CHECK("cpuid.mmu-op-is-gone", SOURCE ": bit 2 is deprecated, and nobody answers KVM_HC_MMU_OP")
{
	REQUIRE_KVM();
	expect(!feature(MMU_OP), "feature bit 2 clear");
}

CHECK("cpuid.no-hint-without-a-meaning", SOURCE)
{
	REQUIRE_KVM();
	expect_equal(leaf(kvm_base() + 1).edx & ~KNOWN_HINTS, 0,
		     "what is set of the unassigned bits of EDX");
}

CHECK("cpuid.other-registers-are-zero", SOURCE)
{
	struct cpuid c;

	REQUIRE_KVM();
	c = leaf(kvm_base() + 1);
	expect_equal(c.ebx, 0, "EBX of CPUID 0x%x", kvm_base() + 1);
	expect_equal(c.ecx, 0, "ECX of CPUID 0x%x", kvm_base() + 1);
}

CHECK("cpuid.says-the-same-twice", SOURCE)
{
	struct cpuid a, b;

	REQUIRE_KVM();
	a = leaf(kvm_base() + 1);
	b = leaf(kvm_base() + 1);
	expect(!memcmp(&a, &b, sizeof(a)), "CPUID 0x%x twice the same", kvm_base() + 1);
}

CHECK("cpuid.is-what-discovery-found", "hcall/hypervisor.h")
{
	REQUIRE_KVM();
	expect_equal(hypervisor.features, leaf(kvm_base() + 1).eax, "hypervisor.features");
}

/* The instruction that Linux guests pick: vmmcall for AMD and Hygon, vmcall for all others. */
CHECK("cpuid.vendor-chooses-the-instruction", "arch/x86/include/asm/kvm_para.h")
{
	struct cpuid c = cpuid(0);
	bool amd = c.ebx == 0x68747541 || c.ebx == 0x6f677948;

	REQUIRE_KVM();
	expect_equal(hypervisor.insn[2], amd ? 0xd9 : 0xc1, "third byte of the instruction");
}

/* ---- feature bits and the registers that they announce ---- */

struct access {
	uint32_t msr;
	uint64_t value;
};

static void read_msr(void *arg)
{
	struct access *a = arg;

	a->value = rdmsr(a->msr);
}

static bool readable(uint32_t msr)
{
	struct access a = { msr, 0 };
	bool can = !trap_try(read_msr, &a, NULL);

	conf_fact("msr is readable", &can);
	return can;
}

static void announced_msr(unsigned int bit, uint32_t msr)
{
	REQUIRE_KVM();
	REQUIRE(feature(bit), "feature bit %u", bit);
	expect(readable(msr), "MSR 0x%x, announced by feature bit %u, can be read", msr, bit);
}

#define CHECK_MSR(name, bit, msr)                                             \
	CHECK("cpuid." name, "Documentation/virt/kvm/x86/msr.rst; cpuid.rst") \
	{                                                                     \
		announced_msr(bit, msr);                                      \
	}

CHECK_MSR("clocksource-has-its-msrs", CLOCKSOURCE, 0x12)
CHECK_MSR("clocksource2-has-its-msrs", CLOCKSOURCE2, 0x4b564d01)
CHECK_MSR("async-pf-has-its-msr", ASYNC_PF, 0x4b564d02)
CHECK_MSR("steal-time-has-its-msr", STEAL_TIME, 0x4b564d03)
CHECK_MSR("pv-eoi-has-its-msr", PV_EOI, 0x4b564d04)
CHECK_MSR("poll-control-has-its-msr", POLL_CONTROL, 0x4b564d05)
CHECK_MSR("async-pf-int-has-its-msr", ASYNC_PF_INT, 0x4b564d06)
CHECK_MSR("migration-control-has-its-msr", MIGRATION_CONTROL, 0x4b564d08)

CHECK("cpuid.unassigned-msr-is-refused", "Documentation/virt/kvm/x86/msr.rst")
{
	REQUIRE_KVM();
	expect(!readable(0x4b564dff), "MSR 0x4b564dff, which nobody has, raises #GP");
}

/* ---- saboteurs ---- */

static bool here(void)
{
	return kvm_base() != 0;
}

#define SABOTAGE_LEAF(id, name_, rule_, which, register_, flip)                                   \
	static void id(const char *kind, void *fact)                                              \
	{                                                                                         \
		struct leaf_fact *f = fact;                                                       \
                                                                                                  \
		if (!strcmp(kind, "cpuid") && f->number == (which))                               \
			f->c.register_ ^= (flip);                                                 \
	}                                                                                         \
	SABOTEUR(id, .checks = "cpuid.*", .name = "cpuid-" name_, .rule = rule_, .applies = here, \
		 .fact = id)

SABOTAGE_LEAF(no_bit, "hides-hypervisor-bit", "the hypervisor bit is set", 1, ecx, HYPERVISOR_BIT);
SABOTAGE_LEAF(ebx, "signature-ebx", "all 12 bytes of the signature", kvm_base(), ebx, 1u << 24);
SABOTAGE_LEAF(ecx, "signature-ecx", "all 12 bytes of the signature", kvm_base(), ecx, 1);
SABOTAGE_LEAF(edx, "signature-edx", "all 12 bytes of the signature", kvm_base(), edx, 1u << 8);
SABOTAGE_LEAF(highest, "highest-leaf", "the highest leaf is one of the block", kvm_base(), eax,
	      0x8000);
SABOTAGE_LEAF(bit8, "unassigned-feature", "no bit without a meaning", kvm_base() + 1, eax, 1u << 8);
SABOTAGE_LEAF(mmu_op, "announces-mmu-op", "no bit for what is gone", kvm_base() + 1, eax, 1u << 2);
SABOTAGE_LEAF(hint, "unassigned-hint", "no hint without a meaning", kvm_base() + 1, edx, 1u << 31);
SABOTAGE_LEAF(leaf_ebx, "spoils-ebx", "EBX of the feature leaf is 0", kvm_base() + 1, ebx, 1);
SABOTAGE_LEAF(leaf_ecx, "spoils-ecx", "ECX of the feature leaf is 0", kvm_base() + 1, ecx, 1);
SABOTAGE_LEAF(kick, "hides-kick", "discovery tells what CPUID says", kvm_base() + 1, eax, 1u << 7);

static void forget_msr(const char *kind, void *fact)
{
	if (!strcmp(kind, "msr is readable"))
		*(bool *)fact ^= true;
}
SABOTEUR(forget_msr, .checks = "cpuid.*", .name = "msr-does-not-follow-its-bit", .applies = here,
	 .fact = forget_msr, .rule = "a feature bit that announces a register tells the truth");

static void another_each_time(const char *kind, void *fact)
{
	static uint32_t n;
	struct leaf_fact *f = fact;

	if (!strcmp(kind, "cpuid"))
		f->c.edx ^= n++ & 1;
}
SABOTEUR(another, .checks = "cpuid.*", .name = "cpuid-changes",
	 .rule = "CPUID says the same each time", .applies = here, .fact = another_each_time);
