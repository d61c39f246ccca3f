// SPDX-License-Identifier: BSD-2-Clause
/*
 * Discovery by CPUID: Linux, Documentation/virt/kvm/x86/cpuid.rst. A hypervisor may put another
 * one's leaves first (Hyper-V's, for Windows) and its own 0x100 further on.
 */
#include <stdbool.h>
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/hypervisor.h"

#define HYPERVISOR_PRESENT (1u << 31) /* leaf 1, ECX */
#define BASE_FIRST	   0x40000000u
#define BASE_END	   0x40010000u
#define BASE_STEP	   0x100u
#define SIGNATURE_SIZE	   12

static const char kvm_signature[SIGNATURE_SIZE] = "KVMKVMKVM\0\0";
static const char tcg_signature[SIGNATURE_SIZE] = "TCGTCGTCGTCG";

static const uint8_t vmcall[] = { 0x0f, 0x01, 0xc1 };
static const uint8_t vmmcall[] = { 0x0f, 0x01, 0xd9 };

/* "CPUID 0x" and the leaf, in storage of its own for each name. */
static const char *leaf_name(char text[17], uint32_t leaf)
{
	memcpy(text, "CPUID 0x", 8);
	for (unsigned int i = 0; i < 8; i++)
		text[8 + i] = "0123456789abcdef"[leaf >> (28 - 4 * i) & 15];
	text[16] = '\0';
	return text;
}

static void signature(const struct cpuid *c, char s[SIGNATURE_SIZE])
{
	memcpy(s, &c->ebx, 4);
	memcpy(s + 4, &c->ecx, 4);
	memcpy(s + 8, &c->edx, 4);
}

uint32_t hypervisor_find_kvm(void)
{
	char s[SIGNATURE_SIZE];
	struct cpuid c;

	for (uint32_t base = BASE_FIRST; base < BASE_END; base += BASE_STEP) {
		c = cpuid(base);
		signature(&c, s);
		if (!memcmp(s, kvm_signature, sizeof(s)))
			return base;
		if (base == BASE_FIRST && !memcmp(s, tcg_signature, sizeof(s)))
			return 0;
	}
	return 0;
}

/* One word of printable characters, whatever the leaf holds. */
static void set_vendor(struct hypervisor *hv, uint32_t base)
{
	static char from[17];
	char s[SIGNATURE_SIZE];
	struct cpuid c = cpuid(base);
	size_t n = SIGNATURE_SIZE;

	signature(&c, s);
	while (n && s[n - 1] == '\0')
		n--;
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		hv->vendor[i] = s[i] > ' ' && s[i] <= '~' ? s[i] : '_';
	hv->vendor[n] = '\0';
	hv->present = true;
	hv->vendor_from = leaf_name(from, base);
}

/* Linux, arch/x86/kernel/cpu/{amd,hygon}.c: these two have vmmcall, all others vmcall. */
static void set_insn(struct hypervisor *hv)
{
	struct cpuid c = cpuid(0);
	bool amd = c.ebx == 0x68747541 && c.edx == 0x69746e65 && c.ecx == 0x444d4163;
	bool hygon = c.ebx == 0x6f677948 && c.edx == 0x656e6947 && c.ecx == 0x656e6975;

	hv->insn_len = sizeof(vmcall);
	memcpy(hv->insn, amd || hygon ? vmmcall : vmcall, hv->insn_len);
	hv->insn_from = amd	? "CPUID 0 (AuthenticAMD: vmmcall)"
			: hygon ? "CPUID 0 (HygonGenuine: vmmcall)"
				: "CPUID 0 (vmcall)";
}

static void set_features(struct hypervisor *hv, uint32_t base)
{
	static char from[17];

	/* Old hosts say 0 for the highest leaf and have base + 1 all the same. */
	hv->features = cpuid(base + 1).eax;
	hv->has_features = true;
	hv->features_from = leaf_name(from, base + 1);
}

void arch_hypervisor_probe(struct hypervisor *hv)
{
	uint32_t base;

	if (!(cpuid(1).ecx & HYPERVISOR_PRESENT))
		return;
	base = hypervisor_find_kvm();
	if (!hv->present)
		set_vendor(hv, base ? base : BASE_FIRST);
	if (!base)
		return;
	if (hv->abi == ABI_NONE)
		hv->abi = ABI_KVM;
	if (!hv->insn_from)
		set_insn(hv);
	if (!hv->has_features)
		set_features(hv, base);
}

const char *arch_hcall_insn_error(const uint8_t *insn, size_t len)
{
	if (len == sizeof(vmcall) && (!memcmp(insn, vmcall, len) || !memcmp(insn, vmmcall, len)))
		return NULL;
	return "neither vmcall (0f 01 c1) nor vmmcall (0f 01 d9)";
}
