// SPDX-License-Identifier: BSD-2-Clause
/*
 * newlib's locks, in place of its own, which do nothing (scripts/build-newlib leaves those out).
 * Every one may be taken again by the CPU that holds it, also those of which newlib does not ask it.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <sys/lock.h>
#include <lib/lock.h>

struct __lock {
	struct lock lock;
};

/*
 * For open files: the three of the console, and what fmemopen() and the like make. One more is
 * shared by all that come when those are in use.
 */
#define NR_FILES 8

static struct __lock files[NR_FILES + 1];
static _Atomic unsigned int used;

struct __lock __lock___sinit_recursive_mutex;
struct __lock __lock___sfp_recursive_mutex;
struct __lock __lock___atexit_recursive_mutex;
struct __lock __lock___at_quick_exit_mutex;
struct __lock __lock___malloc_recursive_mutex;
struct __lock __lock___env_recursive_mutex;
struct __lock __lock___tz_mutex;
struct __lock __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
	unsigned int now = atomic_load(&used);
	unsigned int i;

	do {
		for (i = 0; i < NR_FILES && now >> i & 1; i++)
			;
		if (i == NR_FILES)
			break;
	} while (!atomic_compare_exchange_weak(&used, &now, now | 1u << i));
	*lock = &files[i];
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
	size_t i = (size_t)(lock - files);

	if (i < NR_FILES)
		atomic_fetch_and(&used, ~(1u << i));
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
	lock_acquire(&lock->lock);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
	lock_release(&lock->lock);
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
	return lock_try(&lock->lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
	__attribute__((alias("__retarget_lock_acquire_recursive")));
void __retarget_lock_release(_LOCK_T lock)
	__attribute__((alias("__retarget_lock_release_recursive")));
