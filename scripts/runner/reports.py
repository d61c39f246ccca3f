# SPDX-License-Identifier: BSD-2-Clause
"""Reports on results that were kept: JUnit XML, a web page, a comparison."""
from __future__ import annotations

import argparse
from pathlib import Path

from . import compare, hosts, results
from .results import Pair
from .tree import USAGE, Problem, Scratch, shown


def write(pairs: list[Pair], junit_file: str | None, html_file: str | None) -> None:
    """Writes the reports that are asked for, and says where."""
    try:
        if junit_file:
            from . import junit

            junit.write(Path(junit_file), pairs)
            print(f"JUnit XML: {junit_file}")
        if html_file:
            from . import webpage

            webpage.write(Path(html_file), pairs)
            print(f"web page: {html_file}")
    except OSError as error:
        raise Problem(f"{error.filename}: cannot be written: {error.strerror}") from None


def run(args: argparse.Namespace) -> int:
    """`paravane report`."""
    if not args.junit and not args.html:
        raise Problem("report what? give --html F, --junit F, or both", USAGE)
    paths = [Path(name) for name in args.folders] or results.folders()
    if not paths:
        raise Problem("no results are kept; `scripts/paravane check` makes some")
    for path in paths:
        if not path.exists():
            raise Problem(f"{path}: no such results", USAGE)
    write([results.load(path) for path in paths], args.junit, args.html)
    return 0


def _only_suite(pair: Pair) -> Pair:
    return pair._replace(boots=tuple(boot for boot in pair.boots if boot.is_suite))


def _side(name: str, args: argparse.Namespace, scratch: Scratch) -> Pair:
    """What A or B of `compare` means: kept results, or a host to be run now."""
    path = Path(name)
    if path.exists():
        return results.load(path)
    if "/" in name and not hosts.kind(name) in (*hosts.WORDS, "cmd"):
        raise Problem(f"{name}: no such results, and no host", USAGE)
    hosts.check_name(name)
    if args.arch is None:
        raise Problem(f"compare {name}: which architecture? say --arch A", USAGE)
    if reason := hosts.why_not(name, args.arch):
        raise Problem(f"{name}: {reason}", USAGE)
    from . import check, suite

    tests = check.collect(args.arch, name, [suite.NAME])
    if not tests:
        suite.image(args.arch)  # says that it is not built
    if args.trace:
        tests = [check.traced(test) for test in tests]
    folder, = check.boot_all(tests, hosts.Context(scratch, False), args.jobs)
    return _only_suite(results.load(folder))


def compare_command(args: argparse.Namespace, scratch: Scratch) -> int:
    """`paravane compare`. Exit status: 0 equal, 1 different."""
    first, second = (_side(name, args, scratch) for name in (args.a, args.b))
    if first.arch != second.arch:
        raise Problem(f"{args.a} is of {first.arch} and {args.b} of {second.arch}: there is nothing "
                      "to compare", USAGE)
    lines, equal = compare.report(first, second, args.verbose)
    print("\n".join(lines))
    write([first, second], args.junit, args.html)
    if not equal and not args.verbose:
        print(f"Evidence: --verbose, or --html F; or both kept results: {shown(results.RESULTS)}/")
    return 0 if equal else 1
