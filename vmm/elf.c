/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vmm/elf.h"

/* Not in <elf.h>: Xen's "public/elfnote.h" numbers it. */
#define XEN_ELFNOTE_PHYS32_ENTRY 18

struct reader {
	const uint8_t *file;
	size_t size;
	bool big, wide; /* byte order, 64-bit */
	struct elf_image *image;
};

/* A segment, whichever class the file has. */
struct segment {
	uint32_t type;
	uint64_t offset, paddr, filesz, memsz;
};

__attribute__((format(printf, 2, 3))) static bool bad(struct reader *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(r->image->error, sizeof(r->image->error), format, ap);
	va_end(ap);
	return false;
}

/* True if file[offset..offset+size) exists. Written so that no sum can overflow. */
static bool inside(const struct reader *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

/* An integer of 2, 4 or 8 bytes at an offset that was checked with inside(). */
static uint64_t get(const struct reader *r, uint64_t offset, unsigned int size)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		value = value << 8 | r->file[offset + (r->big ? i : size - 1 - i)];
	return value;
}

/* The field of a structure that both ELF classes have, at different places. */
#define FIELD(r, offset, type, field)                                 \
	((r)->wide ? get(r, (offset) + offsetof(Elf64_##type, field), \
			 sizeof(((Elf64_##type *)0)->field))          \
		   : get(r, (offset) + offsetof(Elf32_##type, field), \
			 sizeof(((Elf32_##type *)0)->field)))

/* For people. What is none of ours is a number in <elf.h>. */
static const char *machine_name(unsigned int machine)
{
	static char other[24];

	switch (machine) {
	case EM_X86_64:
		return "x86_64";
	case EM_PPC:
		return "PowerPC";
	case EM_S390:
		return "s390x";
	case EM_AARCH64:
		return "arm64";
	default:
		snprintf(other, sizeof(other), "machine %u", machine);
		return other;
	}
}

static bool check_header(struct reader *r, unsigned int machine)
{
	uint64_t is, entsize;

	if (r->size < EI_NIDENT || memcmp(r->file, ELFMAG, SELFMAG))
		return bad(r, "not an ELF file (an image is build/<arch>/NAME.elf)");
	r->wide = r->file[EI_CLASS] == ELFCLASS64;
	r->big = r->file[EI_DATA] == ELFDATA2MSB;
	if (!inside(r, 0, r->wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return bad(r, "the ELF header is cut short");
	is = FIELD(r, 0, Ehdr, e_machine);
	if (is != machine)
		return bad(r, "an ELF file for %s, and this monitor is for %s", machine_name(is),
			   machine_name(machine));
	is = FIELD(r, 0, Ehdr, e_type);
	if (is != ET_EXEC && is != ET_DYN)
		return bad(r, "ELF type %u, not an executable", (unsigned int)is);
	entsize = FIELD(r, 0, Ehdr, e_phentsize);
	if (entsize != (r->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return bad(r, "program headers of %u bytes", (unsigned int)entsize);
	return true;
}

static bool load_segment(struct reader *r, const struct segment *s, uint8_t *ram, uint64_t ram_size)
{
	if (s->filesz > s->memsz)
		return bad(r, "the segment at 0x%llx has more bytes in the file than in memory",
			   (unsigned long long)s->paddr);
	if (s->paddr > ram_size || s->memsz > ram_size - s->paddr)
		return bad(r, "segment 0x%llx+0x%llx lies outside of the RAM, 0x%llx bytes (--mem)",
			   (unsigned long long)s->paddr, (unsigned long long)s->memsz,
			   (unsigned long long)ram_size);
	memcpy(ram + s->paddr, r->file + s->offset, s->filesz);
	memset(ram + s->paddr + s->filesz, 0, s->memsz - s->filesz);
	if (s->memsz && s->paddr < r->image->low)
		r->image->low = s->paddr;
	if (s->memsz && s->paddr + s->memsz > r->image->high)
		r->image->high = s->paddr + s->memsz;
	return true;
}

/* A note is namesz, descsz, type, then name and descriptor, each padded to 4 bytes. */
static void read_notes(struct reader *r, uint64_t offset, uint64_t size)
{
	uint64_t end = offset + size;

	while (end - offset >= 12) {
		uint64_t namesz = get(r, offset, 4), descsz = get(r, offset + 4, 4);
		uint64_t type = get(r, offset + 8, 4);
		uint64_t name = offset + 12, desc = name + ((namesz + 3) & ~3ull);
		uint64_t next = desc + ((descsz + 3) & ~3ull);

		if (desc > end || descsz > end - desc)
			return;
		if (type == XEN_ELFNOTE_PHYS32_ENTRY && namesz == 4 &&
		    !memcmp(r->file + name, "Xen", 4) && (descsz == 4 || descsz == 8)) {
			r->image->has_pvh_entry = true;
			r->image->pvh_entry = get(r, desc, descsz);
		}
		if (next > end)
			return;
		offset = next;
	}
}

bool elf_load(const uint8_t *file, size_t size, unsigned int machine, uint8_t *ram,
	      uint64_t ram_size, struct elf_image *image)
{
	struct reader r = { .file = file, .size = size, .image = image };
	uint64_t phoff, phentsize, i, n;

	*image = (struct elf_image){ .low = UINT64_MAX };
	if (!check_header(&r, machine))
		return false;
	image->entry = FIELD(&r, 0, Ehdr, e_entry);
	phoff = FIELD(&r, 0, Ehdr, e_phoff);
	phentsize = FIELD(&r, 0, Ehdr, e_phentsize);
	n = FIELD(&r, 0, Ehdr, e_phnum);
	if (!inside(&r, phoff, n * phentsize))
		return bad(&r, "the program headers lie outside the file");

	for (i = 0; i < n; i++) {
		uint64_t at = phoff + i * phentsize;
		struct segment s = {
			.type = FIELD(&r, at, Phdr, p_type),
			.offset = FIELD(&r, at, Phdr, p_offset),
			.paddr = FIELD(&r, at, Phdr, p_paddr),
			.filesz = FIELD(&r, at, Phdr, p_filesz),
			.memsz = FIELD(&r, at, Phdr, p_memsz),
		};

		if (s.type != PT_LOAD && s.type != PT_NOTE)
			continue;
		if (!inside(&r, s.offset, s.filesz))
			return bad(&r, "segment %u lies outside the file: cut short?",
				   (unsigned int)i);
		if (s.type == PT_NOTE)
			read_notes(&r, s.offset, s.filesz);
		else if (!load_segment(&r, &s, ram, ram_size))
			return false;
	}
	if (image->low > image->high)
		return bad(&r, "no segment to load");
	return true;
}
