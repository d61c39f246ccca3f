// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: each field of the magic page and the register that it stands for are one thing: what is
 * written into the register shows in the field, and what is written into the field shows in the
 * register. That is why a guest may replace privileged instructions by loads and stores.
 *
 * Source: ppc-pv.rst, "Patched instructions"; struct kvm_vcpu_arch_shared in <asm/kvm_para.h>;
 * kvmppc_emulate_mfspr() and _mtspr() in emulate.c, booke_emulate.c, e500_emulate.c. SPRG4 to 7 are
 * registers of the real CPU for reads: what is written into their fields is there after the next
 * exit (__kvmppc_vcpu_run(), booke_interrupts.S). PIR is for reading only.
 * Outcomes: pass; fail with both values; skip where there is no magic page.
 */
#include <asm/spr.h>
#include "tests/conformance/e500/due.h"
#include "tests/conformance/e500/facts.h"
#include "tests/conformance/e500/magic.h"

#define SOURCE "ppc-pv.rst, Patched instructions; struct kvm_vcpu_arch_shared"

/* By the numbers that user code may read, too. */
#define SPR_SPRG4R 260
#define SPR_SPRG5R 261
#define SPR_SPRG6R 262
#define SPR_SPRG7R 263
#define SPR_SPRG5  277
#define SPR_SPRG6  278
#define SPR_SPRG7  279

/*
 * Some of the registers are those that our exception handlers live on. So nothing else may happen
 * between one instruction and the next: each function lies in one page, and the second time that it
 * runs nothing misses the TLB any more. The first time, it writes what is there already.
 */
#define UNDISTURBED static __attribute__((noinline, aligned(128))) uint32_t

static uint32_t read_field(uint32_t offset)
{
	return *(volatile uint32_t *)(uintptr_t)(MAGIC_EA + offset);
}

static void shows_in_field(uint32_t (*write)(uint32_t), uint32_t offset, uint32_t canary,
			   const char *saboteur)
{
	REQUIRE_MAGIC();
	write(read_field(offset));
	expect_equal(fact(saboteur, write(canary)), canary,
		     "the field at 0x%lx after the register was written", (unsigned long)offset);
}

static void shows_in_register(uint32_t (*write)(uint32_t), uint32_t offset, uint32_t canary,
			      const char *saboteur)
{
	REQUIRE_MAGIC();
	write(read_field(offset));
	expect_equal(fact(saboteur, write(canary)), canary,
		     "the register after the field at 0x%lx was written", (unsigned long)offset);
}

/*
 * A register `id`, written by the number `spr` and read by `spr_read`, and its field. Reading PIR
 * is an exit.
 */
