/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vmm/vmm.h"

/*
 * SIG_KICK makes a vCPU thread leave KVM_RUN, SIG_ENDED wakes the main thread. The main thread
 * takes SIG_ENDED and the user's signals synchronously, so no handler does any work.
 */
#define SIG_KICK  SIGUSR1
#define SIG_ENDED SIGUSR2

static const char *const reason_name[] = {
	[END_NONE] = "none",   [END_SHUTDOWN] = "shutdown", [END_RESET] = "reset",
	[END_PANIC] = "panic", [END_TIMEOUT] = "timeout",   [END_ERROR] = "error",
};

void die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "vmm: end reason=error vcpu=0 status=1 exits=0 why=\"");
	vfprintf(stderr, format, ap);
	fprintf(stderr, "\"\n");
	va_end(ap);
	exit(1);
}

int vm_ioctl(int fd, unsigned long request, void *arg, const char *name)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		die("%s failed: %s", name, strerror(errno));
	return ret;
}

void vm_require(struct vm *vm, int capability, const char *name)
{
	if (ioctl(vm->fd, KVM_CHECK_EXTENSION, (long)capability) <= 0)
		die("this KVM lacks %s, which the monitor needs", name);
}

void vm_put(struct vm *vm, uint64_t to, const void *from, size_t size)
{
	memcpy(vm->ram + to, from, size);
}

static void open_kvm(struct vm *vm)
{
	int version;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		die("/dev/kvm: %s%s", strerror(errno),
		    errno == EACCES ? " (is the user in group kvm?)" : "");
	version = vm_ioctl(vm->kvm, KVM_GET_API_VERSION, NULL, "KVM_GET_API_VERSION");
	if (version != KVM_API_VERSION)
		die("/dev/kvm speaks version %d of the API, the monitor %d", version,
		    KVM_API_VERSION);
}

