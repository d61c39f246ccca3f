// SPDX-License-Identifier: BSD-2-Clause
/*
 * The monitor where /dev/kvm is not what it should be, and with a guest that loops: one line that
 * names the cause, an exit status that is not 0, and nothing left running. An exit that it does not
 * know, and the device tree that it makes. (Files that are not what they should be:
 * tests/host/test_vmm.py.)
 */
#define _GNU_SOURCE /* pipe2(), memmem() */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "tests/host-kvm/lib/host.h"

#define MONITOR "/paravane-vmm"
#define IMAGE	"/loop.elf"
#define AT	0x100000u /* where it is loaded and entered */
#define NOBODY	65534
#define WORDS	16

/* Hides a capability: KVM_CHECK_EXTENSION returns 0 for it. False: this kernel cannot do that. */
static bool hide(unsigned int capability)
{
	enum { LOW = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0 };
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ioctl, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]) + LOW),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, KVM_CHECK_EXTENSION, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]) + LOW),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, capability, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static bool can_hide(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(!hide(KVM_CAP_USER_MEMORY));
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* An image of this machine's kind, as this program is one. */
static void make_image(const uint8_t *code, size_t size)
{
	ElfW(Ehdr) e;
	ElfW(Phdr) p = {
		.p_type = PT_LOAD,
		.p_offset = sizeof(e) + sizeof(p),
		.p_paddr = AT,
		.p_filesz = size,
		.p_memsz = size,
	};
	int self = open("/proc/self/exe", O_RDONLY);
	int fd = open(IMAGE, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	bool good = read(self, &e, sizeof(e)) == sizeof(e);

	e.e_type = ET_EXEC;
	e.e_entry = AT;
	e.e_phoff = sizeof(e);
	e.e_phnum = 1;
	e.e_shnum = e.e_shoff = e.e_shstrndx = 0;
	good = good && write(fd, &e, sizeof(e)) == sizeof(e) && write(fd, &p, sizeof(p)) > 0 &&
	       write(fd, code, size) > 0;
	close(self);
	if (close(fd) || !good) {
		tap_error(IMAGE, "%s", strerror(errno));
		exit(host_end());
	}
}

/* How the monitor is started. */
struct how {
	const char *option[5]; /* NULL after the last one */
	unsigned int hidden;   /* a capability; 0, which none of those is: none */
	bool nobody, terminate;
};

static void become_monitor(const struct how *how, int report)
{
	const char *argv[WORDS] = { MONITOR };
	unsigned int i, n = 1;

	for (i = 0; guest_monitor_options[i]; i++)
		argv[n++] = guest_monitor_options[i];
	for (i = 0; how->option[i]; i++)
		argv[n++] = how->option[i];
	argv[n++] = IMAGE;
	dup2(report, STDERR_FILENO);
	if (how->hidden && !hide(how->hidden))
		_exit(100);
	if (how->nobody && setuid(NOBODY))
		_exit(101);
	execv(MONITOR, (char **)argv);
	_exit(102);
}

/* Until its vCPU has a thread: by then it has blocked the signals that it waits for. */
static void wait_for_thread(pid_t pid)
{
	char path[32];
	int threads;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	do {
		sched_yield();
		tasks = opendir(path);
		for (threads = -2; tasks && readdir(tasks);) /* "." and ".." */
			threads++;
		if (tasks)
			closedir(tasks);
	} while (tasks && threads < 2);
}

/* All that the last one said. */
static char text[8192];

/* Runs it to its end; returns what waitpid() says of that. */
static int run_monitor(const struct how *how)
{
	int status = -1, fds[2];
	size_t size = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return status;
	pid = fork();
	if (pid == 0)
		become_monitor(how, fds[1]);
	close(fds[1]);
	if (how->terminate) {
		wait_for_thread(pid);
		kill(pid, SIGTERM);
	}
	while ((n = read(fds[0], text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)n;
	text[size] = 0;
	close(fds[0]);
	waitpid(pid, &status, 0);
	return status;
}

/* `cause` must be in its last line, of which there are as many as `lines` (0: any). */
static void ends(const struct how *how, unsigned int lines, const char *cause)
{
	int status = run_monitor(how);
	char *last = text, *p;
	unsigned int got = 0;

	for (p = text; (p = strchr(p, '\n')); got++)
		if (*++p)
			last = p;
	if (!tap_ok(strstr(last, cause), "it says: %s", cause))
		tap_note("  it said: %s", last);
	tap_ok(!strncmp(last, "vmm: end reason=", 16), "that is its report");
	if (lines)
		tap_equal(got, lines, "and all that it says");
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 1, "its exit status is 1");
	tap_ok(waitpid(-1, NULL, 0) < 0 && errno == ECHILD, "nothing of it is left running");
}

static void wrong_device(void)
{
	static const struct how plain, by_nobody = { .nobody = true };

	must(kvm, KVM_GET_API_VERSION, NULL, "KVM_GET_API_VERSION");
	rename("/dev/kvm", "/dev/kvm.away");
	ends(&plain, 1, "/dev/kvm: No such file or directory (no KVM in this kernel");
	if (symlink("/dev/null", "/dev/kvm"))
		tap_error("/dev/kvm", "%s", strerror(errno));
	ends(&plain, 1, "/dev/kvm: not a KVM device: Inappropriate ioctl");
	unlink("/dev/kvm");
	rename("/dev/kvm.away", "/dev/kvm");
	chmod("/dev/kvm", 0600);
	ends(&by_nobody, 1, "/dev/kvm: Permission denied (is the user in group kvm?)");
}

static void lacks_capability(void)
{
	struct how needs = { .hidden = KVM_CAP_IMMEDIATE_EXIT };
	struct how asks = { .option = { "--cap", guest_cap_name } };
	struct host_vm vm;

	vm_make(&vm, 1 << 20);
	if (can_hide())
		ends(&needs, 1, "this KVM lacks KVM_CAP_IMMEDIATE_EXIT, which the monitor needs");
	else
		tap_skip("KVM_CAP_IMMEDIATE_EXIT is missing", "a kernel with seccomp filters");
	if (guest_cap_name && extension(&vm, guest_cap) > 0)
		asks.hidden = (unsigned int)guest_cap;
	if (guest_cap_name && (!asks.hidden || can_hide()))
		ends(&asks, 1, "this KVM lacks KVM_CAP_");
	else
		tap_skip("a capability that was asked for is missing", "a KVM that lacks one");
	vm_free(&vm, NULL, 0);
}

/* An exit that it has no answer to: all of the record, 32 bytes a line. */
static void unknown_exit(void)
{
	static const struct how plain = { .option = { "--timeout", "5" } };

	if (!guest_unknown_size) {
		tap_skip("an exit that the monitor does not know",
			 "one that is simple to bring about");
		return;
	}
	make_image(guest_unknown, guest_unknown_size);
	ends(&plain, 0, "why=\"exit 6 (MMIO) that this machine does not know\"");
	tap_ok(strstr(text, "vmm: record vcpu=0 exit=6(MMIO) store address=0xd0000000"),
	       "the record is introduced");
	tap_ok(strstr(text, "\nvmm: record offset=0 ") && strstr(text, "\nvmm: record offset=224 "),
	       "and shown from its first byte to its last");
	make_image(guest_loop, sizeof(guest_loop));
}

/* --dumpdtb writes the tree that --dtb takes. */
static void trees(void)
{
	static const struct how writes = {
		.option = { "--dumpdtb", "/t.dtb", "--hypervisor-prop", "has-paravane=yes" },
	};
	static const struct how reads = { .option = { "--dtb", "/t.dtb", "--timeout", "0.5" } };
	static char tree[32768];
	ssize_t n;
	int fd;

	if (!guest_has_tree) {
		tap_skip("--dumpdtb writes a tree", "a monitor that makes one");
		return;
	}
	tap_equal((unsigned int)run_monitor(&writes), 0, "--dumpdtb: exit status 0");
	tap_equal(strlen(text), 0, "without a word");
	fd = open("/t.dtb", O_RDONLY);
	n = read(fd, tree, sizeof(tree));
	close(fd);
	tap_ok(n > 40 && !memcmp(tree, "\xd0\x0d\xfe\xed", 4), "it is a device tree");
	tap_ok(n > 40 && memmem(tree, (size_t)n, "has-paravane", 13), "with the user's property");
	ends(&reads, 0, "why=\"not finished after 0.5 s\"");
}

int main(void)
{
	static const struct how in_time = { .option = { "--timeout", "0.5" } };
	static const struct how by_signal = { .terminate = true };

	host_begin("monitor");
	if (access(MONITOR, X_OK)) {
		tap_skip("the monitor names what is wrong", "a monitor for this host");
		return host_end();
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* what it leaves behind becomes ours */
	make_image(guest_loop, sizeof(guest_loop));
	wrong_device();
	lacks_capability();
	ends(&in_time, 0, "why=\"not finished after 0.5 s\"");
	ends(&by_signal, 0, "why=\"stopped by signal 15 (Terminated)\"");
	unknown_exit();
	trees();
	return host_end();
}
