// SPDX-License-Identifier: BSD-2-Clause
/*
 * What newlib asks of an operating system, on a machine that has a console and memory and no
 * files: descriptors 0, 1 and 2 are the console. Input is in read.c.
 *
 * newlib 3.3, libc/libc.texinfo, chapter "System Calls".
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <lib/console.h>
#include <lib/exit.h>
#include <lib/heap.h>

#define CONSOLE_FDS 3

_READ_WRITE_RETURN_TYPE write(int fd, const void *buf, size_t n)
{
	if (fd < 1 || fd >= CONSOLE_FDS) {
		errno = EBADF;
		return -1;
	}
	console_write(buf, n);
	return (_READ_WRITE_RETURN_TYPE)n;
}

void *sbrk(ptrdiff_t increment)
{
	void *before = heap_grow(increment);

	if (before == (void *)-1)
		errno = ENOMEM;
	return before;
}

int close(int fd)
{
	if (fd >= 0 && fd < CONSOLE_FDS)
		return 0;
	errno = EBADF;
	return -1;
}

int fstat(int fd, struct stat *st)
{
	if (fd < 0 || fd >= CONSOLE_FDS) {
		errno = EBADF;
		return -1;
	}
	*st = (struct stat){ .st_mode = S_IFCHR, .st_blksize = 256 };
	return 0;
}

int isatty(int fd)
{
	if (fd >= 0 && fd < CONSOLE_FDS)
		return 1;
	errno = EBADF;
	return 0;
}

off_t lseek(int fd, off_t offset, int whence)
{
	(void)offset;
	(void)whence;
	errno = fd >= 0 && fd < CONSOLE_FDS ? ESPIPE : EBADF;
	return -1;
}

int open(const char *path, int flags, ...)
{
	(void)path;
	(void)flags;
	errno = ENOENT;
	return -1;
}

pid_t getpid(void)
{
	return 1;
}

/* abort() raises SIGABRT at process 1, which is all there is. */
int kill(pid_t pid, int sig)
{
	(void)pid;
	console_printf("# ended by signal %d\n", sig);
	machine_end(128 + sig);
}

void _exit(int status)
{
	machine_end(status);
}
