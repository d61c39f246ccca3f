/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saboteurs: sabotage=NAME makes the calls of the suite break one rule, so that it can be seen that
 * a check notices. They sit around the call and never inside a check.
 */
#ifndef CONFORMANCE_SABOTAGE_H
#define CONFORMANCE_SABOTAGE_H

#include "tests/conformance/conf.h"

struct saboteur {
	const char *name;
	/* The kind of rule that it breaks. */
	const char *rule;
	/* Globs of the checks that are to notice; NULL: of the call's own, or all. Saves time. */
	const char *checks;
	/* Options of our monitor that those checks need; NULL: none. */
	const char *monitor;
	/* What it breaks shows as a hang. */
	bool hangs;
	/* Whether that means anything here. NULL: wherever somebody can be called. */
	bool (*applies)(void);
	/* One for each register that a call keeps (name-REG), or each call (name-CALL). */
	bool (*each_register)(unsigned int reg);
	bool (*each_call)(const struct hcall_desc *d);
	/* Before the call; false: it is not made. */
	bool (*before)(struct call *c);
	/* After it. */
	void (*after)(struct call *c);
	/* After a call that was watched. */
	void (*watched)(struct watch *w);
	/* Changes what discovery says of a record. */
	bool (*announced)(const struct hcall_desc *d, bool really);
	/* Changes what a check found out by other means than a call: conf_fact(). */
	void (*fact)(const char *kind, void *fact);
};

#define SABOTEUR(id, ...)                                                 \
	static const struct saboteur CONF_PASTE(id, _) = { __VA_ARGS__ }; \
	CONF_LISTED(saboteur, ".saboteurs", id)

/* The one at work; NULL fields if there is none. */
struct sabotage {
	const struct saboteur *who;
	unsigned int reg;
	const struct hcall_desc *desc;
};
extern struct sabotage sabotage;

/* Sets it by name. Returns false: there is no such one here. */
bool sabotage_set(const char *name);
void sabotage_list(void);

/* True if c is a call of the saboteur's target. */
bool sabotage_hits(const struct call *c);

#endif
