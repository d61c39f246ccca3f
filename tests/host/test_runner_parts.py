#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The runner's parts, each by itself: what they take from images, consoles, files and options."""
from __future__ import annotations

import io
import sys
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

import tiny_elf  # noqa: E402
import unittest_tap  # noqa: E402
from runner import beside, cases, command, known, kvm, mutants, nested  # noqa: E402
from runner import options, show, suite, tap, tour, verdict  # noqa: E402
from runner.console import Console, pairs  # noqa: E402
from runner.cpio import Cpio  # noqa: E402
from runner.elf import Elf  # noqa: E402
from runner.job import ARCHES, End, Expect, Job, expectation  # noqa: E402
from runner.tree import Problem, Scratch  # noqa: E402

BOOT, EXIT = "# paravane boot arch=x86_64 ram=1K", "# paravane exit status=0"


def console_of(*lines: str) -> Console:
    console = Console()
    console.feed("".join(f"{line}\r\n" for line in lines).encode())
    return console


class WithFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, data: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path


class Images(WithFolder):
    def test_machine_and_symbols(self) -> None:
        for data, machine, addr, name in (
                (tiny_elf.x86_says(b"x", 0), 62, 0x100012, "leave+0x2"),
                (tiny_elf.s390x_waits(0xfff), 22, 0x10000, "_start"),
                (tiny_elf.e500_loops(), 20, 0x10000, "spin")):
            elf = Elf(self.file("image", data))
            self.assertEqual((elf.machine, elf.name_of(addr)), (machine, name))
            self.assertEqual(elf.name_of(4), "")
            self.assertEqual(elf.name_of(0x7fffffff), "")

    def test_every_truncation_is_survived(self) -> None:
        whole = tiny_elf.x86_says(b"hello", 0)
        for length in range(len(whole)):
            path = self.file("cut", whole[:length])
            try:
                Elf(path).name_of(0x100000)
            except Problem:
                self.assertLess(length, 64)

    def test_what_is_no_image(self) -> None:
        with self.assertRaisesRegex(Problem, "not an ELF image"):
            Elf(self.file("text", "hello"))
        with self.assertRaisesRegex(Problem, "cannot be read"):
            Elf(self.folder / "missing")


class Consoles(WithFolder):
    def test_shown_as_it_comes(self) -> None:
        shown: list[str] = []
        console = Console(None, shown.append)
        for part in (b"a\r", b"\nb", b"\xc3", b"\xa4\x1b\n", b"rest"):
            console.feed(part)
        self.assertEqual("".join(shown), "a\nbä\\x1b\nrest")
        self.assertEqual(console.lines, ["a", "bä\\x1b"])
        console.finish()
        self.assertEqual(console.lines[-1], "rest")

    def test_addresses_get_names(self) -> None:
        elf = Elf(self.file("image", tiny_elf.x86_says(b"x", 0)))
        console = Console(elf)
        console.feed(b"#   at 0x100012\n# paravane trap pc=0x100000 cause: #UD\n#   at 0x5\n"
                     b"text pc=0x100000\n")
        self.assertEqual(console.lines, [
            "#   at 0x100012 leave+0x2", "# paravane trap pc=0x100000 cause: #UD [_start]",
            "#   at 0x5", "text pc=0x100000"])

    def test_lines_for_programs(self) -> None:
        console = console_of(BOOT, "# paravane call name=x words=\"a b\" nr=0x3",
                             "text # paravane exit status=9", EXIT)
        self.assertEqual(console.marks("call"), [{"name": "x", "words": "a b", "nr": "0x3"}])
        self.assertEqual(console.exit_status(), 0)
        self.assertEqual(pairs("a=1 b= c=\"\""), {"a": "1", "b": "", "c": ""})

    def test_endless_line(self) -> None:
        console = Console()
        for _ in range(100):
            console.feed(b"x" * 1000)
        console.finish()
        self.assertTrue(all(len(line) < 8192 for line in console.lines))
        self.assertEqual(sum(map(len, console.lines)), 100_000)


