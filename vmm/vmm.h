/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: what its files share. It runs one guest on /dev/kvm:
 *
 *   main.c        the order of the steps
 *   options.c     the command line
 *   elf.c fdt.c   the image and a device tree from a file, as byte buffers (pure, no KVM)
 *   vm.c          the virtual machine is made: memory, capabilities, vCPUs
 *   run.c         it runs: a thread for each vCPU, how a guest ends or is reset
 *   trace.c       exits in words
 *   stats.c       what KVM counts
 *   uart.c        the one device that all machines have
 *   <a>/          what one host architecture adds: entry state, exits, the machine's devices
 *
 * Lines for programs go to stderr and start with "vmm: ". The last one of each run is
 *   vmm: end reason=R vcpu=N status=N exits=N [resets=N] [pc=0x…] [why="…"]
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <linux/kvm.h>

#include "vmm/elf.h"
#include "vmm/uart.h"

#define VMM_MAX_CPUS  8
#define VMM_MAX_CAPS  4
#define VMM_MAX_PROPS 16

enum boot_protocol {
	BOOT_DEFAULT, /* the architecture's only or usual one */
	BOOT_PVH,     /* x86_64: 32-bit entry from the ELF note, hvm_start_info in EBX */
	BOOT_LINUX,   /* x86_64: e_entry in 64-bit mode, boot_params in RSI */
};

/* Calls that are to fail on purpose. */
enum { FAIL_RESET = 1 << 0, FAIL_SHUTDOWN = 1 << 1 };

/* What the user says about a capability that the architecture offers: see struct cap. */
struct cap_choice {
	bool given;
	uint64_t arg; /* 0: leave it off */
};

struct options {
	unsigned int cpus; /* 1 to arch.max_cpus */
	uint64_t mem;	   /* bytes, a multiple of arch.mem_multiple */
	double timeout;	   /* seconds, 0 for none */
	/* That many times a guest that resets starts again; the next reset ends it. */
	unsigned int resets;
	unsigned int fail; /* FAIL_… */
	enum boot_protocol boot;
	bool trace, stats, unchecked;
	bool hyper_v;		  /* x86_64: its leaves in CPUID, KVM's behind them */
	uint32_t hidden_features; /* x86_64: of KVM's feature bits */
	const char *dtb;	  /* file names, NULL if not given */
	const char *dumpdtb;
	const char *initrd;
	const char *console;
	const char *image;
	const char *cmdline;		     /* the guest's words, joined by blanks; NULL if none */
	struct cap_choice cap[VMM_MAX_CAPS]; /* in the order of arch.caps */
	const char *prop[VMM_MAX_PROPS];     /* NAME or NAME=VALUE, for the node /hypervisor */
	unsigned int nr_props;
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
	bool stopped;	     /* the monitor holds it back until somebody calls vcpu_start() */
	pthread_t thread;
	void *arch; /* private to <a>/vcpu.c, from malloc() */
};

struct vm {
	const struct options *opt;
	/* As read from the files of the options. */
	struct blob file, dtb, initrd;
	struct elf_image image;
	int kvm, fd;
	uint8_t *ram; /* guest-physical 0 up to opt->mem */
	struct uart uart;
	struct vcpu vcpu[VMM_MAX_CPUS];
	uint64_t cap[VMM_MAX_CAPS]; /* the argument each was enabled with, 0 if it is off */
	uint64_t exits;		    /* KVM_RUN calls that returned with one, of all vCPUs */
	unsigned int resets;	    /* answered so far; survives each of them */

