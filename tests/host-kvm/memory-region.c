// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_SET_USER_MEMORY_REGION (api.txt of 2010, 4.34): slots are created, moved, change their flags,
 * and go; they are not resized and do not overlap; what backs them may change under the guest
 * (KVM_CAP_SYNC_MMU). Errors: __kvm_set_memory_region() in Linux 6.1, virt/kvm/kvm_main.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tests/host-kvm/lib/host.h"

#define PAGE 0x1000u
#define MIB  0x100000ull

static struct host_vm vm;
static uint8_t *backing; /* 4 MiB for slot 1, aligned to 1 MiB as s390x wants it */

static int set(uint32_t slot, uint32_t flags, uint64_t at, uint64_t size, const void *from)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = at,
		.memory_size = size,
		.userspace_addr = (uintptr_t)from,
	};

	return ioctl(vm.fd, KVM_SET_USER_MEMORY_REGION, &region);
}

static void bad_arguments(void)
{
	int slots = extension(&vm, KVM_CAP_NR_MEMSLOTS);
	int spaces = extension(&vm, KVM_CAP_MULTI_ADDRESS_SPACE);

	refused(set(1, 0, 8 * MIB, MIB + 1, backing), EINVAL, "a size that is not whole pages");
	refused(set(1, 0, 8 * MIB + 1, MIB, backing), EINVAL, "an unaligned guest address");
	refused(set(1, 0, 8 * MIB, MIB, backing + 1), EINVAL, "an unaligned user address");
	refused(set(1, 0, -(uint64_t)PAGE, 2 * PAGE, backing), EINVAL, "a range that wraps around");
	refused(set(1, 1u << 7, 8 * MIB, MIB, backing), EINVAL, "an unknown flag");
	refused(set(1, 0, 8 * MIB, 0, backing), EINVAL, "to delete a slot that does not exist");
	tap_ok(slots > 1, "KVM_CAP_NR_MEMSLOTS says %d", slots);
	if (slots < 0x10000)
		refused(set((uint32_t)slots, 0, 8 * MIB, MIB, backing), EINVAL,
			"a slot beyond the last");
	refused(set((uint32_t)(spaces > 0 ? spaces : 1) << 16 | 1, 0, 8 * MIB, MIB, backing),
		EINVAL, "an address space that does not exist");
}

static void life_of_a_slot(void)
{
	granted(set(1, 0, 8 * MIB, 2 * MIB, backing), "a new slot");
	granted(set(1, 0, 8 * MIB, 2 * MIB, backing), "the same again");
	refused(set(1, 0, 8 * MIB, 3 * MIB, backing), EINVAL, "to make it larger");
	refused(set(1, 0, 8 * MIB, MIB, backing), EINVAL, "to make it smaller");
	refused(set(1, 0, 8 * MIB, 2 * MIB, backing + MIB), EINVAL, "to back it by other memory");
	refused(set(2, 0, 9 * MIB, 2 * MIB, backing + MIB), EEXIST, "a slot that overlaps it");
	refused(set(2, 0, 0, MIB, backing + MIB), EEXIST, "a slot that overlaps slot 0");
	granted(set(1, 0, 16 * MIB, 2 * MIB, backing), "to move it");
	refused(set(1, 0, 0, 2 * MIB, backing), EEXIST, "to move it over slot 0");
	granted(set(1, KVM_MEM_LOG_DIRTY_PAGES, 16 * MIB, 2 * MIB, backing),
		"to log its dirty pages");
	granted(set(1, 0, 16 * MIB, 2 * MIB, backing), "not to log them any more");
	if (extension(&vm, KVM_CAP_READONLY_MEM) > 0)
		refused(set(1, KVM_MEM_READONLY, 16 * MIB, 2 * MIB, backing), EINVAL,
			"to make it read-only later on");
	else
		refused(set(2, KVM_MEM_READONLY, 8 * MIB, MIB, backing), EINVAL,
			"KVM_MEM_READONLY without KVM_CAP_READONLY_MEM");
	granted(set(1, 0, 16 * MIB, 0, backing), "size 0 deletes it");
	granted(set(1, 0, 16 * MIB, MIB, backing), "then it can have another size");
}

