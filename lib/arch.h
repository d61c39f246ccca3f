/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What portable code asks of an architecture. Each arch/<a>/ implements all of it, and nothing
 * else of arch/<a>/ is called from outside, except through <asm/...> headers:
 *
 *   <asm/boot.h>   struct boot_entry: what boot/<a>/start.S found in the registers
 *   <asm/trap.h>   struct trap_frame: every register at a trap
 *   <asm/hcall.h>  register numbering, hcall0() to hcall8(), the size of a slot
 *   <asm/cpu.h>    cpu_this(), cpu_relax()
 *   <asm/irq.h>    IRQ_DEVICES, the number of devices' interrupts
 *
 * The order of calls at boot is in boot/main.c.
 */
#ifndef LIB_ARCH_H
#define LIB_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <lib/trap.h>

struct boot_entry;
struct console;
struct devtree;
struct hypervisor;
struct machine;

/* "x86_64", "e500", "s390x" */
extern const char arch_name[];

/* ---- boot, in this order after arch_cpu_set_this(); one CPU, interrupts off ---- */

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
 * read-only, data not executable, page 0 unmapped, the pages for which stack_is_guard() holds
 * (lib/stack.h) inaccessible; and makes all RAM addressable. Called once, before hcall_patch().
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

struct cpu;

/*
 * Makes c the CPU's own structure: cpu_this() (<asm/cpu.h>) returns it from now on. The very first
 * call at boot, before arch_trap_init(), with &cpu_boot.
 */
void arch_cpu_set_this(struct cpu *c);

/*
 * Brings a CPU that is off to cpu_secondary_main(c), on the stack below c->stack_top, with this
 * image's memory protection, vectors and floating-point state, interrupts off; c->number says
 * which. Returns 0 when the CPU has been told; -ENODEV if the machine says that there is none.
 * There is one call at a time, but a CPU may be slow: what it needs must stay there for it. A CPU
 * that did not come may be told again.
 */
int arch_cpu_boot(struct cpu *c);
/* lib/cpu.c: where arch_cpu_boot() leads. It calls arch_cpu_set_this() itself. */
_Noreturn void cpu_secondary_main(struct cpu *c);

/* ---- interrupts, time: called through lib/irq.h, lib/clock.h, lib/cpu.h ---- */

/*
 * Interrupts of this CPU as a whole. These four may be called at any time. arch_irq_save() turns
 * them off and returns what they were; arch_irq_restore() sets them.
 */
bool arch_irq_enabled(void);
bool arch_irq_save(void);
void arch_irq_restore(bool enabled);

/*
 * With interrupts off: turns them on and idles until one has been handled, in one step that loses
 * none; interrupts are off again on return. Called after arch_irq_init().
 */
void arch_idle(void);

/*
 * Prepares this CPU's interrupt controller: IRQ_TIMER, IRQ_WAKE and IRQ_IPI can come, devices are
 * masked. Called once on each CPU that has to do with interrupts, interrupts off.
 */
void arch_irq_init(void);
/*
 * Masks or unmasks a device's interrupt (irq >= IRQ_DEVICE); unmasked, it goes to this CPU.
 * Returns 0 or -EINVAL.
 */
int arch_irq_set_mask(unsigned int irq, bool masked);
/* Sends IRQ_WAKE or IRQ_IPI to a CPU that is not off, possibly this one. */
int arch_irq_send(unsigned int cpu, unsigned int irq);

/*
 * The counter behind clock_ns(), its ticks a second (less than 10^10, and the same always), and
 * both in words with where the number is from. May be called at any time on any CPU.
 */
uint64_t arch_clock_ticks(void);
uint64_t arch_clock_hz(void);
const char *arch_clock_source(void);
/* Seconds since 1970-01-01 00:00 UTC as the machine has them; 0 if it does not. */
uint64_t arch_clock_wall(void);
/*
 * Raises IRQ_TIMER on this CPU after so many ticks of the counter (0: at once), in place of what
 * was armed before; UINT64_MAX: never. Called after arch_irq_init(), interrupts off. The hardware
 * may not reach that far: then earlier, and portable code arms it again. It is one-shot: stopped
 * when irq_dispatch(IRQ_TIMER) is called.
 */
void arch_timer_arm(uint64_t ticks);

/* ---- user privilege: called through lib/user.h ---- */

/*
 * Enters fn(arg) at user privilege on the stack below sp, interrupts as they are. It does not
 * return: what ends it is a trap, taken on the supervisor stack, below the frame of the caller;
 * interrupts that come meanwhile use that stack, too. When fn returns, that is a trap as well, one
 * that arch_user_returned() knows.
 */
_Noreturn void arch_user_enter(long (*fn)(void *arg), void *arg, uintptr_t sp);
/* True if the trap is the return of arch_user_enter()'s fn; *result is what it returned. */
bool arch_user_returned(const struct trap_frame *f, long *result);

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
/*
 * What kind it is, as far as the CPU tells. TRAP_KIND_NULL and TRAP_KIND_STACK are left to the
 * portable code, which looks at the address.
 */
enum trap_kind arch_trap_kind(const struct trap_frame *f);
uintptr_t arch_trap_pc(const struct trap_frame *f);
/*
 * The address that the faulting access went to, also for a trap that the overflow of a stack turned
 * into another one (x86: #DF); returns false if this trap has none.
 */
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
