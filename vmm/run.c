/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

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

const char *end_name(enum end_reason reason)
{
	return reason_name[reason];
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
	pthread_cond_broadcast(&vm->changed);
	pthread_kill(vm->main, SIG_ENDED);
}

void vcpu_start(struct vcpu *vcpu)
{
	vcpu->stopped = false;
	pthread_cond_broadcast(&vcpu->vm->changed);
}

static void unknown_exit(struct vcpu *vcpu)
{
	trace_record(vcpu);
	vm_end(vcpu, END_ERROR, 1, "exit %u (%s) that this machine does not know",
	       vcpu->run->exit_reason, exit_name(vcpu->run->exit_reason));
}

static void system_event(struct vcpu *vcpu)
{
	switch (vcpu->run->system_event.type) {
	case KVM_SYSTEM_EVENT_SHUTDOWN:
		vm_end(vcpu, END_SHUTDOWN, 0, "KVM_EXIT_SYSTEM_EVENT");
		break;
	case KVM_SYSTEM_EVENT_RESET:
		vm_end(vcpu, END_RESET, 0, "KVM_EXIT_SYSTEM_EVENT");
		break;
	case KVM_SYSTEM_EVENT_CRASH:
		vm_end(vcpu, END_PANIC, 1, "KVM_EXIT_SYSTEM_EVENT");
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
		trace_record(vcpu);
		vm_end(vcpu, END_ERROR, 1, "the hardware refused to enter the guest: 0x%llx",
		       (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		trace_record(vcpu);
		vm_end(vcpu, END_ERROR, 1, "internal error of KVM, suberror %u",
		       run->internal.suberror);
		break;
	default:
		if (!arch_exit(vcpu))
			unknown_exit(vcpu);
	}
}

/* What KVM_RUN came back with. The caller holds vm->lock. */
static void serve(struct vcpu *vcpu, int ret, int error)
{
	if (ret < 0 && error != EINTR && error != EAGAIN)
		vm_end(vcpu, END_ERROR, 1, "KVM_RUN failed: %s", strerror(error));
	if (ret)
		return;
	vcpu->vm->exits++;
	serve_exit(vcpu);
	if (vcpu->vm->opt->trace)
		trace_exit(vcpu);
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *vcpu = arg;
	struct vm *vm = vcpu->vm;
	sigset_t kick;
	int ret, error;

	sigemptyset(&kick);
	sigaddset(&kick, SIG_KICK);
	pthread_sigmask(SIG_UNBLOCK, &kick, NULL);

	pthread_mutex_lock(&vm->lock);
	while (!vm->end.reason) {
		if (vcpu->stopped) {
			pthread_cond_wait(&vm->changed, &vm->lock);
			continue;
		}
		pthread_mutex_unlock(&vm->lock);
		ret = ioctl(vcpu->fd, KVM_RUN, NULL);
		error = errno;
		pthread_mutex_lock(&vm->lock);
		serve(vcpu, ret, error);
	}
	pthread_mutex_unlock(&vm->lock);
	return NULL;
}

static void ignore(int signal)
{
	(void)signal;
}

/* Sets up the signals, which the threads inherit: each goes to the one that waits for it. */
static void block_signals(sigset_t *waited_for)
{
	struct sigaction kick = { .sa_handler = ignore };
	sigset_t all;

	sigemptyset(waited_for);
	sigaddset(waited_for, SIGINT);
	sigaddset(waited_for, SIGTERM);
	sigaddset(waited_for, SIGHUP);
	sigaddset(waited_for, SIG_ENDED);
	all = *waited_for;
	sigaddset(&all, SIG_KICK);
	sigaddset(&all, SIGPIPE);
	sigaction(SIG_KICK, &kick, NULL);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
}

/* What is left of the guest's time, which resets do not prolong; NULL: it has no limit. */
static const struct timespec *time_left(struct vm *vm, struct timespec *left)
{
	struct timespec now;
	int64_t ns;

	if (!(vm->opt->timeout > 0))
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!vm->deadline.tv_sec) {
		vm->deadline = now;
		vm->deadline.tv_sec += vm->opt->timeout;
		vm->deadline.tv_nsec += (vm->opt->timeout - (time_t)vm->opt->timeout) * 1e9;
	}
	ns = (int64_t)(vm->deadline.tv_sec - now.tv_sec) * 1000000000 + vm->deadline.tv_nsec -
	     now.tv_nsec;
	if (ns < 0)
		ns = 0;
	*left = (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	return left;
}

/* Sleeps until the guest has ended, the user wants it to, or its time is over. */
static void wait_for_end(struct vm *vm, const sigset_t *signals)
{
	struct timespec left;
	bool ended;
	int got, error;

	do {
		got = sigtimedwait(signals, NULL, time_left(vm, &left));
		error = errno;
		pthread_mutex_lock(&vm->lock);
		if (got < 0 && error == EAGAIN)
			vm_end(&vm->vcpu[0], END_TIMEOUT, 1, "not finished after %g s",
			       vm->opt->timeout);
		else if (got >= 0 && got != SIG_ENDED)
			vm_end(&vm->vcpu[0], END_ERROR, 1, "stopped by signal %d (%s)", got,
			       strsignal(got));
		ended = vm->end.reason;
		pthread_mutex_unlock(&vm->lock);
	} while (!ended);
}

bool vm_run(struct vm *vm)
{
	sigset_t signals;
	unsigned int i;
	int error;

	block_signals(&signals);
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
	if (vm->end.reason != END_RESET || vm->resets >= vm->opt->resets)
		return false;
	vm->resets++;
	fprintf(stderr, "vmm: reset count=%u vcpu=%u why=\"%s\"\n", vm->resets, vm->end.vcpu,
		vm->end.why);
	return true;
}

int vm_report(struct vm *vm)
{
	/* Where the guest was is of interest if it did not say goodbye. */
	bool regs = vm->end.reason == END_TIMEOUT || vm->end.reason == END_ERROR;
	uint64_t at, pc = 0;
	unsigned int i;

	for (i = 0; regs && i < vm->opt->cpus; i++) {
		at = arch_print_regs(&vm->vcpu[i]);
		if (i == vm->end.vcpu)
			pc = at;
	}
	for (i = 0; vm->opt->stats && i < vm->opt->cpus; i++)
		stats_print(&vm->vcpu[i]);
	fprintf(stderr, "vmm: end reason=%s vcpu=%u status=%d exits=%llu",
		reason_name[vm->end.reason], vm->end.vcpu, vm->end.status,
		(unsigned long long)vm->exits);
	if (vm->resets)
		fprintf(stderr, " resets=%u", vm->resets);
	if (regs)
		fprintf(stderr, " pc=0x%llx", (unsigned long long)pc);
	if (vm->end.why[0])
		fprintf(stderr, " why=\"%s\"", vm->end.why);
	fprintf(stderr, "\n");
	return vm->end.reason == END_SHUTDOWN ? vm->end.status : 1;
}
