// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: SET PREFIX and the orders that store a CPU's status take an address of RAM and a stopped
 * CPU, say which of the two is wrong, and do what they say.
 *
 * Source: Principles of Operation, "SIGNAL PROCESSOR", "Store Status"; arch/s390/kvm/sigp.c; qemu
 * target/s390x/sigp.c. Outcomes: pass; fail; skip without a second CPU.
 */
#include <stdio.h>
#include <string.h>
#include <lib/machine.h>
#include "cpu.h"
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/status.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define PREFIX_SOURCE "Principles of Operation, SIGNAL PROCESSOR; __sigp_set_prefix()"
#define STATUS_SOURCE "Principles of Operation, Store Status; __sigp_store_status_at_addr()"
#define STOP_SOURCE   "Principles of Operation, SIGNAL PROCESSOR: stop and store status"
#define MORE_SOURCE   "sigp_store_adtl_status() of qemu"

/* The last addresses that a prefix and a place for a status can have. */
#define LAST_PREFIX 0x7fffe000ul
#define LAST_STATUS 0x7ffffe00ul

#define FACILITY_VECTOR 129
#define MORE_SIZE	1024

/* second_cpu.S */
extern const char second_counts[], second_waits[];

const struct cpu_status *second_status(void)
{
	static struct cpu_status status __attribute__((aligned(512)));
	uint32_t refusal;

	if (cpu_order(1, (enum sigp_order)0x0e, (uintptr_t)&status, &refusal) != SIGP_ACCEPTED)
		return NULL;
	conf_fact("status that was stored", &status);
	return &status;
}

static void accepted(unsigned long number, unsigned long parameter)
{
	struct call c;

	order(&c, number, second_address(), parameter);
	expect_order_accepted(&c);
}

static void refused(unsigned long number, unsigned long parameter, uint32_t status)
{
	struct call c;

	order(&c, number, second_address(), parameter);
	expect_order_refused(&c, status);
}

/* ---- SET PREFIX ---- */

static void expect_prefix(const struct second *area)
{
	const struct cpu_status *status = second_status();

	if (expect(status, "its status can be stored"))
		expect_equal(status->prefix, (uintptr_t)area, "the prefix");
}

CHECK("sigp-set-prefix.sets-it", PREFIX_SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(KVM_S390_SIGP_SET_PREFIX, (uintptr_t)&second[1]);
	expect_prefix(&second[1]);
	second_give_back();
}

CHECK("sigp-set-prefix.other-lowcore-is-used", PREFIX_SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(KVM_S390_SIGP_SET_PREFIX, (uintptr_t)&second[1]);
	accepted(KVM_S390_SIGP_RESTART, 0);
	second_wait_counting();
	expect_equal(second[1].restarts, 1, "programs that began in the other lowcore");
	expect_equal(second[0].restarts, 0, "programs that began in the first");
	second_give_back();
}

CHECK("sigp-set-prefix.other-bits-are-ignored", PREFIX_SOURCE)
{
	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(KVM_S390_SIGP_SET_PREFIX, (uintptr_t)&second[1] | 0x1fff);
	expect_prefix(&second[1]);
	accepted(KVM_S390_SIGP_SET_PREFIX, (uintptr_t)&second[0] | 0xffffffff80000000);
	expect_prefix(&second[0]);
	second_give_back();
}

CHECK("sigp-set-prefix.operating-cpu-is-refused", PREFIX_SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	refused(KVM_S390_SIGP_SET_PREFIX, (uintptr_t)&second[1], STATUS_INCORRECT_STATE);
	second_wait_counting();
	expect_equal(second[1].count, 0, "what it counted in the other lowcore");
	second_give_back();
}

#define REQUIRE_LITTLE_RAM() \
	REQUIRE(!machine_is_ram(LAST_PREFIX, 1), "an address below 2 GiB that is no RAM")

