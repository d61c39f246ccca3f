// SPDX-License-Identifier: BSD-2-Clause
/*
 * The tour: what this machine is, what was discovered and from where, what was patched into the
 * image, and then real hypercalls, with their registers before and after.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/arch.h>
#include <lib/console.h>
#include <lib/machine.h>
#include <lib/trap.h>
#include "tour.h"

/* A width that holds every label of the lists below. */
#define LABEL	   "  %-18s "
#define REG_DIGITS ((int)(2 * sizeof(long)))

static void heading(const char *text)
{
	printf("\n%s\n", text);
	for (size_t n = strlen(text); n; n--)
		putchar('-');
	putchar('\n');
}

static void show_machine(void)
{
	heading("The machine");
	printf(LABEL "%s\n", "architecture", arch_name);
	printf(LABEL "%s\n", "name", machine.name ? machine.name : "(it does not say)");
	for (unsigned int i = 0; i < machine.nr_ram; i++)
		printf(LABEL "%lu KiB at 0x%llx\n", i ? "" : "memory",
		       (unsigned long)(machine.ram[i].size >> 10),
		       (unsigned long long)machine.ram[i].base);
	printf(LABEL "%u\n", "CPUs", machine.cpus);
	printf(LABEL "%s\n", "device tree", machine.dtb ? machine.dtb_from : "none was passed");
	printf(LABEL "%s\n", "console", console_current() ? console_current()->name : "none");
	printf(LABEL "\"%s\"\n", "command line", machine.cmdline);
}

static void print_bytes(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s%02x", i && i % HCALL_INSN_SIZE == 0 ? " " : "", p[i]);
}

static void show_announced(const char *what, const char *from)
{
	if (from)
		printf(LABEL "yes          [%s/%s]\n", what, FROM_DEVTREE, from);
	else
		printf(LABEL "not announced\n", what);
}

static void show_hypervisor(void)
{
	heading("The hypervisor: what was found, and [where]");
	if (!hypervisor.present) {
		printf("  None announced itself. That is a normal answer: this is a bare machine.\n");
		return;
	}
	printf(LABEL "%s%s%s%s  [%s]\n", "signature", hypervisor.vendor,
	       hypervisor.detail[0] ? " (" : "", hypervisor.detail, hypervisor.detail[0] ? ")" : "",
	       hypervisor.vendor_from);
	printf(LABEL "%s\n", "calling convention", hypervisor_abi_name(hypervisor.abi));
	if (hypervisor.has_features)
		printf(LABEL "0x%llx  [%s]\n", "feature bits",
		       (unsigned long long)hypervisor.features, hypervisor.features_from);
	show_announced("has-idle", hypervisor.idle_from);
	show_announced("has-reset", hypervisor.reset_from);
	show_announced("has-shutdown", hypervisor.shutdown_from);
}

static void show_patching(void)
{
	heading("Patching");
	if (!hcall_patched()) {
		printf("  %s%s\n", "Nothing to patch in: ",
		       hypervisor.insn_error ? hypervisor.insn_error : "nobody said how to call.");
		printf("  Each of the %u slots answers -ENOSYS without leaving the guest.\n",
		       hcall_slot_count());
		return;
	}
	printf(LABEL, "instructions");
	print_bytes(hypervisor.insn, hypervisor.insn_len);
	printf("  [%s]\n", hypervisor.insn_from);
	printf(LABEL "%u in this image, each %d bytes\n", "written into slots", hcall_slot_count(),
	       HCALL_SLOT_SIZE);
}

static void show_means(void)
{
	static const struct {
		enum hcall_op op;
		const char *name;
	} ops[] = {
		{ HCALL_OP_FEATURES, "hcall_features()" },
		{ HCALL_OP_RESET, "hcall_reset()" },
		{ HCALL_OP_SHUTDOWN, "hcall_shutdown()" },
		{ HCALL_OP_KICK_CPU, "hcall_kick_cpu()" },
		{ HCALL_OP_MAP_MAGIC_PAGE, "hcall_map_magic_page()" },
	};

	heading("What the portable functions would use here");
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		const char *means = hcall_means(ops[i].op);

		printf("  %-23s %s\n", ops[i].name, means ? means : "nothing: it returns -ENOSYS");
	}
}

/* ---- one call ---- */

struct attempt {
	struct hcall_regs regs;
	uint8_t insn[HCALL_MAX_INSN_BYTES];
	size_t insn_len;
};

static void make_call(void *arg)
{
	struct attempt *a = arg;

	if (a->insn_len)
		hcall_invoke_insn(&a->regs, a->insn, a->insn_len);
	else
		hcall_invoke(&a->regs);
}

static bool is_argument(const struct tour_call *c, unsigned int reg)
{
	for (unsigned int i = 0; i < c->nr_args; i++)
		if (c->args[i].reg == reg)
			return true;
	return false;
}

static bool is_result(const struct tour_call *c, unsigned int reg)
{
	const struct hcall_desc *d = hcall_find(c->number);

	for (unsigned int i = 0; d && i < d->nr_out; i++)
		if (d->out[i] == reg)
			return true;
	return false;
}

