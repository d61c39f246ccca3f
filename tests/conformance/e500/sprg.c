// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: SPRG4 to SPRG7 are written by the numbers 276 to 279, which need supervisor privilege, and
 * read by these and, also by user code, by 260 to 263.
 *
 * Not a hypercall, but the other half of the magic page: what a guest may read there instead, it
 * must be able to read by the instruction, too. KVM for e500v2 does not emulate the first.
 *
 * Source: EREF, "Software-Use SPRs (SPRG0-SPRG7)"; kvmppc_emulate_mfspr(): "SPRG4-7 are
 * user-readable, so we don't get a trap".
 * Outcomes: pass; fail; nothing is skipped: these are registers of every e500.
 */
#include <asm/spr.h>
#include <lib/user.h>
#include "tests/conformance/e500/facts.h"

#define SOURCE "EREF, Software-Use SPRs"

struct sprg {
	/* Reads by the supervisor's and by the user's number; writes. */
	long (*supervisor)(void *arg);
	long (*user)(void *arg);
	void (*write)(uint32_t value);
};

#define SPRG(n)                                \
	static long supervisor_##n(void *arg)  \
	{                                      \
		(void)arg;                     \
		return (long)mfspr(272 + (n)); \
	}                                      \
	static long user_##n(void *arg)        \
	{                                      \
		(void)arg;                     \
		return (long)mfspr(256 + (n)); \
	}                                      \
	static void write_##n(uint32_t value)  \
	{                                      \
		mtspr(272 + (n), value);       \
	}                                      \
	static const struct sprg sprg##n = { supervisor_##n, user_##n, write_##n }

SPRG(4);
SPRG(5);
SPRG(6);
SPRG(7);

struct reading {
	long (*read)(void *arg);
	long value;
};

static void read(void *arg)
{
	struct reading *r = arg;

	r->value = r->read(NULL);
}

/* One that ends in an exception is a failure with its name. */
static void supervisor_reads(const struct sprg *s, long (*by)(void *arg), uint32_t canary)
{
	struct reading r = { .read = by };
	uint32_t before = (uint32_t)s->user(NULL);
	bool trapped;

	s->write(canary);
	trapped = trap_try(read, &r, NULL);
	s->write(before);
	if (expect(!trapped, "the register can be read"))
		expect_equal(fact("sprg-reads-another", (uint32_t)r.value), canary,
			     "what the register was set to");
}

#define SUPERVISOR(n)                                                                             \
	CONF_CHECK(by_supervisors_##n, (void),                                                    \
		   .name = "sprg.sprg" #n "-is-read-by-the-supervisors-number", .source = SOURCE, \
		   .run = by_supervisors_##n)                                                     \
	{                                                                                         \
		supervisor_reads(&sprg##n, sprg##n.supervisor, 0xce000000u + (n));                \
	}                                                                                         \
	CONF_CHECK(by_users_##n, (void), .name = "sprg.sprg" #n "-is-read-by-the-users-number",   \
		   .source = SOURCE, .run = by_users_##n)                                         \
	{                                                                                         \
		supervisor_reads(&sprg##n, sprg##n.user, 0xce000000u + (n));                      \
	}                                                                                         \
	CONF_CHECK(user_reads_##n, (void), .name = "sprg.user-reads-sprg" #n, .source = SOURCE,   \
		   .run = user_reads_##n)                                                         \
	{                                                                                         \
		user_reads(&sprg##n, 0xcf000000u + (n));                                          \
	}                                                                                         \
	CONF_CHECK(user_cannot_##n, (void),                                                       \
		   .name = "sprg.user-cannot-read-sprg" #n "-by-the-supervisors-number",          \
		   .source = SOURCE, .run = user_cannot_##n)                                      \
	{                                                                                         \
		user_cannot(&sprg##n);                                                            \
	}

static void user_reads(const struct sprg *s, uint32_t canary)
{
	uint32_t before = (uint32_t)s->user(NULL);
	long value = 0;
	bool trapped;

	s->write(canary);
	trapped = user_try(s->user, NULL, &value, NULL);
	s->write(before);
	if (expect(!trapped, "user code can read the register"))
		expect_equal(fact("sprg-users-read-another", (uint32_t)value), canary,
			     "what user code reads");
}

static void user_cannot(const struct sprg *s)
{
	struct trap_frame frame;

	if (!expect(fact("sprg-users-read-by-any-number",
			 user_try(s->supervisor, NULL, NULL, &frame)),
		    "an exception when user code reads by the supervisor's number"))
		return;
	expect_equal(trap_kind(&frame), TRAP_KIND_PRIVILEGED, "the kind of the exception");
}

SUPERVISOR(4)
SUPERVISOR(5)
SUPERVISOR(6)
SUPERVISOR(7)

static bool anywhere(void)
{
	return true;
}

#define BREAKS(id, name_, rule_) FACT_SABOTEUR(id, name_, anywhere, "sprg.*", rule_)

BREAKS(another, "sprg-reads-another", "a register is read as it was written");
BREAKS(users_another, "sprg-users-read-another", "user code reads what the supervisor wrote");
BREAKS(any_number, "sprg-users-read-by-any-number", "the supervisor's numbers need privilege");
