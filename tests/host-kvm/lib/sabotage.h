/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saboteurs: a test that nothing can fail is no test. Every ioctl of these programs goes through
 * sabotage.c (hosts/prepare links it in between), and with the word sabotage=NAME it breaks one
 * rule of the API: as if KVM did. sabotage=list prints their names, as the conformance suite does.
 */
#ifndef HOST_KVM_SABOTAGE_H
#define HOST_KVM_SABOTAGE_H

#include <stdbool.h>

#include <linux/kvm.h>

/* Reads the program's own command line; prints the list and ends the program if that is asked. */
void sabotage_begin(void);

/* A vCPU's kvm_run, to break what is in there. */
void sabotage_vcpu(int fd, struct kvm_run *run);

/* Set around an ioctl that is not under test and only has to work. */
extern bool sabotage_spares;

#endif
