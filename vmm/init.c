/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /init of a nested host: runs the jobs that the runner put into the initial ramdisk, one guest
 * after the other, and powers the machine off.
 *
 * /modules           kernel modules to load, one path a line, in order (may be missing)
 * /jobs/NNN/         a job, from 000 up: image.elf, and if wanted dtb, initrd,
 *                    args (options of the monitor, one a line), words (the guest's command
 *                    line, one line), timeout (seconds); or, instead of image.elf,
 *                    program: runs on this Linux itself, its output goes where a guest's console
 *                    would go, and its exit status is reported as a guest's
 *
 * ttyS0 (hvc0 where there is no such port) is this kernel's console and carries the reports; ttyS1
 * (hvc1) is the guest's console and nothing else. Lines that start with the control character 0x1e are written to both, so that the reader
 * can cut the two streams at the same places: "job NNN", "end NNN", "done".
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char *const consoles[2][2] = {
	{ "/dev/ttyS0", "/dev/ttyS1" },
	{ "/dev/hvc0", "/dev/hvc1" },
};
#define DEFAULT_TIMEOUT "60"
/* The monitor ends a guest that takes too long. One that does not even do that is killed later. */
#define GRACE_SECONDS 5
#define MAX_ARGS      64

static int console = STDERR_FILENO, guest_console = -1;
static const char *guest_console_path;
static sigset_t child_ended;

__attribute__((format(printf, 1, 2))) static void mark(const char *format, ...)
{
	char line[64];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	/* What the guest wrote before must be out before the line that ends it. */
	tcdrain(guest_console);
	tcdrain(console);
	if (write(console, line, n) != n || write(guest_console, line, n) != n)
		perror("init: mark");
	tcdrain(guest_console);
	tcdrain(console);
}

/* Every byte as it is, in both directions. */
static int open_raw(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0 || tcgetattr(fd, &t)) {
		fprintf(stderr, "init: %s: %s\n", path, strerror(errno));
		return fd;
	}
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	tcsetattr(fd, TCSANOW, &t);
	return fd;
}

