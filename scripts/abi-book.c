// SPDX-License-Identifier: BSD-2-Clause
/*
 * The ABI book of one architecture, as Markdown: what its catalogue.def says, for people. It is a
 * program of the build machine, linked with the catalogue's table; scripts/docs runs it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <hcall/catalogue.h>

static const char *const op_name[HCALL_NR_OPS] = {
	[HCALL_OP_FEATURES] = "hcall_features()",
	[HCALL_OP_RESET] = "hcall_reset()",
	[HCALL_OP_SHUTDOWN] = "hcall_shutdown()",
	[HCALL_OP_KICK_CPU] = "hcall_kick_cpu()",
	[HCALL_OP_MAP_MAGIC_PAGE] = "hcall_map_magic_page()",
	[HCALL_OP_IDLE] = "hcall_idle()",
};

static const char *const status_name[] = {
	[HCALL_ACTIVE] = "active",
	[HCALL_REMOVED] = "removed",
	[HCALL_ELSEWHERE] = "another architecture's",
	[HCALL_PROPOSED] = "proposed",
};

static const char *const status_words[] = {
	[HCALL_ACTIVE] = "active",
	[HCALL_REMOVED] = "removed: in the documents, but no longer answered",
	[HCALL_ELSEWHERE] = "belongs to another architecture; the number is not reused here",
	[HCALL_PROPOSED] = "proposed, never merged",
};

/* Bits of enum hypervisor_has. */
static const char *const property_name[] = { "has-idle", "has-reset", "has-shutdown" };

static const char *const arg_words[] = {
	[HCALL_ARG_NUMBER] = "a number",
	[HCALL_ARG_STORES] = "guest-physical address of memory that the call writes",
	[HCALL_ARG_LOADS] = "guest-physical address of memory that the call reads",
	[HCALL_ARG_DISCARDS] = "guest-physical address of a page that loses its contents",
	[HCALL_ARG_MAPS] = "address at which other memory appears",
	[HCALL_ARG_CPU] = "the hypervisor's name for a CPU",
	[HCALL_ARG_DEADLINE] = "how long until the machine is ended, if nobody asks for more",
};

/* Text of the catalogue with what means something to Markdown escaped. */
static void text(const char *s)
{
	for (; *s; s++) {
		if (strchr("|*_<`[]", *s))
			putchar('\\');
		putchar(*s);
	}
}

static void register_list(uint64_t set)
{
	const char *before = "";

	for (unsigned int i = 0; i < HCALL_NREGS; i++) {
		if (set >> i & 1) {
			printf("%s`%s`", before, hcall_reg_name[i]);
			before = ", ";
		}
	}
	if (!*before)
		printf("none");
}

static void convention(void)
{
	static const uint8_t args[] = HCALL_REG_ARGS;
	const char *before = "";

	printf("\n## The call\n\n| | |\n|---|---|\n| number | `%s` |\n| arguments | ",
	       hcall_reg_name[HCALL_REG_NUMBER]);
	for (size_t i = 0; i < sizeof(args); i++, before = ", ")
		printf("%s`%s`", before, hcall_reg_name[args[i]]);
	printf(" |\n| status | `%s` |\n| may change besides | ", hcall_reg_name[HCALL_REG_STATUS]);
	register_list(HCALL_CLOBBERS & ~(1ull << HCALL_REG_STATUS));
	printf(" |\n| instructions | at most %d of %d bytes |\n", HCALL_SLOT_INSNS,
	       HCALL_INSN_SIZE);
	printf("| a number that is nobody's (0x%lx) | %s |\n", HCALL_UNASSIGNED,
	       HCALL_UNASSIGNED_TRAPS ? "raises an exception" : "answers with a status");
	printf("\nThe registers of a call that differ from this stand with the call.\n");
}

static void discovery(const struct hcall_desc *d)
{
	switch (d->found_by) {
	case HCALL_FOUND_BY_FEATURE:
		printf("feature bit %u", d->found_bit);
		break;
	case HCALL_FOUND_BY_PROPERTY:
		printf("`/hypervisor` property `%s`", property_name[d->found_bit]);
		break;
	default:
		printf("the ABI itself");
	}
}

