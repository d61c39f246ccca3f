// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: the patcher (<asm/paravirt.h>) replaces each instruction that it knows by what the rules say,
 * and no other; a program does the same before and after, on all CPUs; and put back, the image is the
 * one that was built.
 *
 * Which word becomes which is tested on every machine. The rest needs the magic page, so KVM. Other
 * CPUs start when all is patched; with cpus=early they have run before. measure=as-built and
 * measure=patched run the workload only: two boots show what the patcher saves, in the exits that KVM
 * counts (docs/paravirt.md).
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/magic.h>
#include <asm/paravirt.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/cmdline.h>
#include <lib/cpu.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/trap.h>

#define ALL_FIELDS (MAGIC_FEAT_SR | MAGIC_FEAT_MAS0_TO_SPRG7)

/* ---- one word after another ---- */

#define R(n)	      ((uint32_t)(n) << 21)
#define SPR_FIELD(n)  (((uint32_t)(n)&0x1f) << 16 | ((uint32_t)(n)&0x3e0) << 6)
#define MFSPR(r, n)   (0x7c0002a6u | R(r) | SPR_FIELD(n))
#define MTSPR(r, n)   (0x7c0003a6u | R(r) | SPR_FIELD(n))
#define LWZ(r, field) (0x80000000u | R(r) | 0xf000u | (field))
#define STW(r, field) (0x90000000u | R(r) | 0xf000u | (field))
#define NOP	      0x60000000u
#define BLR	      0x4e800020u

static const struct {
	const char *insn;
	uint32_t word, with, without;
} words[] = {
	{ "mfmsr r3", 0x7c6000a6, LWZ(3, MAGIC_MSR), LWZ(3, MAGIC_MSR) },
	{ "mfspr r4,SPRG0", MFSPR(4, 272), LWZ(4, MAGIC_SPRG0), LWZ(4, MAGIC_SPRG0) },
	{ "mtspr SPRG3,r10", MTSPR(10, 275), STW(10, MAGIC_SPRG3), STW(10, MAGIC_SPRG3) },
	{ "mfspr r0,SRR0", MFSPR(0, 26), LWZ(0, MAGIC_SRR0), LWZ(0, MAGIC_SRR0) },
	{ "mtspr SRR1,r31", MTSPR(31, 27), STW(31, MAGIC_SRR1), STW(31, MAGIC_SRR1) },
	{ "mfspr r5,DEAR", MFSPR(5, 61), LWZ(5, MAGIC_DEAR), LWZ(5, MAGIC_DEAR) },
	{ "mfspr r6,ESR", MFSPR(6, 62), LWZ(6, MAGIC_ESR), MFSPR(6, 62) },
	{ "mfspr r7,PIR", MFSPR(7, 286), LWZ(7, MAGIC_PIR), MFSPR(7, 286) },
	{ "mtspr PIR,r7", MTSPR(7, 286), MTSPR(7, 286), MTSPR(7, 286) },
	{ "mfspr r8,MAS0", MFSPR(8, 624), LWZ(8, MAGIC_MAS0), MFSPR(8, 624) },
	{ "mtspr MAS1,r8", MTSPR(8, 625), STW(8, MAGIC_MAS1), MTSPR(8, 625) },
	{ "mfspr r8,MAS2", MFSPR(8, 626), LWZ(8, MAGIC_MAS2), MFSPR(8, 626) },
	{ "mtspr MAS3,r8", MTSPR(8, 627), STW(8, MAGIC_MAS3), MTSPR(8, 627) },
	{ "mtspr MAS4,r8", MTSPR(8, 628), STW(8, MAGIC_MAS4), MTSPR(8, 628) },
	{ "mfspr r8,MAS6", MFSPR(8, 630), LWZ(8, MAGIC_MAS6), MFSPR(8, 630) },
	{ "mtspr MAS7,r8", MTSPR(8, 944), STW(8, MAGIC_MAS7), MTSPR(8, 944) },
	{ "mfspr r9,SPRG4", MFSPR(9, 276), LWZ(9, MAGIC_SPRG4), MFSPR(9, 276) },
	{ "mfspr r9,SPRG4 for users", MFSPR(9, 260), LWZ(9, MAGIC_SPRG4), MFSPR(9, 260) },
	{ "mtspr 260,r9", MTSPR(9, 260), MTSPR(9, 260), MTSPR(9, 260) },
	{ "mtspr SPRG7,r9", MTSPR(9, 279), STW(9, MAGIC_SPRG7), MTSPR(9, 279) },
	{ "tlbsync", 0x7c00046c, NOP, NOP },
	{ "mfspr r3,LR", MFSPR(3, 8), MFSPR(3, 8), MFSPR(3, 8) },
	{ "mtspr CTR,r3", MTSPR(3, 9), MTSPR(3, 9), MTSPR(3, 9) },
	{ "mfspr r3,DEC", MFSPR(3, 22), MFSPR(3, 22), MFSPR(3, 22) },
	{ "mtspr CSRR0,r3", MTSPR(3, 58), MTSPR(3, 58), MTSPR(3, 58) },
	{ "mtspr IVPR,r3", MTSPR(3, 63), MTSPR(3, 63), MTSPR(3, 63) },
	{ "mfspr r3,MAS5", MFSPR(3, 629), MFSPR(3, 629), MFSPR(3, 629) },
	{ "tlbwe", 0x7c0007a4, 0x7c0007a4, 0x7c0007a4 },
	{ "rfi", 0x4c000064, 0x4c000064, 0x4c000064 },
	{ "sc", 0x44000002, 0x44000002, 0x44000002 },
	{ "lwz r3,8(r1)", 0x80610008, 0x80610008, 0x80610008 },
};

