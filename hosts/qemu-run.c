/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * On a nested host: runs a guest under QEMU with KVM instead of paravane-vmm, and says how it ended
 * as paravane-vmm does. It is a job's `program` (vmm/init.c): the first argument is the guest's
 * time limit in seconds, the file `args` has QEMU's command line, one word a line.
 *
 * QEMU is started stopped (-S) and does not leave by itself when the guest ends (-no-shutdown), so
 * that its last word about it comes by QMP, the monitor protocol, over a socket: a JSON object a
 * line. QEMU writes them in one way only, so looking for the few words that matter is enough.
 * The other side of that is scripts/runner/qemu.py, where QEMU runs without a Linux around it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_WORDS 128
#define QMP_FD	  3
#define LINGER_MS 3000

static FILE *qmp;
static char *line;
static size_t line_size;
static bool started; /* the guest has executed something */

/* Milliseconds. */
static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void end(const char *reason, int status, const char *why)
{
	fprintf(stderr, "vmm: end reason=%s vcpu=0 status=%d exits=0", reason, status);
	fprintf(stderr, *why ? " why=\"%s\"\n" : "\n", why);
}

static char **words_of_file(const char *path)
{
	static char *words[MAX_WORDS];
	FILE *f = fopen(path, "r");
	size_t size;
	int n = 0;

	while (f && n < MAX_WORDS - 5 && (size = 0, getline(&words[n], &size, f) >= 0)) {
		words[n][strcspn(words[n], "\n")] = 0;
		n++;
	}
	if (!n)
		return NULL;
	words[n++] = "-chardev";
	words[n++] = "socket,id=qmp,fd=3";
	words[n++] = "-mon";
	words[n++] = "chardev=qmp,mode=control";
	words[n] = NULL;
	return words;
}

static pid_t start(char **words, int socket)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	/* The console is a file of its own; whatever QEMU itself says belongs to the report. */
	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (socket != QMP_FD)
		dup2(socket, QMP_FD);
	execv(words[0], words);
	fprintf(stderr, "qemu-run: %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

/* The next line of QMP: false if there is none until then, or QEMU is gone. */
static bool listen_until(long long deadline)
{
	struct pollfd p = { .fd = fileno(qmp), .events = POLLIN };
	long long left = deadline - now();

	/* The stream is not buffered, so poll() knows of all that has not been read. */
	if (poll(&p, 1, left > 0 ? (int)left : 0) <= 0)
		return false;
	return getline(&line, &line_size, qmp) > 0;
}

static void say(const char *command)
{
	if (dprintf(fileno(qmp), "%s\n", command) < 0)
		perror("qemu-run: QMP");
}

/* Prints the answer to a monitor command, a JSON string, as lines of the report. */
static void print_registers(void)
{
	char *text, *save = NULL, *part;

	say("{\"execute\":\"stop\"}");
	say("{\"execute\":\"human-monitor-command\",\"arguments\":"
	    "{\"command-line\":\"info registers -a\"}}");
	while (listen_until(now() + LINGER_MS))
		if ((text = strstr(line, "\"return\": \"")))
			break;
	if (feof(qmp) || ferror(qmp) || !line || !(text = strstr(line, "\"return\": \"")))
		return;
	for (part = text; (part = strstr(part, "\\r\\n"));)
		memcpy(part, "\n\n\n\n", 4);
	for (part = strtok_r(text + 11, "\n", &save); part; part = strtok_r(NULL, "\n", &save))
		if (*part != '"' && strncmp(part, "XMM", 3) && strncmp(part, "FPR", 3))
			fprintf(stderr, "vmm: reg %s\n", part);
}

/* What the line says of the guest's end; NULL if it is about something else. */
static const char *reason_of_event(void)
{
	started = started || strstr(line, "\"event\": \"RESUME\"");
	if (strstr(line, "\"event\": \"GUEST_PANICKED\""))
		return "panic";
	if (!strstr(line, "\"event\": \"SHUTDOWN\""))
		return NULL;
	if (strstr(line, "\"reason\": \"guest-shutdown\""))
		return "shutdown";
	if (strstr(line, "\"reason\": \"guest-reset\""))
		return "reset";
	if (strstr(line, "\"reason\": \"guest-panic\""))
		return "panic";
	return "error";
}

/* QEMU has left: by isa-debug-exit, whose status is 2*value+1, or because it could not go on. */
static void report_exit(int status)
{
	char why[64];
	int code = WEXITSTATUS(status);

	if (WIFEXITED(status) && code & 1 && started) {
		end(code >> 1 ? "panic" : "shutdown", code >> 1, "");
	} else {
		snprintf(why, sizeof(why), "QEMU ended with wait status 0x%x", status);
		end("error", 1, why);
	}
}

int main(int argc, char **argv)
{
	long long deadline = now() + (long long)(1000 * (argc > 1 ? atof(argv[1]) : 60));
	char **words = words_of_file("args");
	const char *reason = NULL;
	int pair[2], status;
	bool heard;
	pid_t pid;

	if (!words || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
		end("error", 1, "no args");
		return 1;
	}
	pid = start(words, pair[1]);
	close(pair[1]);
	qmp = fdopen(pair[0], "r");
	setvbuf(qmp, NULL, _IONBF, 0);
	say("{\"execute\":\"qmp_capabilities\"}");
	say("{\"execute\":\"cont\"}");
	while ((heard = listen_until(deadline)) && !(reason = reason_of_event()))
		;
	if (!heard && now() >= deadline) {
		print_registers();
		reason = "timeout";
	}
	if (reason)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (reason)
		end(reason, 0, "");
	else
		report_exit(status);
	return 0;
}
