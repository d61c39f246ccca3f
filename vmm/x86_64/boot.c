/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the guest is entered. PVH: Xen's "x86/HVM direct boot ABI" (docs/misc/pvh.pandoc).
 * Linux: Documentation/x86/boot.rst, "64-bit Boot Protocol". boot_params is the kernel's own
 * uapi header, so that no offset is repeated here.
 */
#include <string.h>

#include <asm/bootparam.h>

#include "vmm/x86_64/machine.h"

/* Xen: public/arch-x86/hvm/start_info.h, version 1. */
struct hvm_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist, cmdline, rsdp, memmap;
	uint32_t memmap_entries, reserved;
};

struct hvm_module {
	uint64_t paddr, size, cmdline, reserved;
};

struct hvm_memmap {
	uint64_t addr, size;
	uint32_t type, reserved;
};

/* Selectors; the Linux protocol calls them __BOOT_CS and __BOOT_DS. */
enum { BOOT_CS = 0x10, BOOT_DS = 0x18 };

#define HVM_START_MAGIC 0x336ec578
#define E820_RAM	1
#define E820_RESERVED	2

#define CR0_PE	 0x00000001
#define CR0_ET	 0x00000010
#define CR0_PG	 0x80000000
#define CR4_PAE	 0x20
#define EFER_LME 0x100
#define EFER_LMA 0x400

/* Blobs go to the top of RAM, downwards; the image may not reach there. */
struct placer {
	struct vm *vm;
	uint64_t top;
};

static uint64_t place(struct placer *p, const struct blob *b, size_t header)
{
	uint64_t need = (header + b->size + 4095) & ~4095ull;

	if (need > p->top || p->top - need < p->vm->image.high)
		die("no room in RAM for %zu bytes of initrd or device tree", b->size);
	p->top -= need;
	vm_put(p->vm, p->top + header, b->data, b->size);
	return p->top;
}

static uint64_t put_cmdline(struct vm *vm)
{
	const char *line = vm->opt->cmdline ? vm->opt->cmdline : "";

	if (strlen(line) >= CMDLINE_MAX)
		die("the guest's command line is longer than %d bytes", CMDLINE_MAX - 1);
	vm_put(vm, CMDLINE_AT, line, strlen(line) + 1);
	return CMDLINE_AT;
}

/* A segment cache over all 4 GiB; KVM takes it as it is, no descriptor table is consulted. */
static struct kvm_segment flat_segment(uint16_t selector, uint8_t type, bool wide)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.db = !wide,
		.s = 1,
		.l = wide,
		.g = 1,
	};
}

static void flat_segments(struct kvm_sregs *s, bool wide)
{
	enum { READ_WRITE = 3, EXECUTE_READ = 11 }; /* both "accessed" */

	s->cs = flat_segment(BOOT_CS, EXECUTE_READ, wide);
	s->ds = s->es = s->fs = s->gs = s->ss = flat_segment(BOOT_DS, READ_WRITE, false);
}

void boot_pvh(struct vm *vm, struct kvm_regs *regs, struct kvm_sregs *sregs)
{
	struct {
		struct hvm_start_info info;
		struct hvm_memmap map[3];
		struct hvm_module module[2];
	} at = {
		.info = { .magic = HVM_START_MAGIC, .version = 1 },
		.map = {
			{ 0, LOW_RAM_END, E820_RAM, 0 },
			{ LOW_RAM_END, HIGH_RAM_AT - LOW_RAM_END, E820_RESERVED, 0 },
			{ HIGH_RAM_AT, vm->opt->mem - HIGH_RAM_AT, E820_RAM, 0 },
		},
	};
	const struct blob *blobs[] = { &vm->dtb, &vm->initrd };
	struct placer p = { vm, vm->opt->mem };
	unsigned int i, n = 0;

	if (!vm->image.has_pvh_entry)
		die("%s: has no PVH entry (ELF note Xen, type 18)", vm->opt->image);
	for (i = 0; i < 2; i++) {
		if (!blobs[i]->data)
			continue;
		at.module[n].size = blobs[i]->size;
		at.module[n++].paddr = place(&p, blobs[i], 0);
	}
	at.info.nr_modules = n;
	at.info.modlist = n ? START_INFO_AT + ((char *)at.module - (char *)&at) : 0;
	at.info.cmdline = put_cmdline(vm);
	at.info.memmap = START_INFO_AT + ((char *)at.map - (char *)&at);
	at.info.memmap_entries = 3;
	at.info.rsdp = ACPI_AT;
	vm_put(vm, START_INFO_AT, &at, sizeof(at));

	flat_segments(sregs, false);
	sregs->cr0 = CR0_PE | CR0_ET;
	regs->rip = vm->image.pvh_entry;
	regs->rbx = START_INFO_AT;
}

