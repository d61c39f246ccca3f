/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM_EXIT_EPAPR_HCALL: hypercalls of the ePAPR convention that KVM leaves to userspace, as in
 * "RFC: proposal for VM reset & shutdown hcall", versions 2 and 4 (kvm-ppc list, 2013), which no
 * Linux ever had. The proposal's patches (hosts/e500/patches/proposal) include this very file in
 * the kernel, as <linux/kvm_epapr.h>, and the monitor includes it here: one place for the numbers.
 *
 * The numbers are ours, for nobody ever assigned any. They cannot collide with what Linux assigns:
 * it counts exits and capabilities up by one from 0, and after 18 years is near 40 and 250.
 */
#ifndef LINUX_KVM_EPAPR_H
#define LINUX_KVM_EPAPR_H

#include <linux/types.h>

/* kvm_run.exit_reason */
#define KVM_EXIT_EPAPR_HCALL 0x2013

/*
 * KVM_CHECK_EXTENSION says 1 if the exit exists; KVM_ENABLE_CAP on a vCPU, without arguments,
 * turns it on. While it is off, KVM itself answers EV_UNIMPLEMENTED (12).
 */
#define KVM_CAP_EXIT_EPAPR_HCALL 0x2013

/*
 * What kvm_run holds at that exit, at the place of its union. args[i] stands for register r3 + i,
 * in both directions. Userspace stores the status in ret, and further results in args[1] to
 * args[7]. The next KVM_RUN, before anything else, puts ret into r3 and args[1] to args[7] into r4
 * to r10; args[0] is not looked at again. Of a guest that is not in 64-bit mode the upper half of
 * every field is zero.
 */
struct kvm_epapr_hcall {
	__u64 nr;      /* the token, from r11 */
	__u64 ret;     /* 12 (EV_UNIMPLEMENTED) until userspace says otherwise */
	__u64 args[8]; /* r3 to r10 */
};

#endif
