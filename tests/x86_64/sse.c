// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: interrupts, page faults that map memory, and traps that are caught leave x87 and SSE as
 * the program had them; a handler begins with both in their initial state, whatever the program did
 * to them. On every CPU.
 */
#include <string.h>
#include <asm/trap.h>
#include <lib/arch.h>
#include <lib/cpu.h>
#include <lib/heap.h>
#include <lib/irq.h>
#include <lib/machine.h>
#include <lib/tap.h>
#include <lib/trap.h>

#define MXCSR_INITIAL  0x1f80u
#define MXCSR_ROUND_UP 0x5f80u
#define X87_INITIAL    0x037fu
/* Single precision, and all exceptions masked. */
#define X87_SINGLE 0x007fu
/* A division by zero is an exception. */
#define X87_DIVIDE_ON 0x037bu

struct state {
	unsigned char xmm[16][16];
	uint32_t mxcsr;
	uint16_t x87_control;
	double x87[2];
};

/* What a handler found, by CPU. */
static struct {
	volatile unsigned int calls;
	uint32_t mxcsr;
	uint16_t x87_control;
} handler[CPU_MAX];

/* Destroys everything that it was given. */
static void on_ipi(unsigned int irq, void *arg)
{
	unsigned int self = cpu_number();
	uint32_t mxcsr = MXCSR_ROUND_UP ^ 0x2000;

	(void)irq;
	(void)arg;
	__asm__ volatile("stmxcsr %0; fnstcw %1"
			 : "=m"(handler[self].mxcsr), "=m"(handler[self].x87_control));
	__asm__ volatile("pcmpeqd %%xmm0, %%xmm0; pcmpeqd %%xmm1, %%xmm1\n\t"
			 "pcmpeqd %%xmm7, %%xmm7; pcmpeqd %%xmm8, %%xmm8\n\t"
			 "pcmpeqd %%xmm14, %%xmm14; pcmpeqd %%xmm15, %%xmm15\n\t"
			 "ldmxcsr %0; fninit; fldpi; fldpi; fldpi"
			 :
			 : "m"(mxcsr)
			 : "xmm0", "xmm1", "xmm7", "xmm8", "xmm14", "xmm15");
	handler[self].calls++;
}

#define EACH_XMM(X) \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define LOAD(n)	 "movups 16*" #n "(%[in]), %%xmm" #n "\n\t"
#define STORE(n) "movups %%xmm" #n ", 16*" #n "(%[out])\n\t"

/*
 * Loads the state *in, lets interrupts in, reads a byte, and stores the state in *out: what comes in
 * between must not show.
 */
static void across(const struct state *in, struct state *out, volatile char *byte)
{
	const uint32_t mxcsr = MXCSR_INITIAL;

	__asm__ volatile("fninit\n\t"
			 "fldcw %[cw_in]\n\t"
			 "fldl %[st1_in]\n\t"
			 "fldl %[st0_in]\n\t"
			 "ldmxcsr %[mxcsr_in]\n\t" EACH_XMM(
				 LOAD) "sti\n\t"
				       "nop\n\t"
				       "movb (%[byte]), %%al\n\t"
				       "cli\n\t" EACH_XMM(STORE) "stmxcsr %[mxcsr_out]\n\t"
								 "fnstcw %[cw_out]\n\t"
								 "fstpl %[st0_out]\n\t"
								 "fstpl %[st1_out]\n\t"
								 "fninit\n\t"
								 "ldmxcsr %[mxcsr]"
			 : [mxcsr_out] "=m"(out->mxcsr), [cw_out] "=m"(out->x87_control),
			   [st0_out] "=m"(out->x87[0]), [st1_out] "=m"(out->x87[1])
			 : [in] "r"(in->xmm), [out] "r"(out->xmm), [byte] "r"(byte),
			   [mxcsr_in] "m"(in->mxcsr), [cw_in] "m"(in->x87_control),
			   [st0_in] "m"(in->x87[0]), [st1_in] "m"(in->x87[1]), [mxcsr] "m"(mxcsr)
			 : "rax", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
			   "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			   "xmm15");
}

static void fill(struct state *s)
{
	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < sizeof(s->xmm); i++)
		s->xmm[i / 16][i % 16] = (unsigned char)(i * 7 + 1);
	s->mxcsr = MXCSR_ROUND_UP;
	s->x87_control = X87_SINGLE;
	s->x87[0] = 1.5;
	s->x87[1] = -2.25;
}

/* What a CPU finds out. */
struct seen {
	bool interrupt, handler, fault, trap;
	volatile char *fresh;
};

static void illegal(void *arg)
{
	(void)arg;
	__builtin_trap();
}

static void look(void *arg)
{
	struct seen *seen = arg;
	struct state in, out;
	char byte = 0;
	unsigned int self = cpu_number();

	fill(&in);
	irq_disable();
	handler[self].calls = 0;
	irq_send(self, IRQ_IPI);
	memset(&out, 0, sizeof(out));
	across(&in, &out, &byte);
	seen->interrupt = !memcmp(&in, &out, sizeof(in));
	/* By x2APIC and in memory alike, one to oneself is there at once. */
	while (!handler[self].calls)
		cpu_idle();
	seen->handler =
		handler[self].mxcsr == MXCSR_INITIAL && handler[self].x87_control == X87_INITIAL;

	memset(&out, 0, sizeof(out));
	across(&in, &out, seen->fresh);
	seen->fault = !memcmp(&in, &out, sizeof(in));

	seen->trap = true;
	for (int i = 0; i < 100; i++) {
		volatile double third = 1.0 / 3.0;

		seen->trap &= trap_try(illegal, NULL, NULL) && third * 3.0 == 1.0;
	}
}

/* QEMU's emulation raises no exception of SSE, but those of x87. */
static void divide_by_zero(void *arg)
{
	const uint16_t strict = X87_DIVIDE_ON;

	(void)arg;
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" : : "m"(strict));
}

/* RAM that nobody has touched: where the heap has not come to. */
static char *untouched(unsigned int i)
{
	const struct phys_range *last = &machine.ram[machine.nr_ram - 1];

	return (char *)(uintptr_t)(last->base + last->size - ((2 * i + 1ul) << 21));
}

int main(void)
{
	static struct seen seen[CPU_MAX];
	unsigned int cpus = cpu_count(), interrupt = 0, state = 0, fault = 0, trap = 0;
	struct trap_frame frame;

	tap_begin();
	irq_register(IRQ_IPI, on_ipi, NULL);
	for (unsigned int i = 0; i < cpus; i++)
		seen[i].fresh = untouched(i);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_start(i, look, &seen[i]);
	look(&seen[0]);
	for (unsigned int i = 1; i < cpus; i++)
		cpu_join(i);
	for (unsigned int i = 0; i < cpus; i++) {
		interrupt += seen[i].interrupt;
		state += seen[i].handler;
		fault += seen[i].fault;
		trap += seen[i].trap;
	}
	tap_equal(interrupt, cpus, "an interrupt leaves x87 and SSE alone on each CPU");
	tap_equal(state, cpus, "its handler has them in their initial state");
	tap_equal(fault, cpus, "so does a page fault that maps RAM");
	tap_equal(trap, cpus, "after a trap that was caught, C computes as before");
	tap_ok(trap_try(divide_by_zero, NULL, &frame) && frame.vector == 16 &&
		       trap_kind(&frame) == TRAP_KIND_ARITHMETIC,
	       "an unmasked exception of x87 is vector 16, arithmetic");
	__asm__ volatile("fninit");
	return tap_end();
}