CHECK("sigp-set-prefix.what-is-no-ram-is-refused", PREFIX_SOURCE)
{
	REQUIRE_LITTLE_RAM();
	REQUIRE_SECOND(SECOND_STOPPED);
	refused(KVM_S390_SIGP_SET_PREFIX, LAST_PREFIX, STATUS_INVALID_PARAMETER);
	expect_prefix(&second[0]);
	second_give_back();
}

CHECK("sigp-set-prefix.address-is-looked-at-first", PREFIX_SOURCE)
{
	REQUIRE_LITTLE_RAM();
	REQUIRE_SECOND(SECOND_COUNTS);
	refused(KVM_S390_SIGP_SET_PREFIX, LAST_PREFIX, STATUS_INVALID_PARAMETER);
	second_give_back();
}

/* ---- STORE STATUS AT ADDRESS ---- */

#define STORE KVM_S390_SIGP_STORE_STATUS_AT_ADDRESS

static void stop_it(void)
{
	accepted(KVM_S390_SIGP_STOP, 0);
	second_wait_stopped();
}

static struct cpu_status store_at(uint8_t *at, unsigned long parameter)
{
	struct cpu_status status;

	accepted(STORE, parameter);
	memcpy(&status, at, sizeof(status));
	conf_fact("status that was stored", &status);
	return status;
}

CHECK("sigp-store-status.general-registers", STATUS_SOURCE)
{
	uint8_t *page = conf_page();
	struct cpu_status status;

	REQUIRE_SECOND(SECOND_COUNTS);
	stop_it();
	status = store_at(page, (uintptr_t)page);
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(status.gpr[i], second[0].gpr[i], "r%u of the status", i);
	second_give_back();
}

CHECK("sigp-store-status.psw-and-prefix", STATUS_SOURCE)
{
	uint8_t *page = conf_page();
	struct cpu_status status;

	REQUIRE_SECOND(SECOND_COUNTS);
	stop_it();
	status = store_at(page, (uintptr_t)page);
	expect_equal(status.psw.mask & ~(uint64_t)PSW_CC, PSW_64BIT, "the mask of the PSW");
	expect(status.psw.addr >= (uintptr_t)second_counts &&
		       status.psw.addr < (uintptr_t)second_waits,
	       "its address lies in the program: 0x%lx", (unsigned long)status.psw.addr);
	expect_equal(status.prefix, (uintptr_t)&second[0], "the prefix");
	second_give_back();
}

CHECK("sigp-store-status.control-registers", STATUS_SOURCE)
{
	uint8_t *page = conf_page();
	struct cpu_status status;

	REQUIRE_SECOND(SECOND_COUNTS);
	stop_it();
	status = store_at(page, (uintptr_t)page);
	expect_equal(status.control[0], second[0].cr0, "control register 0");
	expect_equal(status.control[14], 0xc2000000, "control register 14");
	second_give_back();
}

CHECK("sigp-store-status.stores-512-bytes", STATUS_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(STORE, (uintptr_t)page + 1024);
	expect_memory_kept(1024, 512);
	second_give_back();
}

CHECK("sigp-store-status.other-bits-are-ignored", STATUS_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(STORE, ((uintptr_t)page + 512) | 0x1ff);
	accepted(STORE, ((uintptr_t)page + 512) | 0xffffffff80000000);
	expect_memory_kept(512, 512);
	second_give_back();
}

CHECK("sigp-store-status.operating-cpu-is-refused", STATUS_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_SECOND(SECOND_COUNTS);
	refused(STORE, (uintptr_t)page, STATUS_INCORRECT_STATE);
	expect_memory_kept(0, 0);
	second_give_back();
}

CHECK("sigp-store-status.what-is-no-ram-is-refused", STATUS_SOURCE)
{
	REQUIRE_LITTLE_RAM();
	REQUIRE_SECOND(SECOND_STOPPED);
	refused(STORE, LAST_STATUS, STATUS_INVALID_PARAMETER);
	second_give_back();
}

