/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree of the e500 machine. Names and structure are those of QEMU's ppce500, less the
 * devices that are not here; /hypervisor is what QEMU adds when it runs on KVM, with the facts
 * from the same ioctl.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "vmm/e500/machine.h"
#include "vmm/fdt.h"

#define UART_PATH "/soc@fe0000000/serial@4500"

/* phandles */
enum { GPIO_PHANDLE = 1, MPIC_PHANDLE };

/* A tree being written. The first error sticks and is looked at once, at the end. */
struct tree {
	void *fdt;
	int error;
};

static void check(struct tree *t, int error)
{
	if (!t->error)
		t->error = error;
}

static void begin(struct tree *t, const char *name)
{
	check(t, fdt_begin_node(t->fdt, name));
}

static void end(struct tree *t)
{
	check(t, fdt_end_node(t->fdt));
}

static void bytes(struct tree *t, const char *name, const void *value, size_t size)
{
	check(t, fdt_property(t->fdt, name, value, size));
}

static void string(struct tree *t, const char *name, const char *value)
{
	bytes(t, name, value, strlen(value) + 1);
}

/* The value is any number of 32-bit cells. */
#define cells(t, name, ...)                                   \
	put_cells(t, name, (const uint32_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void put_cells(struct tree *t, const char *name, const uint32_t *value, unsigned int n)
{
	fdt32_t big[8];
	unsigned int i;

	for (i = 0; i < n; i++)
		big[i] = cpu_to_fdt32(value[i]);
	bytes(t, name, big, n * sizeof(big[0]));
}

/* The guest's time base is the host's. /proc/cpuinfo says "timebase : 400000000". */
static uint32_t timebase_frequency(void)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	unsigned int frequency = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "timebase : %u", &frequency) == 1)
			break;
	if (f)
		fclose(f);
	if (!frequency)
		die("/proc/cpuinfo does not tell the time base's frequency (is /proc mounted?)");
	return frequency;
}

/* NAME, NAME=text or NAME=0x… (an even number of digits: bytes). */
static void put_user_prop(struct tree *t, const char *text)
{
	size_t length = strcspn(text, "="), n = 0;
	const char *value = text + length + 1;
	char name[64], byte[3] = "", *end;
	uint8_t data[64];

	if (length >= sizeof(name))
		die("--hypervisor-prop %s: the name is longer than %zu", text, sizeof(name) - 1);
	memcpy(name, text, length);
	name[length] = 0;
	if (!text[length]) {
		bytes(t, name, NULL, 0);
		return;
	}
	if (strncmp(value, "0x", 2)) {
		string(t, name, value);
		return;
	}
	for (value += 2; *value; value += 2) {
		memcpy(byte, value, 2);
		if (n == sizeof(data) || !byte[1])
			die("--hypervisor-prop %s: 0x… is up to %zu whole bytes", text,
			    sizeof(data));
		data[n++] = strtoul(byte, &end, 16);
		if (*end)
			die("--hypervisor-prop %s: %s is not a byte", text, byte);
	}
	bytes(t, name, data, n);
}

/* Has the user a property of that name? Then it takes the place of ours. */
static bool user_has(const struct vm *vm, const char *name)
{
	size_t length = strlen(name);
	unsigned int i;

	for (i = 0; i < vm->opt->nr_props; i++) {
		const char *prop = vm->opt->prop[i];

		if (!strncmp(prop, name, length) && (!prop[length] || prop[length] == '='))
			return true;
	}
	return false;
}

/* That a call exists, by its names in versions 2 and 4 of the proposal. */
static void announce(struct tree *t, const struct vm *vm, const char *name)
{
	if (!user_has(vm, name + strlen("kvm,")))
		bytes(t, name + strlen("kvm,"), NULL, 0);
	if (!user_has(vm, name))
		bytes(t, name, NULL, 0);
}

static void put_hypervisor(struct tree *t, struct vm *vm)
{
	struct kvm_ppc_pvinfo info;
	unsigned int i;

	vm_ioctl(vm->fd, KVM_PPC_GET_PVINFO, &info, "KVM_PPC_GET_PVINFO");
	begin(t, "hypervisor");
	if (!user_has(vm, "compatible"))
		string(t, "compatible", "linux,kvm");
	/* Instructions in the guest's byte order already. */
	if (!user_has(vm, "hcall-instructions"))
		bytes(t, "hcall-instructions", info.hcall, sizeof(info.hcall));
	if ((info.flags & KVM_PPC_PVINFO_FLAGS_EV_IDLE) && !user_has(vm, "has-idle"))
		bytes(t, "has-idle", NULL, 0);
	if (vm->cap[CAP_EPAPR_HCALL]) {
		announce(t, vm, "kvm,has-reset");
		announce(t, vm, "kvm,has-shutdown");
	}
	for (i = 0; i < vm->opt->nr_props; i++)
		put_user_prop(t, vm->opt->prop[i]);
	end(t);
}

static void put_mpic(struct tree *t)
{
	begin(t, "pic@40000");
	string(t, "device_type", "open-pic");
	string(t, "compatible", "fsl,mpic");
	cells(t, "reg", MPIC_AT, MPIC_SIZE);
	cells(t, "#address-cells", 0);
	cells(t, "#interrupt-cells", 2);
	bytes(t, "interrupt-controller", NULL, 0);
	cells(t, "phandle", MPIC_PHANDLE);
	end(t);
}