static void one_word(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		tap_equal(paravirt_replacement(words[i].word, ALL_FIELDS), words[i].with,
			  "%s, all fields", words[i].insn);
		tap_equal(paravirt_replacement(words[i].word, 0), words[i].without,
			  "%s, fields of the first version", words[i].insn);
	}
	tap_ok(paravirt_needs_branch(0x7c000146) && paravirt_needs_branch(0x7c008146) &&
		       paravirt_needs_branch(0x7c600106) && paravirt_needs_branch(0x7fe00124),
	       "wrteei 0, wrteei 1, wrtee r3, mtmsr r31 branch");
	tap_ok(!paravirt_needs_branch(NOP) && !paravirt_needs_branch(0x7c0000a6) &&
		       !paravirt_needs_branch(BLR),
	       "nop, mfmsr, blr do not");
}

/* ---- the workload ---- */

#define TURNS  200
#define ALARMS 5
#define PAGES  64

struct results {
	unsigned int traps, interrupts, alarms, sum;
	bool on, off;
};

static atomic_uint alarms;

static void on_alarm(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	atomic_fetch_add(&alarms, 1);
}

static void trap(void *arg)
{
	(void)arg;
	__builtin_trap();
}

/* One page after the other, more than once: TLB misses, as nobody maps them for long. */
static unsigned int touch(uint8_t *pages)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < PAGES; i++) {
		pages[i * 4096] = (uint8_t)(i * 7);
		sum = sum * 31 + pages[i * 4096];
	}
	return sum;
}

/* Interrupts off and on in each other, exceptions, alarms, memory: what a small kernel does. */
static void work(void *arg)
{
	struct results *r = arg;
	uint8_t *pages = malloc(PAGES * 4096);

	for (unsigned int i = 0; i < TURNS; i++) {
		bool outer = irq_save(), inner;

		irq_restore(true);
		r->interrupts += arch_irq_enabled();
		inner = irq_save();
		r->interrupts += !arch_irq_enabled() + inner;
		irq_restore(outer);
		r->traps += trap_try(trap, NULL, NULL);
	}
	if (pages)
		r->sum = touch(pages);
	free(pages);
	for (unsigned int i = 0; i < ALARMS; i++) {
		clock_sleep_until(clock_ns() + 100000);
		r->alarms++;
	}
	irq_enable();
	r->on = arch_irq_enabled();
	irq_disable();
	r->off = !arch_irq_enabled();
}

static struct results run_here(void)
{
	struct results r;

	memset(&r, 0, sizeof(r));
	work(&r);
	return r;
}

static bool is_right(const struct results *r)
{
	return r->traps == TURNS && r->interrupts == 3 * TURNS && r->alarms == ALARMS && r->on &&
	       r->off;
}

/* An interrupt that becomes due while interrupts are off comes when they are on again. */
static void due_interrupt(void)
{
	unsigned int before;

	irq_register(IRQ_TIMER, on_alarm, NULL);
	irq_disable();
	before = atomic_load(&alarms);
	clock_alarm(clock_ns());
	/* Each look is an exit. If it never becomes due, the outside sees a hang. */
	while (!(mfspr(SPR_TSR) & TSR_DIS))
		;
	tap_equal(atomic_load(&alarms), before, "an interrupt that is due does not come while off");
	irq_enable();
	tap_equal(atomic_load(&alarms), before + 1, "and comes at once when on");
	irq_disable();
	irq_register(IRQ_TIMER, NULL, NULL);
}

