// SPDX-License-Identifier: BSD-2-Clause
/*
 * Calls of POSIX for what this machine does not have: other programs, a file system, signals. newlib
 * has functions that want them; a program that comes to use one gets its error code.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(int error)
{
	errno = error;
	return -1;
}

int stat(const char *restrict path, struct stat *restrict st)
{
	(void)path;
	(void)st;
	return fail(ENOENT);
}

int unlink(const char *path)
{
	(void)path;
	return fail(ENOENT);
}

int link(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return fail(ENOENT);
}

int mkdir(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return fail(EROFS);
}

int fcntl(int fd, int command, ...)
{
	(void)fd;
	(void)command;
	return fail(EINVAL);
}

pid_t fork(void)
{
	return fail(ENOSYS);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	(void)path;
	(void)argv;
	(void)envp;
	return fail(ENOENT);
}

pid_t wait(int *status)
{
	(void)status;
	return fail(ECHILD);
}

/* There is nothing to block: only the program itself raises signals. */
int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how;
	(void)set;
	if (old)
		*old = 0;
	return 0;
}