/* What a register is for in this call, or NULL: nothing. */
static const char *role(const struct tour_call *c, unsigned int reg)
{
	bool argument = is_argument(c, reg);

	if (reg == HCALL_REG_STATUS)
		return argument			 ? "argument, then status"
		       : reg == HCALL_REG_NUMBER ? "number of the call, then status"
						 : "status";
	if (is_result(c, reg))
		return argument ? "argument, then result" : "result";
	if (argument)
		return "argument";
	return reg == HCALL_REG_NUMBER ? "number of the call" : NULL;
}

static void show_registers(const struct tour_call *c, const struct hcall_regs *before,
			   const struct hcall_regs *after)
{
	unsigned int kept = 0;

	printf("  %-8s %-*s    %-*s\n", "", REG_DIGITS + 2, "before", REG_DIGITS + 2, "after");
	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		const char *what = role(c, i);
		bool changed = before->r[i] != after->r[i];

		if (HCALL_NOT_LOADED >> i & 1)
			continue;
		if (!what && !changed) {
			kept++;
			continue;
		}
		if (!what)
			what = HCALL_CLOBBERS >> i & 1 ? "changed, as the ABI allows"
						       : "CHANGED, against the ABI";
		printf("  %-8s 0x%0*lx -> 0x%0*lx  %s\n", hcall_reg_name[i], REG_DIGITS,
		       before->r[i], REG_DIGITS, after->r[i], what);
	}
	printf("  %u other registers held a pattern, and still do.\n", kept);
}

/* One line for programs. */
static void call_line(const struct tour_call *c, unsigned long status, const char *trap, bool right)
{
	const struct hcall_desc *d = hcall_find(c->number);

	printf("# paravane call name=%s number=0x%lx status=0x%lx trap=%s answer=%s\n",
	       d ? d->name : "unknown", c->number, status, trap ? "yes" : "no",
	       right ? "as-documented" : "WRONG");
}

static bool judge_trap(const struct tour_call *c, const struct trap_frame *frame,
		       unsigned long status)
{
	const char *name = arch_trap_name(frame);
	bool right = c->expect_trap && !strncmp(name, c->expect_trap, strlen(c->expect_trap));

	printf("  The call did not return: %s\n", name);
	printf("  -> %s\n", right ? c->meaning : "that is NOT what the ABI says.");
	call_line(c, status, name, right);
	return right;
}

static bool judge(const struct tour_call *c, const struct hcall_regs *before,
		  const struct hcall_regs *after)
{
	unsigned long status = after->r[HCALL_REG_STATUS];
	bool right = !c->expect_trap && status == c->expect_status;

	show_registers(c, before, after);
	printf("  -> %s = %ld%s%s: %s\n", hcall_reg_name[HCALL_REG_STATUS], (long)status,
	       hcall_error((long)status) ? ", " : "",
	       hcall_error((long)status) ? strerror(-hcall_error((long)status)) : "",
	       right ? c->meaning : "that is NOT what the ABI says.");
	if (right && c->show)
		right = c->show(after);
	call_line(c, status, NULL, right);
	return right;
}

static bool tour_call(const struct tour_call *c, unsigned int number)
{
	static struct trap_frame frame;
	static struct attempt a;
	struct hcall_regs before;

	printf("\nCall %u: %s\n%s", number, c->title, c->words);
	hcall_regs_prepare(&a.regs, c->number);
	for (unsigned int i = 0; i < c->nr_args; i++)
		a.regs.r[c->args[i].reg] = c->args[i].value;
	before = a.regs;
	a.insn_len = c->insn ? c->insn_len : 0;
	memcpy(a.insn, c->insn ? c->insn : hypervisor.insn, sizeof(a.insn));
	if (trap_try(make_call, &a, &frame))
		return judge_trap(c, &frame, a.regs.r[HCALL_REG_STATUS]);
	if (c->insn && memcmp(a.insn, c->insn, c->insn_len)) {
		printf("  The hypervisor rewrote the instruction in memory: ");
		print_bytes(c->insn, c->insn_len);
		printf(" became ");
		print_bytes(a.insn, c->insn_len);
		putchar('\n');
	}
	return judge(c, &before, &a.regs);
}

/* Where there is nobody to call, the lesson is that calling is harmless. */
static bool call_nobody(void)
{
	long status = hcall0(HCALL_UNASSIGNED);

	printf("\n  hcall0(0x%lx) returns %ld (%s), and no instruction left the guest.\n",
	       HCALL_UNASSIGNED, status, strerror((int)-status));
	printf("# paravane call name=unpatched number=0x%lx status=0x%lx trap=no answer=%s\n",
	       HCALL_UNASSIGNED, (unsigned long)status,
	       status == -ENOSYS ? "as-documented" : "WRONG");
	return status == -ENOSYS;
}

int main(void)
{
	const struct tour_call *calls;
	unsigned int wrong = 0;
	size_t n = 0;

	show_machine();
	show_hypervisor();
	show_patching();
	show_means();
	heading("Calls");
	if (!hcall_patched())
		return !call_nobody();
	calls = tour_calls(&n);
	for (size_t i = 0; i < n; i++)
		wrong += !tour_call(&calls[i], (unsigned int)i + 1);
	printf("\n%zu calls, %u answered otherwise than documented.\n", n, wrong);
	return wrong != 0;
}
