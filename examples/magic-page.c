// SPDX-License-Identifier: BSD-2-Clause
/*
 * Maps the page that Linux KVM shares with a guest on PowerPC, and looks at it; elsewhere says why
 * there is none.
 *
 * Such a guest's kernel runs in the CPU's user mode, so each access to a supervisor register costs
 * an exit to the hypervisor. In this page those registers are memory: loads and stores cost nothing.
 *
 * What can be seen: the registers as KVM keeps them, and that the page moves with its contents when
 * it is mapped again, as there is one for each vCPU and not one for each address.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>

/* The last page of the address space is where Linux maps it, too; nothing else is at either. */
#define FIRST  ((uintptr_t)0xfffff000u)
#define SECOND ((uintptr_t)0xffffd000u)

/* struct kvm_vcpu_arch_shared of Linux, <asm/kvm_para.h>; the low halves of fields of 64 bits. */
static const struct {
	const char *name;
	unsigned int offset;
} fields[] = {
	{ "scratch1", 0x000 }, { "critical", 0x01c }, { "SPRG0", 0x024 }, { "SPRG3", 0x03c },
	{ "SRR0", 0x044 },     { "SRR1", 0x04c },     { "DEAR", 0x054 },  { "MSR", 0x05c },
	{ "pending", 0x064 },  { "MAS0", 0x0a8 },     { "MAS1", 0x0ac },  { "ESR", 0x0c8 },
	{ "PIR", 0x0cc },      { "SPRG4", 0x0d4 },
};

static volatile uint32_t *field(uintptr_t page, unsigned int offset)
{
	return (volatile uint32_t *)(page + offset);
}

static void show(uintptr_t page)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		printf("  %-9s 0x%08lx\n", fields[i].name,
		       (unsigned long)*field(page, fields[i].offset));
}

static void explain(int err)
{
	printf("There is no magic page here: %s.\n", strerror(-err));
	if (!hcall_patched())
		printf("Nobody can be called on this machine.\n");
	else
		printf("The hypervisor (%s) does not announce one; only KVM for PowerPC does.\n",
		       hypervisor.vendor);
}

int main(void)
{
	uint32_t kept;
	int err = hcall_map_magic_page(FIRST, FIRST, &kept);

	if (err) {
		explain(err);
		return 0;
	}
	printf("Mapped at 0x%lx; groups of fields that are kept: 0x%lx\n", (unsigned long)FIRST,
	       (unsigned long)kept);
	show(FIRST);

	/* The scratch fields are the guest's own: KVM leaves them alone. */
	*field(FIRST, 0) = 0x600dcafe;
	err = hcall_map_magic_page(SECOND, SECOND, NULL);
	if (err) {
		printf("It cannot be moved: %s\n", strerror(-err));
		return 1;
	}
	printf("Mapped again at 0x%lx; scratch1 there: 0x%08lx\n", (unsigned long)SECOND,
	       (unsigned long)*field(SECOND, 0));
	return *field(SECOND, 0) != 0x600dcafe;
}
