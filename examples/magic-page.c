// SPDX-License-Identifier: BSD-2-Clause
/*
 * Maps the page that Linux KVM shares with a guest on PowerPC, and looks at it; elsewhere says why
 * there is none.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>

/* The last page of the address space: reached by a 16-bit displacement from register 0. */
#define EA ((uintptr_t)0xfffff000u)

int main(void)
{
	uint32_t kept;
	int err = hcall_map_magic_page(EA, EA, &kept);

	if (err) {
		printf("No magic page here: %s\n", strerror(-err));
		printf("It is Linux KVM's on PowerPC, where the guest kernel runs in user mode and "
		       "each access to a supervisor register costs an exit.\n");
		return 0;
	}
	printf("Mapped at 0x%lx; groups of fields kept: 0x%lx\n", (unsigned long)EA,
	       (unsigned long)kept);
	for (uintptr_t at = EA; at < EA + 0xf0; at += 16) {
		const volatile uint32_t *p = (const volatile uint32_t *)at;

		printf("  +0x%02lx  %08lx %08lx %08lx %08lx\n", (unsigned long)(at - EA),
		       (unsigned long)p[0], (unsigned long)p[1], (unsigned long)p[2],
		       (unsigned long)p[3]);
	}
	return 0;
}
