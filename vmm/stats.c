/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM itself counts of a vCPU: most exits end in the kernel, and the monitor sees nothing of
 * them. Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vmm/vmm.h"

static bool read_at(int fd, void *to, size_t size, uint32_t offset)
{
	return pread(fd, to, size, offset) == (ssize_t)size;
}

/* One descriptor and the name behind it; a counter of more than one value (a histogram) is left out. */
static void print_one(int fd, const struct kvm_stats_header *h, const struct kvm_stats_desc *d)
{
	uint64_t value;

	if (d->size != 1 || !read_at(fd, &value, sizeof(value), h->data_offset + d->offset))
		return;
	if (value)
		fprintf(stderr, " %.*s=%llu", (int)h->name_size, d->name,
			(unsigned long long)value);
}

void stats_print(const struct vcpu *vcpu)
{
	int fd = ioctl(vcpu->fd, KVM_GET_STATS_FD, NULL);
	struct kvm_stats_header h;
	struct kvm_stats_desc *d;
	size_t size;

	fprintf(stderr, "vmm: stats vcpu=%u", vcpu->id);
	if (fd < 0 || !read_at(fd, &h, sizeof(h), 0)) {
		fprintf(stderr, " none: %s\n", strerror(errno));
		return;
	}
	size = sizeof(*d) + h.name_size;
	d = malloc(size);
	if (!d)
		die("out of memory");
	for (uint32_t i = 0; i < h.num_desc; i++)
		if (read_at(fd, d, size, h.desc_offset + i * (uint32_t)size))
			print_one(fd, &h, d);
	fprintf(stderr, "\n");
	free(d);
	close(fd);
}
