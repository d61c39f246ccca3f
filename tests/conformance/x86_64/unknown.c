// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: numbers that KVM on x86_64 does not answer are unknown to it one by one: 0, what belongs to
 * other architectures, what was removed, and everything that is a known number only when its upper
 * half is not looked at. The answer is -1000 in all 64 bits.
 *
 * Source: kvm_emulate_hypercall() in arch/x86/kvm/x86.c; include/uapi/linux/kvm_para.h.
 * Outcomes: pass; fail with the registers; skip where nobody can be called.
 */
#include "tests/conformance/conf.h"

#define SOURCE "kvm_emulate_hypercall(): switch (nr)"

static void unknown(unsigned long first, unsigned long last)
{
	struct call c;

	for (unsigned long n = first;; n++) {
		call_prepare(&c, n);
		conf_call(&c);
		if (!expect_unknown(&c) || !expect_kept(&c) || n == last)
			return;
	}
}

CHECK("unknown.zero", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(0, 0);
}

CHECK("unknown.of-powerpc", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(KVM_HC_FEATURES, KVM_HC_PPC_MAP_MAGIC_PAGE);
}

CHECK("unknown.of-mips", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(KVM_HC_MIPS_GET_CLOCK_FREQ, KVM_HC_MIPS_CONSOLE_OUTPUT);
}

CHECK("unknown.above-the-last", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(KVM_HC_MAP_GPA_RANGE + 1, 64);
}

CHECK("unknown.sign-bit-of-32-bits", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(0x7fffffff, 0x80000005);
}

CHECK("unknown.sign-bit-of-64-bits", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(0x7fffffffffffffff, 0x8000000000000005);
}

CHECK("unknown.minus-one", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(~0ul - 2, ~0ul);
}

/* An errno as a number: a stub that loads what it should return. */
CHECK("unknown.negative-errnos", SOURCE)
{
	REQUIRE_HYPERVISOR();
	unknown(-1001ul, -999ul);
}

/* KVM_HC_x + n * 2^32, in a 64-bit guest: not x. */
CHECK("unknown.known-numbers-with-an-upper-half", SOURCE)
{
	static const unsigned long halves[] = { 1, 0x80000000, 0xffffffff };
	struct call c;

	REQUIRE_HYPERVISOR();
	for (size_t h = 0; h < sizeof(halves) / sizeof(halves[0]); h++)
		for (size_t i = 0; i < hcall_catalogue_size; i++) {
			CALL(&c, hcall_catalogue[i].number | halves[h] << 32);
			if (!expect_unknown(&c))
				return;
		}
}

/* Numbers of two other hypervisors' interfaces that are reached by the same instructions. */
CHECK("unknown.of-hyper-v-and-xen", SOURCE ": no Hyper-V, no Xen page is set up")
{
	static const unsigned long numbers[] = { 0x5c, 0x5d, 0x8001, 0x40000000, 0x80000000 | 29 };
	struct call c;

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		CALL(&c, numbers[i]);
		if (!expect_unknown(&c))
			return;
	}
}

CHECK("unknown.arguments-do-not-matter", SOURCE)
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	struct call c;

	REQUIRE_HYPERVISOR();
	for (size_t i = 0; i < sizeof(args); i++) {
		call_prepare(&c, HCALL_UNASSIGNED);
		c.regs.r[args[i]] = ~0ul;
		conf_call(&c);
		if (!expect_unknown(&c) || !expect_kept(&c))
			return;
	}
}
