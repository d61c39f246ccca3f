// SPDX-License-Identifier: BSD-2-Clause
#include "tests/host-kvm/lib/host.h"
#include "tests/host-kvm/lib/sabotage.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int kvm = -1;

static void give_up(const char *what)
{
	tap_error(what, "%s", strerror(errno));
	exit(host_end());
}

void host_begin(const char *name)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The line that every boot begins with, so that the runner sees that this one began. */
	printf("# paravane boot program=%s\n", name);
	sabotage_begin();
	tap_begin();
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		give_up("/dev/kvm");
	if (must(kvm, KVM_GET_API_VERSION, NULL, "KVM_GET_API_VERSION") != KVM_API_VERSION)
		give_up("KVM_API_VERSION");
}

int host_end(void)
{
	int status = tap_end();

	printf("# paravane exit status=%d\n", status);
	return status;
}

int must(int fd, unsigned long request, void *arg, const char *name)
{
	int ret;

	sabotage_spares = true;
	ret = ioctl(fd, request, arg);
	if (ret < 0)
		give_up(name);
	return ret;
}

int extension(const struct host_vm *vm, int capability)
{
	return ioctl(vm->fd, KVM_CHECK_EXTENSION, (long)capability);
}

void vm_make(struct host_vm *vm, size_t ram_size)
{
	struct kvm_userspace_memory_region region = { .memory_size = ram_size };

	vm->size = ram_size;
	vm->fd = must(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	/* Twice as much, to have it aligned to 1 MiB as s390x wants. */
	vm->ram = mmap(NULL, ram_size + (1 << 20), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm->ram == MAP_FAILED)
		give_up("mmap");
	vm->ram += -(uintptr_t)vm->ram & ((1 << 20) - 1);
	region.userspace_addr = (uintptr_t)vm->ram;
	must(vm->fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

static size_t run_size(void)
{
	return must(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
}

void cpu_make(struct host_vm *vm, struct host_cpu *cpu, unsigned long id)
{
	cpu->vm = vm;
	cpu->mmu = NULL;
	cpu->fd = must(vm->fd, KVM_CREATE_VCPU, (void *)id, "KVM_CREATE_VCPU");
	cpu->run = mmap(NULL, run_size(), PROT_READ | PROT_WRITE, MAP_SHARED, cpu->fd, 0);
	if (cpu->run == MAP_FAILED)
		give_up("mmap of kvm_run");
	sabotage_vcpu(cpu->fd, cpu->run);
}

void vm_free(struct host_vm *vm, struct host_cpu *cpus, unsigned int nr_cpus)
{
	for (unsigned int i = 0; i < nr_cpus; i++) {
		munmap(cpus[i].run, run_size());
		close(cpus[i].fd);
	}
	close(vm->fd);
	munmap(vm->ram, vm->size);
}

bool granted(int ret, const char *name, ...)
{
	int error = errno;
	char text[160];
	va_list ap;

	va_start(ap, name);
	vsnprintf(text, sizeof(text), name, ap);
	va_end(ap);
	if (!tap_ok(ret >= 0, "%s", text))
		tap_note("  it failed: %s", strerror(error));
	return ret >= 0;
}

bool refused(int ret, int error, const char *name, ...)
{
	int got = ret < 0 ? errno : 0;
	char text[160];
	va_list ap;

	va_start(ap, name);
	vsnprintf(text, sizeof(text), name, ap);
	va_end(ap);
	if (!tap_ok(got == error, "%s: %s", text, strerror(error)))
		tap_note("  it was %s", got ? strerror(got) : "accepted");
	return got == error;
}

static void nobody(int signal)
{
	(void)signal;
}

void signal_unmasked_in_run(struct host_cpu *cpu)
{
	struct {
		struct kvm_signal_mask head;
		uint8_t bits[8];
	} mask = { .head = { .len = 8 } };
	struct sigaction action = { .sa_handler = nobody };
	sigset_t block;

	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &block, NULL);
	must(cpu->fd, KVM_SET_SIGNAL_MASK, &mask, "KVM_SET_SIGNAL_MASK");
}

void signal_pend(void)
{
	pthread_kill(pthread_self(), SIGUSR1);
}

void signal_take(void)
{
	struct timespec now = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	tap_equal((unsigned long)sigtimedwait(&set, NULL, &now), SIGUSR1, "the signal is taken");
}

int enable_cap(int fd, uint32_t capability, uint32_t flags, uint64_t arg0)
{
	struct kvm_enable_cap cap = { .cap = capability, .flags = flags, .args = { arg0 } };

	return ioctl(fd, KVM_ENABLE_CAP, &cap);
}

bool run_to_stop(struct host_cpu *cpu)
{
	int ret = ioctl(cpu->fd, KVM_RUN, NULL);

	if (ret < 0)
		tap_note("KVM_RUN: %s", strerror(errno));
	else if (!guest_stopped(cpu))
		tap_note("exit %u", cpu->run->exit_reason);
	return ret == 0 && guest_stopped(cpu);
}
