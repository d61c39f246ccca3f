// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: an interrupt changes no register of what it interrupts, and finds its CPU whatever is in
 * r2; the MPIC delivers a device's interrupt when it is let in, once; nothing comes of an
 * acknowledgement without an interrupt; the decrementer stays quiet unless it is armed. Also for a
 * program at user privilege, and for one that a handler runs there.
 *
 * Sources: EREF, "Interrupts"; MPC8544E reference manual, chapter "Programmable Interrupt Controller".
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <asm/spr.h>
#include <hcall/hcall.h>
#include <lib/arch.h>
#include <lib/clock.h>
#include <lib/console.h>
#include <lib/cpu.h>
#include <lib/devtree.h>
#include <lib/irq.h>
#include <lib/tap.h>
#include <lib/trap.h>
#include <lib/user.h>
#include "devices.h"
#include "mmu.h"
#include "mpic.h"

/* ns16550. */
#define UART_IER	   1
#define UART_IIR	   2
#define IER_TRANSMIT_EMPTY 0x02

static atomic_uint alarms, serial;
static struct cpu *handled_on;

static void on_alarm(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	handled_on = cpu_this();
	atomic_fetch_add(&alarms, 1);
}

/* Interrupts off: returns when the decrementer has reached 0 and waits to be let in. */
static void make_pending(void)
{
	clock_alarm(0);
	while (!(mfspr(SPR_TSR) & TSR_DIS))
		cpu_relax();
}

/* Every register holds a value of its own while the interrupt comes. */
static void transparent(void)
{
	/* wrteei 1; nop; nop; wrteei 0 */
	static const uint32_t let_in[] = { 0x7c008146, 0x60000000, 0x60000000, 0x7c000146 };
	struct hcall_regs before, after;
	unsigned int changed = 0;
	uint32_t code[4];

	irq_disable();
	make_pending();
	memcpy(code, let_in, sizeof(code));
	hcall_regs_prepare(&before, 0x12345678);
	after = before;
	hcall_invoke_insn(&after, (uint8_t *)code, sizeof(code));
	tap_equal(alarms, 1, "a decrementer interrupt comes when EE lets it in");
	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		/* r1 is not loaded; r2 is, and the handler must not have used that. */
		if (i == 1 || after.r[i] == before.r[i])
			continue;
		tap_note("%s was %lx, is %lx", hcall_reg_name[i], before.r[i], after.r[i]);
		changed++;
	}
	tap_equal(changed, 0, "and leaves every register as it was");
	tap_ok(handled_on == &cpu_boot, "its handler knew its CPU, although r2 was something else");
	tap_ok(cpu_this() == &cpu_boot, "as does the program after it");
}

static void trap_in_slot(void *arg)
{
	static const uint32_t trap = 0x7fe00008;
	struct hcall_regs regs;
	uint32_t code = trap;

	(void)arg;
	hcall_regs_prepare(&regs, 0);
	hcall_invoke_insn(&regs, (uint8_t *)&code, sizeof(code));
}

static void trapped(void)
{
	struct trap_frame f;

	tap_ok(trap_try(trap_in_slot, NULL, &f) && f.gpr[2] == hcall_canary(2),
	       "a trap is caught although r2 is something else");
	tap_ok(cpu_this() == &cpu_boot, "and r2 is right again after it");
}

/* The handler would clear TSR[DIS]. */
static void not_armed(void)
{
	unsigned int before = alarms;

	make_pending();
	clock_alarm(UINT64_MAX);
	irq_enable();
	for (int i = 0; i < 1000; i++)
		cpu_relax();
	irq_disable();
	tap_ok(alarms == before && mfspr(SPR_TSR) & TSR_DIS,
	       "a decrementer interrupt that was taken back does not come");
}

static volatile uint8_t *uart;

static void on_serial(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	/* Reading IIR is the answer to this cause. */
	mmio_in8(uart + UART_IIR);
	mmio_out8(uart + UART_IER, 0);
	atomic_fetch_add(&serial, 1);
}

static bool find_uart(void)
{
	int node = device_tree ? devtree_stdout(device_tree) : -1;
	uint64_t base;

	/* Our monitor's serial port has no interrupt. */
	if (node < 0 || !devtree_prop(device_tree, node, "interrupts", NULL) ||
	    devtree_reg(device_tree, node, 0, &base, NULL))
		return false;
	uart = map_device(base, 8);
	return uart != NULL;
}

