// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <asm/magic.h>
#include <asm/paravirt.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include "smp.h"

/* Instructions that can be put back: an image of ours has about 200. */
#define MAX_REPLACED 512

/* Instructions with their operand registers and SPR numbers left out. */
#define RT(insn)     ((insn) >> 21 & 0x1f)
#define RT_MASK	     (0x1fu << 21)
#define SPR_MASK     (0x3ffu << 11)
#define INSN_MFSPR   0x7c0002a6u
#define INSN_MTSPR   0x7c0003a6u
#define INSN_MFMSR   0x7c0000a6u
#define INSN_MTMSR   0x7c000124u
#define INSN_WRTEE   0x7c000106u
#define INSN_OFF     0x7c000146u /* wrteei 0 */
#define INSN_ON	     0x7c008146u /* wrteei 1 */
#define INSN_TLBSYNC 0x7c00046cu
#define INSN_NOP     0x60000000u
#define INSN_LWZ     0x80000000u
#define INSN_STW     0x90000000u
#define INSN_B	     0x48000000u
#define INSN_MR30    0x7c1e0378u /* or r30,rS,rS: rS in two places */
#define INSN_LI30    0x3bc00000u
#define B_MASK	     0x03fffffcu
#define B_REACH	     0x02000000

/* A field, and the numbers of its register; the second one, if not 0, only reads. */
static const struct field {
	uint16_t offset, spr, reads;
	bool read_only;
	uint32_t needs;
} fields[] = {
	{ MAGIC_SPRG0, 272, 0, false, 0 },
	{ MAGIC_SPRG1, 273, 0, false, 0 },
	{ MAGIC_SPRG2, 274, 0, false, 0 },
	{ MAGIC_SPRG3, 275, 0, false, 0 },
	{ MAGIC_SRR0, SPR_SRR0, 0, false, 0 },
	{ MAGIC_SRR1, SPR_SRR1, 0, false, 0 },
	{ MAGIC_DEAR, SPR_DEAR, 0, false, 0 },
	{ MAGIC_MAS0, SPR_MAS0, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS1, SPR_MAS1, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS2, SPR_MAS2, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS3, SPR_MAS3, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS4, SPR_MAS4, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS6, SPR_MAS6, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_MAS7, SPR_MAS7, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_ESR, SPR_ESR, 0, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_PIR, SPR_PIR, 0, true, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_SPRG4, 276, 260, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_SPRG5, 277, 261, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_SPRG6, 278, 262, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
	{ MAGIC_SPRG7, 279, 263, false, MAGIC_FEAT_MAS0_TO_SPRG7 },
};

/* ---- one instruction ---- */

static uint32_t load_or_store(uint32_t op, uint32_t offset, uint32_t insn)
{
	return op | (insn & RT_MASK) | ((uint32_t)(MAGIC_PAGE + (int)offset) & 0xffff);
}

static uint32_t replace_spr(uint32_t insn, uint32_t features)
{
	/* The two halves of the number are exchanged in the instruction. */
	uint32_t spr = (insn >> 16 & 0x1f) | (insn >> 6 & 0x3e0);
	bool reads = (insn & ~(RT_MASK | SPR_MASK)) == INSN_MFSPR;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field *f = &fields[i];

		if ((f->needs & features) != f->needs)
			continue;
		if (reads && (spr == f->spr || (f->reads && spr == f->reads)))
			return load_or_store(INSN_LWZ, f->offset, insn);
		if (!reads && spr == f->spr && !f->read_only)
			return load_or_store(INSN_STW, f->offset, insn);
	}
	return insn;
}

uint32_t paravirt_replacement(uint32_t insn, uint32_t features)
{
	uint32_t kind = insn & ~(RT_MASK | SPR_MASK);

	if (kind == INSN_MFSPR || kind == INSN_MTSPR)
		return replace_spr(insn, features);
	if ((insn & ~RT_MASK) == INSN_MFMSR)
		return load_or_store(INSN_LWZ, MAGIC_MSR, insn);
	return insn == INSN_TLBSYNC ? INSN_NOP : insn;
}

bool paravirt_needs_branch(uint32_t insn)
{
	uint32_t kind = insn & ~RT_MASK;

	return insn == INSN_OFF || insn == INSN_ON || kind == INSN_WRTEE || kind == INSN_MTMSR;
}

/* ---- code to branch to: paravirt_code.S ---- */

extern uint32_t paravirt_code_start[], paravirt_code_end[], paravirt_room[];

#define MODEL(name)                                                                       \
	extern const uint32_t name[], name##_operand[], name##_original[], name##_back[], \
		name##_end[]
MODEL(paravirt_off);
MODEL(paravirt_ee);
MODEL(paravirt_msr);

struct model {
	const uint32_t *start, *operand, *original, *back, *end;
};

