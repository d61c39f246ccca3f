/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of /dev/kvm itself have in common. They are programs of Linux, not guests: each
 * holds one subject of the API to its documents, and runs inside a nested host as a job of its
 * own (hosts/README.md). Results are printed by lib/tap.h, as a guest prints them.
 *
 * An ioctl that is under test is called as such; one that only has to work goes through must().
 */
#ifndef HOST_KVM_HOST_H
#define HOST_KVM_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kvm.h>

#include "lib/tap.h"

/* /dev/kvm, from host_begin() on. */
extern int kvm;

struct host_vm {
	int fd;
	uint8_t *ram; /* slot 0, guest-physical 0 up to `size`, all zero at first */
	size_t size;
};

struct host_cpu {
	struct host_vm *vm;
	int fd;
	struct kvm_run *run;
	void *mmu; /* of lib/<a>/guest.c, NULL at first: what it had to set up for this vCPU */
};

/* First and last thing that a test does; the latter returns main()'s status. */
void host_begin(const char *name);
int host_end(void);

/* An ioctl that has to succeed, or the test is in error and ends here. Returns its result. */
int must(int fd, unsigned long request, void *arg, const char *name);

/* KVM_CHECK_EXTENSION on a VM. */
int extension(const struct host_vm *vm, int capability);

/* A machine without devices, and its vCPUs. vm_free() is for them all. */
void vm_make(struct host_vm *vm, size_t ram_size);
void vm_free(struct host_vm *vm, struct host_cpu *cpus, unsigned int nr_cpus);
void cpu_make(struct host_vm *vm, struct host_cpu *cpu, unsigned long id);

/* Checks: the ioctl that returned ret (errno as it left it) succeeded; failed with that error. */
bool granted(int ret, const char *name, ...) __attribute__((format(printf, 2, 3)));
bool refused(int ret, int error, const char *name, ...) __attribute__((format(printf, 3, 4)));

/*
 * A signal that is blocked all the time, but for the vCPU's KVM_RUN (KVM_SET_SIGNAL_MASK): once it
 * is pending, each KVM_RUN returns -EINTR. signal_take() checks that it is pending still, and ends
 * that.
 */
void signal_unmasked_in_run(struct host_cpu *cpu);
void signal_pend(void);
void signal_take(void);

/* KVM_ENABLE_CAP on a VM or a vCPU. */
int enable_cap(int fd, uint32_t capability, uint32_t flags, uint64_t arg0);

/*
 * lib/<a>/guest.c: guests of a few instructions. The code lies at the beginning of the RAM; a test
 * has everything from GUEST_FREE up.
 */
#define GUEST_CODE 0x1000
#define GUEST_FREE 0x10000

/* The vCPU will execute code[0..size) at GUEST_CODE, unprivileged of nothing, no paging. */
void guest_start(struct host_cpu *cpu, const void *code, size_t size);
/* It will store a byte at a guest-physical address, then stop; again and again. */
void guest_store(struct host_cpu *cpu, uint64_t address, uint8_t value);
/* It will load one into a register, then stop. */
void guest_load(struct host_cpu *cpu, uint64_t address);
/* That register, and where the instruction behind the load is. */
uint64_t guest_loaded(struct host_cpu *cpu);
uint64_t guest_pc(struct host_cpu *cpu);
uint64_t guest_behind_load(void);
/* Is the exit in cpu->run the one by which our guests say that they are done? */
bool guest_stopped(const struct host_cpu *cpu);

/* Does a guest lose what it had mapped of a slot as soon as the slot is deleted? */
extern const bool guest_loses_deleted_slots;
/* Does an access to where no slot is exit with KVM_EXIT_MMIO? On s390x there is no such thing. */
extern const bool guest_has_mmio;

/*
 * For paravane-vmm: options by which it enters an image at e_entry, NULL after the last one; code
 * for there that loops for ever; a capability that its --cap knows (name NULL: none).
 */
extern const char *const guest_monitor_options[];
extern const uint8_t guest_loop[4];
/* Code that takes an exit which the monitor has no answer to; size 0: there is none so simple. */
extern const uint8_t guest_unknown[8];
extern const size_t guest_unknown_size;
/* The monitor makes a device tree of its own. */
extern const bool guest_has_tree;
extern const char *const guest_cap_name;
extern const int guest_cap;

/* KVM_RUN once; true if it came back because the guest is done. */
bool run_to_stop(struct host_cpu *cpu);

#endif