/* A change of what backs a slot is seen by the guest without any call to KVM. */
static void changes_show(struct host_cpu *cpu)
{
	if (extension(&vm, KVM_CAP_SYNC_MMU) <= 0) {
		tap_skip("a new mapping is seen by the guest", "KVM_CAP_SYNC_MMU");
		return;
	}
	guest_store(cpu, 16 * MIB, 0x11);
	tap_ok(run_to_stop(cpu), "the guest stores into the slot");
	tap_equal(backing[0], 0x11, "and it is in the memory behind it");
	tap_ok(mmap(backing, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0) == backing,
	       "other memory is mapped there");
	tap_equal(backing[0], 0, "which is new");
	guest_store(cpu, 16 * MIB, 0x22);
	tap_ok(run_to_stop(cpu), "the guest stores again");
	tap_equal(backing[0], 0x22, "into the new memory");
	if (madvise(backing, MIB, MADV_DONTNEED)) {
		tap_skip("memory that is given back is new for the guest", "madvise()");
		return;
	}
	guest_store(cpu, 16 * MIB + 1, 0x33);
	tap_ok(run_to_stop(cpu), "the guest stores once more, after madvise(MADV_DONTNEED)");
	tap_equal(backing[0], 0, "what it had stored before is gone");
	tap_equal(backing[1], 0x33, "what it stored now is there");
}

/* The guest may read it; what it writes goes to user space, as to a device. */
static void read_only(struct host_cpu *cpu)
{
	if (extension(&vm, KVM_CAP_READONLY_MEM) <= 0) {
		tap_skip("the guest cannot write to a read-only slot", "KVM_CAP_READONLY_MEM");
		return;
	}
	granted(set(2, KVM_MEM_READONLY, 24 * MIB, MIB, backing + 2 * MIB), "a read-only slot");
	backing[2 * MIB] = 0x55;
	guest_load(cpu, 24 * MIB);
	tap_ok(run_to_stop(cpu), "the guest loads from it");
	tap_equal(guest_loaded(cpu), 0x55, "what is there");
	guest_store(cpu, 24 * MIB, 0x66);
	tap_ok(!ioctl(cpu->fd, KVM_RUN, NULL) && cpu->run->exit_reason == KVM_EXIT_MMIO &&
		       cpu->run->mmio.is_write,
	       "it stores there: KVM_EXIT_MMIO");
	tap_equal(cpu->run->mmio.phys_addr, 24 * MIB, "at that address");
	tap_equal(cpu->run->mmio.data[0], 0x66, "with the value");
	tap_equal(backing[2 * MIB], 0x55, "the memory is as it was");
	tap_ok(run_to_stop(cpu), "and the guest goes on");
	granted(set(2, KVM_MEM_READONLY, 24 * MIB, 0, backing + 2 * MIB), "the slot is deleted");
}

static void no_slot(struct host_cpu *cpu)
{
	if (!guest_loses_deleted_slots) {
		tap_skip("the guest loses what it had mapped of a deleted slot",
			 "a KVM that flushes its mappings then");
		/* Else it would go on to use memory that may be somebody else's by then. */
		munmap(backing, 4 * MIB);
	}
	granted(set(1, 0, 16 * MIB, 0, backing), "the slot is deleted");
	guest_store(cpu, 16 * MIB, 0x44);
	tap_ok(!ioctl(cpu->fd, KVM_RUN, NULL) && cpu->run->exit_reason == KVM_EXIT_MMIO,
	       "a store where no slot is: KVM_EXIT_MMIO");
	tap_equal(cpu->run->mmio.phys_addr, 16 * MIB, "at that address");
}

int main(void)
{
	struct host_cpu cpu;

	host_begin("memory-region");
	vm_make(&vm, 4 * MIB);
	cpu_make(&vm, &cpu, 0);
	backing = mmap(NULL, 5 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	backing += -(uintptr_t)backing & (MIB - 1);
	bad_arguments();
	life_of_a_slot();
	changes_show(&cpu);
	read_only(&cpu);
	if (guest_has_mmio)
		no_slot(&cpu);
	vm_free(&vm, &cpu, 1);
	return host_end();
}
