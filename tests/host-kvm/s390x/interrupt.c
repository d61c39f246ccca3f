// SPDX-License-Identifier: BSD-2-Clause
/*
 * KVM_S390_INTERRUPT (Documentation/s390/kvm.txt of 2008, sections 2 and 3): floating interrupts
 * on the machine, others on a vCPU; what makes no sense there is -EINVAL. Linux 6.1 takes more
 * types than the document has (arch/s390/kvm/interrupt.c). Not run yet: no KVM for s390x here.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "tests/host-kvm/lib/host.h"

static int inject(int fd, uint32_t type, uint32_t parm)
{
	struct kvm_s390_interrupt i = { .type = type, .parm = parm };

	return ioctl(fd, KVM_S390_INTERRUPT, &i);
}

static void floating(int fd)
{
	granted(inject(fd, KVM_S390_INT_VIRTIO, 0), "VM: a virtio interrupt");
	granted(inject(fd, KVM_S390_INT_SERVICE, 0x1000), "VM: a service signal");
	refused(inject(fd, KVM_S390_PROGRAM_INT, 1), EINVAL, "VM: a program interrupt");
	refused(inject(fd, KVM_S390_SIGP_STOP, 0), EINVAL, "VM: SIGP stop");
	refused(inject(fd, KVM_S390_RESTART, 0), EINVAL, "VM: a restart");
	refused(inject(fd, KVM_S390_INT_EMERGENCY, 0), EINVAL, "VM: an emergency signal");
}

static void local(int fd)
{
	granted(inject(fd, KVM_S390_PROGRAM_INT, 1), "vCPU: a program interrupt");
	granted(inject(fd, KVM_S390_RESTART, 0), "vCPU: a restart");
	granted(inject(fd, KVM_S390_INT_EMERGENCY, 0), "vCPU: an emergency signal");
	granted(inject(fd, KVM_S390_SIGP_STOP, 0), "vCPU: SIGP stop");
	refused(inject(fd, KVM_S390_SIGP_STOP, 0), EBUSY, "vCPU: a second one");
	refused(inject(fd, KVM_S390_INT_SERVICE, 0), EINVAL, "vCPU: a service signal");
	refused(inject(fd, KVM_S390_INT_VIRTIO, 0), EINVAL, "vCPU: a virtio interrupt");
}

int main(void)
{
	struct host_vm vm;
	struct host_cpu cpu[2];

	host_begin("interrupt");
	vm_make(&vm, 1 << 20);
	cpu_make(&vm, &cpu[0], 0);
	cpu_make(&vm, &cpu[1], 1);
	floating(vm.fd);
	local(cpu[0].fd);
	/* The other vCPU has not run: it is stopped, and may get another prefix. */
	must(cpu[1].fd, KVM_SET_MP_STATE,
	     &(struct kvm_mp_state){ .mp_state = KVM_MP_STATE_STOPPED }, "KVM_SET_MP_STATE");
	granted(inject(cpu[1].fd, KVM_S390_SIGP_SET_PREFIX, 0x2000), "vCPU: SIGP set prefix");
	vm_free(&vm, cpu, 2);
	return host_end();
}
