// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: DIAGNOSE 0x500 subcode 3 answers 0 or a cookie for a queue of a virtio-ccw device, and -22
 * for whatever is no subchannel or no queue; and the device is notified. Subcode 0 says whether an
 * address is in RAM.
 *
 * Source: s390-diag.rst, code 0x500; __diag_virtio_hypercall(); virtio 1.1, 4.3.3.2 "Guest->Host
 * Notification"; qemu hw/s390x/s390-virtio-ccw.c, handle_virtio_ccw_notify(). Outcomes: pass; fail
 * with the registers; skip without a virtio-rng-ccw device. A device that was not notified is a
 * hang.
 */
#include <string.h>
#include <lib/machine.h>
#include "tests/conformance/arch.h"
#include "tests/conformance/s390x/rng.h"
#include "tests/conformance/s390x/subchannel.h"
#include "tests/conformance/s390x/ways.h"
#include "tests/conformance/sabotage.h"

#define SOURCE	      "s390-diag.rst, code 0x500 subcode 3; handle_virtio_ccw_notify() of qemu"
#define EARLY_SOURCE  "s390-diag.rst, code 0x500 subcode 0; handle_virtio_notify() of qemu"
#define EFFECT_SOURCE "virtio 1.1, 4.3.3.2: the device looks at the queue"

#define EINVAL_KVM (-22)
/* VIRTIO_QUEUE_MAX of qemu: no device has so many. */
#define QUEUES 1024ul

#define CSSID(n) ((unsigned long)(n) << 24)
#define MULTIPLE 0x00080000ul
#define SSID(n)	 ((unsigned long)(n) << 17)

static unsigned long rng_id(void)
{
	static uint32_t id;

	if (!id)
		id = subchannel_virtio(VIRTIO_RNG);
	return id;
}

#define REQUIRE_DEVICE()      \
	REQUIRE_HYPERVISOR(); \
	REQUIRE(rng_id(), "a virtio device to notify: -device virtio-rng-ccw")

static void notify(struct call *c, unsigned long id, unsigned long queue, unsigned long cookie)
{
	CALL(c, KVM_S390_VIRTIO_CCW_NOTIFY, id, queue, cookie);
}

static bool refused(unsigned long id, unsigned long queue)
{
	struct call c;

	notify(&c, id, queue, 0);
	return expect_status(&c, EINVAL_KVM) && expect_kept(&c);
}

/* 0, or a cookie; both are a success. */
static bool accepted(unsigned long id, unsigned long queue, unsigned long cookie)
{
	struct call c;

	notify(&c, id, queue, cookie);
	return expect(!c.trapped && call_status(&c) >= 0, "0 or a cookie") && expect_kept(&c);
}

CHECK("virtio.notify-of-a-queue-is-accepted", SOURCE)
{
	REQUIRE_DEVICE();
	accepted(rng_id(), 0, 0);
}

CHECK("virtio.a-wrong-cookie-is-ignored", SOURCE ": if R4 holds no valid identifier, it is ignored")
{
	const unsigned long cookies[] = { 1, 0x7fffffff, ~0ul, 1ul << 63, conf_arch.no_ram };

	REQUIRE_DEVICE();
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++)
		if (!accepted(rng_id(), 0, cookies[i]))
			return;
}

CHECK("virtio.a-cookie-may-be-given-back", SOURCE)
{
	struct call c;

	REQUIRE_DEVICE();
	notify(&c, rng_id(), 0, 0);
	if (expect(!c.trapped && call_status(&c) >= 0, "0 or a cookie"))
		accepted(rng_id(), 0, c.regs.r[HCALL_R2]);
}

CHECK("virtio.upper-half-of-the-subchannel-is-ignored",
      SOURCE "; __diag_virtio_hypercall(): gprs[2] & 0xffffffff")
{
	REQUIRE_DEVICE();
	accepted(rng_id() | 0xdeadbeeful << 32, 0, 0);
}

CHECK("virtio.subchannel-needs-its-one-bit",
      "Principles of Operation, subsystem-identification word")
{
	REQUIRE_DEVICE();
	refused(rng_id() & ~(unsigned long)SUBCHANNEL_ONE, 0);
}

CHECK("virtio.other-subsystem-needs-its-flag",
      "Principles of Operation, subsystem-identification word")
{
	REQUIRE_DEVICE();
	refused(rng_id() | CSSID(1), 0);
}

CHECK("virtio.reserved-bits-of-the-subchannel",
      "Principles of Operation, subsystem-identification word")
{
	REQUIRE_DEVICE();
	refused(rng_id() | CSSID(1) | MULTIPLE, 0);
}

CHECK("virtio.absent-subchannel-is-refused", SOURCE)
{
	REQUIRE_HYPERVISOR();
	REQUIRE(!subchannel_exists(SUBCHANNEL(SUBCHANNEL_LAST)), "a subchannel that is not there");
	refused(SUBCHANNEL(SUBCHANNEL_LAST), 0);
}