#define MODEL_OF(name) \
	((struct model){ name, name##_operand, name##_original, name##_back, name##_end })

static uint32_t *room = paravirt_room;

/* What makes r30 the operand. r30 and r31 themselves lie in the page by then. */
static uint32_t operand(uint32_t insn)
{
	const uint32_t to_r30 = 30u << 21;

	if (insn == INSN_ON)
		return INSN_LI30 | MSR_EE;
	switch (RT(insn)) {
	case 30:
		return load_or_store(INSN_LWZ, MAGIC_SCRATCH2, to_r30);
	case 31:
		return load_or_store(INSN_LWZ, MAGIC_SCRATCH1, to_r30);
	default:
		return INSN_MR30 | RT(insn) << 21 | RT(insn) << 11;
	}
}

static void write_insn(uint32_t *at, uint32_t insn)
{
	arch_text_write(at, &insn, sizeof(insn));
}

static uint32_t branch(const uint32_t *from, const uint32_t *to)
{
	return INSN_B | (((uintptr_t)to - (uintptr_t)from) & B_MASK);
}

static bool in_reach(const uint32_t *from, const uint32_t *to)
{
	ptrdiff_t distance = (intptr_t)to - (intptr_t)from;

	return distance >= -B_REACH && distance < B_REACH;
}

/* Returns the branch to a new copy for the instruction at `at`, or 0: there is no room, or too far. */
static uint32_t make_copy(const uint32_t *at)
{
	const uint32_t insn = *at;
	const struct model m = insn == INSN_OFF			 ? MODEL_OF(paravirt_off)
			       : (insn & ~RT_MASK) == INSN_MTMSR ? MODEL_OF(paravirt_msr)
								 : MODEL_OF(paravirt_ee);
	uint32_t *copy = room;
	size_t words = (size_t)(m.end - m.start);

	if (words > (size_t)(paravirt_code_end - room) || !in_reach(at, copy) ||
	    !in_reach(copy + words, at))
		return 0;
	for (size_t i = 0; i < words; i++) {
		uint32_t word = m.start[i];

		if (&m.start[i] == m.operand && insn != INSN_OFF)
			word = operand(insn);
		else if (&m.start[i] == m.back)
			word = branch(&copy[i], at + 1);
		else if (&m.start[i] == m.original)
			word = insn;
		write_insn(&copy[i], word);
	}
	room += words;
	return branch(at, copy);
}

/* ---- many instructions ---- */

static struct {
	uint32_t *at;
	uint32_t insn;
} replaced[MAX_REPLACED];
static unsigned int nr_replaced;

static void count(uint32_t insn, struct paravirt_counts *counts)
{
	if (insn == INSN_NOP)
		counts->nothing++;
	else if ((insn & 0xfc000000u) == INSN_LWZ)
		counts->loads++;
	else if ((insn & 0xfc000000u) == INSN_STW)
		counts->stores++;
	else
		counts->branches++;
}

static void patch_one(uint32_t *at, uint32_t features, struct paravirt_counts *counts)
{
	uint32_t insn = *at, new = paravirt_replacement(insn, features);
	bool branches = paravirt_needs_branch(insn);

	if (new == insn && !branches)
		return;
	if (nr_replaced < MAX_REPLACED && branches)
		new = make_copy(at);
	if (nr_replaced == MAX_REPLACED || !new) {
		counts->left++;
		return;
	}
	replaced[nr_replaced].at = at;
	replaced[nr_replaced++].insn = insn;
	write_insn(at, new);
	count(new, counts);
}

/* idle.S. An interrupt in a copy of its wrteei 1 would not be seen as one that ends the idling. */
extern const uint32_t idle_hcall[], idle_end[];

/* What is to stay: the copies themselves, and code whose own address means something. */
static bool is_kept(const uint32_t *at)
{
	return (at >= paravirt_code_start && at < paravirt_code_end) ||
	       (at >= idle_hcall && at < idle_end);
}

void paravirt_patch(uint32_t *from, uint32_t *to, uint32_t features, struct paravirt_counts *counts)
{
	for (uint32_t *at = from; at < to; at++)
		if (!is_kept(at))
			patch_one(at, features, counts);
}

/* In the opposite order: what arch_text_write() itself needs was replaced in the midst. */
void paravirt_undo(void)
{
	secondary_prepare = NULL;
	while (nr_replaced > 0) {
		nr_replaced--;
		write_insn(replaced[nr_replaced].at, replaced[nr_replaced].insn);
	}
	room = paravirt_room;
}

/* ---- the image, on all CPUs ---- */

extern uint32_t __text_start[], __text_end[];

/* On each CPU for itself. Returns 0 or the negative errno of the call. */
static int map_here(void)
{
	const uint32_t page = (uint32_t)MAGIC_PAGE;

	return hcall_error(
		hcall2(KVM_HC_PPC_MAP_MAGIC_PAGE, page, page | MAGIC_FLAG_NOT_MAPPED_NX));
}

static void map_other(void *err)
{
	*(int *)err = map_here();
}

/* On a CPU that starts, before anything that is patched. What others could do, it can. */
static void map_new(void)
{
	map_here();
}

static bool others_idle(void)
{
	for (unsigned int i = 0; i < cpu_count(); i++) {
		unsigned int state = atomic_load(&cpu_get(i)->state);

		if (i != cpu_number() && state != CPU_OFF && state != CPU_PARKED)
			return false;
	}
	return true;
}

/* On all CPUs that have been started. */
static int map_everywhere(uint32_t *features)
{
	int err = hcall_map_magic_page((uint32_t)MAGIC_PAGE, (uint32_t)MAGIC_PAGE, features);
	int other = 0;

	for (unsigned int i = 0; i < cpu_count() && !err; i++) {
		if (i == cpu_number() || atomic_load(&cpu_get(i)->state) != CPU_PARKED)
			continue;
		err = cpu_start(i, map_other, &other);
		if (err)
			break;
		cpu_join(i);
		err = other;
	}
	return err;
}

int paravirt_enable(struct paravirt_counts *counts)
{
	uint32_t features;
	int err;

	if (nr_replaced || !others_idle())
		return -EBUSY;
	err = map_everywhere(&features);
	if (err)
		return err;
	secondary_prepare = map_new;
	paravirt_patch(__text_start, __text_end, features, counts);
	return 0;
}