/* Every register as operand, r30 and r31 among them: mtmsr of what mfmsr said, and wrtee. */
#define OPERAND(n)                                                                                \
	{                                                                                         \
		unsigned long off, on;                                                            \
                                                                                                  \
		asm volatile("mfmsr " #n "; ori " #n "," #n ",0x8000; mtmsr " #n "; mfmsr %0\n\t" \
			     "li " #n ",0; wrtee " #n "; mfmsr %1"                                \
			     : "=&r"(on), "=&r"(off)                                              \
			     :                                                                    \
			     : #n, "memory");                                                     \
		good += (on & 0x8000) && !(off & 0x8000);                                         \
	}

static void operands(void)
{
	unsigned int good = 0;

	irq_disable();
	OPERAND(0)
	OPERAND(3)
	OPERAND(12)
	OPERAND(29)
	OPERAND(30)
	OPERAND(31)
	tap_equal(good, 6, "mtmsr and wrtee of r0, r3, r12, r29, r30, r31");
}

/* What a copy uses must be as it was: CR, r30, r31. */
static void leaves_no_trace(void)
{
	unsigned long cr, r30, r31;

	asm volatile("lis 30,0x1234; lis 31,0x5678; lis 3,0x9abc; ori 3,3,0xdef0; mtcrf 0xff,3\n\t"
		     "wrteei 1; wrteei 0\n\t"
		     "mfcr %0; mr %1,30; mr %2,31"
		     : "=&r"(cr), "=&r"(r30), "=&r"(r31)
		     :
		     : "r3", "r30", "r31", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7",
		       "memory");
	tap_ok(cr == 0x9abcdef0 && r30 == 0x12340000 && r31 == 0x56780000,
	       "wrteei leaves CR, r30 and r31 as they were");
}

static void whole_program(const struct results *before, const char *when)
{
	struct results r = run_here();

	tap_ok(is_right(&r) && r.sum == before->sum, "the workload does the same %s", when);
	operands();
	leaves_no_trace();
	due_interrupt();
}

static void on_all_cpus(const char *when)
{
	static struct results of[CPU_MAX];
	unsigned int right = 0;

	if (cpu_count() < 2) {
		tap_skip(when, "more CPUs");
		return;
	}
	memset(of, 0, sizeof(of));
	for (unsigned int i = 1; i < cpu_count(); i++)
		cpu_start(i, work, &of[i]);
	for (unsigned int i = 1; i < cpu_count(); i++) {
		cpu_join(i);
		right += is_right(&of[i]);
	}
	tap_equal(right, cpu_count() - 1, "the workload on the other CPUs %s", when);
}

/* ---- the image ---- */

extern const uint32_t __text_start[], __text_end[];

/* Without the room for copies, which keeps what was in it. */
static uint32_t sum_text(void)
{
	extern const uint32_t paravirt_room[], paravirt_code_end[];
	uint32_t sum = 0;

	for (const uint32_t *p = __text_start; p < __text_end; p++)
		if (p < paravirt_room || p >= paravirt_code_end)
			sum = (sum << 1 | sum >> 31) ^ *p;
	return sum;
}

static void patched(const struct results *before)
{
	struct paravirt_counts counts;
	uint32_t sum = sum_text();
	int err;

	memset(&counts, 0, sizeof(counts));
	err = paravirt_enable(&counts);
	if (err) {
		tap_skip("the running image", "the magic page: %s", strerror(-err));
		return;
	}
	tap_note("%u loads, %u stores, %u nothing, %u branches, %u left", counts.loads,
		 counts.stores, counts.nothing, counts.branches, counts.left);
	tap_ok(counts.loads && counts.stores && counts.branches && !counts.left,
	       "all that can be replaced is");
	tap_ok(paravirt_enable(&counts) != 0, "a second time is refused");
	whole_program(before, "patched");
	on_all_cpus("patched");
	paravirt_undo();
	tap_ok(sum_text() == sum, "put back, the image is as it was");
}

#define MEASURED_TURNS 20

/* The workload alone, for whoever counts exits from outside. */
static void measure(bool patch)
{
	struct paravirt_counts counts;
	unsigned int right = 0;
	uint64_t start;

	memset(&counts, 0, sizeof(counts));
	if (patch && paravirt_enable(&counts)) {
		tap_skip("the workload, patched", "the magic page");
		return;
	}
	start = clock_ns();
	for (unsigned int i = 0; i < MEASURED_TURNS; i++) {
		struct results r = run_here();

		right += is_right(&r);
	}
	tap_note("%u us", (unsigned int)((clock_ns() - start) / 1000));
	tap_equal(right, MEASURED_TURNS, "the workload %s", patch ? "patched" : "as it was built");
}

int main(int argc, char **argv)
{
	const char *measured = cmdline_value(argc, argv, "measure");
	const char *cpus = cmdline_value(argc, argv, "cpus");
	struct results before;

	tap_begin();
	if (measured) {
		measure(!strcmp(measured, "patched"));
		return tap_end();
	}
	one_word();
	before = run_here();
	tap_ok(is_right(&before), "the workload as it was built");
	if (cpus && !strcmp(cpus, "early"))
		on_all_cpus("as it was built");
	patched(&before);
	whole_program(&before, "put back");
	on_all_cpus("put back");
	return tap_end();
}