class Taps(unittest.TestCase):
    def complaints(self, *lines: str) -> str:
        return "; ".join(tap.Tap(list(lines)).complaints())

    def test_good(self) -> None:
        self.assertEqual(self.complaints("text"), "")
        self.assertEqual(self.complaints("1..2", "ok 1 - a", "ok 2 # SKIP no"), "")
        self.assertEqual(self.complaints("not ok 1 - a # TODO later", "1..1"), "")
        self.assertEqual(self.complaints("1..0 # SKIP no hypervisor"), "")

    def test_bad(self) -> None:
        self.assertIn("failed: a", self.complaints("1..1", "not ok 1 - a"))
        self.assertIn("1 of 3 results; the last one was 'a'", self.complaints("1..3", "ok 1 - a"))
        self.assertIn("no plan", self.complaints("ok 1"))
        self.assertIn("bailed out: why", self.complaints("1..1", "ok 1", "Bail out! why"))
        self.assertIn("result 3 stands where 2", self.complaints("1..2", "ok 1", "ok 3"))
        self.assertIn("no plan", self.complaints("TAP version 13"))
        self.assertIn("checked nothing", self.complaints("1..0"))
        self.assertEqual(tap.Tap(["TAP version 13", "ok 1"]).complaints(whole=False), [])
        self.assertIn("second plan", self.complaints("1..1", "ok 1", "1..1"))

    def test_for_prove(self) -> None:
        lines = ["TAP version 13", "1..2", "ok 1 - a", "noise", "# said"]
        self.assertEqual(tap.for_prove(lines, ["crashed"], ["r1=0"], "reset"), [
            "TAP version 13", "# 1..2", "ok 1 - a", "# noise", "# said",
            "not ok 2 - ends as it should: reset", "# crashed", "# r1=0", "1..2"])
        self.assertEqual(tap.for_prove(["1..0 # SKIP none"], [], [], "")[-1], "1..0 # SKIP none")


class Verdicts(unittest.TestCase):
    def judge(self, end: End, *lines: str, expect: Expect = Expect()) -> str:
        job = Job(Path("x"), ARCHES["x86_64"], expect=expect)
        return "; ".join(verdict.judge(job, end, console_of(*lines)))

    def test_success_needs_all_of_it(self) -> None:
        good = End("shutdown", 0)
        self.assertEqual(self.judge(good, BOOT, EXIT), "")
        self.assertEqual(self.judge(good, BOOT, "1..1", "ok 1", EXIT), "")
        self.assertIn("never printed its first line", self.judge(good, EXIT))
        self.assertIn("the console is empty", self.judge(good))
        self.assertIn("last line", self.judge(good, BOOT))
        self.assertIn("failed: a", self.judge(good, BOOT, "1..1", "not ok 1 - a", EXIT))

    def test_the_outside_decides(self) -> None:
        self.assertIn("the machine was reset", self.judge(End("reset"), BOOT, EXIT))
        self.assertIn("status 3", self.judge(End("panic", 3), BOOT, EXIT))
        self.assertIn("no end within 3 s; pc=0x1",
                      self.judge(End("timeout", None, "no end within 3 s; pc=0x1"), BOOT, EXIT))
        self.assertEqual(self.judge(End("error", detail="no QEMU"), BOOT, EXIT), "no QEMU")

    def test_expectations(self) -> None:
        said = "# paravane exit status=255"
        crash = expectation("end=panic status=255 text='# paravane exit'")
        self.assertEqual(self.judge(End("panic", 127, bits=7), BOOT, said, expect=crash), "")
        self.assertEqual(self.judge(End("panic"), BOOT, said, expect=crash), "")
        self.assertIn("expected 255", self.judge(End("panic", 7), BOOT, said, expect=crash))
        self.assertIn("never said", self.judge(End("panic", 255), BOOT, expect=crash))
        self.assertEqual(self.judge(End("reset"), BOOT, expect=expectation("end=reset")), "")
        self.assertEqual(self.judge(End("shutdown", 0), BOOT, expect=expectation("end=shutdown")),
                         "")
        self.assertIn("expected a reset",
                      self.judge(End("shutdown", 0), BOOT, expect=expectation("end=reset")))
        for wrong in ("end=never", "status=x", "status=256", "nonsense"):
            with self.assertRaisesRegex(Problem, "is none of end="):
                expectation(wrong)

    def test_the_guest_says_its_purpose(self) -> None:
        says = "# paravane expect end={}".format
        self.assertEqual(self.judge(End("reset"), BOOT, says("reset")), "")
        self.assertEqual(self.judge(End("shutdown", 0), BOOT, says("shutdown")), "")
        self.assertIn("expected a reset", self.judge(End("shutdown", 0), BOOT, says("reset"), EXIT))
        self.assertIn("expected a power-off", self.judge(
            End("reset"), BOOT, says("reset"), expect=expectation("end=shutdown")))
        self.assertIn("expected a power-off", self.judge(End("reset"), BOOT, says("nonsense")))

    def test_a_failed_result_is_counted_once(self) -> None:
        job = Job(Path("x"), ARCHES["x86_64"])
        console = console_of(BOOT, "1..1", "not ok 1 - a", "# paravane exit status=1")
        lines, passed = verdict.as_tap(job, End("panic", 1), console)
        self.assertFalse(passed)
        self.assertEqual(sum(line.startswith("not ok") for line in lines), 1)