void vm_create_ram(struct vm *vm)
{
	vm->ram = mmap(NULL, vm->opt->mem, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (vm->ram == MAP_FAILED)
		die("no %llu MiB of memory for the guest: %s",
		    (unsigned long long)(vm->opt->mem >> 20), strerror(errno));
}

static void give_ram(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = vm->opt->mem,
		.userspace_addr = (uintptr_t)vm->ram,
	};

	vm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

static void create_vcpu(struct vm *vm, unsigned int id, size_t run_size)
{
	struct vcpu *vcpu = &vm->vcpu[id];

	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->fd = vm_ioctl(vm->fd, KVM_CREATE_VCPU, (void *)(uintptr_t)id, "KVM_CREATE_VCPU");
	vcpu->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die("kvm_run of vCPU %u: %s", id, strerror(errno));
	arch_vcpu_init(vcpu);
}

void vm_create(struct vm *vm)
{
	size_t run_size;
	unsigned int i;

	open_kvm(vm);
	vm->fd = vm_ioctl(vm->kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	vm_require(vm, KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY");
	vm_require(vm, KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT");
	pthread_mutex_init(&vm->lock, NULL);
	give_ram(vm);
	arch_vm_init(vm);
	run_size = vm_ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	for (i = 0; i < vm->opt->cpus; i++)
		create_vcpu(vm, i, run_size);
}

void vm_end(struct vcpu *vcpu, enum end_reason reason, int status, const char *why, ...)
{
	struct vm *vm = vcpu->vm;
	unsigned int i;
	va_list ap;

	if (vm->end.reason)
		return;
	vm->end.vcpu = vcpu->id;
	vm->end.status = status;
	if (why) {
		va_start(ap, why);
		vsnprintf(vm->end.why, sizeof(vm->end.why), why, ap);
		va_end(ap);
	}
	vm->end.reason = reason;

	/* immediate_exit is for the vCPU that is on its way into KVM_RUN when the signal comes. */
	for (i = 0; i < vm->opt->cpus; i++) {
		vm->vcpu[i].run->immediate_exit = 1;
		pthread_kill(vm->vcpu[i].thread, SIG_KICK);
	}
	pthread_kill(vm->main, SIG_ENDED);
}

/* An exit that nobody has an answer to: the report shows all that the kernel said. */
static void unknown_exit(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	unsigned int i;

	fprintf(stderr, "vmm: record exit=%u(%s) data=", run->exit_reason,
		exit_name(run->exit_reason));
	for (i = 0; i < 64; i++)
		fprintf(stderr, "%s%02x", i && i % 8 == 0 ? " " : "",
			(unsigned char)run->padding[i]);
	fprintf(stderr, "\n");
	vm_end(vcpu, END_ERROR, 1, "exit %u (%s) that this machine does not know", run->exit_reason,
	       exit_name(run->exit_reason));
}

static void system_event(struct vcpu *vcpu)
{
	switch (vcpu->run->system_event.type) {
	case KVM_SYSTEM_EVENT_SHUTDOWN:
		vm_end(vcpu, END_SHUTDOWN, 0, NULL);
		break;
	case KVM_SYSTEM_EVENT_RESET:
		vm_end(vcpu, END_RESET, 0, NULL);
		break;
	case KVM_SYSTEM_EVENT_CRASH:
		vm_end(vcpu, END_PANIC, 1, NULL);
		break;
	default:
		unknown_exit(vcpu);
	}
}

static void serve_exit(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	switch (run->exit_reason) {
	case KVM_EXIT_INTR:
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		system_event(vcpu);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		vm_end(vcpu, END_ERROR, 1, "the hardware refused to enter the guest: 0x%llx",
		       (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		vm_end(vcpu, END_ERROR, 1, "internal error of KVM, suberror %u",
		       run->internal.suberror);
		break;
	default:
		if (!arch_exit(vcpu))
			unknown_exit(vcpu);
	}
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *vcpu = arg;
	struct vm *vm = vcpu->vm;
	sigset_t kick;
	int ret;

	sigemptyset(&kick);
	sigaddset(&kick, SIG_KICK);
	pthread_sigmask(SIG_UNBLOCK, &kick, NULL);

	while (!vcpu->run->immediate_exit) {
		ret = ioctl(vcpu->fd, KVM_RUN, NULL);
		pthread_mutex_lock(&vm->lock);
		if (ret < 0 && errno != EINTR && errno != EAGAIN)
			vm_end(vcpu, END_ERROR, 1, "KVM_RUN failed: %s", strerror(errno));
		if (ret == 0) {
			vcpu->exits++;
			serve_exit(vcpu);
			if (vm->opt->trace)
				trace_exit(vcpu);
		}
		pthread_mutex_unlock(&vm->lock);
	}
	return NULL;
}

static void ignore(int signal)
{
	(void)signal;
}

/* Sleeps until the guest has ended, the user wants it to, or its time is over. */
static void wait_for_end(struct vm *vm, const sigset_t *signals)
{
	struct timespec limit = {
		.tv_sec = vm->opt->timeout,
		.tv_nsec = (vm->opt->timeout - (time_t)vm->opt->timeout) * 1e9,
	};
	int got;

	do
		got = sigtimedwait(signals, NULL, vm->opt->timeout > 0 ? &limit : NULL);
	while (got < 0 && errno == EINTR);

	pthread_mutex_lock(&vm->lock);
	if (got < 0)
		vm_end(&vm->vcpu[0], END_TIMEOUT, 1, "not finished after %g s", vm->opt->timeout);
	else if (got != SIG_ENDED)
		vm_end(&vm->vcpu[0], END_ERROR, 1, "stopped by signal %d (%s)", got,
		       strsignal(got));
	pthread_mutex_unlock(&vm->lock);
}

static void report(struct vm *vm)
{
	bool regs = vm->end.reason == END_TIMEOUT || vm->end.reason == END_ERROR;
	uint64_t exits = 0, pc = 0, at;
	unsigned int i;

	for (i = 0; i < vm->opt->cpus; i++) {
		exits += vm->vcpu[i].exits;
		if (!regs)
			continue;
		at = arch_print_regs(&vm->vcpu[i]);
		if (i == vm->end.vcpu)
			pc = at;
	}
	fprintf(stderr, "vmm: end reason=%s vcpu=%u status=%d exits=%llu",
		reason_name[vm->end.reason], vm->end.vcpu, vm->end.status,
		(unsigned long long)exits);
	if (regs)
		fprintf(stderr, " pc=0x%llx", (unsigned long long)pc);
	if (vm->end.why[0])
		fprintf(stderr, " why=\"%s\"", vm->end.why);
	fprintf(stderr, "\n");
}

int vm_run(struct vm *vm)
{
	struct sigaction kick = { .sa_handler = ignore };
	sigset_t signals, all;
	unsigned int i;
	int error;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIG_ENDED);
	all = signals;
	sigaddset(&all, SIG_KICK);
	sigaddset(&all, SIGPIPE);
	sigaction(SIG_KICK, &kick, NULL);
	/* The threads inherit this: each signal goes to the one that waits for it. */
	pthread_sigmask(SIG_BLOCK, &all, NULL);

	/* Nobody calls vm_end() before all vCPU threads exist: it signals every one. */
	vm->main = pthread_self();
	pthread_mutex_lock(&vm->lock);
	for (i = 0; i < vm->opt->cpus; i++) {
		error = pthread_create(&vm->vcpu[i].thread, NULL, vcpu_thread, &vm->vcpu[i]);
		if (error)
			die("no thread for vCPU %u: %s", i, strerror(error));
	}
	pthread_mutex_unlock(&vm->lock);

	wait_for_end(vm, &signals);
	for (i = 0; i < vm->opt->cpus; i++)
		pthread_join(vm->vcpu[i].thread, NULL);
	report(vm);
	return vm->end.reason == END_SHUTDOWN ? vm->end.status : 1;
}
