/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/devtree.h"
#include "vmm/vmm.h"

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

/* The guest checks it by the same code; but libfdt, which changes it, is to trust it here already. */
static void read_tree(struct vm *vm)
{
	static struct devtree tree;
	const char *problem;

	vm->dtb = read_file(vm->opt->dtb);
	problem = vm->opt->unchecked ? NULL : devtree_open(&tree, vm->dtb.data, vm->dtb.size);
	if (problem)
		die("%s: damaged device tree: %s (--unchecked hands it over as it is)",
		    vm->opt->dtb, problem);
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
	struct options opt = { .cpus = 1, .mem = arch.mem_default, .resets = UINT_MAX };
	static struct vm vm;
	int status;

	vm.opt = &opt;
	setvbuf(stderr, NULL, _IOLBF, 0); /* a line is one write(): it stays together */
	parse_options(&opt, argc, argv);
	if (opt.dtb)
		read_tree(&vm);
	if (opt.initrd)
		vm.initrd = read_file(opt.initrd);
	vm.file = read_file(opt.image);
	open_console(&vm);
	vm_load(&vm); /* what is wrong with the files is said on any machine */
	vm_open_kvm(&vm);
	vm_create(&vm);
	if (opt.dumpdtb) {
		write_file(opt.dumpdtb, arch_dtb(&vm));
		return 0;
	}
	arch_boot(&vm);
	while (vm_run(&vm)) {
		vm_destroy(&vm);
		vm_load(&vm);
		vm_create(&vm);
		arch_boot(&vm);
	}
	status = vm_report(&vm);
	vm_destroy(&vm);
	return status;
}