class Cases(WithFolder):
    def test_format(self) -> None:
        found = cases.read(self.file("x.cases", "# text\n\n"
                                     "one | --append 'a b' --append c --only e500:nested\n"
                                     "two |\n"))
        self.assertEqual([case.name for case in found], ["one", "two"])
        self.assertEqual(found[0].options.append, ["a b", "c"])
        self.assertTrue(found[0].applies("e500", "nested"))
        self.assertFalse(found[0].applies("e500", "qemu"))
        self.assertTrue(found[1].applies("s390x", "cmd:x {image}"))

    def test_places(self) -> None:
        one, = cases.read(self.file("x.cases", "x | --only e500,nested,s390x:kvm"))
        where = [(arch, host) for arch in ARCHES for host in ("qemu", "kvm", "nested", "cmd")
                 if one.applies(arch, host)]
        self.assertEqual(where, [("x86_64", "nested"), ("e500", "qemu"), ("e500", "kvm"),
                                 ("e500", "nested"), ("e500", "cmd"), ("s390x", "kvm"),
                                 ("s390x", "nested")])

    def test_errors_name_the_line(self) -> None:
        for text, why in (("a | --nonsense", ":1: .*--nonsense"), ("\nno bar", ":2: .*name . opt"),
                          ("a | --timeout x", ":1: .*'x' is no time"),
                          ("a |\na |", ":2: .*already"),
                          ("a | 'x", ":1: "), ("a | --only e5000", ":1: .*e5000")):
            with self.assertRaisesRegex(Problem, why):
                cases.read(self.file("x.cases", text))

    def test_the_user_wins(self) -> None:
        mine = Namespace(timeout=None, mem="1G", append=["mine"])
        options.merge(mine, Namespace(timeout=5.0, mem="2G", append=["case"], only=None))
        self.assertEqual((mine.timeout, mine.mem, mine.append), (5.0, "1G", ["case", "mine"]))