static void put_soc(struct tree *t, uint32_t frequency)
{
	static const char soc[] = "fsl,mpc8544-immr\0simple-bus";

	begin(t, "soc@fe0000000");
	string(t, "device_type", "soc");
	bytes(t, "compatible", soc, sizeof(soc));
	cells(t, "#address-cells", 1);
	cells(t, "#size-cells", 1);
	cells(t, "ranges", 0, CCSR_AT >> 32, (uint32_t)CCSR_AT, CCSR_SIZE);
	cells(t, "bus-frequency", 0);

	if (machine.mpic >= 0)
		put_mpic(t);

	begin(t, "serial@4500");
	string(t, "device_type", "serial");
	string(t, "compatible", "ns16550");
	cells(t, "reg", UART_AT, 0x100);
	cells(t, "cell-index", 0);
	cells(t, "clock-frequency", frequency);
	end(t);

	begin(t, "global-utilities@e0000");
	string(t, "compatible", "fsl,mpc8544-guts");
	cells(t, "reg", GUTS_AT, GUTS_SIZE);
	bytes(t, "fsl,has-rstcr", NULL, 0);
	end(t);

	begin(t, "gpio@ff000");
	string(t, "compatible", "fsl,qoriq-gpio");
	cells(t, "reg", GPIO_AT, GPIO_SIZE);
	cells(t, "#gpio-cells", 2);
	bytes(t, "gpio-controller", NULL, 0);
	cells(t, "phandle", GPIO_PHANDLE);
	end(t);

	begin(t, "power-off");
	string(t, "compatible", "gpio-poweroff");
	cells(t, "gpios", GPIO_PHANDLE, 0, 0);
	end(t);

	begin(t, "pvpanic@f0000");
	string(t, "compatible", "qemu,pvpanic-mmio");
	cells(t, "reg", PVPANIC_AT, 2);
	end(t);
	end(t);
}

static void put_cpus(struct tree *t, unsigned int n, uint32_t frequency)
{
	unsigned int i;
	char name[24];

	begin(t, "cpus");
	cells(t, "#address-cells", 1);
	cells(t, "#size-cells", 0);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "PowerPC,8544@%x", i);
		begin(t, name);
		string(t, "device_type", "cpu");
		cells(t, "reg", i);
		cells(t, "clock-frequency", frequency);
		cells(t, "timebase-frequency", frequency);
		cells(t, "bus-frequency", 0);
		cells(t, "i-cache-line-size", 32);
		cells(t, "d-cache-line-size", 32);
		cells(t, "i-cache-size", 0x8000);
		cells(t, "d-cache-size", 0x8000);
		string(t, "status", i ? "disabled" : "okay");
		if (i) {
			string(t, "enable-method", "spin-table");
			cells(t, "cpu-release-addr", SPIN_AT >> 32,
			      (uint32_t)SPIN_AT + i * SPIN_ENTRY);
		}
		end(t);
	}
	end(t);
}

static void put_chosen(struct tree *t, const struct vm *vm, const struct layout *layout)
{
	begin(t, "chosen");
	string(t, "bootargs", vm->opt->cmdline ? vm->opt->cmdline : "");
	string(t, "stdout-path", UART_PATH);
	string(t, "linux,stdout-path", UART_PATH);
	/* How often this machine was reset: only the monitor's memory survives that. */
	cells(t, "paravane,resets", vm->resets);
	if (layout->initrd) {
		cells(t, "linux,initrd-start", layout->initrd);
		cells(t, "linux,initrd-end", layout->initrd + vm->initrd.size);
	}
	end(t);
}

static void make_tree(struct tree *t, size_t room, struct vm *vm, const struct layout *layout)
{
	uint32_t frequency = timebase_frequency();

	check(t, fdt_create(t->fdt, room));
	check(t, fdt_finish_reservemap(t->fdt));
	begin(t, "");
	string(t, "compatible", "fsl,qemu-e500");
	string(t, "model", "paravane-vmm e500");
	cells(t, "#address-cells", 2);
	cells(t, "#size-cells", 2);

	begin(t, "memory");
	string(t, "device_type", "memory");
	cells(t, "reg", 0, 0, vm->opt->mem >> 32, (uint32_t)vm->opt->mem);
	end(t);

	put_cpus(t, vm->opt->cpus, frequency);
	put_soc(t, frequency);
	put_hypervisor(t, vm);
	begin(t, "aliases");
	string(t, "serial0", UART_PATH);
	end(t);
	put_chosen(t, vm, layout);
	end(t);
	check(t, fdt_finish(t->fdt));
}

/* A tree from a file stays as it is, but for what only this run knows, as with QEMU's -dtb. */
static void amend_tree(struct tree *t, size_t room, struct vm *vm, const struct layout *layout)
{
	struct fdt_chosen chosen = {
		.bootargs = vm->opt->cmdline,
		.initrd = layout->initrd,
		.initrd_end = layout->initrd + vm->initrd.size,
	};

	check(t, fdt_amend(t->fdt, room, vm->dtb.data, &chosen));
}

struct blob e500_devtree(struct vm *vm, const struct layout *layout)
{
	struct tree t = { .fdt = calloc(1, layout->dtb_room) };

	if (!t.fdt)
		die("out of memory");
	if (vm->opt->unchecked) {
		memcpy(t.fdt, vm->dtb.data, vm->dtb.size);
		return (struct blob){ .data = t.fdt, .size = vm->dtb.size };
	}
	if (vm->dtb.data)
		amend_tree(&t, layout->dtb_room, vm, layout);
	else
		make_tree(&t, layout->dtb_room, vm, layout);
	check(&t, fdt_pack(t.fdt));
	if (t.error)
		die("cannot make the device tree: %s", fdt_strerror(t.error));
	return (struct blob){ .data = t.fdt, .size = fdt_totalsize(t.fdt) };
}
