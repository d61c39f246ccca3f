// SPDX-License-Identifier: BSD-2-Clause
/* How the suite makes a call: caught, traced, sabotaged. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/lock.h>
#include <lib/user.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

bool trace_calls;
bool play_missing;

bool conf_patched(void)
{
	return hcall_patched();
}

bool conf_announced(const struct hcall_desc *d)
{
	bool really = hypervisor.abi == ABI_KVM;

	if (d->found_by == HCALL_FOUND_BY_FEATURE)
		really = hypervisor.has_features && hypervisor.features >> d->found_bit & 1;
	else if (d->found_by == HCALL_FOUND_BY_PROPERTY)
		really = hypervisor.has >> d->found_bit & 1;
	if (sabotage.who && sabotage.who->announced)
		return sabotage.who->announced(d, really);
	return really;
}

void conf_fact(const char *kind, void *fact)
{
	if (sabotage.who && sabotage.who->fact)
		sabotage.who->fact(kind, fact);
}

void call_prepare(struct call *c, unsigned long number)
{
	memset(c, 0, sizeof(*c));
	c->number = number;
	c->desc = hcall_find(number);
	hcall_regs_prepare(&c->regs, number);
}

struct attempt {
	struct call *call;
	void (*exec)(struct call *c);
};

static void exec_attempt(void *arg)
{
	struct attempt *a = arg;

	a->exec(a->call);
}

static long exec_attempt_as_user(void *arg)
{
	exec_attempt(arg);
	return 0;
}

static void trace(const struct call *c)
{
	static const char space[] = " ";
	static struct lock lock;

	lock_acquire(&lock);
	printf("# paravane hcall name=%s number=0x%lx by=\"%s\" cpu=%u%s%s%s",
	       c->desc ? c->desc->name : "unknown", c->number, c->how, cpu_number(),
	       c->trapped ? " trap=\"" : "", c->trapped ? arch_trap_name(&c->frame) : "",
	       c->trapped ? "\"" : "");
	for (unsigned int i = 0; i < HCALL_NREGS; i++)
		if (c->before.r[i] != c->regs.r[i] || c->before.r[i] != hcall_canary(i))
			printf("%s%s=0x%lx->0x%lx", space, hcall_reg_name[i], c->before.r[i],
			       c->regs.r[i]);
	printf("\n");
	lock_release(&lock);
}

static void make_call(struct call *c, const char *how, void (*exec)(struct call *c))
{
	struct attempt a = { c, exec };
	const struct saboteur *s = sabotage.who;
	bool make = true;

	c->before = c->regs;
	c->how = how;
	if (s && s->before && sabotage_hits(c))
		make = s->before(c);
	if (c->user)
		c->trapped = make && user_try(exec_attempt_as_user, &a, NULL, &c->frame);
	else
		c->trapped = make && trap_try(exec_attempt, &a, &c->frame);
	if (c->trapped)
		conf_arch_trap_regs(&c->frame, &c->regs);
	if (make && play_missing && !c->user && call_unknown(c))
		conf_arch.play(c);
	if (s && s->after && sabotage_hits(c))
		s->after(c);
	if (trace_calls)
		trace(c);
}

void conf_call_by(struct call *c, const char *how, void (*exec)(struct call *c))
{
	c->user = false;
	make_call(c, how, exec);
}

void conf_call_user_by(struct call *c, const char *how, void (*exec)(struct call *c))
{
	c->user = true;
	make_call(c, how, exec);
}

static void exec_slot(struct call *c)
{
	hcall_invoke(&c->regs);
}

void conf_call(struct call *c)
{
	conf_call_by(c, "slot", exec_slot);
}

void conf_call_user(struct call *c)
{
	if (hcall_patched() && conf_arch.call_user)
		conf_arch.call_user(c);
	else
		conf_call_user_by(c, "slot at user privilege", exec_slot);
}

static void exec_other(struct call *c)
{
	hcall_invoke_insn(&c->regs, c->insn, c->insn_len);
}

void conf_call_insn(struct call *c, const char *how, uint8_t *insn, size_t len)
{
	c->insn = insn;
	c->insn_len = len;
	conf_call_by(c, how, exec_other);
}

void conf_call_args(struct call *c, unsigned long number, unsigned int n, const unsigned long *args)
{
	call_prepare(c, number);
	for (unsigned int i = 0; c->desc && i < n && i < c->desc->nr_in; i++)
		c->regs.r[c->desc->in[i]] = args[i];
	conf_call(c);
}

static void exec_watched(struct call *c)
{
	conf_arch_call_watched(c, c->watch);
}

void conf_call_watched(struct call *c, struct watch *w)
{
	memset(w, 0, sizeof(*w));
	c->watch = w;
	conf_arch_watch(w);
	/* After an exception nobody has stored the vector registers. */
	memcpy(w->after, w->before, sizeof(w->after));
	conf_call_by(c, "slot", exec_watched);
	conf_arch_watch_after(w);
	if (sabotage.who && sabotage.who->watched && sabotage_hits(c))
		sabotage.who->watched(w);
}

/* ---- what was answered ---- */

int call_status_register(const struct call *c)
{
	if (!c->desc || c->desc->answer == HCALL_ANSWERS_STATUS)
		return HCALL_REG_STATUS;
	return c->desc->answer == HCALL_ANSWERS_RESULT ? c->desc->out[0] : -1;
}

long call_status(const struct call *c)
{
	int reg = call_status_register(c);

	return reg < 0 ? 0 : (long)c->regs.r[reg];
}

bool call_trapped(const struct call *c, const char *names)
{
	const char *name = arch_trap_name(&c->frame);

	while (c->trapped && names) {
		size_t n = strcspn(names, ",");

		if (!strncmp(name, names, n))
			return true;
		names = names[n] ? names + n + 1 : NULL;
	}
	return false;
}

bool call_unknown(const struct call *c)
{
	if (c->desc && c->desc->lacking)
		return call_trapped(c, c->desc->lacking);
	if (conf_arch.unknown_trap)
		return call_trapped(c, conf_arch.unknown_trap);
	return !c->trapped && (long)c->regs.r[HCALL_REG_STATUS] == conf_arch.unknown_status;
}

bool call_known(const struct call *c)
{
	return !call_unknown(c);
}

uint64_t call_may_change(const struct call *c)
{
	uint64_t mask = HCALL_CLOBBERS | HCALL_NOT_LOADED;
	int reg = call_status_register(c);

	/* What is refused by an exception changes nothing at all. */
	if (c->trapped)
		return HCALL_NOT_LOADED | conf_arch.slot_changes;
	if (reg >= 0)
		mask |= 1ull << reg;
	for (unsigned int i = 0; c->desc && i < c->desc->nr_out; i++)
		mask |= 1ull << c->desc->out[i];
	return mask;
}