/* The console is idle then, so "transmitter empty" is true as soon as it is asked for. */
static void ask(void)
{
	console_drain();
	mmio_out8(uart + UART_IER, IER_TRANSMIT_EMPTY);
	for (int i = 0; i < 10000; i++)
		cpu_relax();
}

static void device(void)
{
	tap_equal((unsigned long)irq_register(IRQ_UART, on_serial, NULL), 0, "a device's handler");
	irq_enable();
	ask();
	tap_equal(serial, 1, "a device's interrupt comes");
	ask();
	tap_equal(serial, 2, "and once more, as the first one was ended");
	irq_mask(IRQ_UART);
	ask();
	tap_equal(serial, 2, "masked, it does not");
	irq_unmask(IRQ_UART);
	for (int i = 0; i < 10000; i++)
		cpu_relax();
	tap_equal(serial, 3, "unmasked, it comes then");
	irq_disable();
	ask();
	tap_equal(serial, 3, "with interrupts off it does not");
	while (serial == 3)
		cpu_idle();
	tap_equal(serial, 4, "idling lets it in");
	tap_ok(mpic_interrupt() && serial == 4, "an acknowledgement for nothing has no effect");
	irq_register(IRQ_UART, NULL, NULL);
	irq_enable();
	ask();
	tap_equal(serial, 4, "without a handler, it is masked");
	mmio_out8(uart + UART_IER, 0);
	irq_disable();
}

/* At user privilege: waits for the alarm with nonsense in r2, and says how many there were. */
static long user_waits(void *arg)
{
	unsigned int before = *(unsigned int *)arg;
	struct cpu *c = cpu_r2;

	asm volatile("li 2, 0x66" : : : "memory");
	while (atomic_load(&alarms) == before)
		asm volatile("" : : : "memory");
	asm volatile("mr 2, %0" : : "r"(c) : "memory");
	return (long)alarms;
}

static long user_double(void *arg)
{
	return 2 * (long)(uintptr_t)arg;
}

static long user_calls(void *arg)
{
	asm volatile("sc" : : : "r0", "r3", "memory");
	return (long)(uintptr_t)arg;
}

static void user(void)
{
	unsigned int before = alarms;
	struct trap_frame f;
	long result = 0;

	tap_ok(user_try(user_calls, NULL, NULL, &f) && trap_kind(&f) == TRAP_KIND_SYSCALL,
	       "a system call at user privilege is a trap, and not the return");

	clock_alarm(clock_ns() + 1000000);
	irq_enable();
	tap_ok(!user_try(user_waits, &before, &result, NULL) && result == (long)before + 1,
	       "an interrupt comes at user privilege");
	tap_ok(handled_on == &cpu_boot, "whatever is in r2");
	irq_disable();
}

static long handler_result;
static bool handler_trapped;

static void on_alarm_user(unsigned int irq, void *arg)
{
	(void)irq;
	(void)arg;
	handler_trapped = user_try(user_double, (void *)21, &handler_result, NULL);
	atomic_fetch_add(&alarms, 1);
}

/* The handler is on the stack for traps, and the trap that ends its user program comes there, too. */
static void user_in_handler(void)
{
	unsigned int before = alarms;
	long result = 0;

	irq_register(IRQ_TIMER, NULL, NULL);
	irq_register(IRQ_TIMER, on_alarm_user, NULL);
	clock_alarm(clock_ns() + 1000000);
	irq_enable();
	tap_ok(!user_try(user_waits, &before, &result, NULL) && result == (long)before + 1,
	       "a handler that interrupted user privilege goes there itself");
	tap_ok(!handler_trapped && handler_result == 42, "and comes back");
	irq_disable();
}

int main(void)
{
	tap_begin();
	irq_register(IRQ_TIMER, on_alarm, NULL);
	transparent();
	trapped();
	not_armed();
	user();
	user_in_handler();
	if (!mpic_name()) {
		tap_skip("interrupts of devices", "an MPIC in the device tree");
		tap_equal((unsigned long)irq_send(0, IRQ_IPI), (unsigned long)-ENOSYS,
			  "without an MPIC, none can be sent: -ENOSYS");
	} else if (!find_uart()) {
		tap_skip("interrupts of devices",
			 "a serial port with an interrupt in the device tree");
	} else {
		device();
	}
	return tap_end();
}
