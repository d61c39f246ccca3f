// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x308 subcodes 0 (modified clear) and 1 (load normal) reset this CPU, the others
 * and the channel subsystem, keep storage, and go on at the short PSW at absolute address 0.
 * Subcode 4 loads the machine anew, storage kept for a dump.
 *
 * Source: qemu hw/s390x/s390-virtio-ccw.c, s390_machine_reset(); target/s390x/cpu.c; Principles of
 * Operation, "Resets", "Initial Program Loading". Outcomes: pass; fail with what the first
 * instructions after the reset saw; a reset that does not come back is a hang or an end of the
 * machine. A load (3, 4) is a boot of its own.
 */
#include <stdatomic.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/exit.h>
#include "cpu.h"
#include "tests/conformance/run.h"
#include "tests/conformance/s390x/reset.h"
#include "tests/conformance/s390x/second.h"
#include "tests/conformance/s390x/status.h"
#include "tests/conformance/s390x/subchannel.h"
#include "tests/conformance/s390x/rng.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	    "s390_machine_reset() of qemu; Principles of Operation, Resets"
#define DUMP_SOURCE "arch/s390/kvm/diag.c, __diag_ipl_functions()"

/* A short PSW: bit 12, the addressing mode, 31 bits of address. */
#define SHORT_PSW 0x0008000180000000ul

#define CR0_RESET  0xe0ul
#define CR14_RESET 0xc2000000ul

static struct ipl_seen seen;
static bool came_back;

static void exec_reset(struct call *c)
{
	uint8_t mask = system_mask_clear();
	uint64_t cr0 = cr0_get();

	cr0_set(cr0 & ~(uint64_t)CR0_LOW_ADDRESS_PROTECTION);
	real_store(0, SHORT_PSW | (uintptr_t)ipl_loaded);
	cr0_set(cr0);
	came_back = ipl_and_back(c->number & 0xffff, &seen);
	system_mask_set(mask);
}

/* CPUs that idled for the runtime are stopped now; it has to start them anew. */
static void forget_other_cpus(void)
{
	for (unsigned int cpu = 1; cpu < cpu_count(); cpu++) {
		unsigned int parked = CPU_PARKED;

		atomic_compare_exchange_strong(&cpu_get(cpu)->state, &parked, CPU_OFF);
	}
}

/* False, and the check has failed: it was not reset, or not in that way. */
static bool reset(unsigned long number)
{
	struct call c;
	bool ok;

	came_back = false;
	memset(&seen, 0xff, sizeof(seen));
	call_prepare(&c, number);
	conf_call_by(&c, "reset", exec_reset);
	/* The consoles are reset as well. */
	arch_console_init(NULL);
	forget_other_cpus();
	conf_fact("came back from a reset", &came_back);
	conf_fact("after a reset", &seen);
	ok = expect(!c.trapped && came_back, "it goes on at the PSW at address 0");
	if (!ok)
		print_call(&c, 0);
	return ok;
}

static void comes_back(unsigned long number)
{
	REQUIRE_HYPERVISOR();
	if (!reset(number))
		return;
	expect_equal(seen.psw_mask & ~(uint64_t)PSW_CC, PSW_64BIT, "the mask of the PSW");
}