class Commands(unittest.TestCase):
    def line(self, template: str, **more: object) -> list[str]:
        return command.command_line(template, Job(Path("/i m"), ARCHES["e500"], **more))

    def test_template(self) -> None:
        self.assertEqual(self.line("vmm -a '{append}' {image}", append="x {dtb} y"),
                         ["vmm", "-a", "x {dtb} y", "/i m"])
        self.assertEqual(self.line("vmm {image} {mem}:{cpus}:{arch}"),
                         ["vmm", "/i m", "256M:1:e500"])

    def test_errors(self) -> None:
        for template, why in (("vmm", "write {image}"), ("vmm '{image}", "quot"),
                              ("vmm {image}", "no place for it")):
            with self.assertRaisesRegex(Problem, why):
                self.line(template, append="x" if why.startswith("no place") else "")


class Archives(unittest.TestCase):
    def test_cpio(self) -> None:
        out = io.BytesIO()
        archive = Cpio(out)
        archive.folder("jobs")
        archive.file("jobs/words", "hello\n")
        archive.link("jobs/l", "/x")
        archive.finish()
        data, found, at = out.getvalue(), {}, 0
        while at < len(data):
            self.assertEqual((data[at:at + 6], at % 4), (b"070701", 0))
            fields = [int(data[at + 6 + 8 * n:at + 14 + 8 * n], 16) for n in range(13)]
            name = data[at + 110:at + 110 + fields[11] - 1].decode()
            at += (110 + fields[11] + 3) & ~3
            found[name] = (fields[1], data[at:at + fields[6]])
            at += (fields[6] + 3) & ~3
        self.assertEqual(found, {"jobs": (0o40755, b""), "jobs/words": (0o100644, b"hello\n"),
                                 "jobs/l": (0o120777, b"/x"), "TRAILER!!!": (0, b"")})


class Nested(WithFolder):
    def split(self, data: bytes, size: int) -> list[object]:
        found: list[object] = []

        def text(part: bytes) -> None:
            if found and isinstance(found[-1], bytes):
                found[-1] += part
            else:
                found.append(part)
        splitter = nested.Splitter(lambda word, number: found.append((word, number)), text)
        for at in range(0, len(data), size):
            splitter.feed(data[at:at + size])
        return found

    def test_splitter_at_any_cut(self) -> None:
        data = b"boot\n\x1ejob 000\r\nhi\x1e there\n\x1eend 000\nbye\x1edone\n"
        for size in (1, 2, 3, 7, 100):
            self.assertEqual(self.split(data, size), [
                b"boot\n", ("job", 0), b"hi\x1e there\n", ("end", 0), b"bye", ("done", 0)])

    def report(self, *lines: str) -> End:
        image = self.file("image", tiny_elf.x86_says(b"x", 0))
        report = nested.Report(Job(image, ARCHES["x86_64"], timeout=4), Console())
        report.log.feed("".join(f"{line}\n" for line in lines).encode())
        return report.end()

    def test_ends(self) -> None:
        self.assertEqual(self.report("vmm: end reason=shutdown vcpu=0 status=0 exits=9"),
                         End("shutdown", 0))
        end = self.report("vmm: reg rax=0", "vmm: end reason=timeout vcpu=0 status=0 exits=1 "
                          'pc=0x100012 why="not finished"')
        self.assertEqual((end.reason, end.report), ("timeout", ("vmm: reg rax=0",)))
        self.assertEqual(end.detail, "no end within 4 s, pc=0x100012 [leave+0x2]")
        self.assertIn("did not report", self.report("kernel BUG").detail)