CHECK("sigp-store-status.goes-on-afterwards", STATUS_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_SECOND(SECOND_COUNTS);
	stop_it();
	accepted(STORE, (uintptr_t)page);
	accepted(KVM_S390_SIGP_START, 0);
	second_wait_counting();
	expect_equal(second[0].restarts, 1, "how often its program began");
	second_give_back();
}

/* ---- STOP AND STORE STATUS ---- */

/*
 * Documents and hypervisors differ in what "locations 0x1200 and up" are: KVM's kernel stores in the
 * CPU's own lowcore, QEMU at absolute addresses, in everybody's. Either will do; which it is, is said.
 */
static const struct cpu_status *stored_by_stop(void)
{
	static struct cpu_status absolute;
	uint64_t *to = (uint64_t *)&absolute;

	for (unsigned int i = 0; i < sizeof(absolute) / sizeof(*to); i++)
		to[i] = real_load(0x1200 + i * sizeof(*to));
	if (absolute.gpr[5] == second[0].gpr[5] && absolute.prefix == (uintptr_t)&second[0]) {
		printf("# the status is stored at absolute addresses\n");
		return &absolute;
	}
	printf("# the status is stored in the CPU's own lowcore\n");
	return (const struct cpu_status *)second[0].status;
}

static void forget_stored(void)
{
	for (unsigned int i = 0; i < sizeof(struct cpu_status); i += sizeof(uint64_t))
		real_store(0x1200 + i, 0);
}

static void expect_stored(void)
{
	struct cpu_status status;

	second_wait_stopped();
	status = *stored_by_stop();
	conf_fact("status that was stored", &status);
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(status.gpr[i], second[0].gpr[i], "r%u of the status", i);
	expect_equal(status.prefix, (uintptr_t)&second[0], "the prefix");
}

CHECK("sigp-stop-and-store-status.of-a-counting-cpu", STOP_SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	forget_stored();
	accepted(KVM_S390_SIGP_STOP_AND_STORE_STATUS, 0);
	expect_stored();
	second_give_back();
}

CHECK("sigp-stop-and-store-status.of-a-waiting-cpu", STOP_SOURCE)
{
	REQUIRE_SECOND(SECOND_WAITS);
	forget_stored();
	accepted(KVM_S390_SIGP_STOP_AND_STORE_STATUS, 0);
	expect_stored();
	second_give_back();
}

CHECK("sigp-stop-and-store-status.of-a-stopped-cpu", STOP_SOURCE)
{
	REQUIRE_SECOND(SECOND_COUNTS);
	stop_it();
	forget_stored();
	accepted(KVM_S390_SIGP_STOP_AND_STORE_STATUS, 0);
	expect_stored();
	second_give_back();
}

/* ---- STORE ADDITIONAL STATUS ---- */

#define MORE		 KVM_S390_SIGP_STORE_ADDITIONAL_STATUS
#define REQUIRE_VECTOR() REQUIRE(conf_facility(FACILITY_VECTOR), "facility 129, vector registers")

CHECK("sigp-store-additional-status.stores-1024-bytes-at-most", MORE_SOURCE)
{
	uint8_t *page = conf_page();
	bool stored = false;

	REQUIRE_VECTOR();
	REQUIRE_SECOND(SECOND_STOPPED);
	accepted(MORE, (uintptr_t)page + MORE_SIZE);
	expect_memory_kept(MORE_SIZE, MORE_SIZE);
	for (size_t i = MORE_SIZE; i < MORE_SIZE + 512; i++)
		stored |= page[i] != conf_pattern(i);
	expect(stored, "vector registers are stored");
	second_give_back();
}

CHECK("sigp-store-additional-status.address-between-is-refused", MORE_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_VECTOR();
	REQUIRE_SECOND(SECOND_STOPPED);
	for (unsigned int bit = 4; bit < 10; bit++)
		refused(MORE, (uintptr_t)page | 1ul << bit, STATUS_INVALID_PARAMETER);
	expect_memory_kept(0, 0);
	second_give_back();
}

