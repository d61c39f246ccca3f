// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a token in R11 is vendor << 16 | number, and both halves count: KVM answers its own vendor
 * number 42 and one call of ePAPR's, and to anything else 12 (EV_UNIMPLEMENTED), with 0 in R4. On
 * e500v2 the instruction is `sc`, which is a hypercall if R0 holds a magic word, and an ordinary
 * system call of the guest if not.
 *
 * Source: ePAPR 1.1, hypercall tokens; arch/powerpc/include/uapi/asm/epapr_hcalls.h; ppc-pv.rst,
 * "KVM hypercall ABI"; kvmppc_kvm_pv(); the system call in kvmppc_handle_exit(), booke.c.
 * Outcomes: pass; fail with the registers; skip where nobody can be called, or by another way.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/e500/facts.h"

#define SOURCE "epapr_hcalls.h; kvmppc_kvm_pv()"

#define TOKEN(vendor, number) ((unsigned long)(vendor) << 16 | (number))

#define MAGIC_R0    0x4b564d21ul
#define SYSTEM_CALL "system call"

/* Vendors as epapr_hcalls.h has them: local, ePAPR, Freescale, IBM, ..., AMCC; neighbours of KVM. */
static const uint16_t others[] = { 0, 1, 2, 3, 4, 5, 6, 7, 41, 43, 0x12a, 0x802a, 0xff2a };
#define OTHERS (sizeof(others) / sizeof(others[0]))

static void number_is_unknown_elsewhere(unsigned long number)
{
	struct call c;

	for (size_t i = 0; i < OTHERS; i++) {
		/* 1 is ePAPR's, whose numbers have records of their own. */
		if (others[i] == 1)
			continue;
		CALL(&c, TOKEN(others[i], number & 0xffff));
		if (!expect_unknown(&c))
			return;
	}
}

CHECK("token.features-of-another-vendor-is-unknown", SOURCE)
{
	REQUIRE_HYPERVISOR();
	number_is_unknown_elsewhere(KVM_HC_FEATURES);
}

CHECK("token.map-magic-page-of-another-vendor-is-unknown", SOURCE)
{
	REQUIRE_HYPERVISOR();
	number_is_unknown_elsewhere(KVM_HC_PPC_MAP_MAGIC_PAGE);
}

/* If one were taken for EV_IDLE, it would be a hang with this check's name. */
CHECK("token.idle-of-another-vendor-is-unknown", SOURCE)
{
	REQUIRE_HYPERVISOR();
	number_is_unknown_elsewhere(EV_IDLE);
}

CHECK("token.idle-of-kvm-is-unknown", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	CALL(&c, TOKEN(42, EV_IDLE & 0xffff));
	expect_unknown(&c);
}

CHECK("token.vendor-42-alone-is-unknown", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	CALL(&c, TOKEN(42, 0));
	expect_unknown(&c);
}

CHECK("token.number-without-vendor-is-unknown", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned long number = 0; number <= 0x10; number++) {
		CALL(&c, TOKEN(0, number));
		if (!expect_unknown(&c))
			return;
	}
}

CHECK("token.halves-are-not-exchanged", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	CALL(&c, TOKEN(KVM_HC_FEATURES & 0xffff, 42));
	expect_unknown(&c);
}

/* KVM writes 0; with the proposal of 2013 it is the monitor that answers, and may leave R4 alone. */
CHECK("token.unknown-returns-nothing-in-r4",
      "kvmppc_kvm_pv(): R4 is 0; RFC reset and shutdown hcall")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (const unsigned long *n = conf_arch.unassigned; *n; n++) {
		call_prepare(&c, *n);
		c.regs.r[HCALL_R4] = hcall_canary(HCALL_R4);
		conf_call(&c);
		if (!expect_unknown(&c))
			return;
		if (c.regs.r[HCALL_R4] != c.before.r[HCALL_R4] &&
		    !expect_equal(c.regs.r[HCALL_R4], 0, "R4 of 0x%lx, if it changed,", *n))
			return;
	}
}

/* The token's register and no other. */
CHECK("token.is-in-r11-only", SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	for (unsigned int reg = HCALL_R0; reg < HCALL_NREGS; reg++) {
		if (reg == HCALL_R11 || HCALL_NOT_LOADED >> reg & 1)
			continue;
		call_prepare(&c, HCALL_UNASSIGNED);
		c.regs.r[reg] = KVM_HC_FEATURES & HCALL_REG_BITS(reg);
		conf_call(&c);
		if (!expect_unknown(&c))
			return;
	}
}

/* ---- the instruction ---- */

/* What KVM for e500v2 says a hypercall is: lis r0,magic@h; ori r0,r0,magic@l; sc; nop. */
static const uint8_t of_e500v2[] = { 0x3c, 0x00, 0x4b, 0x56, 0x60, 0x00, 0x4d, 0x21,
				     0x44, 0x00, 0x00, 0x02, 0x60, 0x00, 0x00, 0x00 };

static bool is_e500v2(void)
{
	return hcall_patched() && hypervisor.insn_len == sizeof(of_e500v2) &&
	       !memcmp(hypervisor.insn, of_e500v2, sizeof(of_e500v2));
}

#define REQUIRE_E500V2()      \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(is_e500v2(), "a hypervisor that is called by sc with a magic word in R0")

/* A bare `sc` with r0 as given. */
static void call_sc(struct call *c, unsigned long r0)
{
	uint8_t sc[] = { 0x44, 0x00, 0x00, 0x02 };

	call_prepare(c, KVM_HC_FEATURES);
	c->regs.r[HCALL_R0] = r0;
	conf_call_insn(c, "sc", sc, sizeof(sc));
}

