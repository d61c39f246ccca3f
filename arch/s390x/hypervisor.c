// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who runs this machine: STORE SYSTEM INFORMATION. Level 3 is a virtual machine, and 3.2.2 lists
 * the control programs from the innermost one on (Principles of Operation, "Store System
 * Information"; what KVM fills in: Linux arch/s390/kvm/priv.c, handle_stsi_3_2_2()).
 */
#include <string.h>
#include <asm/hcall_regs.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include "cpu.h"
#include "ebcdic.h"

#define FROM_STSI	      "STSI 3.2.2"
#define LEVEL_VIRTUAL_MACHINE 3
#define NAME_SIZE	      8
#define PROGRAM_SIZE	      16

struct sysinfo_322 {
	uint8_t reserved1[31];
	/* Low four bits: how many descriptions follow. */
	uint8_t count;
	struct {
		uint32_t reserved;
		uint16_t cpus_total;
		uint16_t cpus_configured;
		uint16_t cpus_standby;
		uint16_t cpus_reserved;
		uint8_t name[NAME_SIZE];
		uint32_t capability;
		uint8_t control_program[PROGRAM_SIZE];
		uint8_t reserved2[24];
	} vm[8];
};

_Static_assert(offsetof(struct sysinfo_322, vm[0].control_program) == 0x38, "STSI 3.2.2");
_Static_assert(offsetof(struct sysinfo_322, vm[1]) == 0x60, "STSI 3.2.2");

static union {
	struct sysinfo_322 info;
	uint8_t page[4096];
} block __attribute__((aligned(4096), section(".noinit.stsi")));

/* Returns false where the CPU does not know this block. For function 0, *r0 becomes the level. */
static bool stsi(uint64_t *r0, unsigned int function, unsigned int selector1,
		 unsigned int selector2)
{
	register uint64_t reg0 asm("0") = (uint64_t)function << 28 | selector1;
	register uint64_t reg1 asm("1") = selector2;
	int cc;

	asm volatile("stsi %[block]\n"
		     "	ipm %[cc]\n"
		     "	srl %[cc], 28"
		     : "+d"(reg0), [cc] "=&d"(cc), [block] "=Q"(block)
		     : "d"(reg1)
		     : "cc", "memory");
	*r0 = reg0;
	return cc == 0;
}

/* One word for the boot line: blanks inside become a hyphen. */
static void vendor_word(char *to, const uint8_t *field)
{
	ebcdic_field(to, field, PROGRAM_SIZE);
	for (; *to; to++)
		if (*to == ' ')
			*to = '-';
}

static char *append(char *to, const char *s)
{
	return stpcpy(to, s);
}

static char *append_number(char *to, unsigned int v)
{
	if (v >= 10)
		to = append_number(to, v / 10);
	*to++ = (char)('0' + v % 10);
	*to = '\0';
	return to;
}

/* "virtual machine TCGguest, 2 CPUs configured, 0 standby": 64 bytes hold the longest. */
static void describe(char *to, const struct sysinfo_322 *info)
{
	char name[NAME_SIZE + 1];

	ebcdic_field(name, info->vm[0].name, NAME_SIZE);
	to = append(append(to, "virtual machine "), name);
	to = append_number(append(to, ", CPUs: "), info->vm[0].cpus_configured);
	to = append_number(append(to, " configured, "), info->vm[0].cpus_standby);
	append(to, " standby");
}

void arch_hypervisor_probe(struct hypervisor *hv)
{
	static const uint8_t diag[] = { 0x83, 0x24, 0x05, 0x00 };
	char vendor[PROGRAM_SIZE + 1];
	uint64_t r0;

	if (!stsi(&r0, 0, 0, 0) || (uint32_t)r0 >> 28 < LEVEL_VIRTUAL_MACHINE)
		return;
	if (!stsi(&r0, 3, 2, 2) || (block.info.count & 0xf) == 0)
		return;

	vendor_word(vendor, block.info.vm[0].control_program);
	if (!hv->detail[0])
		describe(hv->detail, &block.info);
	if (!hv->present) {
		hv->present = true;
		strcpy(hv->vendor, vendor);
		hv->vendor_from = FROM_STSI;
	}
	/* Nothing announces DIAGNOSE 0x500 itself: KVM's name does (drivers/s390/virtio). */
	if (strncmp(vendor, "KVM", 3) != 0)
		return;
	if (hv->abi == ABI_NONE)
		hv->abi = ABI_KVM;
	if (hv->insn_len == 0 && !hv->insn_error) {
		memcpy(hv->insn, diag, sizeof(diag));
		hv->insn_len = sizeof(diag);
		hv->insn_from = "architecture (KVM control program id)";
	}
}
