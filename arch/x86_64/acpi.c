// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include "arch/x86_64/acpi.h"

/* No table of a virtual machine comes near it; a lying length must not make us map it all. */
#define MAX_TABLE   (1u << 20)
#define MAX_ENTRIES 256u

enum {
	RSDP_SIZE_V1 = 20,
	RSDP_REVISION = 15,
	RSDP_RSDT = 16,
	RSDP_XSDT = 24,
	RSDP_SIZE_V2 = 36,

	TABLE_LENGTH = 4,
	TABLE_HEADER = 36,

	FADT_DSDT = 40,
	FADT_PM1A_CNT = 64,
	FADT_PM1B_CNT = 68,
	FADT_FLAGS = 112,
	FADT_RESET_REG = 116,
	FADT_RESET_VALUE = 128,
	FADT_X_DSDT = 140,
	FADT_X_PM1A_CNT = 172,
	FADT_X_PM1B_CNT = 184,
	FADT_SLEEP_CONTROL = 244,

	GAS_SIZE = 12,
	GAS_ADDRESS = 4,

	MADT_ENTRIES = 44,
	MADT_LOCAL_APIC = 0,
	MADT_LOCAL_X2APIC = 9,
	MADT_ENABLED = 1,
};
#define FADT_FLAG_RESET	     (1u << 10)
#define FADT_FLAG_HW_REDUCED (1u << 20)

#define PM1_SLP_EN		(1u << 13)
#define PM1_SLP_TYP_SHIFT	10
#define SLEEP_CONTROL_EN	(1u << 5)
#define SLEEP_CONTROL_TYP_SHIFT 2

/* AML (chapter 20.2). */
enum {
	AML_ZERO = 0x00,
	AML_ONE = 0x01,
	AML_NAME = 0x08,
	AML_BYTE = 0x0a,
	AML_PACKAGE = 0x12,
};

/* A table whose length and checksum hold. */
struct table {
	const uint8_t *p;
	uint32_t len;
};

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t le64(const uint8_t *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

/* All bytes of a sound table add up to 0. Eight at a time: a boot has to wait for it. */
static bool sums_to_zero(const uint8_t *p, uint32_t len)
{
	const uint64_t even = 0x00ff00ff00ff00ffull;
	uint64_t word, lanes = 0;
	uint32_t sum = 0;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		/* Four lanes of 16 bits; a carry out of one adds a multiple of 256 to the sum. */
		lanes = (lanes & even) + (word & even) + (word >> 8 & even);
	}
	for (unsigned int i = 0; i < 64; i += 16)
		sum += (uint32_t)(lanes >> i & 0xffff);
	while (len--)
		sum += *p++;
	return (sum & 0xff) == 0;
}

static bool open_table(acpi_map_fn *map, uint64_t address, struct table *t)
{
	const uint8_t *header = address ? map(address, TABLE_HEADER) : NULL;

	if (!header)
		return false;
	t->len = le32(header + TABLE_LENGTH);
	if (t->len < TABLE_HEADER || t->len > MAX_TABLE)
		return false;
	t->p = map(address, t->len);
	return t->p && sums_to_zero(t->p, t->len);
}

/* The root table, and how many bytes an entry of it has. */
static bool open_root(acpi_map_fn *map, uint64_t rsdp, struct table *root, unsigned int *width)
{
	const uint8_t *p = rsdp ? map(rsdp, RSDP_SIZE_V1) : NULL;
	uint64_t rsdt;

	if (!p || memcmp(p, "RSD PTR ", 8) || !sums_to_zero(p, RSDP_SIZE_V1))
		return false;
	rsdt = le32(p + RSDP_RSDT);
	if (p[RSDP_REVISION] >= 2) {
		p = map(rsdp, RSDP_SIZE_V2);
		*width = 8;
		if (p && open_table(map, le64(p + RSDP_XSDT), root) && !memcmp(root->p, "XSDT", 4))
			return true;
	}
	*width = 4;
	return open_table(map, rsdt, root) && !memcmp(root->p, "RSDT", 4);
}

/* The first sound table with that signature. */
static const char *find_table(acpi_map_fn *map, uint64_t rsdp, const char *signature,
			      struct table *t)
{
	struct table root;
	unsigned int width;
	uint32_t n;

	if (!open_root(map, rsdp, &root, &width))
		return "no valid ACPI root table";
	n = (root.len - TABLE_HEADER) / width;
	for (uint32_t i = 0; i < n && i < MAX_ENTRIES; i++) {
		const uint8_t *entry = root.p + TABLE_HEADER + i * width;
		uint64_t address = width == 8 ? le64(entry) : le32(entry);
		const uint8_t *header = address ? map(address, TABLE_HEADER) : NULL;

		if (header && !memcmp(header, signature, 4) && open_table(map, address, t))
			return NULL;
	}
	return "no valid ACPI table of that kind";
}

/* A generic address at offset of the table; {0} if it is not all there or not one we can use. */
static struct acpi_register read_gas(const struct table *t, uint32_t offset)
{
	struct acpi_register r = { 0 };
	const uint8_t *p = t->p + offset;

	if (offset + GAS_SIZE > t->len)
		return r;
	r.space = p[0];
	r.address = le64(p + GAS_ADDRESS);
	if (r.space != ACPI_SPACE_MEMORY && r.space != ACPI_SPACE_IO)
		r.address = 0;
	if (r.space == ACPI_SPACE_IO && r.address > 0xffff)
		r.address = 0;
	return r;
}

/* PM1 control: the extended field if it holds something, else the old one, which is a port. */
static struct acpi_register read_pm1(const struct table *fadt, uint32_t extended, uint32_t old)
{
	struct acpi_register r = read_gas(fadt, extended);

