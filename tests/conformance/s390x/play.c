// SPDX-License-Identifier: BSD-2-Clause
/*
 * play=1: what KVM documents for calls that QEMU's TCG has not got, played by this image. No KVM for
 * s390x can be had without such a machine, so the checks of these calls are skipped everywhere else;
 * here it can be seen that they pass where the document is kept, and that saboteurs are caught. It is
 * written from the same sources as the checks, and shows nothing of a hypervisor.
 */
#include <string.h>
#include <lib/machine.h>
#include "cpu.h"
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/ways.h"

bool play(struct call *c);

#define PAGE 4096ul

enum { OPERATION = 1, ADDRESSING = 5, SPECIFICATION = 6 };

static bool refuse(struct call *c, uint16_t code)
{
	c->trapped = true;
	c->frame.parameters.program_code = code;
	return true;
}

static bool accept(struct call *c)
{
	c->trapped = false;
	return true;
}

/* diag_release_pages() */
static bool release_pages(struct call *c, unsigned long first, unsigned long last)
{
	unsigned long end = last + PAGE;

	if (first % PAGE || end % PAGE || first >= end || first < 2 * PAGE)
		return refuse(c, SPECIFICATION);
	for (; first < end && machine_is_ram(first, PAGE); first += PAGE)
		memset((void *)first, 0, PAGE);
	return accept(c);
}

struct page_reference {
	uint16_t code, subcode, length, version;
	uint64_t token, select, compare, zarch;
};

static bool armed;

static bool page_reference_token(struct call *c, const struct page_reference *p, unsigned long *rc)
{
	if (armed) {
		*rc = 8;
		return accept(c);
	}
	if (p->compare & ~p->select || p->token % 8 || p->zarch != 1ul << 63)
		return refuse(c, SPECIFICATION);
	if (!machine_is_ram(p->token, 1))
		return refuse(c, ADDRESSING);
	armed = true;
	*rc = 0;
	return accept(c);
}

static bool page_reference_cancel(struct call *c, const struct page_reference *p, unsigned long *rc)
{
	if (p->token || p->select || p->compare || p->zarch)
		return refuse(c, SPECIFICATION);
	*rc = armed ? 0 : 4;
	armed = false;
	return accept(c);
}

/* __diag_page_ref_service() */
static bool page_reference(struct call *c, unsigned long address, unsigned long *rc)
{
	const struct page_reference *p = (const struct page_reference *)address;

	if (address % 8)
		return refuse(c, SPECIFICATION);
	if (!machine_is_ram(address, sizeof(*p)))
		return refuse(c, ADDRESSING);
	if (p->version != 2 || p->length < 5 || p->code != 0x258)
		return refuse(c, SPECIFICATION);
	if (p->subcode == 0)
		return page_reference_token(c, p, rc);
	return p->subcode == 1 ? page_reference_cancel(c, p, rc) : refuse(c, SPECIFICATION);
}

/* handle_sthyi(): a header, and sections without contents. */
static bool sthyi(struct call *c, unsigned int r1, unsigned int r2)
{
	static const uint16_t header[] = { 0, 0, 0, 0, 256, 44, 44, 64, 108, 60 };
	unsigned long *gpr = c->regs.r, address = gpr[r2];

	if (r1 == r2 || r1 & 1 || r2 & 1)
		return refuse(c, SPECIFICATION);
	accept(c);
	gpr[HCALL_CC] = 3;
	gpr[r2 + 1] = 4;
	if (gpr[r1] & 0xffff)
		return true;
	gpr[r2 + 1] = c->before.r[r2 + 1];
	gpr[HCALL_CC] = c->before.r[HCALL_CC];
	if (address % PAGE)
		return refuse(c, SPECIFICATION);
	if (!machine_is_ram(address, PAGE))
		return refuse(c, ADDRESSING);
	memset((void *)address, 0, PAGE);
	memcpy((void *)address, header, sizeof(header));
	gpr[HCALL_CC] = 0;
	gpr[r2 + 1] = 0;
	return true;
}

bool play(struct call *c)
{
	uint32_t insn = hcall_insn(c->regs.r[HCALL_DIAG]);
	unsigned long *gpr = c->regs.r;
	unsigned int r1, r3;

	if (c->insn)
		memcpy(&insn, c->insn, sizeof(insn));
	if (insn >> 16 == HCALL_CODE_STHYI)
		return sthyi(c, insn >> 4 & 15, insn & 15);
	r1 = insn >> 20 & 15;
	r3 = insn >> 16 & 15;
	switch (insn & 0xff00ffff) {
	case DIAG(0u, 0u, 0x010u):
		return release_pages(c, gpr[r1], gpr[r3]);
	case DIAG(0u, 0u, 0x258u):
		return page_reference(c, gpr[r1], &gpr[r3]);
	case DIAG(0u, 0u, 0x09cu):
	case DIAG(0u, 0u, 0x318u):
		return accept(c);
	case DIAG(0u, 0u, 0x501u):
		return refuse(c, OPERATION);
	default:
		return false;
	}
}