#define MIRROR(id, spr, spr_read, field)                                                         \
	UNDISTURBED write_register_##id(uint32_t value)                                          \
	{                                                                                        \
		uint32_t seen, saved;                                                            \
                                                                                                 \
		asm volatile("lwz %[saved], %[at](0)\n\tmtspr %[nr], %[value]\n\t"               \
			     "lwz %[seen], %[at](0)\n\tmtspr %[nr], %[saved]"                    \
			     : [saved] "=&r"(saved), [seen] "=&r"(seen)                          \
			     : [value] "r"(value), [nr] "i"(spr), [at] "i"(MAGIC_PAGE + (field)) \
			     : "memory");                                                        \
		return seen;                                                                     \
	}                                                                                        \
	UNDISTURBED write_field_##id(uint32_t value)                                             \
	{                                                                                        \
		uint32_t seen, saved;                                                            \
                                                                                                 \
		asm volatile(                                                                    \
			"lwz %[saved], %[at](0)\n\tstw %[value], %[at](0)\n\t"                   \
			"mfspr %[seen], %[pir]\n\tmfspr %[seen], %[nr]\n\t"                      \
			"stw %[saved], %[at](0)\n\tmfspr %[value], %[pir]"                       \
			: [saved] "=&r"(saved), [seen] "=&r"(seen), [value] "+&r"(value)         \
			: [nr] "i"(spr_read), [pir] "i"(SPR_PIR), [at] "i"(MAGIC_PAGE + (field)) \
			: "memory");                                                             \
		return seen;                                                                     \
	}                                                                                        \
	CONF_CHECK(field_##id, (void), .name = "magic-page." #id "-register-shows-in-field",     \
		   .source = SOURCE, .run = field_##id)                                          \
	{                                                                                        \
		shows_in_field(write_register_##id, field, 0xca000000u | (spr) << 4,             \
			       "field-lags-" #id);                                               \
	}                                                                                        \
	CONF_CHECK(register_##id, (void), .name = "magic-page." #id "-field-shows-in-register",  \
		   .source = SOURCE, .run = register_##id)                                       \
	{                                                                                        \
		shows_in_register(write_field_##id, field, 0xcb000000u | (spr) << 4,             \
				  "register-lags-" #id);                                         \
	}                                                                                        \
	FACT_SABOTEUR(field_lags_##id, "field-lags-" #id, magic_announced,                       \
		      "magic-page." #id "-register-*", "a field shows what its register holds"); \
	FACT_SABOTEUR(register_lags_##id, "register-lags-" #id, magic_announced,                 \
		      "magic-page." #id "-field-*", "a register shows what its field holds")

MIRROR(sprg0, SPR_SPRG0, SPR_SPRG0, MAGIC_SPRG0);
MIRROR(sprg1, SPR_SPRG1, SPR_SPRG1, MAGIC_SPRG1);
MIRROR(sprg2, SPR_SPRG2, SPR_SPRG2, MAGIC_SPRG2);
MIRROR(sprg3, SPR_SPRG3, SPR_SPRG3, MAGIC_SPRG3);
MIRROR(sprg4, SPR_SPRG4, SPR_SPRG4R, MAGIC_SPRG4);
MIRROR(sprg5, SPR_SPRG5, SPR_SPRG5R, MAGIC_SPRG5);
MIRROR(sprg6, SPR_SPRG6, SPR_SPRG6R, MAGIC_SPRG6);
MIRROR(sprg7, SPR_SPRG7, SPR_SPRG7R, MAGIC_SPRG7);
MIRROR(srr0, SPR_SRR0, SPR_SRR0, MAGIC_SRR0);
MIRROR(srr1, SPR_SRR1, SPR_SRR1, MAGIC_SRR1);
MIRROR(dear, SPR_DEAR, SPR_DEAR, MAGIC_DEAR);
MIRROR(esr, SPR_ESR, SPR_ESR, MAGIC_ESR);
MIRROR(mas0, SPR_MAS0, SPR_MAS0, MAGIC_MAS0);
MIRROR(mas1, SPR_MAS1, SPR_MAS1, MAGIC_MAS1);
MIRROR(mas2, SPR_MAS2, SPR_MAS2, MAGIC_MAS2);
MIRROR(mas3, SPR_MAS3, SPR_MAS3, MAGIC_MAS3);
MIRROR(mas4, SPR_MAS4, SPR_MAS4, MAGIC_MAS4);
MIRROR(mas6, SPR_MAS6, SPR_MAS6, MAGIC_MAS6);
MIRROR(mas7, SPR_MAS7, SPR_MAS7, MAGIC_MAS7);

/* ---- MSR: critical interrupts, of which there is no source here; and EE, nothing being due ---- */

CHECK("magic-page.msr-register-shows-in-field", SOURCE)
{
	uint32_t msr, seen;

	REQUIRE_MAGIC();
	msr = (uint32_t)mfmsr();
	mtmsr(msr ^ MSR_CE);
	seen = read_field(MAGIC_MSR);
	mtmsr(msr);
	expect_equal(fact("field-lags-msr", seen), msr ^ MSR_CE, "the field after mtmsr");
	expect_equal(read_field(MAGIC_MSR), msr, "the field after another mtmsr");
}

CHECK("magic-page.msr-shows-wrteei", SOURCE)
{
	uint32_t off, on;

	REQUIRE_MAGIC();
	due_never();
	interrupts_on();
	on = read_field(MAGIC_MSR);
	interrupts_off();
	off = read_field(MAGIC_MSR);
	expect_equal(fact("field-lags-msr", on & MSR_EE), MSR_EE, "EE of the field after wrteei 1");
	expect_equal(off & MSR_EE, 0, "EE of the field after wrteei 0");
}

CHECK("magic-page.msr-field-shows-in-register", SOURCE "; EE may be changed through the page")
{
	volatile uint32_t *field = (volatile uint32_t *)(uintptr_t)(MAGIC_EA + MAGIC_MSR);
	uint32_t on, off;

	REQUIRE_MAGIC();
	due_never();
	*field |= MSR_EE;
	on = (uint32_t)mfmsr();
	*field &= ~(uint32_t)MSR_EE;
	off = (uint32_t)mfmsr();
	expect_equal(fact("register-lags-msr", on & MSR_EE), MSR_EE,
		     "EE after it was set in the field");
	expect_equal(off & MSR_EE, 0, "EE after it was cleared in the field");
}

FACT_SABOTEUR(field_lags_msr, "field-lags-msr", magic_announced, "magic-page.msr-*",
	      "the field shows what MSR holds");
FACT_SABOTEUR(register_lags_msr, "register-lags-msr", magic_announced, "magic-page.msr-field-*",
	      "MSR holds what was written into its field");

/* ---- PIR, which only the host sets ---- */

CHECK("magic-page.pir-field-is-the-register", SOURCE)
{
	REQUIRE_MAGIC();
	expect_equal(fact("field-lags-pir", read_field(MAGIC_PIR)), mfspr(SPR_PIR), "PIR's field");
}

CHECK("magic-page.pir-ignores-writes", "kvmppc_emulate_mtspr(): mtspr PIR does nothing")
{
	uint32_t before, after;

	REQUIRE_MAGIC();
	before = (uint32_t)mfspr(SPR_PIR);
	mtspr(SPR_PIR, ~before);
	after = (uint32_t)mfspr(SPR_PIR);
	expect_equal(fact("pir-can-be-written", after), before, "PIR after it was written");
	expect_equal(read_field(MAGIC_PIR), before, "its field");
}

FACT_SABOTEUR(pir_lags, "field-lags-pir", magic_announced, "magic-page.pir-*",
	      "PIR's field shows the register");
FACT_SABOTEUR(pir_writable, "pir-can-be-written", magic_announced, "magic-page.pir-*",
	      "a vCPU's number is fixed");

/* ---- what is the guest's own ---- */

static void keeps(uint32_t offset, const char *saboteur)
{
	uint32_t seen = 0;
	struct call c;

	REQUIRE_MAGIC();
	for (unsigned int i = 0; i < 3; i++) {
		const uint32_t canary = 0xcc000000u + i;

		magic_write(MAGIC_EA + offset, canary);
		CALL(&c, KVM_HC_FEATURES);
		interrupts_off();
		magic_read(MAGIC_EA + offset, &seen);
		expect_equal(fact(saboteur, seen), canary, "the field at 0x%lx after some exits",
			     (unsigned long)offset);
	}
}

#define SCRATCH "ppc-pv.rst: scratch1 to scratch3 are the guest's"

CHECK("magic-page.scratch1-is-kept", SCRATCH)
{
	keeps(MAGIC_SCRATCH1, "scratch1-is-lost");
}

CHECK("magic-page.scratch2-is-kept", SCRATCH)
{
	keeps(MAGIC_SCRATCH2, "scratch2-is-lost");
}

CHECK("magic-page.scratch3-is-kept", SCRATCH)
{
	keeps(MAGIC_SCRATCH3, "scratch3-is-lost");
}

#define LOST(n)                                                                    \
	FACT_SABOTEUR(scratch##n##_lost, "scratch" #n "-is-lost", magic_announced, \
		      "magic-page.scratch" #n "-*", "scratch fields are the guest's")
LOST(1);
LOST(2);
LOST(3);

/* ---- what an exception leaves ---- */

static void store_nowhere(void *arg)
{
	*(volatile uint32_t *)arg = 0;
}

/*
 * The second time nothing misses the TLB between the exception and the look at the fields, and so
 * nothing overwrites them.
 */
CHECK("magic-page.exception-shows-in-fields", SOURCE "; kvmppc_booke_irqprio_deliver()")
{
	const uint32_t nowhere = MAGIC_THIRD_EA + 0x124;
	uint32_t dear = 0, esr = 0;

	REQUIRE_MAGIC();
	for (unsigned int i = 0; i < 2; i++) {
		if (!expect(trap_try(store_nowhere, (void *)(uintptr_t)nowhere, NULL),
			    "an exception"))
			return;
		dear = read_field(MAGIC_DEAR);
		esr = read_field(MAGIC_ESR);
	}
	expect_equal(fact("field-lags-exception", dear), nowhere,
		     "DEAR's field after an exception");
	expect_equal(esr & ESR_STORE, ESR_STORE, "ESR[ST] in its field after a store");
}
FACT_SABOTEUR(exception_lags, "field-lags-exception", magic_announced, "magic-page.exception-*",
	      "an exception's registers are the page's fields");
