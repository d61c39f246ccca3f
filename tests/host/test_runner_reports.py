#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The runner's results as data: kept, read again, as JUnit XML, as a web page, compared."""
from __future__ import annotations

import re
import sys
import tempfile
import unittest
import unittest.mock
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

import unittest_tap  # noqa: E402
from runner import compare, features, hosts, junit, known, results, webpage  # noqa: E402
from runner.job import ARCHES, Job  # noqa: E402
from runner.tree import Problem  # noqa: E402

BOOT = "# paravane boot arch=x86_64 ram=1K hypervisor=K abi=kvm features={}"
SUITE = ["TAP version 13", BOOT.format("0x9"),
         "# paravane check name=x86_64.a.holds", "ok 1 - x86_64.a.holds",
         "# paravane check name=x86_64.a.fails", "#   expected: <b> & \x1b more", "#   rax 1 -> 2",
         "not ok 2 - x86_64.a.fails",
         "# paravane check name=x86_64.b.is-known", "#   seen",
         "not ok 3 - x86_64.b.is-known # TODO known: that is so",
         "# paravane check name=x86_64.b.is-gone", "ok 4 - x86_64.b.is-gone # TODO known: no",
         "# paravane check name=x86_64.b.cannot", "ok 5 - x86_64.b.cannot # SKIP needs two CPUs",
         "# paravane check name=x86_64.b.broken", "not ok 6 - x86_64.b.broken # ERROR no memory",
         "ok 7 - ends as it should: power-off", "1..7"]
VERDICTS = ["pass", "fail", "known", "gone", "skip", "error"]


def pair_of(*boots: results.Boot, host: str = "qemu") -> results.Pair:
    return results.Pair("x86_64", host, "QEMU 1", boots)