class Beside(unittest.TestCase):
    @staticmethod
    def said(text: str) -> list[str]:
        """The trace of a guest that prints it, each byte by two exits."""
        return [line for byte in text.encode() for line in (
            "vmm: trace vcpu=0 exit=MMIO load address=0x5 size=1 data=60 device=uart.lsr",
            f"vmm: trace vcpu=0 exit=MMIO store address=0x0 size=1 data={byte:02x} device=uart.data")]

    def test_exits_stand_beside_the_line_that_follows_them(self) -> None:
        trace = [*self.said("a\r\n"), "vmm: end reason=x",
                 "vmm: trace vcpu=0 exit=EPAPR_HCALL call=? nr=0x7 ret=12", *self.said("b\n"),
                 "vmm: trace vcpu=0 exit=MMIO store address=0xfe00ff000 data=80"]
        self.assertEqual(beside.rows(trace), [
            beside.Row("a", (), 6), beside.Row("b", ("EPAPR_HCALL call=? nr=0x7 ret=12",), 4),
            beside.Row("", ("MMIO store address=0xfe00ff000 data=80",), 0)])

    def test_several_bytes_of_one_exit(self) -> None:
        self.assertEqual([row.line for row in beside.rows([
            "vmm: trace vcpu=0 exit=IO out port=0x3f8 size=1 count=3 data=610a62 device=uart.data",
            "vmm: trace vcpu=0 exit=IO out port=0x3f9 size=1 count=1 data=63 device=uart.ier"])],
            ["a", "b"])

    def test_two_columns(self) -> None:
        trace = [
            *self.said("boot\n"), *self.said("Call 1: KVM_HC_X: what\n  Words.\n"),
            "vmm: trace vcpu=0 exit=EPAPR_HCALL call=KVM_HC_X nr=0x7 ret=12",
            *self.said("           before        after\n"
                       "  r0       0x000000aa -> 0x0000bbbb  changed, as the ABI allows\n"
                       "  r3       0x00000001 -> 0x0000000c  status\n  -> r3 = 12: nobody\n"
                       "Call 2: other\n  -> r3 = 0: success\n"
                       "2 calls, 0 answered otherwise than documented.\n"),
            "vmm: trace vcpu=0 exit=HLT"]
        text = beside.text(trace)
        self.assertNotIn("boot", text)
        self.assertNotIn("r0", text)
        self.assertRegex(text, r"\n1 KVM_HC_X: what +\| EPAPR_HCALL call=KVM_HC_X nr=0x7 ret=12\n"
                               r"  r3   0x1 -> 0xc +\|\n  -> r3 = 12: nobody +\|\n")
        self.assertRegex(text, r"\n2 other +\| no exit: KVM answered it in the kernel\n")
        self.assertRegex(text, r"\nafter the last one +\| HLT\n")
        self.assertIn(f"{sum('uart' in line for line in trace)} exits for the serial port", text)


class Suite(WithFolder):
    JOB = Job(Path("conformance.elf"), ARCHES["s390x"], append="seed=3")
    HUNG = ("TAP version 13", "# paravane check name=a", "ok 1 - a", "# paravane check name=b")
    REST = ("TAP version 13", "# paravane check name=c", "not ok 1 - c", "1..1")

    def boot(self, reason: str, lines: tuple[str, ...]) -> suite.Boot:
        return suite.Boot(End(reason, None, "", ("pc=1",)), console_of(*lines))

    def test_a_hang_fails_by_name_and_the_rest_runs(self) -> None:
        asked = []

        def again(job: Job) -> suite.Boot:
            asked.append(job.append)
            return self.boot("panic", self.REST)

        boot = suite.complete(self.JOB, self.boot("timeout", self.HUNG), again)
        self.assertEqual(asked, ["seed=3 after=b"])
        results = [line for line in boot.console.lines if "ok " in line]
        self.assertEqual(results, ["ok 1 - a", "not ok 2 - b", "not ok 3 - c"])
        self.assertEqual(boot.console.lines[-1], "1..3")
        self.assertEqual(tap.Tap(boot.console.lines).faults, [])

    def test_it_gives_up_some_time(self) -> None:
        boot = suite.complete(self.JOB, self.boot("timeout", self.HUNG),
                              lambda _: self.boot("timeout", self.HUNG))
        self.assertIn("what comes after b was not run", boot.console.lines[-1])
        self.assertIsNone(tap.Tap(boot.console.lines).plan)

    def test_nothing_is_left_of_a_whole_run(self) -> None:
        self.assertIsNone(suite.rest(self.JOB, self.boot("panic", self.REST)))
        other = self.JOB._replace(image=Path("hello.elf"))
        self.assertIsNone(suite.rest(other, self.boot("timeout", self.HUNG)))

    def test_known_deviations(self) -> None:
        self.assertTrue(known.read())
        path = self.file("known.tsv", "# a comment\n\nx.*\ts390x\tqemu\t*\twhy\tdocs\n")
        self.assertEqual(known.read(path)[0].why, "why")
        with self.assertRaisesRegex(Problem, r"known.tsv:1: 2 columns"):
            known.read(self.file("known.tsv", "x.*\ts390x\n"))

    def test_what_catches_a_mutant(self) -> None:
        self.assertEqual(mutants.verdict(self.boot("panic", self.REST), False), "c")
        self.assertIn("b (time", mutants.verdict(self.boot("timeout", self.HUNG), True))
        self.assertEqual(mutants.verdict(self.boot("timeout", self.HUNG), False), "")


