// SPDX-License-Identifier: BSD-2-Clause
#include <stdatomic.h>
#include <string.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/machine.h>
#include "cpu.h"
#include "tests/conformance/run.h"
#include "tests/conformance/s390x/second.h"

/* SIGP SENSE, of a CPU that executes nothing. */
#define CC_STATUS 1
#define ABOVE_32  0xffffffff00000000ul

struct second second[2] __attribute__((aligned(LOWCORE_SIZE)));

/* second_cpu.S */
extern const char second_counts[], second_waits[], second_external[], second_program[];

static bool taken;

unsigned long second_address(void)
{
	return arch_cpu_hwid(1);
}

unsigned long first_address(void)
{
	return arch_cpu_hwid(0);
}

bool second_exists(void)
{
	return machine.cpus > 1;
}

void second_prepare(enum second_program program)
{
	const char *at = program == SECOND_WAITS ? second_waits : second_counts;

	for (int i = 0; i < 2; i++)
		second[i].new[TRAP_RESTART] = (struct psw){ PSW_64BIT, (uint64_t)at };
}

static void fill_lowcore(struct second *s)
{
	memset(s, 0, sizeof(*s));
	s->new[TRAP_EXTERNAL] = (struct psw){ PSW_64BIT, (uint64_t)second_external };
	s->new[TRAP_PROGRAM] = (struct psw){ PSW_64BIT, (uint64_t)second_program };
	s->wait = (struct psw){ PSW_EXTERNAL | PSW_WAIT | PSW_64BIT, (uint64_t)second_waits };
	s->cr0 = (cr0_get() & ~(uint64_t)CR0_EXTERNAL_MASKS) | CR0_EMERGENCY_SIGNAL |
		 CR0_EXTERNAL_CALL;
	for (unsigned int i = 0; i < 16; i++)
		s->gpr[i] = 0x5ec0dd00000000ul + i;
}

/* Whether lib/cpu.h does not need it now. It is busy for others from then on. */
static bool take(void)
{
	_Atomic unsigned int *state = &cpu_get(1)->state;
	unsigned int off = CPU_OFF, parked = CPU_PARKED;

	/* A check that ended by an exception did not give it back. */
	return taken || atomic_compare_exchange_strong(state, &off, CPU_BOOTING) ||
	       atomic_compare_exchange_strong(state, &parked, CPU_BOOTING);
}

static int plain(enum sigp_order what, uint64_t parameter)
{
	uint32_t status;

	return cpu_order(1, what, parameter, &status);
}

bool second_take(enum second_program program)
{
	taken = take();
	if (!taken)
		return false;
	if (plain(SIGP_INITIAL_CPU_RESET, 0) != SIGP_ACCEPTED)
		return false;
	second_wait_stopped();
	fill_lowcore(&second[0]);
	fill_lowcore(&second[1]);
	second_prepare(program);
	if (plain(SIGP_SET_PREFIX, (uintptr_t)&second[0]) != SIGP_ACCEPTED)
		return false;
	if (program == SECOND_STOPPED)
		return true;
	if (plain(SIGP_RESTART, 0) != SIGP_ACCEPTED)
		return false;
	while (!second[0].restarts)
		cpu_relax();
	if (program == SECOND_COUNTS)
		second_wait_counting();
	return true;
}

void second_give_back(void)
{
	plain(SIGP_INITIAL_CPU_RESET, 0);
	second_wait_stopped();
	taken = false;
	atomic_store(&cpu_get(1)->state, CPU_OFF);
}

void second_wait_stopped(void)
{
	uint32_t status;

	while (cpu_order(1, SIGP_SENSE, 0, &status) != CC_STATUS || !(status & STATUS_STOPPED))
		cpu_relax();
}

void second_wait_counting(void)
{
	uint64_t count = second[0].count + second[1].count;

	while (second[0].count + second[1].count == count)
		cpu_relax();
}

void order(struct call *c, unsigned long number, unsigned long cpu, unsigned long parameter)
{
	do {
		call_prepare(c, number);
		c->regs.r[HCALL_R4] = cpu;
		c->regs.r[HCALL_R3] = parameter;
		c->regs.r[HCALL_R2] = hcall_canary(HCALL_R2);
		conf_call(c);
	} while (!c->trapped && c->regs.r[HCALL_CC] == SIGP_BUSY);
}

/* Also of an order that has no record. */
static bool expect_cc(const struct call *c, unsigned int cc)
{
	if (!c->trapped && c->regs.r[HCALL_CC] == cc)
		return true;
	expect(false, "condition code %u for order 0x%02lx", cc, c->number >> 16 & 0xff);
	print_call(c, 1ull << HCALL_CC);
	return false;
}

static bool no_status(const struct call *c)
{
	return expect_kept_of(c, ~(HCALL_NOT_LOADED | 1ull << HCALL_CC));
}

bool expect_order_accepted(const struct call *c)
{
	return expect_cc(c, SIGP_ACCEPTED) && no_status(c);
}

bool expect_no_cpu(const struct call *c)
{
	return expect_cc(c, SIGP_NOT_OPERATIONAL) && no_status(c);
}

bool expect_order_refused(const struct call *c, uint32_t status)
{
	return expect_cc(c, CC_STATUS) &&
	       expect_equal(c->regs.r[HCALL_R2], (c->before.r[HCALL_R2] & ABOVE_32) | status,
			    "R2, status 0x%x in its lower half,", status) &&
	       expect_kept_of(c, ~(HCALL_NOT_LOADED | 1ull << HCALL_CC | 1ull << HCALL_R2));
}
