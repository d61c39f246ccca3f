/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmm/vmm.h"

static const char usage[] =
	"usage: paravane-vmm [option…] IMAGE [word…]\n"
	"Runs the ELF file IMAGE as a guest of /dev/kvm; the words are its command line.\n"
	"\n"
	"  --cpus N          number of vCPUs (1)\n"
	"  --mem SIZE        RAM, with suffix K, M or G\n"
	"  --dtb FILE        give the guest this device tree\n"
	"  --unchecked       … whatever is in the file, and as it is\n"
	"  --dumpdtb FILE    write the device tree that the guest would get, and stop\n"
	"  --hypervisor-prop NAME[=VALUE]\n"
	"                    another property of /hypervisor: without value, text, or bytes as 0x…\n"
	"  --initrd FILE     give the guest this initial ramdisk\n"
	"  --boot pvh|linux  x86_64: which boot protocol (pvh)\n"
	"  --console PATH    the guest's console (stdin and stdout)\n"
	"  --timeout S       end the guest after S seconds, show where it was\n"
	"  --no-reset        a reset ends the guest; without this it starts again\n"
	"  --resets N        … N times; the next reset ends it\n"
	"  --cap NAME[=ARG]  enable a capability of KVM, 0: leave it off\n"
	"  --hyper-v         x86_64: show the guest Hyper-V's interface, too\n"
	"  --features MASK   x86_64: show of KVM's feature bits only these\n"
	"  --fail CALL       let the hypercall reset or shutdown fail with EV_INTERNAL\n"
	"  --trace           print a line for each exit\n"
	"  --stats           print at the end what KVM counted of each vCPU\n"
	"  --help            this text\n"
	"\n"
	"Exit status: that of the guest if it shut down, else not 0; a line \"vmm: end\" says why.\n";

enum {
	CPUS = 1,
	MEM,
	DTB,
	UNCHECKED,
	DUMPDTB,
	PROP,
	INITRD,
	BOOT,
	CONSOLE,
	TIMEOUT,
	NO_RESET,
	RESETS,
	CAP,
	HYPER_V,
	FEATURES,
	FAIL,
	TRACE,
	STATS,
	HELP
};

static const struct option long_options[] = {
	{ "cpus", required_argument, NULL, CPUS },
	{ "mem", required_argument, NULL, MEM },
	{ "dtb", required_argument, NULL, DTB },
	{ "unchecked", no_argument, NULL, UNCHECKED },
	{ "dumpdtb", required_argument, NULL, DUMPDTB },
	{ "hypervisor-prop", required_argument, NULL, PROP },
	{ "initrd", required_argument, NULL, INITRD },
	{ "boot", required_argument, NULL, BOOT },
	{ "console", required_argument, NULL, CONSOLE },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "no-reset", no_argument, NULL, NO_RESET },
	{ "resets", required_argument, NULL, RESETS },
	{ "cap", required_argument, NULL, CAP },
	{ "hyper-v", no_argument, NULL, HYPER_V },
	{ "features", required_argument, NULL, FEATURES },
	{ "fail", required_argument, NULL, FAIL },
	{ "trace", no_argument, NULL, TRACE },
	{ "stats", no_argument, NULL, STATS },
	{ "help", no_argument, NULL, HELP },
	{},
};

/* A decimal number from min to max. */
static unsigned int parse_count(const char *option, const char *text, unsigned int min,
				unsigned int max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n < min || n > max)
		die("%s %s: %u to %u are possible here", option, text, min, max);
	return n;
}

static uint64_t parse_mem(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);
	const char *unit = *end ? strchr("KMG", *end) : "";
	unsigned int shift = !unit || !*unit ? 0 : *unit == 'K' ? 10 : *unit == 'M' ? 20 : 30;

	if (end == text || !unit || (*end && end[1]))
		die("--mem %s: not a size such as 64M", text);
	if (n > arch.mem_max >> shift || n << shift < arch.mem_min ||
	    (n << shift) % arch.mem_multiple)
		die("--mem %s: must be %llu to %llu MiB, a multiple of %llu MiB", text,
		    (unsigned long long)arch.mem_min >> 20, (unsigned long long)arch.mem_max >> 20,
		    (unsigned long long)arch.mem_multiple >> 20);
	return n << shift;
}

static double parse_timeout(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds > 0 && seconds < 1e9))
		die("--timeout %s: not a number of seconds", text);
	return seconds;
}

static enum boot_protocol parse_boot(const char *text)
{
	if (!strcmp(text, "pvh"))
		return BOOT_PVH;
	if (!strcmp(text, "linux"))
		return BOOT_LINUX;
	die("--boot %s: pvh or linux", text);
}

static unsigned int parse_fail(const char *text)
{
	if (!arch.has_power_calls)
		die("--fail: no guest of this architecture resets or shuts down by hypercall");
	if (!strcmp(text, "reset"))
		return FAIL_RESET;
	if (!strcmp(text, "shutdown"))
		return FAIL_SHUTDOWN;
	die("--fail %s: reset or shutdown", text);
}

