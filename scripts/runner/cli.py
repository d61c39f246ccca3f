# SPDX-License-Identifier: BSD-2-Clause
"""The command line of scripts/paravane."""
from __future__ import annotations

import argparse
import os
import signal
import sys

from . import children
from .options import Parser, add_boot, add_vmm, check_arch
from .tree import FAILED, USAGE, Problem, Scratch

ABOUT = """\
Boots bare-metal guest images on hypervisors and says, from outside, how that went.

hosts (--on):
  qemu     QEMU's software emulation (default)
  kvm      this machine's /dev/kvm, once a probe has seen it work
  nested   real Linux KVM inside QEMU, with our own monitor (vmm/); with --vmm qemu, with QEMU
  cmd:…    your own VMM: 'cmd:my-vmm --kernel {image} --cmdline {append}', console on stdout
variants:  qemu:q35 (a machine), qemu:q35/EPYC (and a CPU model), nested:6.12 (another Linux,
           hosts/prepare ARCH 6.12), nested:qemu/q35, nested:6.12,qemu/q35/EPYC
"""
EPILOG = """\
exit status: 0 the guest ran to its end and everything passed; 1 it did not, one line says why;
2 the command line was wrong.

examples:
  scripts/paravane run --arch s390x hello
  scripts/paravane run --on nested build/e500/tour.elf
  scripts/paravane check --arch x86_64 --on qemu -j2
  scripts/paravane check --arch x86_64 --on nested --vmm qemu --machine q35 --html report.html
  scripts/paravane compare --arch x86_64 nested nested:6.12
"""


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="scripts/paravane", description=ABOUT, epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_run, _add_check, _add_compare, _add_report, _add_mutants, _add_bench, _add_tour,
                _add_list, _add_hosts, _add_tap):
        add(commands)
    return parser


def _command(commands: argparse._SubParsersAction, name: str, help_text: str,
             **more: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=help_text, description=help_text[0].upper()
                               + help_text[1:] + ".", **more)


def _add_host(parser: argparse.ArgumentParser, several: bool = False) -> None:
    parser.add_argument("--arch", metavar="A", help="architecture; default: that of the image")
    if several:
        parser.add_argument("--on", metavar="H", action="append",
                            help="host, as --help of scripts/paravane lists them; may be given more "
                            "than once; default qemu")
    else:
        parser.add_argument("--on", metavar="H", default="qemu",
                            help="host, as --help of scripts/paravane lists them; default qemu")
    add_vmm(parser)
    parser.add_argument("--verbose", action="store_true",
                        help="show the command that is run, and what the host says")
    parser.add_argument("--keep", action="store_true",
                        help="keep the temporary files in build/run/kept-…")


def _add_image(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", metavar="IMAGE",
                        help="an ELF file, or the name of a program or test that is built")
    parser.add_argument("--case", metavar="NAME",
                        help="take the options of this line of the test's .cases file, too")
    _add_host(parser)
    add_boot(parser)


def _add_run(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "run", "boot one image and show its console")
    _add_image(parser)
    parser.set_defaults(function=_run)


def _add_tap(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "tap", "boot one image and print TAP for prove")
    _add_image(parser)
    parser.set_defaults(function=_tap)


def _add_check(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "check", "boot all test images and let prove count",
                      epilog="The TAP of each boot is kept in build/results/ARCH-HOST/, from which "
                             "`report` makes the same reports at any time.")
    parser.add_argument("globs", metavar="GLOB", nargs="*",
                        help="only tests whose name (TEST or TEST.CASE) matches")
    _add_host(parser, several=True)
    parser.add_argument("--machine", metavar="M", help="QEMU machine, of the host")
    parser.add_argument("--cpu", metavar="C", help="QEMU CPU model, of the host")
    parser.add_argument("--trace", action="store_true",
                        help="let the conformance suite show each call with its registers (slow on "
                        "nested): evidence also where all is well")
    _add_reports(parser)
    parser.add_argument("--all", action="store_true",
                        help="every architecture on every host that there is")
    parser.add_argument("-j", dest="jobs", metavar="N", type=int, default=os.cpu_count() or 1,
                        help="boots at the same time, default: the number of CPUs")
    parser.set_defaults(function=_check)


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--junit", metavar="F", help="write the results as JUnit XML")
    parser.add_argument("--html", metavar="F", help="write the results as a web page")


def _add_report(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "report", "make reports from results that were kept")
    parser.add_argument("folders", metavar="RESULTS", nargs="*",
                        help="folders of results, TAP files or saved consoles; default: all that "
                        "are under build/results/")
    _add_reports(parser)
    parser.set_defaults(function=_report)


def _add_compare(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "compare",
                      "show where two hypervisors, or two versions of one, differ",
                      epilog="A and B are hosts, on which the conformance suite is run now, or "
                      "results that were kept: a folder, a TAP file, a saved console. Exit status: "
                      "0 no difference, 1 there are some, 2 the command line was wrong.")
    parser.add_argument("a", metavar="A")
    parser.add_argument("b", metavar="B")
    parser.add_argument("--arch", metavar="A", help="architecture; needed if one of them is a host")
    parser.add_argument("--trace", action="store_true",
                        help="compare also the registers of every call (slow on nested)")
    parser.add_argument("--verbose", action="store_true", help="show the evidence, too")
    parser.add_argument("-j", dest="jobs", metavar="N", type=int, default=os.cpu_count() or 1,
                        help="boots at the same time, default: the number of CPUs")
    _add_reports(parser)
    parser.set_defaults(function=_compare)