	pthread_mutex_t lock; /* held while an exit is served: devices need no lock of their own */
	pthread_cond_t changed; /* a vCPU was started, or the guest has ended */
	pthread_t main;		/* is woken by the first vm_end() */
	struct timespec deadline;
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

/* Opens /dev/kvm; dies if there is none that can be used. */
void vm_open_kvm(struct vm *vm);

/* The guest's memory, all zero but for the image; needs no KVM. Dies if that cannot be had. */
void vm_load(struct vm *vm);

/* The machine with that memory, and its vCPUs. Dies if KVM does not give them. */
void vm_create(struct vm *vm);

/*
 * Takes all of it apart, so that vm_load() and vm_create() can make it again. That is a reset, the only one that
 * leaves nothing behind: not all that KVM keeps of a machine can be set (where the magic page is
 * mapped, for one), and an exit that was not completed yet would still change registers.
 */
void vm_destroy(struct vm *vm);

/* An ioctl that must succeed; `name` is for the message. Returns its (non-negative) result. */
int vm_ioctl(int fd, unsigned long request, void *arg, const char *name);

/* Does this KVM have the capability? */
bool vm_has(const struct vm *vm, int capability);
/* Dies unless it has. */
void vm_require(struct vm *vm, int capability, const char *name);

/* Copies a blob to guest-physical address `to`, which lies in RAM together with its end. */
void vm_put(struct vm *vm, uint64_t to, const void *from, size_t size);

/* options.c: fills in *o, or dies. */
void parse_options(struct options *o, int argc, char **argv);

/* run.c */

/* Runs the guest until it ends or resets; true: it has to be reset and run again. */
bool vm_run(struct vm *vm);

/* Prints how it ended. Returns the program's exit status. */
int vm_report(struct vm *vm);

/*
 * The guest ends, or resets. The first call decides what is reported; all vCPUs are stopped.
 * `status` is the guest's own (0 to 255) for shutdown and panic. `why` may be NULL. The caller
 * holds vm->lock.
 */
void vm_end(struct vcpu *vcpu, enum end_reason reason, int status, const char *why, ...)
	__attribute__((format(printf, 4, 5)));

/* "reset", as in the report. */
const char *end_name(enum end_reason reason);

/* Lets a vCPU run whose `stopped` was set by arch_boot(). The caller holds vm->lock. */
void vcpu_start(struct vcpu *vcpu);

/* trace.c: one line on stderr about the exit in vcpu->run, already served. */
void trace_exit(const struct vcpu *vcpu);
/* All that the kernel said about an exit that nobody has an answer to. */
void trace_record(const struct vcpu *vcpu);
const char *exit_name(uint32_t reason);

/* stats.c: one line on stderr with all counters that are not 0. */
void stats_print(const struct vcpu *vcpu);

/*
 * <a>/vcpu.c: what each host architecture provides.
 */

/* A capability of KVM that the guest can tell, so that the user may want to choose. */
struct cap {
	const char *name; /* for --cap */
	int number;
	const char *kvm_name;
	bool of_vcpu;	/* it is enabled on each vCPU, not once on the machine */
	bool automatic; /* on if this KVM has it */
	uint64_t arg;	/* if the user gives none */
};

struct arch {
	uint64_t mem_min, mem_max, mem_default; /* bytes */
	uint64_t mem_multiple;
	unsigned int max_cpus;
	unsigned int elf_machine;      /* e_machine of its images */
	bool makes_dtb;		       /* it gives the guest a device tree of its own making */
	bool has_boot_protocols;       /* --boot means something */
	bool has_cpuid;		       /* --hyper-v and --features do */
	bool has_power_calls;	       /* the guest resets and shuts down by hypercall: --fail */
	struct cap caps[VMM_MAX_CAPS]; /* up to the first without a name */
	/* Names of the registers that carry a hypercall's arguments, in order. */
	const char *arg_name[8];
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
/*
 * Which register of the machine a KVM_EXIT_IO or KVM_EXIT_MMIO is about, for the trace: "uart.data",
 * "gpio.dir"; NULL: none that has a name.
 */
const char *arch_device(const struct kvm_run *run);
/* Prints "vmm: reg …" lines on stderr, returns the program counter. */
uint64_t arch_print_regs(struct vcpu *vcpu);
/* Before the machine is taken apart: closes what arch_vm_init() opened. */
void arch_vm_exit(struct vm *vm);

#endif