class Others(WithFolder):
    def test_sizes(self) -> None:
        parser = options.Parser(prog="x")
        options.add_boot(parser)
        for text, size in (("256", "256M"), ("1g", "1G"), ("64MiB", "64M")):
            self.assertEqual(parser.parse_args(["--mem", text]).mem, size)
        for words in (["--mem", "0"], ["--mem", "x"], ["--cpus", "0"], ["--timeout", "-1"]):
            with self.assertRaises(Problem) as caught:
                parser.parse_args(words)
            self.assertEqual(caught.exception.status, 2)

    def test_text_may_begin_with_a_dash(self) -> None:
        parser = options.Parser(prog="x")
        options.add_boot(parser)
        args = parser.parse_args(["--vmm-args", "--trace", "--append", "-y", "--append=-x"])
        self.assertEqual((args.vmm_args, args.append), (["--trace"], ["-y", "-x"]))
        with self.assertRaisesRegex(Problem, "expected one argument"):
            parser.parse_args(["--append"])
        with self.assertRaisesRegex(Problem, "--time"):
            parser.parse_args(["--time", "3"])

    def test_table(self) -> None:
        text = show.table([["a", "long heading"], ["xyz", "some words here"]], {1: 10})
        self.assertEqual(text.splitlines(), ["a    long", "     heading", "---  ----------",
                                             "xyz  some words", "     here"])

    def test_tour_row(self) -> None:
        console = console_of(BOOT + " hypervisor=KVM abi=epapr insns=3c004b5660004d21 features=0x4",
                             "# paravane call name=a answer=as-documented",
                             "# paravane call name=b answer=WRONG", EXIT)
        self.assertEqual(tour.row("e500", "nested", console, End("shutdown", 0)), [
            "e500", "nested", "KVM", "epapr", "3c004b56 60004d21", "0x4", "1 of 2",
            "power-off"])

    def test_what_a_kvm_probe_means(self) -> None:
        call = "# paravane call name=KVM_HC_X answer=as-documented"
        self.assertEqual(kvm.verdict_of(End("shutdown", 0), console_of(BOOT, call, EXIT)), "")
        for end, lines, why in (
                (End("timeout", None, "no end"), [BOOT], "first hypercall does not return"),
                (End("timeout"), [], "no guest starts"),
                (End("timeout"), [BOOT, call], "stops after 1 hyper"),
                (End("shutdown", 0), [BOOT, "# paravane call name=unpatched", EXIT], "hypercall")):
            self.assertIn(why, kvm.verdict_of(end, console_of(*lines)))

    def test_scratch_is_removed(self) -> None:
        with Scratch() as scratch:
            first, second = scratch.file("x"), scratch.file("x")
            first.write_text("x")
            self.assertNotEqual(first, second)
        self.assertFalse(first.parent.exists())


if __name__ == "__main__":
    unittest_tap.main()