/* Identity-maps the first 4 GiB with pages of 2 MiB; returns CR3. */
static uint64_t put_page_tables(struct vm *vm)
{
	enum { PRESENT = 1, WRITE = 2, LARGE = 0x80 };
	uint64_t *table = (uint64_t *)(vm->ram + PAGE_TABLES_AT);
	uint64_t *pointers = table + 512, *directories = table + 1024;
	unsigned int i;

	table[0] = (PAGE_TABLES_AT + 4096) | PRESENT | WRITE;
	for (i = 0; i < 4; i++)
		pointers[i] = (PAGE_TABLES_AT + 8192 + i * 4096ull) | PRESENT | WRITE;
	for (i = 0; i < 4 * 512; i++)
		directories[i] = (uint64_t)i << 21 | LARGE | PRESENT | WRITE;
	return PAGE_TABLES_AT;
}

static void put_boot_params(struct vm *vm)
{
	struct boot_params bp = {};
	struct boot_e820_entry map[] = {
		{ 0, LOW_RAM_END, E820_RAM },
		{ HIGH_RAM_AT, vm->opt->mem - HIGH_RAM_AT, E820_RAM },
	};
	struct setup_data dtb = { .type = SETUP_DTB, .len = vm->dtb.size };
	struct placer p = { vm, vm->opt->mem };

	bp.hdr.boot_flag = 0xaa55;
	bp.hdr.header = 0x53726448; /* "HdrS" */
	bp.hdr.version = 0x020f;
	bp.hdr.type_of_loader = 0xff; /* no number assigned */
	bp.hdr.loadflags = LOADED_HIGH;
	bp.hdr.cmd_line_ptr = put_cmdline(vm);
	bp.hdr.cmdline_size = CMDLINE_MAX - 1;
	bp.acpi_rsdp_addr = ACPI_AT;
	bp.e820_entries = 2;
	memcpy(bp.e820_table, map, sizeof(map));
	if (vm->dtb.data) {
		bp.hdr.setup_data = place(&p, &vm->dtb, sizeof(dtb));
		vm_put(vm, bp.hdr.setup_data, &dtb, sizeof(dtb));
	}
	if (vm->initrd.data) {
		bp.hdr.ramdisk_image = place(&p, &vm->initrd, 0);
		bp.hdr.ramdisk_size = vm->initrd.size;
	}
	vm_put(vm, BOOT_PARAMS_AT, &bp, sizeof(bp));
}

void boot_linux(struct vm *vm, struct kvm_regs *regs, struct kvm_sregs *sregs)
{
	/* The guest may load a segment register, so the table has to exist: code, then data. */
	static const uint64_t gdt[] = { 0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff };

	vm_put(vm, GDT_AT, gdt, sizeof(gdt));
	put_boot_params(vm);

	flat_segments(sregs, true);
	sregs->gdt.base = GDT_AT;
	sregs->gdt.limit = sizeof(gdt) - 1;
	sregs->cr3 = put_page_tables(vm);
	sregs->cr4 = CR4_PAE;
	sregs->efer = EFER_LME | EFER_LMA;
	sregs->cr0 = CR0_PE | CR0_ET | CR0_PG;
	regs->rip = vm->image.entry;
	regs->rsi = BOOT_PARAMS_AT;
}