CHECK("virtio.absent-subchannel-set-is-refused", SOURCE)
{
	REQUIRE_DEVICE();
	REQUIRE(!subchannel_exists((uint32_t)(rng_id() | SSID(3))),
		"a subchannel set that is not there");
	refused(rng_id() | SSID(3), 0);
}

CHECK("virtio.no-subchannel-at-all-is-refused", SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (refused(0, 0))
		refused(~0ul, 0);
}

CHECK("virtio.no-such-queue-is-refused", SOURCE)
{
	REQUIRE_DEVICE();
	if (refused(rng_id(), QUEUES))
		refused(rng_id(), 0xffffffff);
}

CHECK("virtio.queue-has-64-bits", "__diag_virtio_hypercall(): 8 bytes of gprs[3] are compared")
{
	REQUIRE_DEVICE();
	if (refused(rng_id(), 1ul << 32))
		refused(rng_id(), 1ul << 63);
}

CHECK("virtio.a-device-that-is-not-set-up-may-be-notified", SOURCE)
{
	REQUIRE_DEVICE();
	rng_reset((uint32_t)rng_id());
	if (accepted(rng_id(), 0, 0))
		accepted(rng_id(), 7, 0);
}

/* ---- the effect ---- */

static void notify_queue(void *id)
{
	accepted((unsigned long)(uintptr_t)id, 0, 0);
}

#define REQUIRE_QUEUE()   \
	REQUIRE_DEVICE(); \
	REQUIRE_WORK(rng_set_up((uint32_t)rng_id()), "the virtio-rng device does not take a queue")

CHECK("virtio.notified-device-uses-the-buffer", EFFECT_SOURCE)
{
	uint8_t *page = conf_page();
	size_t used;

	REQUIRE_QUEUE();
	rng_offer(page, 64);
	notify_queue((void *)rng_id());
	used = rng_wait();
	expect(used > 0 && used <= 64, "1 to 64 bytes used, %zu", used);
	expect_memory_kept(0, used);
	rng_reset((uint32_t)rng_id());
}

CHECK("virtio.each-notification-is-seen", EFFECT_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_QUEUE();
	for (unsigned int i = 0; i < 8; i++) {
		size_t used;

		rng_offer(page + i * 64, 64);
		notify_queue((void *)rng_id());
		used = rng_wait();
		if (!expect(used > 0 && used <= 64, "1 to 64 bytes used in round %u, %zu", i, used))
			break;
		rng_quiet((uint32_t)rng_id());
	}
	expect_memory_kept(0, 8 * 64);
	rng_reset((uint32_t)rng_id());
}

CHECK("virtio.buffers-of-one-notification-are-all-used", EFFECT_SOURCE)
{
	uint8_t *page = conf_page();
	unsigned int i;

	REQUIRE_QUEUE();
	for (i = 0; i < 4; i++)
		rng_offer(page + i * 16, 16);
	notify_queue((void *)rng_id());
	for (i = 0; i < 4; i++)
		rng_wait();
	expect_memory_kept(0, 4 * 16);
	rng_reset((uint32_t)rng_id());
}

/* ---- subcode 0 ---- */

static bool early(unsigned long address, long status)
{
	struct call c;

	CALL(&c, KVM_S390_VIRTIO_NOTIFY, address);
	return expect_status(&c, status) && expect_kept(&c);
}

CHECK("virtio.subcode-0-takes-addresses-in-ram", EARLY_SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (early(0, 0))
		early(machine_ram_bytes() - 1, 0);
}

CHECK("virtio.subcode-0-refuses-the-end-of-ram", EARLY_SOURCE)
{
	REQUIRE_HYPERVISOR();
	if (early(machine_ram_bytes(), EINVAL_KVM) && early(~0ul, EINVAL_KVM))
		early(1ul << 63, EINVAL_KVM);
}

CHECK("virtio.subcode-0-writes-nothing", EARLY_SOURCE)
{
	uint8_t *page = conf_page();

	REQUIRE_HYPERVISOR();
	early((uintptr_t)page, 0);
	expect_memory_kept(0, 0);
}

/* ---- saboteurs ---- */

static bool is_notify(const struct call *c)
{
	return c->number == KVM_S390_VIRTIO_CCW_NOTIFY;
}

static bool device_there(void)
{
	return conf_patched() && rng_id();
}

/* What it does if the condition holds: answers 0 and does nothing. */
#define SABOTAGE_NOTIFY(id, name_, rule_, checks_, condition)                             \
	static bool id(struct call *c)                                                    \
	{                                                                                 \
		if (!is_notify(c) || !(condition))                                        \
			return true;                                                      \
		c->regs.r[HCALL_R2] = 0;                                                  \
		return false;                                                             \
	}                                                                                 \
	SABOTEUR(id, .name = "virtio-" name_, .checks = "virtio." checks_, .rule = rule_, \
		 .applies = device_there, .before = id)