/* The next line of f without its end, NULL after the last one. Caller frees. */
static char *next_line(FILE *f)
{
	char *line = NULL;
	size_t size = 0;

	if (getline(&line, &size, f) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = 0;
	return line;
}

/* The first line of a file, or NULL if there is none. */
static char *file_line(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = f ? next_line(f) : NULL;

	if (f)
		fclose(f);
	return line;
}

static void load_modules(void)
{
	FILE *list = fopen("/modules", "r");
	char *path;

	while (list && (path = next_line(list))) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			fprintf(stderr, "init: %s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		free(path);
	}
	if (list)
		fclose(list);
}

static void add_file_option(char **argv, int *argc, const char *option, const char *path)
{
	if (access(path, R_OK))
		return;
	argv[(*argc)++] = strdup(option);
	argv[(*argc)++] = strdup(path);
}

/* Becomes the monitor; the job's directory is the current one. */
static void exec_vmm(char *timeout)
{
	char *argv[MAX_ARGS + 16] = { "/paravane-vmm", "--console", strdup(guest_console_path),
				      "--timeout", timeout };
	FILE *args = fopen("args", "re");
	int argc = 5;
	char *line;

	add_file_option(argv, &argc, "--dtb", "dtb");
	add_file_option(argv, &argc, "--initrd", "initrd");
	while (args && argc < MAX_ARGS && (line = next_line(args)))
		if (*line)
			argv[argc++] = line;
	argv[argc++] = "image.elf";
	line = file_line("words");
	if (line && *line)
		argv[argc++] = line;
	execv(argv[0], argv);
	fprintf(stderr, "vmm: end reason=error vcpu=0 status=1 exits=0 why=\"no monitor: %s\"\n",
		strerror(errno));
	_exit(1);
}

/* Becomes the job's program, with the words as its arguments. */
static void exec_program(void)
{
	char *argv[MAX_ARGS + 2] = { "./program" }, *line = file_line("words"), *word;
	sigset_t none;
	int argc = 1;

	for (word = line ? strtok(line, " ") : NULL; word && argc <= MAX_ARGS;
	     word = strtok(NULL, " "))
		argv[argc++] = word;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(guest_console, STDOUT_FILENO);
	chmod(argv[0], 0755); /* whoever made the archive need not care */
	execv(argv[0], argv);
	perror("init: program");
	_exit(127);
}

/* A program does not know how to report its end. */
static void report_program(int status)
{
	if (WIFEXITED(status))
		fprintf(stderr, "vmm: end reason=shutdown vcpu=0 status=%d exits=0\n",
			WEXITSTATUS(status));
}

static void run_job(const char *directory)
{
	static const struct timespec one_second = { .tv_sec = 1 };
	bool program;
	char *timeout;
	time_t limit;
	int status;
	pid_t pid;

	if (chdir(directory))
		return;
	timeout = file_line("timeout");
	if (!timeout)
		timeout = strdup(DEFAULT_TIMEOUT);
	program = access("program", F_OK) == 0;
	limit = time(NULL) + atoi(timeout) + (program ? 0 : GRACE_SECONDS);
	pid = fork();
	if (pid == 0 && program)
		exec_program();
	if (pid == 0)
		exec_vmm(timeout);
	/* main() has blocked SIGCHLD, so that it is seen even if it came before this. */
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(&child_ended, NULL, &one_second) < 0 && time(NULL) > limit)
			kill(pid, SIGKILL);
	}
	if (program)
		report_program(status);
	/* The monitor's last line is its report. One that was killed could not write it. */
	if (WIFSIGNALED(status))
		fprintf(stderr,
			"vmm: end reason=%s vcpu=0 status=1 exits=0 "
			"why=\"the %s was ended by signal %d\"\n",
			WTERMSIG(status) == SIGKILL ? "timeout" : "error",
			program ? "program" : "monitor", WTERMSIG(status));
	free(timeout);
}

static void open_consoles(void)
{
	bool hvc = access(consoles[0][0], F_OK) && !access(consoles[1][0], F_OK);

	guest_console_path = consoles[hvc][1];
	console = open_raw(consoles[hvc][0]);
	guest_console = open_raw(guest_console_path);
}

/*
 * Lets the clock interrupt some times a second for as long as we live. Under load, the nested x86_64
 * Linux was twice seen halted for ever with the timer's interrupt pending in its local APIC. The likely
 * cause: QEMU's VMRUN changes the CPU's pending interrupts (helper_vmrun(), CPU_INTERRUPT_VIRQ) without
 * the lock that devices take, so one that is raised in that moment may be lost. Any later interrupt
 * makes QEMU look at the local APIC again. Too rare to show that this cures it.
 */
static void interrupt_now_and_then(void)
{
	int rtc = open("/dev/rtc0", O_RDONLY | O_CLOEXEC);

	/* Other machines have none, and need none. */
	if (rtc >= 0 && ioctl(rtc, RTC_UIE_ON, 0))
		perror("init: /dev/rtc0");
}

int main(void)
{
	char directory[16];
	unsigned int job;

	sigemptyset(&child_ended);
	sigaddset(&child_ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_ended, NULL);
	mkdir("/proc", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	open_consoles();
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	setvbuf(stderr, NULL, _IOLBF, 0);
	load_modules();
	interrupt_now_and_then();

	for (job = 0; job < 1000; job++) {
		snprintf(directory, sizeof(directory), "/jobs/%03u", job);
		if (access(directory, R_OK))
			break;
		mark("\036job %03u\n", job);
		run_job(directory);
		mark("\036end %03u\n", job);
	}
	mark("\036done\n");
	reboot(RB_POWER_OFF);
	/* Reached only if nothing powers the machine off: "-no-reboot" makes this do it. */
	reboot(RB_AUTOBOOT);
	return 1;
}
