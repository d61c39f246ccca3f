# SPDX-License-Identifier: BSD-2-Clause
"""The runner: boots a guest image on a host, watches it, and judges from outside how it ended.

From the outside in:

    cli       commands, options, help           tour      the tour over all hosts, and its table
    check     many tests, TAP files, prove      cases     several boots of one image (X.cases)
    tap       a guest's TAP; TAP for prove      verdict   did the guest do what was expected?
    hosts     which hosts are there             show      words, tables and colour for a terminal
    qemu      QEMU with TCG or KVM              qmp       QEMU's monitor protocol
    nested    Linux KVM inside QEMU             cpio      the archive with jobs for it
    command   the user's own VMM                kvm       is this machine's /dev/kvm usable?
    console   a guest's output, line by line    elf       architecture and symbols of an image
    job       one boot: what is asked, how it ended
    children  processes that never outlive us   tree      folders, scratch files, errors

Only the standard library is used. Modules that not every command needs are imported where they
are used, because a start of the runner is part of each run.
"""