CHECK("sc.with-the-magic-word-is-a-hypercall", "ppc-pv.rst; kvmppc_handle_exit()")
{
	struct call c;

	REQUIRE_E500V2();
	call_sc(&c, MAGIC_R0);
	expect_status(&c, 0);
	expect_equal(c.regs.r[HCALL_R4], hypervisor.features, "the features");
}

CHECK("sc.without-the-magic-word-is-a-system-call", "ppc-pv.rst; kvmppc_handle_exit()")
{
	struct call c;

	REQUIRE_E500V2();
	call_sc(&c, 0);
	expect_trap(&c, SYSTEM_CALL);
}

CHECK("sc.with-nearly-the-magic-word-is-a-system-call", "kvmppc_handle_exit()")
{
	struct call c;

	REQUIRE_E500V2();
	for (unsigned int bit = 0; bit < 32; bit++) {
		call_sc(&c, MAGIC_R0 ^ 1ul << bit);
		if (!expect_trap(&c, SYSTEM_CALL))
			return;
	}
}

CHECK("sc.of-the-guest-keeps-registers", "EREF, System Call interrupt")
{
	struct call c;

	REQUIRE_E500V2();
	call_sc(&c, ~MAGIC_R0);
	expect_trap(&c, SYSTEM_CALL);
	expect_kept(&c);
}

/* ---- saboteurs ---- */

static bool ignore_vendor(struct call *c)
{
	unsigned long number = c->regs.r[HCALL_R11] & 0xffff;

	if (number == (KVM_HC_FEATURES & 0xffff) || number == (KVM_HC_PPC_MAP_MAGIC_PAGE & 0xffff))
		c->regs.r[HCALL_R11] = TOKEN(42, number);
	return true;
}
SABOTEUR(vendor, .name = "token-without-vendor", .rule = "the vendor is a part of the number",
	 .checks = "token.*", .before = ignore_vendor);

#define TAKES(id, name_, rule_, token, instead)           \
	static bool id(struct call *c)                    \
	{                                                 \
		if (c->regs.r[HCALL_R11] == (token))      \
			c->regs.r[HCALL_R11] = (instead); \
		return true;                              \
	}                                                 \
	SABOTEUR(id, .name = name_, .rule = rule_, .checks = "token.*", .before = id)

TAKES(kvm_idle, "token-kvm-has-idle", "EV_IDLE is ePAPR's", TOKEN(42, 16), KVM_HC_FEATURES);
TAKES(freescale_idle, "token-freescale-has-idle", "EV_IDLE is ePAPR's", TOKEN(2, 16),
      KVM_HC_FEATURES);
TAKES(freescale_map, "token-freescale-maps", "the magic page is KVM's", TOKEN(2, 4),
      KVM_HC_PPC_MAP_MAGIC_PAGE);
TAKES(bare_vendor, "token-of-vendor-alone", "a vendor alone is no call", TOKEN(42, 0),
      KVM_HC_FEATURES);
TAKES(no_vendor, "token-9-without-vendor", "a number alone is no call", TOKEN(0, 9),
      KVM_HC_FEATURES);
TAKES(halves, "token-takes-halves-for-each-other", "the vendor is the upper half", TOKEN(3, 42),
      KVM_HC_FEATURES);

static void fill_r4(struct call *c)
{
	if (!c->desc && !c->trapped)
		c->regs.r[HCALL_R4] = (uintptr_t)c;
}
SABOTEUR(r4, .name = "unknown-leaks-in-r4", .rule = "an unknown call has no output",
	 .checks = "token.*", .after = fill_r4);

static bool heed_r12(struct call *c)
{
	if (c->regs.r[HCALL_R12] == KVM_HC_FEATURES)
		c->regs.r[HCALL_R11] = KVM_HC_FEATURES;
	return true;
}
SABOTEUR(r12, .name = "token-in-r12", .rule = "the token is in R11", .checks = "token.*",
	 .before = heed_r12);

/* The magic word is there although the guest did not put it there, in some of its bits. */
#define BELIEVES(id, name_, condition)                                                     \
	static bool id(struct call *c)                                                     \
	{                                                                                  \
		if (condition)                                                             \
			c->regs.r[HCALL_R0] = MAGIC_R0;                                    \
		return true;                                                               \
	}                                                                                  \
	SABOTEUR(id, .name = name_, .rule = "without the magic word, sc is a system call", \
		 .checks = "sc.*", .applies = is_e500v2, .before = id)

BELIEVES(any_r0, "sc-heeds-no-r0", true);
BELIEVES(half_r0, "sc-heeds-half-of-r0", c->regs.r[HCALL_R0] >> 16 == MAGIC_R0 >> 16);

static bool lose_magic(struct call *c)
{
	c->regs.r[HCALL_R0] = 0;
	return true;
}
SABOTEUR(loses, .name = "sc-is-never-a-hypercall", .rule = "sc with the magic word is a hypercall",
	 .checks = "sc.*", .applies = is_e500v2, .before = lose_magic);

static void spoil_r5(struct call *c)
{
	if (c->trapped)
		c->regs.r[HCALL_R5] ^= 1;
}
SABOTEUR(spoils, .name = "sc-spoils-r5", .rule = "a guest's system call changes no register",
	 .checks = "sc.*", .applies = is_e500v2, .after = spoil_r5);
