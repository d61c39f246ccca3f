// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_GET_DIRTY_LOG: the pages of a slot with KVM_MEM_LOG_DIRTY_PAGES that were written since the
 * last call (api.txt of 2010, 4.34). Linux for Book E has none: -EOPNOTSUPP.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/host-kvm/lib/host.h"

#define RAM    0x400000u
#define TARGET 0x200000u    /* what the guest writes to */
#define PAGES  (RAM / 4096) /* at most; fewer if the host's pages are larger */

static struct host_vm vm;
static uint64_t bitmap[PAGES / 64];
static unsigned int page_size, pages;

static int get(uint32_t slot)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bitmap };

	memset(bitmap, 0xff, sizeof(bitmap));
	return ioctl(vm.fd, KVM_GET_DIRTY_LOG, &log);
}

/* Bit 0 of the first byte is page 0, whatever the host's byte order is. */
static bool dirty(unsigned int page)
{
	return ((const uint8_t *)bitmap)[page / 8] >> page % 8 & 1;
}

static unsigned int count(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < pages; i++)
		n += dirty(i);
	return n;
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
	const unsigned int page = TARGET / page_size;

	refused(get(0), ENOENT, "the log of a slot that has none");
	refused(get(7), ENOENT, "the log of a slot that does not exist");
	set_flags(KVM_MEM_LOG_DIRTY_PAGES);
	granted(get(0), "the log of a slot that has one");
	tap_equal(count(), 0, "nothing was written yet");
	guest_store(cpu, TARGET, 1);
	/* What this process writes, the guest's code for one, is not logged. */
	tap_ok(run_to_stop(cpu), "the guest stores into page %u", page);
	granted(get(0), "the log again");
	tap_ok(dirty(page), "page %u is in it", page);
	tap_ok(!dirty(page - 1) && !dirty(page + 1), "the pages beside it are not");
	granted(get(0), "the log once more");
	tap_equal(count(), 0, "it was emptied by the last call");
	tap_ok(run_to_stop(cpu), "the guest stores into the same page again");
	granted(get(0), "the log");
	tap_ok(dirty(page), "the page is in it again");
}

int main(void)
{
	struct host_cpu cpu;

	host_begin("dirty-log");
	page_size = (unsigned int)sysconf(_SC_PAGESIZE);
	pages = RAM / page_size;
	vm_make(&vm, RAM);
	cpu_make(&vm, &cpu, 0);
	if (get(0) < 0 && errno == EOPNOTSUPP)
		tap_skip("dirty pages are logged",
			 "KVM_GET_DIRTY_LOG, which is not supported here");
	else
		check_log(&cpu);
	vm_free(&vm, &cpu, 1);
	return host_end();
}
