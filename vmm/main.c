/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmm/fdt.h"
#include "vmm/vmm.h"

static const char usage[] =
	"usage: paravane-vmm [option…] IMAGE [word…]\n"
	"Runs the ELF file IMAGE as a guest of /dev/kvm; the words are its command line.\n"
	"\n"
	"  --cpus N          number of vCPUs (1)\n"
	"  --mem SIZE        RAM, with suffix K, M or G\n"
	"  --dtb FILE        give the guest this device tree\n"
	"  --dumpdtb FILE    write the device tree that the guest would get, and stop\n"
	"  --initrd FILE     give the guest this initial ramdisk\n"
	"  --boot pvh|linux  x86_64: which boot protocol (pvh)\n"
	"  --console PATH    the guest's console (stdin and stdout)\n"
	"  --timeout S       end the guest after S seconds, show where it was\n"
	"  --trace           print a line for each exit\n"
	"  --help            this text\n"
	"\n"
	"Exit status: that of the guest if it shut down, else not 0; a line \"vmm: end\" says why.\n";

enum { CPUS = 1, MEM, DTB, DUMPDTB, INITRD, BOOT, CONSOLE, TIMEOUT, TRACE, HELP };

static const struct option long_options[] = {
	{ "cpus", required_argument, NULL, CPUS },
	{ "mem", required_argument, NULL, MEM },
	{ "dtb", required_argument, NULL, DTB },
	{ "dumpdtb", required_argument, NULL, DUMPDTB },
	{ "initrd", required_argument, NULL, INITRD },
	{ "boot", required_argument, NULL, BOOT },
	{ "console", required_argument, NULL, CONSOLE },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "trace", no_argument, NULL, TRACE },
	{ "help", no_argument, NULL, HELP },
	{},
};

static unsigned int parse_cpus(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || n < 1 || n > arch.max_cpus)
		die("--cpus %s: 1 to %u are possible here", text, arch.max_cpus);
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

static void set_option(struct options *o, int option, char *argument)
{
	switch (option) {
	case CPUS:
		o->cpus = parse_cpus(argument);
		break;
	case MEM:
		o->mem = parse_mem(argument);
		break;
	case DTB:
		o->dtb = argument;
		break;
	case DUMPDTB:
		o->dumpdtb = argument;
		break;
	case INITRD:
		o->initrd = argument;
		break;
	case BOOT:
		o->boot = parse_boot(argument);
		break;
	case CONSOLE:
		o->console = argument;
		break;
	case TIMEOUT:
		o->timeout = parse_timeout(argument);
		break;
	case TRACE:
		o->trace = true;
		break;
	case HELP:
		fputs(usage, stdout);
		exit(0);
	}
}

static void parse(struct options *o, int argc, char **argv)
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
	if (o->dtb && o->dumpdtb)
		die("--dtb and --dumpdtb exclude each other");
	o->image = argv[optind];
	o->cmdline = join(argv + optind + 1);
}

static struct blob read_file(const char *path)
{
	struct blob b = {};
	struct stat st;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("%s: not a file", path);
	b.data = malloc(st.st_size + 1); /* never malloc(0): NULL means "none" */
	if (!b.data)
		die("%s: out of memory", path);
	while (b.size < (size_t)st.st_size) {
		n = read(fd, b.data + b.size, st.st_size - b.size);
		if (n <= 0)
			die("%s: %s", path, n ? strerror(errno) : "became shorter");
		b.size += n;
	}
	close(fd);
	return b;
}

static void write_file(const char *path, struct blob b)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(b.data, 1, b.size, f) != b.size || fclose(f))
		die("%s: %s", path, strerror(errno));
}

static void open_console(struct vm *vm)
{
	int fd;

	vm->uart.in = STDIN_FILENO;
	vm->uart.out = STDOUT_FILENO;
	if (!vm->opt->console)
		return;
	fd = open(vm->opt->console, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", vm->opt->console, strerror(errno));
	vm->uart.in = vm->uart.out = fd;
}

int main(int argc, char **argv)
{
	struct options opt = { .cpus = 1, .mem = arch.mem_default };
	static struct vm vm;
	const char *problem;
	struct blob image;

	setvbuf(stderr, NULL, _IOLBF, 0); /* a line is one write(): it stays together */
	parse(&opt, argc, argv);
	vm.opt = &opt;
	if (opt.dtb) {
		vm.dtb = read_file(opt.dtb);
		problem = fdt_problem(vm.dtb.data, vm.dtb.size);
		if (problem)
			die("%s: damaged device tree: %s", opt.dtb, problem);
	}
	if (opt.initrd)
		vm.initrd = read_file(opt.initrd);
	image = read_file(opt.image);
	open_console(&vm);

	vm_create_ram(&vm);
	if (!elf_load(image.data, image.size, arch.elf_machine, vm.ram, opt.mem, &vm.image))
		die("%s: %s", opt.image, vm.image.error);
	free(image.data);

	vm_create(&vm);
	if (opt.dumpdtb) {
		write_file(opt.dumpdtb, arch_dtb(&vm));
		return 0;
	}
	arch_boot(&vm);
	return vm_run(&vm);
}