CHECK("diag-ipl-modified-clear.goes-on-at-address-0", SOURCE)
{
	comes_back(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.goes-on-at-address-0", SOURCE)
{
	comes_back(DIAG_IPL_LOAD_NORMAL);
}

CHECK("diag-ipl-modified-clear.clears-general-registers", SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (!reset(DIAG_IPL_MODIFIED_CLEAR))
		return;
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(seen.gpr[i], 0, "r%u after the reset", i);
}

CHECK("diag-ipl-load-normal.keeps-general-registers", SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (!reset(DIAG_IPL_LOAD_NORMAL))
		return;
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(seen.gpr[i],
			     i == 2   ? 0
			     : i == 4 ? 1
				      : IPL_CANARY + i,
			     "r%u after the reset", i);
}

static void initialises(unsigned long number)
{
	REQUIRE_HYPERVISOR();
	if (!reset(number))
		return;
	for (unsigned int i = 0; i < 16; i++)
		expect_equal(seen.control[i],
			     i == 0    ? CR0_RESET
			     : i == 14 ? CR14_RESET
				       : 0,
			     "control register %u", i);
	expect_equal(seen.prefix, 0, "the prefix");
	expect_equal(seen.fpc, 0, "the floating-point-control register");
	expect_equal(seen.comparator, 0, "the clock comparator");
}

CHECK("diag-ipl-modified-clear.initialises-this-cpu", SOURCE)
{
	initialises(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.initialises-this-cpu", SOURCE)
{
	initialises(DIAG_IPL_LOAD_NORMAL);
}

static void keeps_storage(unsigned long number)
{
	REQUIRE_HYPERVISOR();
	conf_page();
	if (reset(number))
		expect_memory_kept(0, 0);
}

CHECK("diag-ipl-modified-clear.keeps-storage", SOURCE)
{
	keeps_storage(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.keeps-storage", SOURCE)
{
	keeps_storage(DIAG_IPL_LOAD_NORMAL);
}

static void forgets_pending(unsigned long number)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	order(&c, KVM_S390_SIGP_EXTERNAL_CALL, first_address(), 0);
	if (!reset(number))
		return;
	order(&c, KVM_S390_SIGP_SENSE, first_address(), 0);
	expect_order_accepted(&c);
}

CHECK("diag-ipl-modified-clear.forgets-what-is-pending", SOURCE)
{
	forgets_pending(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.forgets-what-is-pending", SOURCE)
{
	forgets_pending(DIAG_IPL_LOAD_NORMAL);
}

static void resets_devices(unsigned long number)
{
	uint32_t id;

	REQUIRE_HYPERVISOR();
	id = subchannel_virtio(VIRTIO_RNG);
	REQUIRE(id, "a channel device: -device virtio-rng-ccw");
	REQUIRE_WORK(subchannel_is_enabled(id), "the subchannel is not enabled");
	if (reset(number))
		expect(!subchannel_is_enabled(id), "subchannels are not enabled after it");
}

CHECK("diag-ipl-modified-clear.resets-subchannels", SOURCE)
{
	resets_devices(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.resets-subchannels", SOURCE)
{
	resets_devices(DIAG_IPL_LOAD_NORMAL);
}

static void cancels_watchdog(unsigned long number)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	CALL(&c, DIAG_WATCHDOG, 0, 100000, 0);
	REQUIRE(!c.trapped, "a watchdog: -device diag288");
	if (!reset(number))
		return;
	CALL(&c, DIAG_WATCHDOG, 2, 0, 0);
	expect_unknown(&c);
}

CHECK("diag-ipl-modified-clear.cancels-the-watchdog", SOURCE)
{
	cancels_watchdog(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.cancels-the-watchdog", SOURCE)
{
	cancels_watchdog(DIAG_IPL_LOAD_NORMAL);
}

/* ---- the other CPU ---- */

static void stops_others(unsigned long number)
{
	struct call c;

	REQUIRE_SECOND(SECOND_COUNTS);
	order(&c, KVM_S390_SIGP_EXTERNAL_CALL, second_address(), 0);
	if (reset(number)) {
		order(&c, KVM_S390_SIGP_SENSE, second_address(), 0);
		expect_order_refused(&c, STATUS_STOPPED);
	}
	second_give_back();
}

CHECK("diag-ipl-modified-clear.stops-other-cpus", SOURCE)
{
	stops_others(DIAG_IPL_MODIFIED_CLEAR);
}

CHECK("diag-ipl-load-normal.stops-other-cpus", SOURCE)
{
	stops_others(DIAG_IPL_LOAD_NORMAL);
}

CHECK("diag-ipl-modified-clear.clears-other-cpus", SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	if (reset(DIAG_IPL_MODIFIED_CLEAR)) {
		status = second_status();
		if (expect(status, "its status can be stored")) {
			for (unsigned int i = 0; i < 16; i++)
				expect_equal(status->gpr[i], 0, "r%u of the other CPU", i);
			expect_equal(status->prefix, 0, "its prefix");
		}
	}
	second_give_back();
}

CHECK("diag-ipl-load-normal.keeps-registers-of-other-cpus", SOURCE)
{
	const struct cpu_status *status;

	REQUIRE_SECOND(SECOND_COUNTS);
	if (reset(DIAG_IPL_LOAD_NORMAL)) {
		status = second_status();
		if (expect(status, "its status can be stored")) {
			for (unsigned int i = 0; i < 16; i++)
				expect_equal(status->gpr[i], second[0].gpr[i],
					     "r%u of the other CPU", i);
			expect_equal(status->prefix, (uintptr_t)&second[0], "its prefix");
		}
	}
	second_give_back();
}

/* ---- boots of their own ---- */

CHECK_ENDS("diag-ipl-load-dump.restarts-the-machine", DUMP_SOURCE)
{
	struct call c;

	REQUIRE_HYPERVISOR();
	machine_announce_end("reset");
	call_prepare(&c, DIAG_IPL_LOAD_DUMP);
	conf_call(&c);
	REQUIRE(!call_unknown(&c), "a hypervisor that knows %s", c.desc->name);
	expect(false, "the machine is loaded again");
}

CHECK_ENDS("sigp-stop.of-the-last-cpu-powers-the-machine-off",
	   "do_stop_interrupt() of qemu; arch/s390/kvm/sigp.c")
{
	struct call c;

	REQUIRE_HYPERVISOR();
	machine_announce_end("shutdown");
	order(&c, KVM_S390_SIGP_STOP, first_address(), 0);
	expect(false, "the machine is powered off");
}

/* ---- saboteurs ---- */

#define BOTH(claim) "diag-ipl-modified-clear." claim ",diag-ipl-load-normal." claim

static void never_back(const char *kind, void *fact)
{
	if (!strcmp(kind, "came back from a reset"))
		*(bool *)fact = false;
}
SABOTEUR(never_back, .name = "reset-does-not-load", .checks = BOTH("goes-on*"),
	 .rule = "a reset goes on at address 0", .fact = never_back);

#define SABOTAGE_SEEN(id, name_, rule_, checks_, statement) \
	static void id(const char *kind, void *fact)        \
	{                                                   \
		struct ipl_seen *s = fact;                  \
                                                            \
		if (!strcmp(kind, "after a reset"))         \
			statement;                          \
	}                                                   \
	SABOTEUR(id, .name = "reset-" name_, .checks = checks_, .rule = rule_, .fact = id)

SABOTAGE_SEEN(wrong_psw, "loads-another-mode", "the short PSW has the mask", BOTH("goes-on*"),
	      s->psw_mask &= ~(1ul << 32));
SABOTAGE_SEEN(keeps_gpr, "clears-no-register", "modified clear clears registers",
	      "diag-ipl-modified-clear.clears-g*", s->gpr[9] = IPL_CANARY + 9);
SABOTAGE_SEEN(clears_gpr, "clears-registers", "load normal keeps registers",
	      "diag-ipl-load-normal.keeps-g*", s->gpr[9] = 0);
SABOTAGE_SEEN(keeps_control, "keeps-control-registers", "control registers are initialised",
	      BOTH("init*"), s->control[6] = 0xff000000);
SABOTAGE_SEEN(keeps_prefix, "keeps-the-prefix", "the prefix is cleared", BOTH("init*"),
	      s->prefix = 0x2000);

/* Goes there by a jump: nothing is reset. */
static bool jump(struct call *c)
{
	if (c->how[0] != 'r')
		return true;
	came_back = true;
	memset(&seen, 0, sizeof(seen));
	return false;
}
SABOTEUR(jump, .name = "reset-forgets-nothing", .checks = BOTH("forgets*"),
	 .rule = "what is pending is forgotten", .before = jump);
static bool jump_devices(struct call *c)
{
	return jump(c);
}
SABOTEUR(jump_devices, .name = "reset-keeps-subchannels", .checks = BOTH("resets-s*"),
	 .rule = "subchannels are reset", .before = jump_devices);
static bool jump_watchdog(struct call *c)
{
	return jump(c);
}
SABOTEUR(jump_watchdog, .name = "reset-keeps-the-watchdog", .checks = BOTH("cancels*"),
	 .rule = "the watchdog is reset", .before = jump_watchdog);

static bool two_cpus(void)
{
	return conf_patched() && second_exists();
}
static bool jump_others(struct call *c)
{
	return jump(c);
}
SABOTEUR(jump_others, .name = "reset-leaves-other-cpus", .checks = BOTH("stops*"),
	 .rule = "other CPUs are stopped", .applies = two_cpus, .before = jump_others);

static bool swapped(struct call *c)
{
	if (c->how[0] == 'r')
		c->number ^= 1;
	return true;
}
SABOTEUR(swapped, .name = "reset-of-the-other-kind",
	 .checks = "diag-ipl-modified-clear.clears-o*,diag-ipl-load-normal.keeps-r*",
	 .rule = "modified clear clears other CPUs, load normal does not", .applies = two_cpus,
	 .before = swapped);

static void clears_storage(struct call *c)
{
	if (c->how[0] == 'r')
		memset((void *)conf_page(), 0, CONF_PAGE_SIZE);
}
SABOTEUR(clears_storage, .name = "reset-clears-storage", .checks = BOTH("keeps-storage"),
	 .rule = "storage is kept", .after = clears_storage);
