/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI tables that say which CPUs there are: ACPI Specification 6.4, sections 5.2.5 (RSDP),
 * 5.2.8 (XSDT), 5.2.12 (MADT). There is no FADT: the machine has none of the hardware that one
 * describes.
 */
#include <string.h>

#include "vmm/x86_64/machine.h"

#define LAPIC_AT  0xfee00000
#define IOAPIC_AT 0xfec00000

struct rsdp {
	char signature[8];
	uint8_t checksum; /* of the first 20 bytes */
	char oem[6];
	uint8_t revision;
	uint32_t rsdt, length;
	uint64_t xsdt;
	uint8_t whole_checksum, reserved[3];
} __attribute__((packed));

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
} __attribute__((packed));

struct xsdt {
	struct header header;
	uint64_t entry[1];
} __attribute__((packed));

enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_ENABLED = 1, MADT_HAS_PIC = 1 };

struct madt {
	struct header header;
	uint32_t lapic_address, flags;
	struct {
		uint8_t type, length, id, reserved;
		uint32_t address, first_irq;
	} __attribute__((packed)) ioapic;
	struct {
		uint8_t type, length, processor, apic_id;
		uint32_t flags;
	} __attribute__((packed)) lapic[VMM_MAX_CPUS];
} __attribute__((packed));

/* What makes all bytes add up to 0, if the byte for it is 0 now. */
static uint8_t checksum(const void *data, size_t size)
{
	const uint8_t *bytes = data;
	uint8_t sum = 0;

	while (size--)
		sum += *bytes++;
	return -sum;
}

static void finish(struct header *h, const char *signature, size_t length, uint8_t revision)
{
	memcpy(h->signature, signature, sizeof(h->signature));
	memcpy(h->oem, "PARVAN", sizeof(h->oem));
	memcpy(h->table, "PARAVANE", sizeof(h->table));
	memcpy(h->creator, "VMM ", sizeof(h->creator));
	h->length = length;
	h->revision = revision;
	h->checksum = checksum(h, length);
}

/* All of it, as it lies in memory; the padding aligns what comes next to 16 bytes. */
struct tables {
	struct rsdp rsdp;
	uint8_t pad[12];
	struct xsdt xsdt;
	uint8_t pad2[4];
	struct madt madt;
} __attribute__((packed));

void put_acpi(struct vm *vm)
{
	struct tables t = {
		.rsdp = { .signature = "RSD PTR ", .oem = "PARVAN", .revision = 2 },
		.xsdt = { .entry = { ACPI_AT + offsetof(struct tables, madt) } },
		.madt = {
			.lapic_address = LAPIC_AT,
			.flags = MADT_HAS_PIC,
			.ioapic = { MADT_IOAPIC, sizeof(t.madt.ioapic), .address = IOAPIC_AT },
		},
	};
	unsigned int i, n = vm->opt->cpus;

	for (i = 0; i < n; i++) {
		t.madt.lapic[i].type = MADT_LAPIC;
		t.madt.lapic[i].length = sizeof(t.madt.lapic[i]);
		t.madt.lapic[i].processor = t.madt.lapic[i].apic_id = i;
		t.madt.lapic[i].flags = MADT_ENABLED;
	}
	finish(&t.madt.header, "APIC", offsetof(struct madt, lapic[n]), 5);
	finish(&t.xsdt.header, "XSDT", sizeof(t.xsdt), 1);
	t.rsdp.xsdt = ACPI_AT + offsetof(struct tables, xsdt);
	t.rsdp.length = sizeof(t.rsdp);
	t.rsdp.checksum = checksum(&t.rsdp, 20);
	t.rsdp.whole_checksum = checksum(&t.rsdp, sizeof(t.rsdp));
	vm_put(vm, ACPI_AT, &t, sizeof(t));
}
