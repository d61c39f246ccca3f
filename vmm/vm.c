/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmm/vmm.h"

void die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "vmm: end reason=error vcpu=0 status=1 exits=0 why=\"");
	vfprintf(stderr, format, ap);
	fprintf(stderr, "\"\n");
	va_end(ap);
	exit(1);
}

int vm_ioctl(int fd, unsigned long request, void *arg, const char *name)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		die("%s failed: %s", name, strerror(errno));
	return ret;
}

bool vm_has(const struct vm *vm, int capability)
{
	return ioctl(vm->fd, KVM_CHECK_EXTENSION, (long)capability) > 0;
}

void vm_require(struct vm *vm, int capability, const char *name)
{
	if (!vm_has(vm, capability))
		die("this KVM lacks %s, which the monitor needs: another kernel may have it", name);
}

void vm_put(struct vm *vm, uint64_t to, const void *from, size_t size)
{
	memcpy(vm->ram + to, from, size);
}

static const char *hint(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return " (is the user in group kvm?)";
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return " (no KVM in this kernel, or no virtualization in this CPU; "
		       "`scripts/paravane run --on nested` needs neither)";
	default:
		return "";
	}
}

void vm_open_kvm(struct vm *vm)
{
	int version;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		die("/dev/kvm: %s%s", strerror(errno), hint(errno));
	version = ioctl(vm->kvm, KVM_GET_API_VERSION, NULL);
	if (version < 0)
		die("/dev/kvm: not a KVM device: %s", strerror(errno));
	if (version != KVM_API_VERSION)
		die("/dev/kvm speaks version %d of the API, the monitor %d", version,
		    KVM_API_VERSION);
}

void vm_load(struct vm *vm)
{
	const struct options *opt = vm->opt;

	vm->ram = mmap(NULL, opt->mem, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (vm->ram == MAP_FAILED)
		die("no %llu MiB of memory for the guest: %s", (unsigned long long)(opt->mem >> 20),
		    strerror(errno));
	if (!elf_load(vm->file.data, vm->file.size, arch.elf_machine, vm->ram, opt->mem,
		      &vm->image))
		die("%s: %s", opt->image, vm->image.error);
}

static void give_ram(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = vm->opt->mem,
		.userspace_addr = (uintptr_t)vm->ram,
	};

	vm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

/* What is enabled, and with which argument: the user's choice, else what is automatic. */
static void choose_caps(struct vm *vm)
{
	const struct cap *c = arch.caps;
	unsigned int i;

	for (i = 0; i < VMM_MAX_CAPS && c[i].name; i++) {
		const struct cap_choice *user = &vm->opt->cap[i];
		bool there = vm_has(vm, c[i].number);

		if (user->given && user->arg && !there)
			die("--cap %s: this KVM lacks %s", c[i].name, c[i].kvm_name);
		vm->cap[i] = user->given ? user->arg : there && c[i].automatic ? c[i].arg : 0;
	}
}

static void enable_caps(const struct vm *vm, int fd, bool of_vcpu)
{
	unsigned int i;

	for (i = 0; i < VMM_MAX_CAPS && arch.caps[i].name; i++) {
		struct kvm_enable_cap cap = {
			.cap = arch.caps[i].number,
			.args = { vm->cap[i] },
		};

		if (!vm->cap[i] || arch.caps[i].of_vcpu != of_vcpu)
			continue;
		if (ioctl(fd, KVM_ENABLE_CAP, &cap))
			die("--cap %s=0x%llx: KVM_ENABLE_CAP(%s) failed: %s", arch.caps[i].name,
			    (unsigned long long)vm->cap[i], arch.caps[i].kvm_name, strerror(errno));
	}
}

static void create_vcpu(struct vm *vm, unsigned int id, size_t run_size)
{
	struct vcpu *vcpu = &vm->vcpu[id];

	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->fd = vm_ioctl(vm->fd, KVM_CREATE_VCPU, (void *)(uintptr_t)id, "KVM_CREATE_VCPU");
	vcpu->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die("kvm_run of vCPU %u: %s", id, strerror(errno));
	enable_caps(vm, vcpu->fd, true);
	arch_vcpu_init(vcpu);
}

static size_t run_size(const struct vm *vm)
{
	return vm_ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
}

void vm_create(struct vm *vm)
{
	unsigned int i;

	vm->fd = vm_ioctl(vm->kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	vm_require(vm, KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY");
	vm_require(vm, KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT");
	pthread_mutex_init(&vm->lock, NULL);
	pthread_cond_init(&vm->changed, NULL);
	vm->end.reason = END_NONE;
	vm->end.why[0] = 0;
	uart_reset(&vm->uart);
	give_ram(vm);
	choose_caps(vm);
	enable_caps(vm, vm->fd, false);
	arch_vm_init(vm);
	for (i = 0; i < vm->opt->cpus; i++)
		create_vcpu(vm, i, run_size(vm));
}

void vm_destroy(struct vm *vm)
{
	unsigned int i;

	arch_vm_exit(vm);
	for (i = 0; i < vm->opt->cpus; i++) {
		struct vcpu *vcpu = &vm->vcpu[i];

		munmap(vcpu->run, run_size(vm));
		close(vcpu->fd);
		free(vcpu->arch);
		*vcpu = (struct vcpu){};
	}
	close(vm->fd);
	munmap(vm->ram, vm->opt->mem);
	pthread_cond_destroy(&vm->changed);
	pthread_mutex_destroy(&vm->lock);
}
