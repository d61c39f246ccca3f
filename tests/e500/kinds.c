// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each exception that a C program's mistakes lead to is told by its kind (EREF, "Interrupts").
 * Uncaught, a misaligned access is reported by that name: the word "misaligned", seen from outside.
 */
#include <string.h>
#include <asm/spr.h>
#include <lib/arch.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include <lib/user.h>

static uint32_t words[8] __attribute__((aligned(16)));

/* A reservation is of a word. */
static void reserve(void *arg)
{
	asm volatile("lwarx 0, 0, %0" : : "r"(arg) : "r0", "memory");
}

static void trap_word(void *arg)
{
	(void)arg;
	asm volatile("trap");
}

/* evaddw 0, 0, 0: MSR[SPE] is off. */
static void spe(void *arg)
{
	(void)arg;
	asm volatile(".long 0x10000200" : : : "r0");
}

static void system_call(void *arg)
{
	(void)arg;
	asm volatile("sc" : : : "r0", "r3", "memory");
}

static void store(void *arg)
{
	*(volatile char *)arg = 1;
}

static void load(void *arg)
{
	(void)*(volatile char *)arg;
}

static void call(void *arg)
{
	((void (*)(void))arg)();
}

static void kind_of(void (*fn)(void *arg), void *arg, enum trap_kind kind, const char *what)
{
	struct trap_frame f;

	if (!tap_ok(trap_try(fn, arg, &f), "%s: a trap", what))
		return;
	if (!tap_equal(trap_kind(&f), kind, "of the kind \"%s\"", trap_kind_name(kind)))
		tap_note("it is: %s", arch_trap_name(&f));
}

static long user_msr(void *arg)
{
	(void)arg;
	return (long)mfmsr();
}

static long user_spr(void *arg)
{
	(void)arg;
	return (long)mfspr(SPR_TCR);
}

static long user_zeros(void *arg)
{
	asm volatile(".long 0");
	return (long)(uintptr_t)arg;
}

/* fadd 0, 0, 0: there is no such unit. */
static long user_floating_point(void *arg)
{
	asm volatile(".long 0xfc00002a");
	return (long)(uintptr_t)arg;
}

/*
 * Only here: in supervisor mode Linux's KVM emulates what is not an instruction, and hands it to the
 * monitor as something that it cannot emulate (arch/powerpc/kvm/booke.c, emulation_exit()).
 */
static void in_user_mode(long (*fn)(void *arg), enum trap_kind kind, const char *what)
{
	struct trap_frame f;

	if (!tap_ok(user_try(fn, NULL, NULL, &f), "%s in user mode: a trap", what))
		return;
	if (!tap_equal(trap_kind(&f), kind, "of the kind \"%s\"", trap_kind_name(kind)))
		tap_note("it is: %s", arch_trap_name(&f));
}

int main(int argc, char **argv)
{
	char *odd = (char *)words + 1;
	uintptr_t address = 0;
	struct trap_frame f;

	if (argc > 1 && !strcmp(argv[1], "misaligned"))
		reserve(odd);
	tap_begin();
	kind_of(reserve, odd, TRAP_KIND_MISALIGNED, "LWARX at 1 of 4");
	tap_ok(trap_try(reserve, odd, &f) && arch_trap_address(&f, &address) &&
		       address == (uintptr_t)odd,
	       "with the address");
	tap_ok(!trap_try(reserve, words, NULL), "at 0 of 4 it is none");
	kind_of(trap_word, NULL, TRAP_KIND_ILLEGAL,
		"the trap instruction, which __builtin_trap() is");
	kind_of(spe, NULL, TRAP_KIND_ILLEGAL, "SPE, which is off");
	kind_of(system_call, NULL, TRAP_KIND_SYSCALL, "SC");
	kind_of(store, (void *)main, TRAP_KIND_PROTECTED, "a store to text");
	kind_of(call, words, TRAP_KIND_PROTECTED, "a call to data");
	kind_of(load, (void *)-8L, TRAP_KIND_UNMAPPED, "a load from the end of all addresses");
	in_user_mode(user_zeros, TRAP_KIND_ILLEGAL, "a word of zeros");
	in_user_mode(user_floating_point, TRAP_KIND_ILLEGAL, "floating point, which is not there,");
	in_user_mode(user_msr, TRAP_KIND_PRIVILEGED, "MFMSR");
	in_user_mode(user_spr, TRAP_KIND_PRIVILEGED, "MFSPR of TCR");
	return tap_end();
}