static void parse_cap(struct options *o, const char *text)
{
	size_t length = strcspn(text, "=");
	char known[128] = "", *end;
	unsigned int i;

	for (i = 0; i < VMM_MAX_CAPS && arch.caps[i].name; i++) {
		const char *name = arch.caps[i].name;

		snprintf(known + strlen(known), sizeof(known) - strlen(known), " %s", name);
		if (strlen(name) != length || strncmp(name, text, length))
			continue;
		o->cap[i].given = true;
		o->cap[i].arg = arch.caps[i].arg;
		if (!text[length])
			return;
		o->cap[i].arg = strtoull(text + length + 1, &end, 0);
		if (!text[length + 1] || *end)
			die("--cap %s: the argument is not a number", text);
		return;
	}
	die("--cap %s: there is no such capability here, but these:%s", text,
	    *known ? known : " none");
}

static uint32_t parse_features(const char *text)
{
	char *end;
	unsigned long long mask = strtoull(text, &end, 0);

	if (!*text || *end || mask > UINT32_MAX)
		die("--features %s: not a mask of 32 bits", text);
	return mask;
}

static void add_prop(struct options *o, const char *text)
{
	if (!arch.makes_dtb)
		die("--hypervisor-prop: the monitor makes no device tree on this architecture");
	if (o->nr_props == VMM_MAX_PROPS)
		die("--hypervisor-prop: more than %d of them", VMM_MAX_PROPS);
	if (!*text || *text == '=')
		die("--hypervisor-prop %s: no name", text);
	o->prop[o->nr_props++] = text;
}

static const char *join(char **words)
{
	size_t size = 1;
	char *line, *p, **w;

	if (!*words)
		return NULL;
	for (w = words; *w; w++)
		size += strlen(*w) + 1;
	line = p = calloc(1, size);
	if (!line)
		die("out of memory");
	for (w = words; *w; w++)
		p += sprintf(p, "%s%s", w == words ? "" : " ", *w);
	return line;
}

/* Options without an argument of their own to look at. */
static bool set_plain(struct options *o, int option, const char *argument)
{
	switch (option) {
	case DTB:
		o->dtb = argument;
		return true;
	case UNCHECKED:
		o->unchecked = true;
		return true;
	case DUMPDTB:
		o->dumpdtb = argument;
		return true;
	case INITRD:
		o->initrd = argument;
		return true;
	case CONSOLE:
		o->console = argument;
		return true;
	case NO_RESET:
		o->resets = 0;
		return true;
	case TRACE:
		o->trace = true;
		return true;
	case STATS:
		o->stats = true;
		return true;
	case HYPER_V:
		o->hyper_v = true;
		return true;
	default:
		return false;
	}
}

static void set_option(struct options *o, int option, const char *argument)
{
	if (set_plain(o, option, argument))
		return;
	switch (option) {
	case CPUS:
		o->cpus = parse_count("--cpus", argument, 1, arch.max_cpus);
		break;
	case MEM:
		o->mem = parse_mem(argument);
		break;
	case PROP:
		add_prop(o, argument);
		break;
	case BOOT:
		o->boot = parse_boot(argument);
		break;
	case TIMEOUT:
		o->timeout = parse_timeout(argument);
		break;
	case RESETS:
		o->resets = parse_count("--resets", argument, 0, 1000000);
		break;
	case CAP:
		parse_cap(o, argument);
		break;
	case FEATURES:
		o->hidden_features = ~parse_features(argument);
		break;
	case FAIL:
		o->fail |= parse_fail(argument);
		break;
	case HELP:
		fputs(usage, stdout);
		exit(0);
	}
}

void parse_options(struct options *o, int argc, char **argv)
{
	int option;

	opterr = 0; /* one line an error, ours */
	/* '+': what follows IMAGE is the guest's, even if it starts with a dash. */
	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		if (option == '?')
			die("%s: no such option, or its argument is missing (see --help)",
			    argv[optind - 1]);
		set_option(o, option, optarg);
	}
	if (optind == argc)
		die("no IMAGE given: paravane-vmm --help says how");
	if (o->dumpdtb && !arch.makes_dtb)
		die("--dumpdtb: the monitor makes no device tree on this architecture");
	if (o->boot && !arch.has_boot_protocols)
		die("--boot: this architecture has only one boot protocol");
	if ((o->hyper_v || o->hidden_features) && !arch.has_cpuid)
		die("--hyper-v, --features: this architecture has no CPUID");
	if (o->dtb && o->dumpdtb)
		die("--dtb and --dumpdtb exclude each other");
	if (o->dtb && o->nr_props)
		die("--dtb and --hypervisor-prop exclude each other: the file's tree stays as it is");
	if (o->unchecked && !o->dtb)
		die("--unchecked is about the file of --dtb");
	o->image = argv[optind];
	o->cmdline = join(argv + optind + 1);
}
