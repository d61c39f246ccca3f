// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claim: what the device tree's /hypervisor node says is found, validated and patched as ePAPR 1.1
 * section 7.5 has it; a malformed property or a damaged tree is reported, and nothing is patched.
 *
 * What a case passes as device tree it describes on the command line:
 *   insns=HEX      these bytes were taken and patched
 *   refused=WORD   the property was refused, for a reason with this word; no slot was patched
 *   call=N         a raw hcall0() returns N
 *   has=LIST       of idle,reset,shutdown, just these are announced
 *   dtb=none       the tree was ignored as a whole
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hcall/hcall.h>
#include <hcall/hypervisor.h>
#include <lib/cmdline.h>
#include <lib/machine.h>
#include <lib/tap.h>

static void check_insns(const char *hex)
{
	char got[2 * HCALL_MAX_INSN_BYTES + 1] = "";

	for (size_t i = 0; i < hypervisor.insn_len; i++)
		snprintf(got + 2 * i, 3, "%02x", hypervisor.insn[i]);
	if (!tap_ok(!strcmp(got, hex), "instructions %s are taken", hex))
		tap_note("got %s", got);
	tap_ok(hcall_patched(), "and patched into %u slots", hcall_slot_count());
}

static void check_refused(const char *word)
{
	const char *why = hypervisor.insn_error;

	if (!tap_ok(why && strstr(why, word), "the instructions are refused: \"%s\"", word))
		tap_note("said: %s", why ? why : "(taken)");
	tap_equal(hypervisor.insn_len, 0, "none are kept");
	tap_ok(!hcall_patched(), "nothing is patched");
	tap_equal((unsigned long)hcall0(HCALL_UNASSIGNED), (unsigned long)-ENOSYS,
		  "a raw call returns -ENOSYS");
}

static void check_has(const char *list)
{
	unsigned int has = (strstr(list, "idle") ? HYPERVISOR_HAS_IDLE : 0) |
			   (strstr(list, "reset") ? HYPERVISOR_HAS_RESET : 0) |
			   (strstr(list, "shutdown") ? HYPERVISOR_HAS_SHUTDOWN : 0);

	tap_equal(hypervisor.has, has, "announced: %s", list);
}

int main(int argc, char **argv)
{
	const char *v;

	tap_begin();
	if ((v = cmdline_value(argc, argv, "insns")))
		check_insns(v);
	if ((v = cmdline_value(argc, argv, "refused")))
		check_refused(v);
	if ((v = cmdline_value(argc, argv, "call")))
		tap_equal((unsigned long)hcall0(HCALL_UNASSIGNED), strtoul(v, NULL, 0),
			  "a raw call returns %s", v);
	if ((v = cmdline_value(argc, argv, "has")))
		check_has(v);
	if ((v = cmdline_value(argc, argv, "dtb")))
		tap_ok(!machine.dtb, "the damaged device tree was ignored");
	return tap_end();
}
