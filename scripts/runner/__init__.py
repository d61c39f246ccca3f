# SPDX-License-Identifier: BSD-2-Clause
"""The runner: boots a guest image on a host, watches it, and judges from outside how it ended.

    cli       the commands                      options   what describes a boot
    boot      `run` and `tap`: one boot         check     `check`: many, and prove
    tour      `tour`, and its table             inventory `hosts` and `list`
    cases     several boots of one image        show      tables, headings, colour

    job       one boot: what is asked for, and how it ended
    verdict   did the guest do what was expected?
    console   a guest's output, line by line    tap       results in it; TAP for prove
    elf       architecture and symbols          devtree   what --dtb names, as a blob

    hosts     which hosts there are             kvm       is this machine's /dev/kvm usable?
    qemu      QEMU with TCG or KVM              qmp       its monitor protocol
    nested    Linux KVM inside QEMU             cpio      the archive that carries its jobs
    command   the user's own VMM

    children  processes that never outlive us   tree      folders, scratch files, errors

Only the standard library is used. Modules that not every command needs are imported where they
are used, because a start of the runner is part of each run.
"""
