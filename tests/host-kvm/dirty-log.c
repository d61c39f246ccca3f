// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_DIRTY_LOG: the pages of a slot with KVM_MEM_LOG_DIRTY_PAGES that were written since the
 * last call (api.txt of 2010, 4.34). Linux for Book E has none: -EOPNOTSUPP.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

#define PAGE  0x1000u
#define PAGES 256u /* 1 MiB */

static struct host_vm vm;
static uint64_t bitmap[PAGES / 64];

static int get(uint32_t slot)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bitmap };

	memset(bitmap, 0xff, sizeof(bitmap));
	return ioctl(vm.fd, KVM_GET_DIRTY_LOG, &log);
}

static unsigned int count(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < PAGES / 64; i++)
		n += (unsigned int)__builtin_popcountll(bitmap[i]);
	return n;
}

/* The bitmap is one of longs in the host's byte order. */
static bool dirty(unsigned int page)
{
	const unsigned long *words = (const unsigned long *)bitmap;

	return words[page / (8 * sizeof(long))] >> page % (8 * sizeof(long)) & 1;
}

static void set_flags(uint32_t flags)
{
	struct kvm_userspace_memory_region region = {
		.flags = flags,
		.memory_size = vm.size,
		.userspace_addr = (uintptr_t)vm.ram,
	};

	must(vm.fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

static void check_log(struct host_cpu *cpu)
{
	refused(get(0), ENOENT, "the log of a slot that has none");
	refused(get(7), ENOENT, "the log of a slot that does not exist");
	set_flags(KVM_MEM_LOG_DIRTY_PAGES);
	granted(get(0), "the log of a slot that has one");
	tap_equal(count(), 0, "nothing was written yet");
	guest_store(cpu, 0x42 * PAGE, 1);
	/* What this process writes, the guest's code for one, is not logged. */
	tap_ok(run_to_stop(cpu), "the guest stores into page 0x42");
	granted(get(0), "the log again");
	tap_ok(dirty(0x42), "page 0x42 is in it");
	tap_ok(!dirty(0x41) && !dirty(0x43), "the pages beside it are not");
	for (unsigned int i = 0; i < PAGES; i++)
		if (dirty(i))
			tap_note("page 0x%x", i);
	granted(get(0), "the log once more");
	tap_equal(count(), 0, "it was emptied by the last call");
	tap_ok(run_to_stop(cpu), "the guest stores into the same page again");
	granted(get(0), "the log");
	tap_ok(dirty(0x42), "the page is in it again");
}

int main(void)
{
	struct host_cpu cpu;

	host_begin("dirty-log");
	vm_make(&vm, PAGES * PAGE);
	cpu_make(&vm, &cpu, 0);
	if (get(0) < 0 && errno == EOPNOTSUPP)
		tap_skip("dirty pages are logged",
			 "KVM_GET_DIRTY_LOG, which is not supported here");
	else
		check_log(&cpu);
	vm_free(&vm, &cpu, 1);
	return host_end();
}