static const char *answered_by(const struct hcall_desc *d)
{
	if (d->status == HCALL_REMOVED || d->status == HCALL_ELSEWHERE)
		return "nobody";
	return d->answered_by == HCALL_BY_MONITOR ? "monitor" : "hypervisor";
}

static void overview(void)
{
	printf("\n## All calls\n\n| number | name | status | answered by | announced by |\n"
	       "|---|---|---|---|---|\n");
	for (size_t i = 0; i < hcall_catalogue_size; i++) {
		const struct hcall_desc *d = &hcall_catalogue[i];

		printf("| 0x%lx | [%s](#%s) | %s | %s | ", d->number, d->name, d->name,
		       status_name[d->status], answered_by(d));
		discovery(d);
		printf(" |\n");
	}
}

static void arguments(const struct hcall_desc *d)
{
	for (unsigned int i = 0; i < d->nr_in; i++) {
		printf("- Argument `%s`: %s", hcall_reg_name[d->in[i]], arg_words[d->arg[i]]);
		if (d->arg[i] == HCALL_ARG_STORES && d->stores)
			printf(", %u bytes", d->stores);
		printf("\n");
	}
	if (!d->nr_out)
		return;
	printf("- Results beyond the status: ");
	for (unsigned int i = 0; i < d->nr_out; i++)
		printf("%s`%s`", i ? ", " : "", hcall_reg_name[d->out[i]]);
	printf("\n");
}

static void answers(const struct hcall_desc *d)
{
	const char *where = d->answer == HCALL_ANSWERS_RESULT ? hcall_reg_name[d->out[0]]
							      : hcall_reg_name[HCALL_REG_STATUS];

	if (d->may_refuse) {
		printf("- Refuses its arguments by an exception: ");
		text(d->may_refuse);
		printf("\n");
	}
	if (d->answer == HCALL_ANSWERS_NOTHING) {
		printf("- Says nothing about how it went.\n");
		return;
	}
	if (d->counts)
		printf("- `%s` from 1 to %u counts, and is a success.\n", where, d->counts);
	if (!d->returns[0].when)
		return;
	printf("\n| `%s` | means | when |\n|---|---|---|\n", where);
	for (int i = 0; i < HCALL_MAX_RETURNS && d->returns[i].when; i++) {
		const struct hcall_return *r = &d->returns[i];

		printf("| %ld | %s | ", r->status,
		       r->error ? strerrorname_np(r->error) : "success");
		text(r->when);
		printf(" |\n");
	}
}

static void behaviour(const struct hcall_desc *d)
{
	if (d->op != HCALL_OP_NONE)
		printf("- Portable function: `%s`\n", op_name[d->op]);
	if (d->ends_machine)
		printf("- A success has no way back: the machine ends, or begins anew.\n");
	if (d->waits)
		printf("- A success waits until something happens.\n");
	if (d->optional) {
		printf("- A hypervisor may lack it; it then %s",
		       d->lacking ? "raises an exception: "
				  : "answers as to a number that is nobody's");
		text(d->lacking ? d->lacking : "");
		printf(".\n");
	}
	if (d->answers_unannounced)
		printf("- It may be answered where nothing announces it.\n");
}

static void call(const struct hcall_desc *d)
{
	printf("\n<a id=\"%s\"></a>\n\n### %s, 0x%lx\n\n", d->name, d->name, d->number);
	text(d->purpose);
	printf("\n\n- Status: %s\n- Answered by: %s\n- Announced by: ", status_words[d->status],
	       answered_by(d));
	discovery(d);
	printf("\n");
	behaviour(d);
	arguments(d);
	answers(d);
	printf("\nSource: ");
	text(d->source);
	printf("\n");
}

int main(void)
{
	convention();
	overview();
	printf("\n## Each call\n");
	for (size_t i = 0; i < hcall_catalogue_size; i++)
		call(&hcall_catalogue[i]);
	return fflush(stdout) || ferror(stdout);
}