#define R2(c) ((c)->regs.r[HCALL_R2])
#define R3(c) ((c)->regs.r[HCALL_R3])
SABOTAGE_NOTIFY(no_one, "accepts-no-one-bit", "a subchannel has its one bit", "*one-bit",
		!(R2(c) & SUBCHANNEL_ONE));
SABOTAGE_NOTIFY(cssid, "accepts-another-subsystem", "the subsystem needs its flag", "*flag",
		R2(c) & CSSID(1));
SABOTAGE_NOTIFY(reserved, "accepts-a-wrong-subsystem", "a subsystem that is there", "reserved*",
		R2(c) & MULTIPLE);
SABOTAGE_NOTIFY(absent, "accepts-absent-ones", "an absent subchannel is refused",
		"absent-subchannel-is*", (R2(c) & 0xffff) == SUBCHANNEL_LAST);
SABOTAGE_NOTIFY(absent_set, "accepts-absent-sets", "an absent set is refused",
		"absent-subchannel-set*", R2(c) & SSID(3));
SABOTAGE_NOTIFY(nothing, "accepts-anything", "0 is no subchannel", "no-subchannel*", !R2(c));
SABOTAGE_NOTIFY(queue, "accepts-any-queue", "a queue that is there", "no-such-queue*",
		R3(c) >= QUEUES);
SABOTAGE_NOTIFY(queue_high, "cuts-the-queue", "a queue number has 64 bits", "queue-has*",
		R3(c) >> 32);

/* A device may look by itself, once when it is set up: a check of one notification may not notice. */
static bool is_lost(struct call *c)
{
	if (is_notify(c))
		c->regs.r[HCALL_R2] = 0;
	return !is_notify(c);
}
SABOTEUR(is_lost, .name = "virtio-notification-is-lost", .checks = "virtio.each*",
	 .rule = "the device looks at the queue", .applies = device_there, .before = is_lost,
	 .hangs = true);

static bool later_are_lost(struct call *c)
{
	static unsigned int n;

	return is_notify(c) && n++ > 0 ? is_lost(c) : true;
}
SABOTEUR(later_are_lost, .name = "virtio-later-ones-are-lost", .checks = "virtio.each*",
	 .rule = "the device looks each time", .applies = device_there, .before = later_are_lost,
	 .hangs = true);

static void refuses(struct call *c)
{
	if (is_notify(c) && (c->before.r[HCALL_R4] || c->before.r[HCALL_R2] >> 32))
		c->regs.r[HCALL_R2] = (unsigned long)EINVAL_KVM;
}
SABOTEUR(refuses_cookies, .name = "virtio-looks-at-cookies", .checks = "virtio.a-wrong*",
	 .rule = "a cookie that is none is ignored", .applies = device_there, .after = refuses);
SABOTEUR(refuses_high, .name = "virtio-looks-at-upper-half", .checks = "virtio.upper*",
	 .rule = "a subchannel has 32 bits", .applies = device_there, .after = refuses);

static void never(struct call *c)
{
	if (is_notify(c))
		c->regs.r[HCALL_R2] = (unsigned long)EINVAL_KVM;
}
SABOTEUR(never, .name = "virtio-knows-no-device", .checks = "virtio.notif*",
	 .rule = "a device that is there is notified", .applies = device_there, .after = never);

static void always_ram(struct call *c)
{
	if (c->number == KVM_S390_VIRTIO_NOTIFY)
		c->regs.r[HCALL_R2] = 0;
}
SABOTEUR(always_ram, .name = "virtio-subcode-0-takes-all", .checks = "virtio.subcode-0-refuses*",
	 .rule = "an address behind RAM is refused", .after = always_ram);

static void never_ram(struct call *c)
{
	if (c->number == KVM_S390_VIRTIO_NOTIFY && c->before.r[HCALL_R2])
		c->regs.r[HCALL_R2] = (unsigned long)EINVAL_KVM;
}
SABOTEUR(never_ram, .name = "virtio-subcode-0-takes-none", .checks = "virtio.subcode-0-takes*",
	 .rule = "RAM goes up to its end", .after = never_ram);

static void marks_text(struct call *c)
{
	if (c->number == KVM_S390_VIRTIO_NOTIFY && machine_is_ram(c->before.r[HCALL_R2], 1))
		*(uint8_t *)c->before.r[HCALL_R2] ^= 1;
}
SABOTEUR(marks_text, .name = "virtio-subcode-0-writes", .checks = "virtio.subcode-0-writes*",
	 .rule = "subcode 0 has no effect", .after = marks_text);
