// SPDX-License-Identifier: BSD-2-Clause
/*
 * The boot line: one word a fact, for programs that read the console. It is put together here and
 * not by console_printf(), because it is the longest thing that a boot prints: a copy of a string
 * that is known costs a tenth of a format that has to be read.
 */
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include "line.h"

/* Room for all the words below; the longest values are a vendor and sixteen bytes of insns. */
#define LINE_ROOM 384

/* n bytes of s, and where the next ones go. A copy in place, inline, would take more room. */
static __attribute__((noinline)) char *put_bytes(char *p, const char *s, size_t n)
{
	memcpy(p, s, n);
	return p + n;
}

static char *put(char *p, const char *s)
{
	return put_bytes(p, s, strlen(s));
}

/* A constant string, of known length. */
#define PUT(p, s) put_bytes(p, s, sizeof(s) - 1)

static char *put_decimal(char *p, uint64_t v)
{
	char digits[20];
	size_t n = sizeof(digits);

	/* On most machines the number fits; 64-bit division is a library's on a 32-bit CPU. */
	for (; v >> 32; v /= 10)
		digits[--n] = (char)('0' + v % 10);
	for (uint32_t low = (uint32_t)v; low || n == sizeof(digits); low /= 10)
		digits[--n] = (char)('0' + low % 10);
	return put_bytes(p, digits + n, sizeof(digits) - n);
}

static char *put_hex(char *p, uint64_t v, unsigned int digits)
{
	while (digits--)
		*p++ = "0123456789abcdef"[v >> 4 * digits & 0xf];
	return p;
}

static char *put_insns(char *p)
{
	if (!hcall_patched())
		return PUT(p, "none");
	for (size_t i = 0; i < hypervisor.insn_len; i++)
		p = put_hex(p, hypervisor.insn[i], 2);
	return p;
}

static char *put_features(char *p)
{
	if (!hypervisor.has_features)
		return PUT(p, "none");
	p = PUT(p, "0x");
	return put_hex(p, hypervisor.features, hypervisor.features >> 32 ? 16 : 8);
}

static char *put_has(char *p, enum hypervisor_has has)
{
	return hypervisor.has & has ? PUT(p, "yes") : PUT(p, "no");
}

void boot_print_line(void)
{
	char line[LINE_ROOM], *p;

	p = PUT(line, "# paravane boot arch=");
	p = put(p, arch_name);
	p = PUT(p, " ram=");
	p = put_decimal(p, machine_ram_bytes() >> 10);
	p = PUT(p, "K ranges=");
	p = put_decimal(p, machine.nr_ram);
	p = PUT(p, " cpus=");
	p = put_decimal(p, machine.cpus);
	p = PUT(p, " dtb=");
	p = put(p, machine.dtb ? machine.dtb_from : "none");
	p = PUT(p, " hypervisor=");
	p = put(p, hypervisor.present ? hypervisor.vendor : "none");
	p = PUT(p, " abi=");
	p = put(p, hypervisor_abi_name(hypervisor.abi));
	p = PUT(p, " insns=");
	p = put_insns(p);
	p = PUT(p, " features=");
	p = put_features(p);
	p = PUT(p, " has-idle=");
	p = put_has(p, HYPERVISOR_HAS_IDLE);
	p = PUT(p, " has-reset=");
	p = put_has(p, HYPERVISOR_HAS_RESET);
	p = PUT(p, " has-shutdown=");
	p = put_has(p, HYPERVISOR_HAS_SHUTDOWN);
	*p++ = '\n';
	console_write(line, (size_t)(p - line));
}