CHECK("sigp-store-additional-status.operating-cpu-is-refused", MORE_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_VECTOR();
	REQUIRE_SECOND(SECOND_COUNTS);
	refused(MORE, (uintptr_t)page, STATUS_INCORRECT_STATE);
	expect_memory_kept(0, 0);
	second_give_back();
}

CHECK("sigp-store-additional-status.what-is-no-ram-is-refused", MORE_SOURCE)
{
	REQUIRE_VECTOR();
	REQUIRE_SECOND(SECOND_STOPPED);
	refused(MORE, conf_arch.no_ram, STATUS_INVALID_PARAMETER);
	second_give_back();
}

/* ---- saboteurs ---- */

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}

static bool two_with_vector(void)
{
	return two_cpus() && conf_facility(FACILITY_VECTOR);
}

/* Some store, and nobody knows where. */
static bool refuses_no_ram(unsigned long number, unsigned long address)
{
	struct call c;

	if (!two_cpus() || !second_take(SECOND_STOPPED))
		return false;
	order(&c, number, second_address(), address);
	second_give_back();
	return c.regs.r[HCALL_CC] == 1;
}

static bool status_needs_ram(void)
{
	return refuses_no_ram(STORE, LAST_STATUS);
}

static bool more_needs_ram(void)
{
	return conf_facility(FACILITY_VECTOR) && refuses_no_ram(MORE, conf_arch.no_ram);
}

#define PARAMETER(c) ((c)->regs.r[HCALL_R3])
#define CC(c)	     ((c)->regs.r[HCALL_CC])
#define STATUS(c)    ((c)->regs.r[HCALL_R2])

/* Accepted, and nothing is done. */
#define SABOTAGE_LOST(id, name_, rule_, checks_, order_, applies_)                                 \
	static bool id(struct call *c)                                                             \
	{                                                                                          \
		if (c->number != order_ || c->regs.r[HCALL_R4] != second_address())                \
			return true;                                                               \
		CC(c) = 0;                                                                         \
		return false;                                                                      \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_, .checks = checks_, .rule = rule_, .applies = applies_, \
		 .before = id)

SABOTAGE_LOST(no_prefix, "set-prefix-is-lost", "SET PREFIX sets the prefix",
	      "sigp-set-prefix.sets*", KVM_S390_SIGP_SET_PREFIX, two_cpus);
SABOTAGE_LOST(prefix_running, "set-prefix-of-any-cpu", "the CPU must be stopped",
	      "sigp-set-prefix.operating*", KVM_S390_SIGP_SET_PREFIX, two_cpus);
SABOTAGE_LOST(prefix_anywhere, "set-prefix-anywhere", "the address must be one of RAM",
	      "sigp-set-prefix.what*", KVM_S390_SIGP_SET_PREFIX, two_cpus);
SABOTAGE_LOST(no_store, "store-status-is-lost", "STORE STATUS stores",
	      "sigp-store-status.gen*,sigp-store-status.psw*", STORE, two_cpus);
SABOTAGE_LOST(store_running, "store-status-of-any-cpu", "the CPU must be stopped",
	      "sigp-store-status.operating*", STORE, two_cpus);
SABOTAGE_LOST(store_anywhere, "store-status-anywhere", "the address must be one of RAM",
	      "sigp-store-status.what*", STORE, status_needs_ram);
SABOTAGE_LOST(no_more, "store-additional-status-is-lost", "the vector registers are stored",
	      "sigp-store-additional-status.stores*", MORE, two_with_vector);
SABOTAGE_LOST(more_running, "store-additional-status-of-any-cpu", "the CPU must be stopped",
	      "sigp-store-additional-status.operating*", MORE, two_with_vector);
SABOTAGE_LOST(more_anywhere, "store-additional-status-anywhere", "the address must be one of RAM",
	      "sigp-store-additional-status.what*", MORE, more_needs_ram);
