// SPDX-License-Identifier: BSD-2-Clause
/* What must hold of a call, and the evidence where it does not. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <lib/arch.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/run.h"

#define DIGITS ((int)(2 * sizeof(long)))

void print_call(const struct call *c, uint64_t wrong)
{
	printf("#   call %s, number 0x%lx, by %s\n", c->desc ? c->desc->name : "of no name",
	       c->number, c->how);
	if (c->trapped)
		printf("#   it ended in an exception: %s\n", arch_trap_name(&c->frame));
	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		bool changed = c->before.r[i] != c->regs.r[i];

		printf("#   %-6s 0x%0*lx -> 0x%0*lx%s\n", hcall_reg_name[i], DIGITS, c->before.r[i],
		       DIGITS, c->regs.r[i],
		       wrong >> i & 1 ? "  <-- WRONG"
		       : changed      ? "  changed"
				      : "");
	}
}

bool expect(bool ok, const char *what, ...)
{
	va_list ap;

	if (ok)
		return true;
	check_failed();
	printf("#   expected: ");
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	printf("\n");
	return false;
}

bool expect_equal(unsigned long long got, unsigned long long expected, const char *what, ...)
{
	va_list ap;

	if (got == expected)
		return true;
	check_failed();
	printf("#   expected: ");
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	printf(" is 0x%llx (%lld); it is 0x%llx (%lld)\n", expected, (long long)expected, got,
	       (long long)got);
	return false;
}

static uint64_t status_bit(const struct call *c)
{
	int reg = call_status_register(c);

	return reg < 0 ? 0 : 1ull << reg;
}

bool expect_status(const struct call *c, long status)
{
	if (!c->trapped && call_status(c) == status)
		return true;
	expect(false, "status %ld (0x%lx)", status, (unsigned long)status);
	print_call(c, status_bit(c));
	return false;
}

bool expect_unknown(const struct call *c)
{
	if (call_unknown(c))
		return true;
	if (conf_arch.unknown_trap)
		expect(false, "%s, as for a number that nobody knows", conf_arch.unknown_trap);
	else
		expect(false, "status %ld, as for a number that nobody knows",
		       conf_arch.unknown_status);
	print_call(c, status_bit(c));
	return false;
}

bool expect_trap(const struct call *c, const char *names)
{
	if (call_trapped(c, names))
		return true;
	expect(false, "an exception: %s", names);
	print_call(c, c->trapped ? 0 : status_bit(c));
	return false;
}

bool expect_refused(const struct call *c)
{
	/* An instruction that is not there is nothing to be refused. */
	if (c->desc && c->desc->lacking && call_trapped(c, c->desc->lacking))
		return true;
	if (conf_arch.user_trap)
		return expect_trap(c, conf_arch.user_trap);
	if (!c->trapped && (long)c->regs.r[HCALL_REG_STATUS] == conf_arch.user_status)
		return true;
	expect(false, "status %ld, as for any call at user privilege", conf_arch.user_status);
	print_call(c, 1ull << HCALL_REG_STATUS);
	return false;
}

static void print_returns(const struct hcall_desc *d)
{
	for (unsigned int i = 0; i < HCALL_MAX_RETURNS && d->returns[i].when; i++)
		printf("#     %ld: %s\n", d->returns[i].status, d->returns[i].when);
	if (d->may_refuse)
		printf("#     an exception: %s\n", d->may_refuse);
}

static bool documented(const struct call *c)
{
	const struct hcall_desc *d = c->desc;

	if (c->trapped)
		return call_trapped(c, d->may_refuse);
	if (call_status_register(c) < 0)
		return true;
	for (unsigned int i = 0; i < HCALL_MAX_RETURNS && d->returns[i].when; i++)
		if (d->returns[i].status == call_status(c))
			return true;
	return d->counts && call_status(c) > 0 && call_status(c) <= (long)d->counts;
}

bool expect_documented(const struct call *c)
{
	if (!c->desc || documented(c))
		return true;
	expect(false, "one of the answers of its record:");
	print_returns(c->desc);
	print_call(c, status_bit(c));
	return false;
}

bool expect_kept_of(const struct call *c, uint64_t registers)
{
	uint64_t wrong = 0;

	for (unsigned int i = 0; i < HCALL_NREGS; i++)
		if (registers >> i & 1 && c->before.r[i] != c->regs.r[i])
			wrong |= 1ull << i;
	if (!wrong)
		return true;
	expect(false, "registers that are no output of the call keep their values");
	print_call(c, wrong);
	return false;
}

bool expect_kept(const struct call *c)
{
	return expect_kept_of(c, ~call_may_change(c));
}

bool expect_watched(const struct call *c, const struct watch *w)
{
	bool ok = true;

	for (unsigned int i = 0; i < w->n; i++) {
		if (w->before[i] == w->after[i])
			continue;
		expect(false, "%s stays 0x%llx; it became 0x%llx", w->name[i],
		       (unsigned long long)w->before[i], (unsigned long long)w->after[i]);
		ok = false;
	}
	if (!ok)
		print_call(c, 0);
	return ok;
}
