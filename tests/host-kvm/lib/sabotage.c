// SPDX-License-Identifier: BSD-2-Clause
#include "tests/host-kvm/lib/sabotage.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define MAX_VCPUS 16

bool sabotage_spares;

static enum {
	NOTHING,
	ACCEPTS,
	REFUSES,
	WRONG_ERROR,
	FORGETS,
	BLANK,
	NOISE,
	NO_EXIT_DATA,
	EXIT_NOISE,
	OTHER_EXIT,
	LATE,
	RUNS_ON,
	NO_RUN,
	EXTENSION,
} broken;

static const struct {
	const char *name, *rule;
} saboteur[] = {
	[ACCEPTS] = { "accepts", "what is wrong is refused" },
	[REFUSES] = { "refuses", "what is right is accepted" },
	[WRONG_ERROR] = { "wrong-error", "the error is the documented one" },
	[FORGETS] = { "forgets", "what is set is kept" },
	[BLANK] = { "blank", "what is asked for is told" },
	[NOISE] = { "noise", "and nothing else" },
	[NO_EXIT_DATA] = { "no-exit-data", "an exit says what it is about" },
	[EXIT_NOISE] = { "exit-noise", "and nothing else" },
	[OTHER_EXIT] = { "other-exit", "an exit has the documented reason" },
	[LATE] = { "late", "KVM_RUN completes what was pending" },
	[RUNS_ON] = { "runs-on", "a pending signal keeps the guest from running" },
	[NO_RUN] = { "no-run", "KVM_RUN runs the guest" },
	[EXTENSION] = { "extension", "KVM_CHECK_EXTENSION says what there is" },
};

#define NR_SABOTEURS (sizeof(saboteur) / sizeof(saboteur[0]))

static struct {
	int fd;
	struct kvm_run *run;
} vcpu[MAX_VCPUS];

int __real_ioctl(int fd, unsigned long request, void *arg);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

static void list(void)
{
	for (unsigned int i = 1; i < NR_SABOTEURS; i++)
		printf("# paravane saboteur name=%s rule=\"%s\"\n", saboteur[i].name,
		       saboteur[i].rule);
	printf("# paravane exit status=0\n");
	exit(0);
}

static void choose(const char *name)
{
	if (!strcmp(name, "list"))
		list();
	for (unsigned int i = 1; i < NR_SABOTEURS; i++)
		if (!strcmp(name, saboteur[i].name))
			broken = i;
	if (!broken) {
		printf("# no saboteur is called %s\n", name);
		exit(2);
	}
}

void sabotage_begin(void)
{
	static const char word[] = "sabotage=";
	char line[256] = "", *at;
	FILE *f = fopen("/proc/self/cmdline", "r");
	size_t size = f ? fread(line, 1, sizeof(line) - 1, f) : 0;

	if (f)
		fclose(f);
	for (at = line; at < line + size; at += strlen(at) + 1)
		if (!strncmp(at, word, strlen(word)))
			choose(at + strlen(word));
}

void sabotage_vcpu(int fd, struct kvm_run *run)
{
	unsigned int i = 0;

	while (i < MAX_VCPUS - 1 && vcpu[i].run && vcpu[i].fd != fd)
		i++;
	vcpu[i].fd = fd;
	vcpu[i].run = run;
}

static struct kvm_run *run_of(int fd)
{
	for (unsigned int i = 0; i < MAX_VCPUS; i++)
		if (vcpu[i].run && vcpu[i].fd == fd)
			return vcpu[i].run;
	return NULL;
}

static bool signal_pends(void)
{
	sigset_t pending;

	return !sigpending(&pending) && sigismember(&pending, SIGUSR1) == 1;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int run(int fd, unsigned long request, void *arg)
{
	struct kvm_run *shared = run_of(fd);
	bool stops = shared && (shared->immediate_exit || signal_pends());
	int ret;

	if (broken == NO_RUN)
		return 0; /* with the exit of last time */
	if (stops && broken == LATE)
		return fail(EINTR);
	if (stops && broken == RUNS_ON)
		shared->immediate_exit = 0;
	ret = __real_ioctl(fd, request, arg);
	if (stops && broken == RUNS_ON)
		return fail(EINTR);
	if (ret || !shared)
		return ret;
	if (broken == NO_EXIT_DATA || broken == EXIT_NOISE)
		memset(shared->padding, broken == EXIT_NOISE ? 0xff : 0, sizeof(shared->padding));
	if (broken == OTHER_EXIT)
		shared->exit_reason = KVM_EXIT_DEBUG;
	return ret;
}

/* Does it change something, and is that all it does? Not every architecture has each of them. */
static bool sets(unsigned long request)
{
	enum { SET_TSS_ADDR = 0x47, SET_DEBUGREGS = 0xa2, SET_VCPU_EVENTS = 0xa0 };

	switch (_IOC_NR(request)) {
	case _IOC_NR(KVM_SET_USER_MEMORY_REGION):
	case _IOC_NR(KVM_SET_SREGS):
	case _IOC_NR(KVM_INTERRUPT):
	case _IOC_NR(KVM_SET_MP_STATE):
	case _IOC_NR(KVM_ENABLE_CAP):
	case SET_TSS_ADDR:
	case SET_DEBUGREGS:
	case SET_VCPU_EVENTS:
		return _IOC_DIR(request) != _IOC_READ;
	default:
		return false;
	}
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	bool spared = sabotage_spares;
	int ret;

	sabotage_spares = false;
	if (request == KVM_RUN)
		ret = run(fd, request, arg);
	else if (broken == RUNS_ON && request == KVM_SET_SIGNAL_MASK)
		ret = 0;
	else if (broken == FORGETS && !spared && sets(request))
		ret = 0;
	else if (broken == NOISE && request == KVM_GET_DIRTY_LOG)
		ret = 0; /* the bitmap keeps what the test had put there */
	else if (broken == REFUSES && !spared && request != KVM_CHECK_EXTENSION)
		ret = fail(EINVAL);
	else
		ret = __real_ioctl(fd, request, arg);
	if ((broken == BLANK || broken == NOISE) && !ret && (_IOC_DIR(request) & _IOC_READ))
		memset(arg, broken == NOISE ? 0xff : 0, _IOC_SIZE(request));
	if (broken == EXTENSION && request == KVM_CHECK_EXTENSION)
		ret++;
	if (broken == ACCEPTS && ret < 0 && !spared)
		ret = 0;
	if (broken == WRONG_ERROR && ret < 0 && !spared)
		errno = EIO;
	return ret;
}
