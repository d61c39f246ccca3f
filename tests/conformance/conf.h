/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conformance suite: what a check is, how it makes a call, and how it says what was wrong.
 *
 * A check is a function under CHECK("call.claim", "source"). It is found by the linker, runs under
 * trap_try(), and passes unless it says otherwise: REQUIRE() leaves it as skipped, each expect_…()
 * that does not hold makes it a failure and prints the evidence. CHECK_EACH() makes a check of
 * every record of the catalogue.
 *
 * Every call of the suite goes through conf_call() or one of its variants: that is where calls are
 * traced and sabotaged, so whoever gets round it gets round both.
 */
#ifndef CONFORMANCE_CONF_H
#define CONFORMANCE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <hcall/hcall.h>
#include <lib/cpu.h>
#include <lib/trap.h>

/* ---- checks ---- */

struct check {
	const char
		*name; /* without the architecture; of CHECK_EACH, without the call's name, too */
	const char *source;
	void (*run)(void);
	void (*each)(const struct hcall_desc *d);
	/* Ends the machine: runs only when run= names it in full, and then alone. */
	bool ends_machine;
};

#define CONF_PASTE_(a, b) a##b
#define CONF_PASTE(a, b)  CONF_PASTE_(a, b)
/* A pointer in a section: the linker's list has the same stride on every architecture. */
#define CONF_LISTED(type, section_name, name_)                     \
	static const struct type *const CONF_PASTE(name_, _listed) \
		__attribute__((section(section_name), used, no_reorder)) = &CONF_PASTE(name_, _)

#define CONF_CHECK(id, parameters, ...)                                \
	static void id parameters;                                     \
	static const struct check CONF_PASTE(id, _) = { __VA_ARGS__ }; \
	CONF_LISTED(check, ".conformance", id);                        \
	static void id parameters

#define CHECK(name_, source_)                                                              \
	CONF_CHECK(CONF_PASTE(check_, __LINE__), (void), .name = name_, .source = source_, \
		   .run = CONF_PASTE(check_, __LINE__))
#define CHECK_EACH(name_, source_)                                                            \
	CONF_CHECK(CONF_PASTE(check_, __LINE__), (const struct hcall_desc *d), .name = name_, \
		   .source = source_, .each = CONF_PASTE(check_, __LINE__))
/* The function announces the end that it is about to bring (machine_announce_end()). */
#define CHECK_ENDS(name_, source_)                                                         \
	CONF_CHECK(CONF_PASTE(check_, __LINE__), (void), .name = name_, .source = source_, \
		   .run = CONF_PASTE(check_, __LINE__), .ends_machine = true)

/* Leaves the check: it cannot be made here. The text completes "needs …". */
#define REQUIRE(condition, ...)                  \
	do {                                     \
		if (!(condition)) {              \
			check_skip(__VA_ARGS__); \
			return;                  \
		}                                \
	} while (0)
/* Leaves the check: the suite itself could not do its work. */
#define REQUIRE_WORK(condition, ...)              \
	do {                                      \
		if (!(condition)) {               \
			check_error(__VA_ARGS__); \
			return;                   \
		}                                 \
	} while (0)

void check_skip(const char *requirement, ...) __attribute__((format(printf, 1, 2)));
void check_error(const char *why, ...) __attribute__((format(printf, 1, 2)));

/* ---- calls ---- */

struct call {
	/* In: what the registers are loaded with; out: what they held after the call. */
	struct hcall_regs regs;
	/* What they were loaded with. */
	struct hcall_regs before;
	unsigned long number;
	/* Its record, NULL if the catalogue has none. */
	const struct hcall_desc *desc;
	/* The call ended in an exception: frame has it, regs what the registers held then. */
	bool trapped;
	struct trap_frame frame;
	/* By which way it went, for people: "slot", "vmcall", ... */
	const char *how;
	/* It was made at user privilege. */
	bool user;
	/* Of the call under way, for the code that makes it. */
	uint8_t *insn;
	size_t insn_len;
	struct watch *watch;
};

/* Every register a canary, every argument 0. */
void call_prepare(struct call *c, unsigned long number);

/* Makes the call through the patched slot. Exceptions are caught. */
void conf_call(struct call *c);
/* The same through other instructions; *insn receives what is in memory after it. */
void conf_call_insn(struct call *c, const char *how, uint8_t *insn, size_t len);
/* The same through any code: exec(c) loads c->regs, executes one call, stores c->regs. */
void conf_call_by(struct call *c, const char *how, void (*exec)(struct call *c));

/*
 * conf_call() and conf_call_by() at user privilege (lib/user.h), where exec() must do without
 * privileged instructions and the functions of lib/. On one CPU at a time.
 */
