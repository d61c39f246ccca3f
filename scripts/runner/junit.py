# SPDX-License-Identifier: BSD-2-Clause
"""Results as JUnit XML: a testsuite for each boot, a testcase for each check and for its end.

The format is that of Jenkins' schema (junit-10.xsd), which most readers take. It has no known
failures: they are written as skipped, with their reason, as pytest does. An error is a check that
could not do its work.
"""
from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from . import hosts
from .results import Boot, Check, Pair

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(lines: tuple[str, ...]) -> str:
    return _NOT_XML.sub("\ufffd", "\n".join(lines))


def _case(parent: Xml.Element, check: Check, where: str) -> None:
    case = Xml.SubElement(parent, "testcase", name=_text((check.name,)), classname=where)
    evidence = _text(check.evidence)
    if check.verdict in ("skip", "known"):
        known = "known deviation: " if check.verdict == "known" else ""
        Xml.SubElement(case, "skipped", message=_text((f"{known}{check.reason}",)))
    elif check.verdict in ("fail", "error"):
        tag = "failure" if check.verdict == "fail" else "error"
        message = check.reason or next((line for line in check.evidence if "expected" in line),
                                       check.name).strip()
        Xml.SubElement(case, tag, message=_text((message,)), type=check.verdict).text = evidence
        return
    if check.verdict == "gone":
        evidence = f"a known deviation that does not show any more\n{evidence}"
    if evidence:
        Xml.SubElement(case, "system-out").text = evidence


def _suite(parent: Xml.Element, pair: Pair, boot: Boot) -> None:
    checks = [*boot.checks, boot.end]
    where = f"{pair.arch}.{hosts.short(pair.host)}"
    counts = {name: str(sum(check.verdict in verdicts for check in checks))
              for name, verdicts in (("failures", ("fail",)), ("errors", ("error",)),
                                     ("skipped", ("skip", "known")))}
    suite = Xml.SubElement(parent, "testsuite", name=f"{where}.{boot.title}",
                           tests=str(len(checks)), **counts)
    if boot.seconds is not None:
        suite.set("time", f"{boot.seconds:.3f}")
    properties = Xml.SubElement(suite, "properties")
    for name, value in (("hypervisor", pair.version), *boot.facts.items()):
        Xml.SubElement(properties, "property", name=name, value=_text((value,)))
    for check in checks:
        _case(suite, check, f"{where}.{boot.title}")


def document(pairs: list[Pair]) -> Xml.Element:
    """The whole file, as a tree."""
    root = Xml.Element("testsuites", name="paravane")
    for pair in pairs:
        for boot in pair.boots:
            _suite(root, pair, boot)
    for name in ("tests", "failures", "errors"):  # there is no more in the schema
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    seconds = [float(suite.get("time", "0")) for suite in root]
    root.set("time", f"{sum(seconds):.3f}")
    return root


def write(path: Path, pairs: list[Pair]) -> None:
    tree = Xml.ElementTree(document(pairs))
    Xml.indent(tree, " ")
    with path.open("wb") as out:
        tree.write(out, encoding="utf-8", xml_declaration=True)
        out.write(b"\n")
