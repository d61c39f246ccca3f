// SPDX-License-Identifier: BSD-2-Clause
/*
 * Saboteurs that need to know nothing of an architecture: one for each kind of rule that the
 * generic checks hold calls to, and one for each register or call where the rule is about those.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/benign.h"
#include "tests/conformance/run.h"
#include "tests/conformance/sabotage.h"

static bool anywhere(void)
{
	return true;
}

static bool wide(void)
{
	return hcall_patched() && sizeof(long) == 8;
}

/* ---- registers ---- */

static bool must_keep(unsigned int reg)
{
	return !((HCALL_CLOBBERS | HCALL_NOT_LOADED | 1ull << HCALL_REG_STATUS) >> reg & 1);
}

static void flip_register(struct call *c)
{
	c->regs.r[sabotage.reg] ^= 1;
}
SABOTEUR(clobber, .name = "clobber", .checks = "*keeps-registers",
	 .rule = "a register that is no output keeps its value", .applies = anywhere,
	 .each_register = must_keep, .after = flip_register);

static void flip_high_half(struct call *c)
{
	for (unsigned int i = 0; i < HCALL_NREGS; i++)
		if (must_keep(i) && HCALL_REG_BITS(i) == ~0ul)
			c->regs.r[i] ^= (unsigned long)(UINT64_C(1) << 63);
}
SABOTEUR(clobber_high, .name = "clobber-high-halves", .checks = "*.keeps-registers",
	 .applies = wide, .rule = "a register keeps all its bits, those above 31, too",
	 .after = flip_high_half);

static void add_other_register(struct call *c)
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	unsigned int other = HCALL_NREGS;
	int reg = call_status_register(c);

	while (other-- > 0)
		if (must_keep(other) && HCALL_REG_BITS(other) == ~0ul &&
		    !memchr(args, (int)other, sizeof(args)))
			break;
	if (reg >= 0 && !c->trapped && c->before.r[other] != hcall_canary(other))
		c->regs.r[reg]++;
}
SABOTEUR(reads_other, .name = "reads-other-register", .checks = "*.reads-only-its-arguments",
	 .rule = "the answer depends on number and arguments only", .after = add_other_register);

static void spoil_first(struct watch *w)
{
	w->after[0] ^= 1;
}
SABOTEUR(system_register, .name = "clobber-system-register", .checks = "*keeps-system-registers",
	 .applies = anywhere, .rule = "a call changes no control register", .watched = spoil_first);

static void spoil_last(struct watch *w)
{
	w->after[w->n - 1] ^= 1;
}
SABOTEUR(last_register, .name = "clobber-last-watched-register",
	 .checks = "*keeps-system-registers", .applies = anywhere,
	 .rule = "a call changes no register beside the general ones", .watched = spoil_last);

/* ---- answers ---- */

/* Calls that every hypervisor of this ABI must answer, and that come back. */
static bool is_answered(const struct hcall_desc *d)
{
	return d->status == HCALL_ACTIVE && !d->optional && !benign_obstacle(d) &&
	       (d->found_by == HCALL_FOUND_BY_ABI || conf_announced(d));
}

static bool has_status(const struct hcall_desc *d)
{
	return is_answered(d) && d->answer != HCALL_ANSWERS_NOTHING;
}

static void wrong_status(struct call *c)
{
	int reg = call_status_register(c);

	if (reg >= 0 && !c->trapped)
		c->regs.r[reg] = 0x4242;
}
SABOTEUR(status, .name = "status", .rule = "the status is one of the documented ones",
	 .each_call = has_status, .after = wrong_status);

static void high_half(struct call *c)
{
	int reg = call_status_register(c);

	if (reg >= 0 && !c->trapped)
		c->regs.r[reg] ^= (unsigned long)(UINT64_C(1) << 32);
}
SABOTEUR(status_high, .name = "status-high-half", .checks = "*.answers-as-documented",
	 .applies = wide, .rule = "a status fills its register", .after = high_half);

static bool ask_for_another(struct call *c)
{
	hcall_regs_set_number(&c->regs, HCALL_UNASSIGNED);
	return true;
}
SABOTEUR(unknown, .name = "unknown", .rule = "a call that is announced is answered",
	 .each_call = is_answered, .before = ask_for_another);

static bool is_not_answered(const struct hcall_desc *d)
{
	return must_be_unknown(d);
}

/* Not made at all: nothing traps, and the status is that of a success. */
static bool pretend(struct call *c)
{
	c->regs.r[HCALL_REG_STATUS] = 0;
	return false;
}
SABOTEUR(known, .name = "answers", .rule = "a call that nobody has is answered as unknown",
	 .each_call = is_not_answered, .before = pretend);

static bool pretend_unassigned(struct call *c)
{
	return c->desc ? true : pretend(c);
}
SABOTEUR(all_known, .name = "answers-unassigned-numbers", .checks = "un*",
	 .rule = "a number that belongs to nobody is unknown", .before = pretend_unassigned);

static unsigned int calls_made;

static void forget_every_second(struct call *c)
{
	int reg = call_status_register(c);

	if (reg >= 0 && !c->trapped && calls_made++ & 1)
		c->regs.r[reg] = (unsigned long)conf_arch.unknown_status;
}
static bool by_status(void)
{
	return hcall_patched() && !conf_arch.unknown_trap;
}
SABOTEUR(forget, .name = "every-second-is-unknown", .checks = "*.answers-again",
	 .applies = by_status, .rule = "a call is answered each time",
	 .after = forget_every_second);

/* ---- discovery ---- */

/* Where an announcement that is a lie can be told from the truth. */
static bool can_be_told(const struct hcall_desc *d)
{
	if (d->found_by == HCALL_FOUND_BY_ABI || benign_obstacle(d) || d->status == HCALL_PROPOSED)
		return false;
	return conf_announced(d) ? !d->answers_unannounced : !d->answers_unannounced;
}

static bool lie(const struct hcall_desc *d, bool really)
{
	return d == sabotage.desc ? !really : really;
}
SABOTEUR(lies, .name = "lies-about", .rule = "what is announced and what is answered agree",
	 .each_call = can_be_told, .announced = lie);

/* ---- memory ---- */

static void spoil_before(struct call *c)
{
	(void)c;
	memory_spoil(-1);
}
SABOTEUR(before_page, .name = "writes-before-the-page", .checks = "*keeps-memory",
	 .applies = anywhere, .rule = "memory outside of outputs keeps its contents",
	 .after = spoil_before);

static void spoil_after(struct call *c)
{
	(void)c;
	memory_spoil(CONF_PAGE_SIZE);
}
SABOTEUR(after_page, .name = "writes-behind-the-page", .checks = "*keeps-memory",
	 .applies = anywhere, .rule = "memory outside of outputs keeps its contents",
	 .after = spoil_after);

static void spoil_behind_output(struct call *c)
{
	memory_spoil(c->desc ? c->desc->stores : 0);
}
SABOTEUR(behind_output, .name = "writes-behind-the-output", .checks = "*keeps-memory",
	 .applies = anywhere, .rule = "a call stores as much as is documented",
	 .after = spoil_behind_output);

static void spoil_text(struct call *c)
{
	(void)c;
	memory_spoil_image();
}
SABOTEUR(image, .name = "writes-into-the-image", .checks = "*keeps-memory", .applies = anywhere,
	 .rule = "code and constants keep their contents", .after = spoil_text);