void conf_call_user(struct call *c);
void conf_call_user_by(struct call *c, const char *how, void (*exec)(struct call *c));

/* call_prepare(), the arguments in the order of the record, conf_call(). */
void conf_call_args(struct call *c, unsigned long number, unsigned int n,
		    const unsigned long *args);
#define CALL(c, number, ...)                                                                   \
	conf_call_args(c, number,                                                              \
		       sizeof((const unsigned long[]){ 0, ##__VA_ARGS__ }) / sizeof(long) - 1, \
		       (const unsigned long[]){ 0, ##__VA_ARGS__ } + 1)

/* The register that the call answers in, or -1. */
int call_status_register(const struct call *c);
long call_status(const struct call *c);
/* It was answered as a number is that nobody knows. */
bool call_unknown(const struct call *c);
/* It was answered, in whatever way, and not as unknown. */
bool call_known(const struct call *c);
/* It ended in an exception whose name begins with one of these, separated by commas. */
bool call_trapped(const struct call *c, const char *names);

/* ---- what must hold: each returns whether it does, and prints the evidence if not ---- */

bool expect(bool ok, const char *what, ...) __attribute__((format(printf, 2, 3)));
/* Two numbers, each with a word that says what it is. */
bool expect_equal(unsigned long long got, unsigned long long expected, const char *what, ...)
	__attribute__((format(printf, 3, 4)));
/* The call came back, with this status. */
bool expect_status(const struct call *c, long status);
/* It came back with one of the statuses of its record, or ended as its record allows. */
bool expect_documented(const struct call *c);
bool expect_unknown(const struct call *c);
/* It ended in an exception: names as for call_trapped(). */
bool expect_trap(const struct call *c, const char *names);
/* It was made at user privilege, and ended as the ABI says for that. */
bool expect_refused(const struct call *c);
/* Every register that is no output of the call is as it was. */
bool expect_kept(const struct call *c);
/* The same, of these registers (a bit each). */
bool expect_kept_of(const struct call *c, uint64_t registers);

/* Registers that a call may change: its outputs, and what the ABI lets any call change. */
uint64_t call_may_change(const struct call *c);

/* ---- where the hypervisor may look at, or write to ---- */

/*
 * A page for calls that store or read, 4096-byte aligned, with a guarded page on both sides; freshly
 * filled with a pattern.
 */
uint8_t *conf_page(void);
#define CONF_PAGE_SIZE 4096
/*
 * Tells whether anything but [at, at + size) of that page changed since conf_page(): guarded
 * pages, and the image's code and constants.
 */
bool expect_memory_kept(size_t at, size_t size);
uint8_t conf_pattern(size_t at);

/* The next number from the printed seed. */
uint64_t conf_random(void);

/* ---- registers that no call has as output, beside those of struct hcall_regs ---- */

#define WATCH_MAX 96
struct watch {
	unsigned int n;
	const char *name[WATCH_MAX];
	uint64_t before[WATCH_MAX];
	uint64_t after[WATCH_MAX];
};
/* Makes the call with all of them watched: vector registers hold canaries. */
void conf_call_watched(struct call *c, struct watch *w);
bool expect_watched(const struct call *c, const struct watch *w);

/* ---- other CPUs: lib/cpu.h ---- */

#define REQUIRE_CPUS(n) REQUIRE(cpu_count() >= (n), "%u CPUs", (unsigned int)(n))

/*
 * Runs fn(arg) on a CPU (which may be this one) and waits for its end. Returns false, and the check
 * has failed, if it ended in an exception there; also if the CPU did not come to life. Calls can be
 * made there and judged as here, but those by other instructions (conf_call_insn()) on one CPU at a
 * time.
 */
bool conf_on(unsigned int cpu, void (*fn)(void *arg), void *arg);
/*
 * The same in two steps, for what is to happen at the same time; not on this CPU. Meanwhile only the
 * CPU that runs the check may use expect_…(): two reports at once cannot be read. A check need not
 * join: what has not ended with it is waited for, and shows as its hang if it never ends.
 */
bool conf_start(unsigned int cpu, void (*fn)(void *arg), void *arg);
bool conf_join(unsigned int cpu);

/* ---- requirements that many checks have ---- */

#define REQUIRE_HYPERVISOR() REQUIRE(conf_patched(), "a hypervisor that says how to call it")
bool conf_patched(void);
/* What discovery says of the record; sabotage can make it lie. */
bool conf_announced(const struct hcall_desc *d);

/*
 * Whatever a check reads by itself (CPUID, a register, a word that the hypervisor writes) goes
 * through here before it is judged, for saboteurs; kind says what *fact is.
 */
void conf_fact(const char *kind, void *fact);

#endif
