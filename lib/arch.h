/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What portable code asks of an architecture. Each arch/<a>/ implements all of it, and nothing
 * else of arch/<a>/ is called from outside, except through <asm/...> headers:
 *
 *   <asm/boot.h>   struct boot_entry: what boot/<a>/start.S found in the registers
 *   <asm/trap.h>   struct trap_frame: every register at a trap
 *   <asm/hcall.h>  register numbering, hcall0() to hcall8(), the size of a slot
 *
 * The order of calls at boot is in boot/main.c.
 */
#ifndef LIB_ARCH_H
#define LIB_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct boot_entry;
struct console;
struct devtree;
struct hypervisor;
struct machine;
struct trap_frame;

/* "x86_64", "e500", "s390x" */
extern const char arch_name[];

/* ---- boot, in this order; one CPU, interrupts off ---- */

/* Installs the trap vectors. After it, any exception reaches trap_handle(). */
void arch_trap_init(void);

/*
 * Fills in *m (RAM, initrd, dtb, command line, CPUs) from the entry registers and the tables they
 * point to. There is no console yet; console_printf() is kept until there is one. What the device
 * tree alone knows (RAM, command line on e500) is added later by the portable code from the tree.
 */
void arch_probe_machine(const struct boot_entry *entry, struct machine *m);

/*
 * Finds and initialises the console device, or returns NULL. dt is the validated device tree or
 * NULL. The result stays valid for ever.
 */
const struct console *arch_console_init(const struct devtree *dt);

/*
 * Gives the memory of the running image its final protection as far as the CPU allows: text
 * read-only, data not executable, page 0 unmapped; and makes RAM up to the end of the first range
 * addressable. Called once, before hcall_patch().
 */
void arch_memory_init(void);

/* What arch_memory_init() achieved, as these bits. */
enum {
	ARCH_PROTECTS_TEXT = 1 << 0,
	ARCH_PROTECTS_DATA = 1 << 1,
	ARCH_PROTECTS_NULL_WRITE = 1 << 2,
	ARCH_PROTECTS_NULL_READ = 1 << 3,
};
unsigned int arch_memory_protects(void);

/* ---- text ---- */

/*
 * Copies len bytes (1 to 16) over instructions at dst, which may be in read-only text, and makes
 * them visible to the instruction fetch of this CPU before it returns.
 */
void arch_text_write(void *dst, const void *src, size_t len);

/* ---- the hypervisor ---- */

/*
 * CPU-specific discovery (CPUID leaves, STSI 3.2.2): fills in what is not set yet in *hv. What the
 * device tree's /hypervisor node said is there already and wins; that holds for instructions that
 * were refused, too (insn_from is set, insn_len is 0): none are put in their place.
 */
void arch_hypervisor_probe(struct hypervisor *hv);

/*
 * Says whether the len bytes at insn may be written into the hypercall slots: NULL if so, else a
 * reason for people, a constant string.
 */
const char *arch_hcall_insn_error(const uint8_t *insn, size_t len);

/* ---- CPUs ---- */

/*
 * Wakes the given CPU (0 to machine.cpus - 1) from its idle state by the machine's own means, no
 * hypercall. Returns 0, -ENODEV if there is no such CPU, -ENOSYS if the machine has no such means.
 */
int arch_cpu_wake(unsigned int cpu);
/* What arch_cpu_wake() uses, for people; NULL: nothing. */
const char *arch_cpu_wake_means(void);
/* The hypervisor's name for a CPU number: local APIC id, PIR, CPU address. */
unsigned long arch_cpu_hwid(unsigned int cpu);

/* ---- CPUs, interrupts, time: called through lib/cpu.h, lib/irq.h, lib/clock.h ---- */

struct cpu;

/* Makes c the CPU's own structure: cpu_this() (<asm/cpu.h>) returns it from now on. */
void arch_cpu_set_this(struct cpu *c);

/*
 * Brings a CPU that is off to cpu_secondary_main(c), on the stack c->stack_top, with this
 * image's memory protection, vectors, floating point state, interrupts off. Returns 0 when the
 * CPU has been told; -ENODEV if the machine says that there is none.
 */
int arch_cpu_boot(struct cpu *c);
/* lib/cpu.c: where arch_cpu_boot() leads. */
_Noreturn void cpu_secondary_main(struct cpu *c);

/*
 * With interrupts off: turns them on and idles until one has been handled, in one step that loses
 * none; interrupts are off again on return.
 */
void arch_idle(void);
bool arch_irq_save(void);
void arch_irq_restore(bool enabled);

/* Prepares this CPU's interrupt controller; everything masked but IRQ_WAKE. Called on each CPU. */
void arch_irq_init(void);
/* Of irqs that were registered; see lib/irq.h. */
int arch_irq_set_mask(unsigned int irq, bool masked);
int arch_irq_send(unsigned int cpu, unsigned int irq);

/* The counter of clock_ns(), its ticks a second, and where that number is from. */
uint64_t arch_clock_ticks(void);
uint64_t arch_clock_hz(void);
const char *arch_clock_source(void);
/*
 * Raises IRQ_TIMER on this CPU after so many ticks of the counter (0: at once); UINT64_MAX:
 * never. The hardware may not reach that far: then earlier, and portable code arms it again.
 */
void arch_timer_arm(uint64_t ticks);

/*
 * Enters fn(arg) at user privilege on the stack sp. It does not return here: when fn returns,
 * the trap that ends it must reach user_returned(result) in supervisor state (lib/user.c).
 */
_Noreturn void arch_user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp);
_Noreturn void user_returned(long result);

/* ---- the end ---- */

/*
 * Powers the machine off by its own means. On return (which says that there is none, or that it
 * did not work) the caller falls back on arch_fail().
 */
void arch_poweroff(void);
/* Restarts the machine by its own means; returns only if that did not work. */
void arch_reset(void);
/* What the two use, for people ("ACPI PM1a at port 0x604"), or NULL if there is none. */
const char *arch_poweroff_means(void);
const char *arch_reset_means(void);
/*
 * Ends the machine so that the outside sees a failure, with the status (1 to 255) where the
 * machine can carry one.
 */
_Noreturn void arch_fail(int status);

/* ---- traps ---- */

/* The cause in words, with the vector: "invalid opcode (#UD, vector 6)". */
const char *arch_trap_name(const struct trap_frame *f);
uintptr_t arch_trap_pc(const struct trap_frame *f);
/* The address that the faulting access went to; returns false if this trap has none. */
bool arch_trap_address(const struct trap_frame *f, uintptr_t *address);
/* Prints every register of f, a few a line, each line beginning with "#   ". */
void arch_trap_print(const struct trap_frame *f);
/*
 * Makes a return from the trap go to pc, in supervisor state, interrupts off, on the stack sp
 * (as in a fresh call of a function without arguments).
 */
void arch_trap_redirect(struct trap_frame *f, void (*pc)(void), uintptr_t sp);

/* A place in a chain of calls: return address and the frame it belongs to. */
struct unwind {
	uintptr_t pc;
	uintptr_t frame;
};
/* Starts at a trap. */
void arch_unwind_trap(struct unwind *u, const struct trap_frame *f);
/* Goes to the caller. Returns false at the end, or where the chain leaves RAM. */
bool arch_unwind_next(struct unwind *u);

#endif
