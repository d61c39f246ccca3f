// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: a monitor may show the guest fewer features than KVM has. Unless it also has KVM enforce
 * that, what is not shown is served all the same; with enforcement, none of it is: calls are unknown,
 * registers raise #GP. It is one or the other, for everything.
 *
 * Source: Linux, Documentation/virt/kvm/api.rst 8.26 (KVM_CAP_ENFORCE_PV_FEATURE_CPUID);
 * guest_pv_has() in arch/x86/kvm/cpuid.h and its callers.
 * Outcomes: pass; fail with the call or register that is an exception; skip where all is shown.
 */
#include <string.h>
#include <hcall/hypervisor.h>
#include "arch/x86_64/cpu.h"
#include "tests/conformance/benign.h"
#include "tests/conformance/sabotage.h"

#define SOURCE "api.rst 8.26; guest_pv_has()"

/* Registers of features that KVM looks at when they are read (kvm_get_msr_common()). */
static const struct {
	unsigned int bit;
	uint32_t msr;
} registers[] = { { 5, 0x4b564d03 }, { 6, 0x4b564d04 }, { 12, 0x4b564d05 }, { 14, 0x4b564d06 } };
#define NR_REGISTERS (sizeof(registers) / sizeof(registers[0]))

static bool is_hidden(const struct hcall_desc *d)
{
	return d->status == HCALL_ACTIVE && d->found_by == HCALL_FOUND_BY_FEATURE &&
	       d->answered_by == HCALL_BY_HYPERVISOR && !conf_announced(d);
}

static bool is_served(const struct hcall_desc *d)
{
	struct call c;

	benign_prepare(&c, d);
	conf_call(&c);
	return call_known(&c);
}

/* How many calls are hidden, and how many of those are served. */
static unsigned int hidden_calls(unsigned int *served)
{
	unsigned int hidden = 0;

	*served = 0;
	for (size_t i = 0; i < hcall_catalogue_size; i++)
		if (is_hidden(&hcall_catalogue[i])) {
			hidden++;
			*served += is_served(&hcall_catalogue[i]);
		}
	return hidden;
}

CHECK("enforce.is-for-all-calls-or-none", SOURCE)
{
	unsigned int hidden, served;

	REQUIRE_HYPERVISOR();
	hidden = hidden_calls(&served);
	REQUIRE(hidden > 1, "a monitor that hides calls that KVM has");
	expect(!served || served == hidden,
	       "of %u calls that are not announced all are answered, or none; %u are", hidden,
	       served);
}

static void read_msr(void *msr)
{
	rdmsr(*(const uint32_t *)msr);
}

static bool is_readable(uint32_t msr)
{
	bool readable = !trap_try(read_msr, &msr, NULL);

	conf_fact("hidden msr is readable", &readable);
	return readable;
}

CHECK("enforce.is-for-registers-as-for-calls", SOURCE)
{
	unsigned int hidden, served;

	REQUIRE_HYPERVISOR();
	hidden = hidden_calls(&served);
	REQUIRE(hidden, "a monitor that hides calls that KVM has");
	for (size_t i = 0; i < NR_REGISTERS; i++)
		if (!(hypervisor.features >> registers[i].bit & 1))
			expect_equal(is_readable(registers[i].msr), served != 0,
				     "whether MSR 0x%x, which is not announced, can be read,",
				     registers[i].msr);
}

CHECK("enforce.what-is-announced-is-served", SOURCE)
{
	unsigned int hidden, served;

	REQUIRE_HYPERVISOR();
	hidden = hidden_calls(&served);
	REQUIRE(hidden && !served, "a monitor that has KVM enforce what it shows");
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		const struct hcall_desc *d = &hcall_catalogue[i];

		if (d->status == HCALL_ACTIVE && d->answered_by == HCALL_BY_HYPERVISOR &&
		    conf_announced(d))
			expect(is_served(d), "%s is answered, as it is announced", d->name);
	}
	for (size_t i = 0; i < NR_REGISTERS; i++)
		if (hypervisor.features >> registers[i].bit & 1)
			expect(is_readable(registers[i].msr), "MSR 0x%x can be read, as announced",
			       registers[i].msr);
}

/* ---- saboteurs: without KVM_FEATURE_PV_UNHALT, PV_SEND_IPI, POLL_CONTROL, ASYNC_PF_INT ---- */

#define HIDDEN	 "--features 0x0100207b"
#define ENFORCED HIDDEN " --cap enforce-pv-features"

static void lose_kick(struct call *c)
{
	if (c->number == KVM_HC_KICK_CPU && !c->trapped)
		c->regs.r[HCALL_RAX] = -1000ul;
}
SABOTEUR(lose_kick, .checks = "enforce.*", .name = "enforce-one-call", .monitor = HIDDEN,
	 .after = lose_kick, .rule = "without enforcement, all that is hidden is served");

static void serve_kick(struct call *c)
{
	if (c->number == KVM_HC_KICK_CPU && !c->trapped)
		c->regs.r[HCALL_RAX] = 0;
}
SABOTEUR(serve_kick, .checks = "enforce.*", .name = "enforce-but-one-call", .monitor = ENFORCED,
	 .after = serve_kick, .rule = "with enforcement, nothing hidden is served");

static void other_registers(const char *kind, void *fact)
{
	if (!strcmp(kind, "hidden msr is readable"))
		*(bool *)fact ^= true;
}
SABOTEUR(free_registers, .checks = "enforce.*", .name = "enforce-calls-only", .monitor = ENFORCED,
	 .fact = other_registers, .rule = "enforcement is for registers, too");
SABOTEUR(no_registers, .checks = "enforce.*", .name = "enforce-registers-only", .monitor = HIDDEN,
	 .fact = other_registers, .rule = "without enforcement, registers are served, too");

static void lose_yield(struct call *c)
{
	if (c->number == KVM_HC_SCHED_YIELD && !c->trapped)
		c->regs.r[HCALL_RAX] = -1000ul;
}
SABOTEUR(lose_yield, .checks = "enforce.what*", .name = "enforce-too-much", .monitor = ENFORCED,
	 .after = lose_yield, .rule = "what is announced is served");