class Reading(unittest.TestCase):
    def test_verdicts_and_evidence(self) -> None:
        boot = results.boot_of("conformance.all", SUITE)
        self.assertEqual([check.verdict for check in boot.checks], VERDICTS)
        self.assertEqual(boot.checks[1].evidence, ("  expected: <b> & \x1b more", "  rax 1 -> 2"))
        self.assertEqual(boot.checks[4].reason, "needs two CPUs")
        self.assertEqual((boot.end.verdict, boot.facts["features"]), ("pass", "0x9"))

    def test_evidence_behind_the_result(self) -> None:
        boot = results.boot_of("other", ["ok 1 - a", "not ok 2 - b", "#   expected 1", "ok 3 - c",
                                         "not ok 4 - ends as it should: reset", "# why"])
        self.assertEqual([check.evidence for check in boot.checks], [(), ("  expected 1",), ()])
        self.assertEqual((boot.end.verdict, boot.end.evidence), ("fail", ("why",)))

    def test_check_without_a_result(self) -> None:
        begun = ["# paravane boot a=b", "# paravane check name=x86_64.a.resets", "# the last word"]
        boot = results.boot_of("conformance.r", [*begun, "ok 1 - ends as it should: reset"])
        self.assertEqual([(c.name, c.verdict, c.reason) for c in boot.checks],
                         [("x86_64.a.resets", "pass", "reset")])
        boot = results.boot_of("conformance.r", [*begun, "not ok 1 - ends as it should: time limit"])
        self.assertEqual(boot.checks[0].verdict, "fail")
        boot = results.boot_of("conformance.r", begun)  # a saved console that ends there
        self.assertEqual((boot.checks[0].verdict, boot.end.verdict), ("fail", "fail"))

    def test_result_of_any_boot_is_better_than_a_skip(self) -> None:
        skipped = results.boot_of("conformance.one", ["ok 1 - x86_64.a.b # SKIP needs two CPUs"])
        made = results.boot_of("conformance.two", ["ok 1 - x86_64.a.b"])
        other = results.boot_of("apic", ["not ok 1 - x86_64.a.b"])
        for boots in ((skipped, made, other), (made, skipped)):
            self.assertEqual(pair_of(*boots).checks()["x86_64.a.b"].verdict, "pass")

    def test_kept_and_loaded(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "x86_64-nested-6.12"
            with self.assertRaises(Problem):
                results.write(folder, "x86_64", "nested:6.12", "Linux", {"a": 1.0})
                results.load(folder)
            (folder / "conformance.all.tap").write_text("\n".join(SUITE) + "\n")
            results.write(folder, "x86_64", "nested:6.12", "Linux 6.12", {"conformance.all": 2.5})
            pair = results.load(folder)
            self.assertEqual((pair.host, pair.version), ("nested:6.12", "Linux 6.12"))
            self.assertEqual(pair.boots[0].seconds, 2.5)
            (folder / "pair.json").write_text("[]")
            self.assertEqual(results.load(folder).host, "nested-6.12")
            self.assertEqual(results.load(folder / "conformance.all.tap").arch, "x86_64")


# What Jenkins' junit-10.xsd allows: attributes and children of each element.
SCHEMA = {"testsuites": ({"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
          "testsuite": ({"name", "time", "tests", "failures", "errors", "skipped", "hostname"},
                        {"properties", "testcase", "system-out", "system-err"}),
          "properties": (set(), {"property"}), "property": ({"name", "value"}, set()),
          "testcase": ({"name", "classname", "time"},
                       {"skipped", "error", "failure", "system-out", "system-err"}),
          "failure": ({"type", "message"}, set()), "error": ({"type", "message"}, set()),
          "skipped": ({"type", "message"}, set()), "system-out": (set(), set())}


class JUnit(unittest.TestCase):
    def test_schema(self) -> None:
        root = junit.document([pair_of(results.boot_of("conformance.all", SUITE, 1.5))])
        for element in root.iter():
            attributes, children = SCHEMA[element.tag]
            self.assertLessEqual(set(element.keys()), attributes, element.tag)
            self.assertLessEqual({child.tag for child in element}, children, element.tag)

    def test_counts_and_text(self) -> None:
        root = junit.document([pair_of(results.boot_of("conformance.all", SUITE, 1.5))])
        root = ElementTree.fromstring(ElementTree.tostring(root))  # it is well-formed
        suite, = root.findall("testsuite")
        counts = {"tests": "7", "failures": "1", "errors": "1"}
        self.assertEqual({key: root.get(key) for key in counts}, counts)
        self.assertEqual({key: suite.get(key) for key in (*counts, "skipped")},
                         {**counts, "skipped": "2"})
        cases = suite.findall("testcase")
        self.assertEqual(len(cases), 7)
        self.assertEqual(suite.get("time"), "1.500")
        failure = cases[1].find("failure")
        self.assertEqual(failure.get("message"), "expected: <b> & \ufffd more")
        self.assertEqual(failure.text, "  expected: <b> & \ufffd more\n  rax 1 -> 2")
        self.assertEqual(cases[2].find("skipped").get("message"), "known deviation: known: that is so")
        self.assertEqual([case.find("error") is not None for case in cases].count(True), 1)


class Reader(HTMLParser):
    """Collects what can be wrong with a page that needs nothing beside itself."""

    VOID = ("meta", "input", "wbr", "br")
    # Their end may be left out, and is.
    OPEN = ("tr", "td", "th", "dt", "dd")

    def __init__(self, text: str):
        super().__init__()
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.outside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID + self.OPEN:
            self.stack.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and (value or "").startswith("#"):
                self.targets.append(value[1:])
            elif name in ("href", "src") or name.startswith("on"):
                self.outside.append(f"{tag} {name}={value}")
        if tag in ("script", "link", "img", "iframe"):
            self.outside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.OPEN:
            assert self.stack and self.stack[-1] == tag, f"</{tag}> closes {self.stack[-3:]}"
            self.stack.pop()


class WebPage(unittest.TestCase):
    def setUp(self) -> None:
        boots = [results.boot_of("conformance.all", SUITE, 1.5),
                 results.boot_of("other", ["ok 1 - a", "not ok 2 - <script>x</script>",
                                             "ok 3 - ends as it should: power-off"])]
        better = [line.replace("not ok 2", "ok 2").replace("0x9", "0x1") for line in SUITE]
        self.text = webpage.document([
            pair_of(*boots), pair_of(results.boot_of("conformance.all", better),
                                     host="nested:qemu/q35")])
        self.reader = Reader(self.text)

    def test_needs_nothing(self) -> None:
        self.assertEqual((self.reader.stack, self.reader.outside), ([], []))
        self.assertNotIn("url(", self.text)
        self.assertNotIn("@import", self.text)
        self.assertNotIn("<script", self.text)

    def test_cells_open_their_evidence(self) -> None:
        self.assertEqual(len(self.reader.ids), len(set(self.reader.ids)))
        cells = [target for target in self.reader.targets if target != "_"]
        self.assertEqual(len(cells), 6 + 6 + 3)  # checks of two hosts, and three boots
        self.assertLessEqual(set(cells), set(self.reader.ids))
        self.assertIn("expected: &lt;b&gt; &amp; \x1b more", self.text)

    def test_summary(self) -> None:
        numbers = re.findall(r'<div class="(\w+)"><b>(\d+)</b>', self.text)
        self.assertEqual(dict(numbers), {"pass": "4", "fail": "2", "error": "2", "known": "2",
                                         "gone": "2", "skip": "2"})

    def test_what_differs_is_marked(self) -> None:
        self.assertRegex(self.text, r'<tr class="check"><th [^>]*>fails')
        self.assertRegex(self.text, r'<tr class="check same"><th [^>]*>holds')
        self.assertRegex(self.text, r'class="differs"><th [^>]*>CLOCKSOURCE2')
        self.assertRegex(self.text, r'class="same"><th [^>]*>CLOCKSOURCE ')


class Compare(unittest.TestCase):
    def both(self, change: dict[str, str]) -> tuple[list[str], bool]:
        lines = SUITE
        for old, new in change.items():
            lines = [line.replace(old, new) for line in lines]
        return compare.report(pair_of(results.boot_of("conformance.all", SUITE)),
                              pair_of(results.boot_of("conformance.all", lines), host="b"))

    def test_equal(self) -> None:
        self.assertEqual(self.both({})[1], True)
        self.assertEqual(self.both({"ram=1K": "ram=2K"})[1], True)

    def test_verdicts(self) -> None:
        lines, equal = self.both({"not ok 2": "ok 2"})
        self.assertFalse(equal)
        self.assertRegex("\n".join(lines), r"(?m)^x86_64\.a\.fails +fail +pass$")
        self.assertFalse(self.both({"ok 1 - x86_64.a.holds": "ok 1 - x86_64.a.is-new"})[1])

    def test_facts(self) -> None:
        lines, equal = self.both({"0x9": "0x81"})
        self.assertFalse(equal)
        text = "\n".join(lines)
        self.assertRegex(text, r"features +0x9 +0x81")
        self.assertRegex(text, r"feature CLOCKSOURCE2 \(bit 3\) +yes +no")
        self.assertRegex(text, r"feature PV_UNHALT \(bit 7\) +no +yes")

    def test_calls_if_both_were_traced(self) -> None:
        call = "# paravane hcall name=KVM_HC_X number=0x1 rax=0x1->{} rbx=0x0->0x0"

        def side(answer: str) -> results.Pair:
            lines = [BOOT.format("0x1"), "# paravane check name=x86_64.a.holds",
                     call.format("0x0"), call.format(answer), "ok 1 - x86_64.a.holds"]
            return pair_of(results.boot_of("conformance.all", lines))
        found, count = compare.answers(side("0x5"), side("0x6"))
        self.assertEqual(found, [("x86_64.a.holds: KVM_HC_X", "rax=0x1->0x5", "rax=0x1->0x6")])
        self.assertEqual(count, 2)
        self.assertEqual(compare.answers(side("0x5"), side("0x5")), ([], 2))
        self.assertFalse(compare.report(side("0x5"), side("0x6"))[1])

    def test_what_only_one_lets_be_checked(self) -> None:
        lines, equal = self.both({"ok 1 - x86_64.a.holds": "ok 1 - x86_64.a.holds # SKIP needs it"})
        self.assertFalse(equal)
        self.assertRegex("\n".join(lines), r"(?m)^a +1 +pass +skip +needs it$")

    def test_bits(self) -> None:
        self.assertEqual(features.bits("0x81"), {0, 7})
        self.assertIsNone(features.bits("none"))
        self.assertEqual(features.word("s390x", 3), "bit 3")


class KnownThere(unittest.TestCase):
    """Which hosts a line of known.tsv means."""

    LINES = [known.Known("a", "x86_64", "nested", "Linux*", "why", "where"),
             known.Known("b", "x86_64", "nested*", "Linux*", "why", "where"),
             known.Known("c", "x86_64", "nested:qemu*", "*with QEMU*", "why", "where"),
             known.Known("d", "x86_64", "qemu", "QEMU*", "why", "where")]
    VERSIONS = {"nested": "Linux 6.1", "nested:6.12": "Linux 6.12", "qemu:pc": "QEMU 7",
                "nested:qemu/q35": "Linux 6.1 with QEMU 7"}

    def test_hosts(self) -> None:
        with unittest.mock.patch.object(known, "read", lambda: self.LINES), \
                unittest.mock.patch.object(known, "version", lambda host, _: self.VERSIONS[host]):
            for host, checks in (("nested", "known=a,b"), ("nested:6.12", "known=a,b"),
                                 ("nested:qemu/q35", "known=b,c"), ("qemu:pc", "known=d")):
                self.assertEqual(known.words(host, "x86_64"), checks)
            self.assertEqual(known.why("a", "nested", "x86_64"), "why (where)")
            self.assertEqual(known.words("nested", "e500"), "")


class HostNames(unittest.TestCase):
    def test_parts(self) -> None:
        for name, parts in (("qemu", hosts.Host("qemu")),
                            ("qemu:q35/EPYC", hosts.Host("qemu", machine="q35", cpu="EPYC")),
                            ("nested:6.12", hosts.Host("nested", kernel="6.12")),
                            ("nested:6.12,qemu/q35",
                             hosts.Host("nested", kernel="6.12", vmm="qemu", machine="q35")),
                            ("cmd:x y:z", hosts.Host("cmd", "x y:z"))):
            hosts.check_name(name)
            self.assertEqual(hosts.parse(name), parts)
        for name in ("x", "nested:", "nested:a b", "qemu:"):
            with self.assertRaises(Problem):
                hosts.check_name(name)

    def test_options_become_part_of_the_name(self) -> None:
        self.assertEqual(hosts.named("nested", "qemu"), "nested:qemu")
        self.assertEqual(hosts.named("nested:6.12", "qemu", "q35", "EPYC"), "nested:6.12,qemu/q35/EPYC")
        self.assertEqual(hosts.named("qemu", None, None, "EPYC"), "qemu:microvm/EPYC")
        self.assertEqual(hosts.named("nested", "own"), "nested")
        for words in (("qemu", "qemu"), ("nested", None, "q35"), ("qemu:pc", None, "q35"),
                      ("nested:qemu", "qemu", "q35")):
            with self.assertRaises(Problem):
                hosts.named(*words)

    def test_folders(self) -> None:
        self.assertEqual(hosts.folder("e500", "cmd:a b/{image}"), "e500-cmd")
        self.assertEqual(hosts.folder("x86_64", "nested:6.12,qemu/q35"), "x86_64-nested-6.12-qemu-q35")

    def test_the_jobs_own_options_win(self) -> None:
        job = Job(Path("x.elf"), ARCHES["x86_64"], machine="pc")
        job = hosts.fitted("nested:6.12,qemu/q35/EPYC", job)
        self.assertEqual((job.kernel, job.vmm, job.machine, job.cpu), ("6.12", "qemu", "pc", "EPYC"))


if __name__ == "__main__":
    unittest_tap.main()
