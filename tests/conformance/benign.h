/* SPDX-License-Identifier: BSD-2-Clause */
/* A call of any record that does no harm: what the generic checks begin with. */
#ifndef CONFORMANCE_BENIGN_H
#define CONFORMANCE_BENIGN_H

#include "tests/conformance/conf.h"

/*
 * Numbers 0; addresses conf_page(), which it makes; where a page appears, the last of all; a CPU that
 * is not there.
 */
void benign_prepare(struct call *c, const struct hcall_desc *d);
/* Where in conf_page() that call may store. */
size_t benign_stores(const struct hcall_desc *d);

/* Why the call d cannot be tried here in a check that goes on after it; NULL: it can. */
const char *benign_obstacle(const struct hcall_desc *d);

#define REQUIRE_BENIGN(d)     \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(!benign_obstacle(d), "%s", benign_obstacle(d))

/* True if the documents want this number to be unknown to every hypervisor of this ABI. */
bool must_be_unknown(const struct hcall_desc *d);

#endif