SABOTAGE_LOST(more_between, "store-additional-status-unaligned",
	      "the address is a multiple of 1024", "sigp-store-additional-status.address*", MORE,
	      two_with_vector);

static bool stops_only(struct call *c)
{
	if (c->number == KVM_S390_SIGP_STOP_AND_STORE_STATUS)
		hcall_regs_set_number(&c->regs, KVM_S390_SIGP_STOP);
	return true;
}

static void as_before(struct call *c)
{
	c->regs.r[HCALL_DIAG] = c->before.r[HCALL_DIAG];
	PARAMETER(c) = c->before.r[HCALL_R3];
}
SABOTEUR(stops_only, .name = "sigp-stop-and-store-only-stops",
	 .checks = "sigp-stop-and-store-status.*", .rule = "the status is stored",
	 .applies = two_cpus, .before = stops_only, .after = as_before);

/* The parameter is another one. */
#define SABOTAGE_PARAMETER(id, name_, rule_, checks_, order_, statement)                           \
	static bool id(struct call *c)                                                             \
	{                                                                                          \
		if (c->number == order_)                                                           \
			statement;                                                                 \
		return true;                                                                       \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_, .checks = checks_, .rule = rule_, .applies = two_cpus, \
		 .before = id, .after = as_before)

SABOTAGE_PARAMETER(other_prefix, "set-prefix-to-another", "the prefix is the one asked for",
		   "sigp-set-prefix.other-lowcore*", KVM_S390_SIGP_SET_PREFIX,
		   PARAMETER(c) = (uintptr_t)&second[0]);
SABOTAGE_PARAMETER(status_higher, "store-status-looks-at-low-bits", "the low 9 bits are ignored",
		   "sigp-store-status.other*", STORE, PARAMETER(c) += PARAMETER(c) & 1);
SABOTAGE_PARAMETER(status_elsewhere, "store-status-elsewhere", "512 bytes at the address",
		   "sigp-store-status.stores*", STORE, PARAMETER(c) += 512);

#define SABOTAGE_ANSWER(id, name_, rule_, checks_, condition, cc, status)                          \
	static void id(struct call *c)                                                             \
	{                                                                                          \
		if (c->number >> 24 != HCALL_CODE_SIGP >> 8 || !(condition))                       \
			return;                                                                    \
		CC(c) = cc;                                                                        \
		STATUS(c) = (c->before.r[HCALL_R2] & ~0xfffffffful) | (status);                    \
	}                                                                                          \
	SABOTEUR(id, .name = "sigp-" name_, .checks = checks_, .rule = rule_, .applies = two_cpus, \
		 .after = id)

SABOTAGE_ANSWER(state_first, "set-prefix-looks-at-the-state-first",
		"the address is looked at first", "sigp-set-prefix.address*",
		c->number == KVM_S390_SIGP_SET_PREFIX, 1, STATUS_INCORRECT_STATE);
SABOTAGE_ANSWER(unaligned_prefix, "set-prefix-needs-alignment", "other bits are ignored",
		"sigp-set-prefix.other-bits*",
		c->number == KVM_S390_SIGP_SET_PREFIX && c->before.r[HCALL_R3] & 1, 1,
		STATUS_INVALID_PARAMETER);

static void spoil_status(const char *kind, void *fact)
{
	struct cpu_status *s = fact;

	if (kind[0] == 's' && kind[1] == 't') {
		s->psw.addr = 0;
		s->control[0] ^= 1;
		s->gpr[15]++;
	}
}
SABOTEUR(spoil_status, .name = "sigp-store-status-is-wrong", .checks = "sigp-store-status.*",
	 .rule = "the status is the CPU's", .applies = two_cpus, .fact = spoil_status);
static void spoil_control(const char *kind, void *fact)
{
	spoil_status(kind, fact);
}
SABOTEUR(spoil_control, .name = "sigp-store-status-control-registers",
	 .checks = "sigp-store-status.control*", .rule = "the status has control registers",
	 .applies = two_cpus, .fact = spoil_control);
