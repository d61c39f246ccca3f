/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: what its files share. It runs one guest on /dev/kvm:
 *
 *   main.c        options, and the order of the steps
 *   elf.c fdt.c   the image and the device tree as byte buffers (pure, no KVM)
 *   vm.c          the virtual machine: memory, vCPU threads, how they end
 *   trace.c       exits in words
 *   uart.c        the one device that all machines have
 *   <a>/          what one host architecture adds: entry state, exits, the machine's devices
 *
 * Lines for programs go to stderr and start with "vmm: ". The last one of each run is
 *   vmm: end reason=R vcpu=N status=N exits=N [pc=0x…] [why="…"]
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kvm.h>

#include "vmm/elf.h"
#include "vmm/uart.h"

#define VMM_MAX_CPUS 8

enum boot_protocol {
	BOOT_DEFAULT, /* the architecture's only or usual one */
	BOOT_PVH,     /* x86_64: 32-bit entry from the ELF note, hvm_start_info in EBX */
	BOOT_LINUX,   /* x86_64: e_entry in 64-bit mode, boot_params in RSI */
};

struct options {
	unsigned int cpus; /* 1 to VMM_MAX_CPUS */
	uint64_t mem;	   /* bytes, a multiple of 1 MiB */
	double timeout;	   /* seconds, 0 for none */
	enum boot_protocol boot;
	bool trace;
	const char *dtb; /* file names, NULL if not given */
	const char *dumpdtb;
	const char *initrd;
	const char *console;
	const char *image;
	const char *cmdline; /* the guest's words, joined by blanks; NULL if none */
};

/* A file in memory. */
struct blob {
	uint8_t *data; /* NULL if there is no such file */
	size_t size;
};

enum end_reason { END_NONE, END_SHUTDOWN, END_RESET, END_PANIC, END_TIMEOUT, END_ERROR };

struct vm;

struct vcpu {
	struct vm *vm;
	unsigned int id; /* as the guest knows it: APIC ID, PIR */
	int fd;
	struct kvm_run *run; /* shared with the kernel */
	uint64_t exits;	     /* completed KVM_RUN calls */
	pthread_t thread;
	void *arch; /* private to <a>/vcpu.c */
};

struct vm {
	const struct options *opt;
	struct blob dtb, initrd; /* as read from the files of the options */
	struct elf_image image;
	int kvm, fd;
	uint8_t *ram; /* guest-physical 0 up to opt->mem */
	struct uart uart;
	struct vcpu vcpu[VMM_MAX_CPUS];

	pthread_mutex_t lock; /* held while an exit is served: devices need no lock of their own */
	pthread_t main;	      /* is woken by the first vm_end() */
	struct {
		enum end_reason reason;
		unsigned int vcpu;
		int status;
		char why[160];
	} end; /* of the first vm_end() */
};

/* vm.c */

/* Ends the program before a guest has run: one line that says why, exit status 1. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Reserves the guest's memory, all zero: vm->ram. */
void vm_create_ram(struct vm *vm);

/* Opens /dev/kvm, creates the machine with that memory and its vCPUs; dies if it cannot. */
void vm_create(struct vm *vm);

/* Runs the guest to its end, prints the report. Returns the program's exit status. */
int vm_run(struct vm *vm);

/*
 * The guest ends. The first call decides what is reported; all vCPUs are stopped. `status` is the
 * guest's own (0 to 255) for shutdown and panic. `why` may be NULL. The caller holds vm->lock.
 */
void vm_end(struct vcpu *vcpu, enum end_reason reason, int status, const char *why, ...)
	__attribute__((format(printf, 4, 5)));

/* An ioctl that must succeed; `name` is for the message. Returns its (non-negative) result. */
int vm_ioctl(int fd, unsigned long request, void *arg, const char *name);

/* Dies unless this KVM has the capability. */
void vm_require(struct vm *vm, int capability, const char *name);

/* Copies a blob to guest-physical address `to`, which lies in RAM together with its end. */
void vm_put(struct vm *vm, uint64_t to, const void *from, size_t size);

/* trace.c: one line on stderr about the exit in vcpu->run, already served. */
void trace_exit(const struct vcpu *vcpu);
const char *exit_name(uint32_t reason);

/*
 * <a>/vcpu.c: what each host architecture provides.
 */
struct arch {
	uint64_t mem_min, mem_max, mem_default; /* bytes */
	uint64_t mem_multiple;
	unsigned int max_cpus;
	unsigned int elf_machine; /* e_machine of its images */
	bool makes_dtb;		  /* it gives the guest a device tree of its own making */
	bool has_boot_protocols;  /* --boot means something */
};
extern const struct arch arch;

/* After KVM_CREATE_VM, before the first vCPU: interrupt controllers and the like. */
void arch_vm_init(struct vm *vm);
/* One vCPU, just created: what the guest can never change (CPUID, TLB geometry). */
void arch_vcpu_init(struct vcpu *vcpu);
/* The boot data (tree, memory map, command line) into RAM; entry state of every vCPU. */
void arch_boot(struct vm *vm);
/* The tree that arch_boot() would give, malloc()ed; only if arch.makes_dtb. */
struct blob arch_dtb(struct vm *vm);
/* Serves the exit in vcpu->run. False: this machine has no answer to it. */
bool arch_exit(struct vcpu *vcpu);
/* Prints "vmm: reg …" lines on stderr, returns the program counter. */
uint64_t arch_print_regs(struct vcpu *vcpu);

#endif
