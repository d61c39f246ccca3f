// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/trap.h>
#include "arch/x86_64/cpu.h"

_Static_assert(ENOSYS == 88, "UNPATCHED in hcall_invoke.S");
_Static_assert(HCALL_RDI == 5 && HCALL_R15 == 15 && HCALL_RFLAGS == 16, "hcall_invoke.S");

/* Linux, include/uapi/linux/kvm_para.h; -ENOSYS of an unpatched slot is newlib's. */
int hcall_error(long status)
{
	switch (status) {
	case -1:
		return -EPERM;
	case -7:
		return -E2BIG;
	case -14:
		return -EFAULT;
	case -22:
		return -EINVAL;
	case -95:
		return -EOPNOTSUPP;
	case -1000:
	case -ENOSYS:
		return -ENOSYS;
	default:
		return status < 0 ? -EIO : 0;
	}
}

/*
 * With CR0.WP clear, this CPU ignores that a page is read-only when it runs as supervisor; KVM
 * looks at the bit too when it writes on the guest's behalf.
 */
static void text_unlock(void)
{
	write_cr0(read_cr0() & ~CR0_WP);
}

static void text_lock(void)
{
	write_cr0(read_cr0() | CR0_WP);
}

/* This CPU's own fetches see its stores; the serializing write of CR0 sees to prefetched ones. */
void arch_text_write(void *dst, const void *src, size_t len)
{
	text_unlock();
	memcpy(dst, src, len);
	text_lock();
}

extern uint8_t hcall_invoke_slot[HCALL_SLOT_SIZE];

static void invoke(void *regs)
{
	hcall_invoke(regs);
}

/*
 * The instruction takes the place of the patched one in hcall_invoke() for one call. KVM replaces
 * the other vendor's instruction where it stands, through this guest's own page tables, so the
 * text stays writable meanwhile. If the call traps, all that is undone first, and then the trap
 * goes to whom it would have gone to.
 */
int hcall_invoke_insn(struct hcall_regs *regs, uint8_t *insn, size_t len)
{
	uint8_t patched[HCALL_SLOT_SIZE];
	struct trap_frame frame;
	bool trapped;

	if (arch_hcall_insn_error(insn, len))
		return -EINVAL;
	memcpy(patched, hcall_invoke_slot, sizeof(patched));
	arch_text_write(hcall_invoke_slot, insn, len);
	text_unlock();
	trapped = trap_try(invoke, regs, &frame);
	memcpy(insn, hcall_invoke_slot, len);
	text_lock();
	arch_text_write(hcall_invoke_slot, patched, sizeof(patched));
	if (trapped) {
		trap_handle(&frame);
		trap_return(&frame);
	}
	return 0;
}