	if (r.address || old + 4 > fadt->len)
		return r;
	r.space = ACPI_SPACE_IO;
	r.address = le32(fadt->p + old);
	if (r.address > 0xffff)
		r.address = 0;
	return r;
}

/* A small integer constant at *p, before end; moves *p behind it. */
static bool aml_integer(const uint8_t **p, const uint8_t *end, uint8_t *value)
{
	if (*p >= end)
		return false;
	if (**p == AML_ZERO || **p == AML_ONE) {
		*value = *(*p)++;
		return true;
	}
	if (**p != AML_BYTE || end - *p < 2)
		return false;
	*value = (*p)[1];
	*p += 2;
	return true;
}

/* What follows the name: PackageOp PkgLength NumElements SLP_TYPa SLP_TYPb ... */
static bool aml_s5_package(const uint8_t *p, const uint8_t *end, uint8_t typ[2])
{
	uint8_t elements;

	if (end - p < 3 || *p++ != AML_PACKAGE)
		return false;
	/* The two top bits of PkgLength say how many bytes follow its first. */
	if (end - p <= (*p >> 6) + 1)
		return false;
	p += (*p >> 6) + 1;
	elements = *p++;
	if (elements < 1 || !aml_integer(&p, end, &typ[0]))
		return false;
	if (elements < 2 || !aml_integer(&p, end, &typ[1]))
		typ[1] = 0;
	return typ[0] < 8 && typ[1] < 8;
}

/* Name (\_S5_, Package () { ... }), found by its bytes: we have no interpreter, and need none. */
static bool find_s5(const struct table *dsdt, uint8_t typ[2])
{
	const uint8_t *end = dsdt->p + dsdt->len;

	for (const uint8_t *p = dsdt->p + TABLE_HEADER + 1; end - p >= 4; p++) {
		if (p[0] != '_' || memcmp(p, "_S5_", 4))
			continue;
		if (p[-1] != AML_NAME && (p[-1] != '\\' || p[-2] != AML_NAME))
			continue;
		if (aml_s5_package(p + 4, end, typ))
			return true;
	}
	return false;
}

static const char *read_sleep(acpi_map_fn *map, const struct table *fadt, uint32_t flags,
			      struct acpi_power *p)
{
	struct table dsdt = { 0 };
	uint8_t typ[2] = { 0 };

	if (!(fadt->len >= FADT_X_DSDT + 8 &&
	      open_table(map, le64(fadt->p + FADT_X_DSDT), &dsdt)) &&
	    !open_table(map, le32(fadt->p + FADT_DSDT), &dsdt))
		return "no valid ACPI DSDT";
	if (!find_s5(&dsdt, typ))
		return "no \\_S5 in the ACPI DSDT";
	if (flags & FADT_FLAG_HW_REDUCED) {
		p->sleep_control = read_gas(fadt, FADT_SLEEP_CONTROL);
		p->sleep_value = (uint8_t)(typ[0] << SLEEP_CONTROL_TYP_SHIFT | SLEEP_CONTROL_EN);
		return NULL;
	}
	p->pm1a = read_pm1(fadt, FADT_X_PM1A_CNT, FADT_PM1A_CNT);
	p->pm1b = read_pm1(fadt, FADT_X_PM1B_CNT, FADT_PM1B_CNT);
	p->pm1a_value = (uint16_t)(typ[0] << PM1_SLP_TYP_SHIFT | PM1_SLP_EN);
	p->pm1b_value = (uint16_t)(typ[1] << PM1_SLP_TYP_SHIFT | PM1_SLP_EN);
	return NULL;
}

const char *acpi_read_power(acpi_map_fn *map, uint64_t rsdp, struct acpi_power *p)
{
	struct table fadt;
	const char *why;
	uint32_t flags;

	memset(p, 0, sizeof(*p));
	why = find_table(map, rsdp, "FACP", &fadt);
	if (why)
		return why;
	if (fadt.len < FADT_RESET_REG)
		return "the ACPI FADT is too short";
	flags = le32(fadt.p + FADT_FLAGS);
	if (flags & FADT_FLAG_RESET && fadt.len > FADT_RESET_VALUE) {
		p->reset = read_gas(&fadt, FADT_RESET_REG);
		p->reset_value = fadt.p[FADT_RESET_VALUE];
	}
	why = read_sleep(map, &fadt, flags, p);
	/* A way to reset is worth having alone. */
	return p->reset.address ? NULL : why;
}

/* The local APIC id of an enabled CPU in a MADT entry; false: it is none. */
static bool madt_cpu(const uint8_t *entry, uint8_t len, uint32_t *id)
{
	if (entry[0] == MADT_LOCAL_APIC && len >= 8 && le32(entry + 4) & MADT_ENABLED) {
		*id = entry[3];
		return true;
	}
	if (entry[0] == MADT_LOCAL_X2APIC && len >= 16 && le32(entry + 8) & MADT_ENABLED) {
		*id = le32(entry + 4);
		return true;
	}
	return false;
}

const char *acpi_read_cpus(acpi_map_fn *map, uint64_t rsdp, uint32_t *ids, unsigned int max,
			   unsigned int *count)
{
	struct table madt;
	const char *why;
	uint32_t at, id;

	*count = 0;
	why = find_table(map, rsdp, "APIC", &madt);
	if (why)
		return why;
	for (at = MADT_ENTRIES; at + 2 <= madt.len; at += madt.p[at + 1]) {
		uint8_t len = madt.p[at + 1];

		if (len < 2 || len > madt.len - at)
			break;
		if (!madt_cpu(madt.p + at, len, &id))
			continue;
		if (*count < max)
			ids[*count] = id;
		++*count;
	}
	return *count ? NULL : "the ACPI MADT lists no CPU";
}