def _add_bench(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "bench", "measure what the runtime costs, beside its goals",
                      epilog="docs/bench.md says what the figures are; all of them on all "
                             "architectures are kept in build/bench.tsv.")
    parser.add_argument("figures", metavar="FIGURE", nargs="*", help="only these figures")
    parser.add_argument("--arch", metavar="A", help="only this architecture")
    parser.add_argument("--check", action="store_true",
                        help="exit with status 1 if a figure is over its goal")
    parser.set_defaults(function=_bench)


def _add_mutants(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "mutants", "break rules on purpose, and see that the suite notices")
    parser.add_argument("globs", metavar="GLOB", nargs="*", help="only saboteurs that match")
    parser.add_argument("--arch", metavar="A", help="only this architecture")
    parser.add_argument("--on", metavar="H", action="append",
                        help="only this host; may be given more than once")
    parser.add_argument("--verbose", action="store_true", help="show the commands that are run")
    parser.add_argument("-j", dest="jobs", metavar="N", type=int, default=os.cpu_count() or 1,
                        help="boots at the same time, default: the number of CPUs")
    parser.set_defaults(function=_mutants)


def _add_tour(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "tour", "run the tour on every host there is; one table at the end")
    parser.add_argument("--arch", metavar="A", help="only this architecture")
    parser.add_argument("--on", metavar="H", help="only this host")
    parser.add_argument("--verbose", action="store_true", help="show the commands that are run")
    parser.set_defaults(function=_tour)


def _add_list(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "list", "show the programs and tests that are built, or the checks "
                      "of the conformance suite")
    parser.add_argument("--arch", metavar="A",
                        help="the names of all checks for this architecture, one a line")
    parser.set_defaults(function=_list)


def _add_hosts(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "hosts", "show which host can run which architecture, or why not")
    parser.add_argument("--no-probe", action="store_true", help="do not try /dev/kvm")
    parser.set_defaults(function=_hosts)


def _run(args: argparse.Namespace) -> int:
    from . import boot

    with Scratch(args.keep) as scratch:
        return boot.run(args, scratch)


def _tap(args: argparse.Namespace) -> int:
    from . import boot

    with Scratch(args.keep) as scratch:
        return boot.tap(args, scratch)


def _check(args: argparse.Namespace) -> int:
    from . import check

    if args.all and args.on:
        raise Problem("check takes --all, or --arch A and --on H", USAGE)
    if args.all == (args.arch is not None):
        raise Problem("check needs either --arch A (and --on H) or --all", USAGE)
    if args.jobs < 1:
        raise Problem(f"-j {args.jobs}: at least 1 boot at a time", USAGE)
    with Scratch(args.keep) as scratch:
        return check.run(args, scratch)


def _report(args: argparse.Namespace) -> int:
    from . import reports

    return reports.run(args)


def _compare(args: argparse.Namespace) -> int:
    from . import reports

    if args.jobs < 1:
        raise Problem(f"-j {args.jobs}: at least 1 boot at a time", USAGE)
    with Scratch() as scratch:
        return reports.compare_command(args, scratch)


def _bench(args: argparse.Namespace) -> int:
    from . import bench

    with Scratch() as scratch:
        return bench.run(args, scratch)


def _mutants(args: argparse.Namespace) -> int:
    from . import mutants

    with Scratch() as scratch:
        return mutants.run(args, scratch)


def _tour(args: argparse.Namespace) -> int:
    from . import tour

    with Scratch() as scratch:
        return tour.run(args.arch, args.on, scratch, args.verbose)


def _list(args: argparse.Namespace) -> int:
    from . import inventory

    return inventory.names_command(args.arch) if args.arch else inventory.list_command()


def _hosts(args: argparse.Namespace) -> int:
    from . import inventory

    return inventory.hosts_command(probe=not args.no_probe)


def _name_hosts(args: argparse.Namespace) -> None:
    """Checks the hosts of --on, and makes --vmm a part of their names.

    Where there are boots to describe, --machine and --cpu belong to them, else to the host.
    """
    from . import hosts

    several = args.on if isinstance(args.on, list) else [args.on or "qemu"]
    for name in several:
        hosts.check_name(name)
    if "vmm" in args:
        part = () if "append" in args else (args.machine, args.cpu)
        several = [hosts.named(name, args.vmm, *part) for name in several]
    if isinstance(args.on, list) or several != ["qemu"]:
        args.on = several if isinstance(args.on, list) or "globs" in args else several[0]


def _on_signal(signum: int, _: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # we are on our way out
    raise children.Interrupted(signum)


def main(argv: list[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a background job
            signal.signal(number, _on_signal)
    sys.stdout.reconfigure(errors="replace")
    try:
        args = _parser().parse_args(argv)
        check_arch(args.arch if "arch" in args else None)
        if "on" in args and (args.on is not None or "vmm" in args):
            _name_hosts(args)
        return args.function(args)
    except Problem as problem:
        sys.stdout.flush()
        print(f"paravane: {problem}", file=sys.stderr)
        return problem.status
    except children.Interrupted as interrupted:
        print(f"\nparavane: ended by {signal.strsignal(interrupted.signum)}", file=sys.stderr)
        return 128 + interrupted.signum
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    finally:
        children.kill_all()
