/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a check finds out by itself, each with a saboteur of its own that makes it wrong: its kind,
 * as conf_fact() calls it, is the name of the saboteur.
 */
#ifndef CONFORMANCE_E500_FACTS_H
#define CONFORMANCE_E500_FACTS_H

#include "tests/conformance/sabotage.h"

static inline uint32_t fact(const char *saboteur, uint32_t value)
{
	conf_fact(saboteur, &value);
	return value;
}

/* The saboteur's part: flips the lowest bit, so true becomes false. */
void fact_flip(const char *kind, void *value);

#define FACT_SABOTEUR(id, name_, applies_, checks_, rule_)                                 \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = checks_, .applies = applies_, \
		 .fact = fact_flip)

#endif
