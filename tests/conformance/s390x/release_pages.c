// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x10 gives pages back to the host: their contents may be gone, those of others
 * stay, and the pages can be used as before. It refuses addresses within pages, an end before the
 * beginning, and the first two pages.
 *
 * Source: arch/s390/kvm/diag.c, diag_release_pages(). Outcomes: pass; fail with the registers; skip
 * where the code is unknown.
 */
#include <string.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "diag_release_pages()"

#define PAGE	      4096ul
#define SPECIFICATION "specification"

static void release(struct call *c, unsigned long first, unsigned long last)
{
	CALL(c, DIAG_RELEASE_PAGES, first, last);
}

static bool there(void)
{
	struct call c;

	if (!conf_patched())
		return false;
	/* Where there is no RAM, nothing is released. */
	release(&c, conf_arch.no_ram, conf_arch.no_ram);
	return !c.trapped;
}

#define REQUIRE_RELEASE()     \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(there(), "a hypervisor that knows DIAG_RELEASE_PAGES")

static bool accepted(unsigned long first, unsigned long last)
{
	struct call c;

	release(&c, first, last);
	return expect(!c.trapped, "pages from 0x%lx to 0x%lx are taken", first, last) &&
	       expect_kept(&c);
}

/* As it was, or zeros. */
static void expect_old_or_zero(const uint8_t *page)
{
	bool zero = true, old = true;

	for (size_t i = 0; i < PAGE; i++) {
		zero = zero && !page[i];
		old = old && page[i] == conf_pattern(i);
	}
	expect(zero || old, "a page that was released is as it was, or zeros");
}

CHECK("release-pages.one-page", SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_RELEASE();
	page = conf_page();
	if (!accepted((uintptr_t)page, (uintptr_t)page))
		return;
	expect_old_or_zero(page);
	expect_memory_kept(0, PAGE);
}

CHECK("release-pages.can-be-used-again", SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_RELEASE();
	if (!accepted((uintptr_t)page, (uintptr_t)page))
		return;
	memset(page, 0xa5, PAGE);
	for (size_t i = 0; i < PAGE; i++)
		if (!expect(page[i] == 0xa5, "byte %zu is what was stored", i))
			return;
}

CHECK("release-pages.what-is-no-ram-is-ignored", SOURCE ": gmap_discard()")
{
	REQUIRE_RELEASE();
	accepted(conf_arch.no_ram, conf_arch.no_ram + PAGE);
}

static void refused(unsigned long first, unsigned long last)
{
	struct call c;

	release(&c, first, last);
	expect_trap(&c, SPECIFICATION);
	expect_kept(&c);
	expect_memory_kept(0, 0);
}

CHECK("release-pages.first-address-within-a-page", SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_RELEASE();
	for (unsigned int bit = 0; bit < 12; bit++)
		refused((uintptr_t)page | 1ul << bit, (uintptr_t)page + PAGE);
}

CHECK("release-pages.last-address-within-a-page", SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_RELEASE();
	for (unsigned int bit = 0; bit < 12; bit++)
		refused((uintptr_t)page, (uintptr_t)page | 1ul << bit);
}

CHECK("release-pages.end-before-the-beginning", SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_RELEASE();
	refused((uintptr_t)page, (uintptr_t)page - PAGE);
	refused((uintptr_t)page, 0);
}

CHECK("release-pages.first-two-pages", SOURCE)
{
	REQUIRE_RELEASE();
	conf_page();
	refused(0, 0);
	refused(PAGE, PAGE);
	refused(PAGE, 2 * PAGE);
}

CHECK("release-pages.end-of-all-addresses", SOURCE ": the end wraps around")
{
	REQUIRE_RELEASE();
	conf_page();
	refused(-PAGE, -PAGE);
}

/* ---- saboteurs ---- */

static bool is_release(const struct call *c)
{
	return c->number == DIAG_RELEASE_PAGES;
}

/* But for those that are named to know whether there is anybody. */
static void refuses(struct call *c)
{
	if (is_release(c) && c->before.r[HCALL_R2] != conf_arch.no_ram)
		c->trapped = true;
}
SABOTEUR(refuses, .name = "release-pages-refuses",
	 .checks = "release-pages.one*,release-pages.what*", .rule = "pages are taken",
	 .applies = there, .after = refuses);

static void accepts(struct call *c)
{
	if (is_release(c))
		c->trapped = false;
}
SABOTEUR(accepts, .name = "release-pages-accepts-all",
	 .checks = "release-pages.*-a-page,release-pages.end*,release-pages.first*",
	 .rule = "wrong pages are refused", .applies = there, .after = accepts);

static void spoils(struct call *c)
{
	if (is_release(c) && c->before.r[HCALL_R2] < conf_arch.no_ram)
		((uint8_t *)c->before.r[HCALL_R2])[100] ^= 1;
}
SABOTEUR(spoils, .name = "release-pages-spoils", .checks = "release-pages.one-page",
	 .rule = "a page is as it was, or zeros", .applies = there, .after = spoils);

static void spoils_next(struct call *c)
{
	if (is_release(c) && c->before.r[HCALL_R2] < conf_arch.no_ram)
		((uint8_t *)c->before.r[HCALL_R2])[PAGE] ^= 1;
}
SABOTEUR(spoils_next, .name = "release-pages-takes-one-more", .checks = "release-pages.one-page",
	 .rule = "other pages stay", .applies = there, .after = spoils_next);
