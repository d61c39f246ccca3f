#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The runner as a user starts it: on fake VMMs, and on QEMU with guests of a few instructions."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import tiny_elf  # noqa: E402
import unittest_tap  # noqa: E402

# Where this runs in the background, SIGINT is ignored, and so it would be in the runner.
signal.signal(signal.SIGINT, signal.default_int_handler)

BOOT, EXIT = "# paravane boot arch=x86_64", "# paravane exit status=0"
GOOD = f"{BOOT}\n{EXIT}\n".encode()
LIMIT = 60  # seconds for one start of the runner: far more than it takes


def needs(program: str) -> object:
    return unittest.skipUnless(shutil.which(program), f"needs {program}")


class Tree(unittest.TestCase):
    """A project folder of its own for each test, with the real runner in it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="paravane-test-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        scripts = HERE.parents[1] / "scripts"
        (self.root / "scripts").mkdir()
        shutil.copy(scripts / "paravane", self.root / "scripts")
        (self.root / "scripts" / "runner").symlink_to(scripts / "runner")
        (self.root / "scripts" / "paravane").chmod(0o755)
        # The package finds the project from its own place: it must be a copy, too.
        (self.root / "scripts" / "runner").unlink()
        shutil.copytree(scripts / "runner", self.root / "scripts" / "runner",
                        ignore=shutil.ignore_patterns("__pycache__"))
        self.environment = dict(os.environ)

    def file(self, name: str, data: bytes | str, mode: int = 0o644) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        path.chmod(mode)
        return path

    def image(self, name: str = "guest", data: bytes | None = None) -> str:
        return str(self.file(f"{name}.elf", data or tiny_elf.x86_says(GOOD, 0)))

    def vmm(self, script: str) -> str:
        """A host cmd:… that runs a shell script with the image's name as $1."""
        path = self.file("vmm", "#!/bin/sh\n" + textwrap.dedent(script), 0o755)
        return f"cmd:{path} {{image}}"

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(["scripts/paravane", *words], cwd=self.root, text=True,
                                env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def paravane(self, *words: str) -> tuple[int, str, str]:
        child = self.start(*words)
        out, err = child.communicate(timeout=LIMIT)
        return child.returncode, out, err

    def expect(self, status: int, pattern: str, *words: str) -> str:
        """Runs it; its status and (somewhere in its errors) a pattern must fit.

        An empty pattern fits everything, `^$` silence.
        """
        code, out, err = self.paravane(*words)
        self.assertEqual(code, status, f"{out}\n{err}")
        if pattern:
            self.assertRegex(err, pattern)
        self.assertNotIn("Traceback", err)
        return out

    def leftovers(self) -> list[str]:
        """Processes that have this test's folder in their command line."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if str(self.root) in words and path.parent.name != str(os.getpid()):
                found.append(words)
        return found

    def assert_nothing_left(self) -> None:
        deadline = time.monotonic() + 5
        while self.leftovers() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.leftovers(), [])
        run = self.root / "build" / "run"
        self.assertEqual([p.name for p in run.glob("[0-9]*")] if run.is_dir() else [], [])

    def wait_for(self, condition: object, what: str) -> None:
        deadline = time.monotonic() + LIMIT
        while not condition():  # type: ignore[operator]
            self.assertLess(time.monotonic(), deadline, f"waited for {what}")
            time.sleep(0.02)


class FakeVmm(Tree):
    def run_on(self, status: int, pattern: str, script: str, *words: str) -> str:
        return self.expect(status, pattern, "run", "--on", self.vmm(script), *words, self.image())

    def test_good(self) -> None:
        out = self.run_on(0, "^$", f"printf '{BOOT}\\r\\nhello\\r\\n{EXIT}\\r\\n'")
        self.assertEqual(out, f"{BOOT}\nhello\n{EXIT}\n")

    def test_what_is_no_success(self) -> None:
        for script, pattern in (
                (f"echo '{BOOT}'", "last line.*missing"),
                (f"echo '{EXIT}'", "never printed its first line"),
                (f"echo '{BOOT}'; echo '{EXIT}'; exit 3", "panic, status 3.*power-off"),
                (f"echo '{BOOT}'; echo '1..2'; echo 'ok 1 - a'; echo '{EXIT}'", "1 of 2 results"),
                (f"echo '{BOOT}'; echo '1..1'; echo 'not ok 1 - a'; echo '{EXIT}'", "failed: a"),
                (f"echo '{BOOT}'; echo '{EXIT}'; kill -SEGV $$", "killed: Segmentation fault"),
                ("true", "console is empty")):
            with self.subTest(script=script):
                self.run_on(1, f"FAILED guest on .*{pattern}", script)

    def test_expected_ends(self) -> None:
        said = f"echo '{BOOT}'; echo bang; exit 7"
        self.run_on(0, "panic, status 7, as expected", said,
                    "--expect", "end=panic status=7 text=bang")
        self.run_on(1, "expected 8", said, "--expect", "end=panic status=8")
        self.run_on(1, "never said: boom", said, "--expect", "end=panic text=boom")

    def test_hang_ends_the_whole_group(self) -> None:
        script = f"echo '{BOOT}'; echo last words; sleep 1000 & sleep 1000"
        out = self.run_on(1, "(?s)last lines of the console.*last words.*no end within 0.5 s",
                          script, "--timeout", "0.5")
        self.assertIn("last words", out)
        self.assert_nothing_left()

    def test_console_is_shown_as_it_comes(self) -> None:
        child = self.start("run", "--on", self.vmm("printf 'no newline yet'; sleep 1000"),
                           self.image())
        self.addCleanup(child.communicate)
        self.assertEqual(child.stdout.read(14), "no newline yet")
        child.terminate()

    def test_options_reach_the_command(self) -> None:
        host = self.vmm('shift; printf "<%s>" "$@"') + " {append} {dtb} x{mem}x"
        _, out, _ = self.paravane("run", "--on", host, "--append", "a 'b c'", "--append", "d",
                                  "--mem", "1G", self.image())
        self.assertEqual(out, "<a 'b c' d><><x1Gx>\n")

    def test_tap(self) -> None:
        host = self.vmm(f"echo '{BOOT}'; echo '1..2'; echo 'ok 1 - a'; echo text; exit 1")
        out = self.expect(1, "", "tap", "--on", host, self.image())
        self.assertEqual(out.splitlines()[-6:-1], [
            "# text", "not ok 2 - ends as it should: panic, status 1",
            "# the guest failed: panic, status 1, expected a power-off",
            "# 1 of 2 results; the last one was 'a'", "# the machine ended: panic, status 1"])


class Errors(Tree):
    def test_usage(self) -> None:
        image, text = self.image(), str(self.file("text.elf", "text"))
        for pattern, *words in (
                ("COMMAND", ), ("IMAGE", "run"), ("no such host", "run", "--on", "x", image),
                ("no such architecture", "run", "--arch", "vax", image),
                ("is an image for x86_64", "run", "--arch", "e500", image),
                ("no such image", "run", "missing"),
                ("'x' is no time", "run", "--timeout", "x", image),
                ("no such file", "run", "--dtb", "missing", image),
                ("give one of them", "run", "--dtb", image, "--initrd", image, image),
                ("is none of end=", "run", "--expect", "end=x", image),
                ("has no such case", "run", "--case", "x", image),
                ("write {image}", "run", "--on", "cmd:vmm", image),
                ("either --arch", "check"), ("no test for", "check", "--arch", "x86_64")):
            with self.subTest(words=words):
                self.expect(2, pattern, *words)
        self.expect(1, "not an ELF image", "run", text)
        self.expect(1, "cannot start", "run", "--on", "cmd:/missing {image}", image)

    def test_help(self) -> None:
        for words in ([], ["run"], ["check"], ["tap"], ["tour"], ["list"], ["hosts"]):
            self.assertIn("usage:", self.expect(0, "^$", *words, "--help"))

    def test_what_there_is(self) -> None:
        self.assertIn("`make`", self.expect(1, "", "list"))
        self.assertIn("no SIE", self.expect(0, "", "hosts", "--no-probe"))
        self.file("build/x86_64/hello.elf", tiny_elf.x86_says(GOOD, 0))
        self.assertIn("hello", self.expect(0, "", "list"))

    def test_bad_tree(self) -> None:
        tree = str(self.file("bad.dts", "nonsense"))
        if shutil.which("dtc"):
            self.expect(1, "dtc refuses it", "run", "--dtb", tree, "--on", "cmd:true {image} {dtb}",
                        self.image())
        self.assert_nothing_left()


@needs("qemu-system-x86_64")
class QemuX86(Tree):
    def test_good(self) -> None:
        for machine in ("microvm", "q35"):
            out = self.expect(0, "^$", "run", "--machine", machine, self.image())
            self.assertEqual(out, GOOD.decode())

    def test_status(self) -> None:
        image = self.image("bad", tiny_elf.x86_says(GOOD.replace(b"=0", b"=9"), 9))
        self.expect(1, "panic, status 9", "run", image)
        self.expect(0, "as expected", "run", "--expect", "end=panic status=9", image)

    def test_hang(self) -> None:
        image = self.image("hang", tiny_elf.x86_says(GOOD, None))
        self.expect(1, r"(?s)EIP=.*no end within 1 s; CPU 0 at pc=0x100010 leave",
                    "run", "--timeout", "1", image)
        self.assert_nothing_left()

    def test_triple_fault(self) -> None:
        image = self.image("fault", tiny_elf.x86_triple_fault())
        self.expect(1, r"the machine was reset \(CPU 0 at pc=0x100007 _start\+0x7\)", "run", image)

    def test_refused_by_qemu(self) -> None:
        self.expect(1, "exited with status 1: .*machine", "run", "--machine", "nonsense",
                    self.image())

    def test_signals_leave_nothing(self) -> None:
        image = self.image("hang", tiny_elf.x86_says(GOOD, None))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number.name):
                child = self.start("run", image)
                self.assertEqual(child.stdout.readline(), f"{BOOT}\n")
                self.assertGreater(len(self.leftovers()), 0)
                child.send_signal(number)
                child.communicate(timeout=LIMIT)
                self.assertEqual(child.returncode,
                                 -9 if number == signal.SIGKILL else 128 + number)
                self.assert_nothing_left()

    def test_tour(self) -> None:
        text = (f"{BOOT} hypervisor=Q abi=kvm insns=0f01c1 features=0x1\n"
                "# paravane call name=a answer=as-documented\n" + EXIT + "\n")
        self.file("build/x86_64/tour.elf", tiny_elf.x86_says(text.encode(), 0))
        out = self.expect(0, "^$", "tour", "--arch", "x86_64", "--on", "qemu")
        self.assertRegex(out, r"x86_64 +qemu +Q +kvm +0f01c1 +0x1 +1 of 1 +power-off")
        self.assertTrue(all(len(line) <= 100 for line in out.splitlines()))


class QemuOthers(Tree):
    @needs("qemu-system-s390x")
    def test_s390x(self) -> None:
        image = self.image("off", tiny_elf.s390x_waits(0xfff))
        self.expect(1, "(?m)FAILED off on qemu: it never printed its first line", "run", image)
        image = self.image("status", tiny_elf.s390x_waits(0xbad050))
        self.expect(1, r"panic, status 5 \(CPU 0 at pc=0xbad050", "run", image)
        image = self.image("wait", tiny_elf.s390x_waits(0x123456))
        self.expect(1, "(?s)R00=.*PSW address 0x123456", "run", image)

    @needs("qemu-system-ppc")
    def test_e500(self) -> None:
        image = self.image("loop", tiny_elf.e500_loops())
        self.expect(1, "(?s)NIP.*CPU 0 at pc=0x10000 spin", "run", "--timeout", "1", image)


@needs("prove")
class Check(Tree):
    def setUp(self) -> None:
        super().setUp()
        for name in ("good", "cased", "bad"):
            self.file(f"build/x86_64/tests/{name}.elf", tiny_elf.x86_says(GOOD, 0))
        self.file("tests/portable/cased.cases", "one | --append 1\ntwo | --append 2\n"
                  "never | --only e500\nfails | --expect end=panic --append 3\n")
        self.host = self.vmm(f"""\
            echo '{BOOT}'; echo '1..1'
            case $1 in *bad*) echo 'not ok 1 - x'; exit 1 ;; esac
            echo 'ok 1 - x'
            [ "$2" != 3 ] || exit 4
            echo '{EXIT}'""") + " {append}"

    def check(self, status: int, *words: str) -> str:
        code, out, err = self.paravane("check", "--arch", "x86_64", "--on", self.host, *words)
        self.assertEqual(code, status, f"{out}\n{err}")
        return out

    def test_success(self) -> None:
        out = self.check(0, "good", "cased", "-j", "2")
        self.assertIn("Files=4, Tests=8", out)
        self.assertIn("[4/4] ok", out)
        names = sorted(p.name for p in (self.root / "build/results/x86_64-cmd").iterdir())
        self.assertEqual(names, ["cased.fails.tap", "cased.one.tap", "cased.two.tap", "good.tap",
                                 "pair.json"])

    def test_failure(self) -> None:
        out = self.check(1)
        self.assertRegex(out, r"FAIL x86_64 on cmd +bad ")
        self.assertRegex(out, r"again: scripts/paravane run --on .* build/x86_64/tests/bad.elf")
        self.assertIn("Result: FAIL", out)

    def test_case_by_hand(self) -> None:
        self.expect(0, "as expected", "run", "--on", self.host, "--case", "fails", "cased")
        self.expect(2, "no such case; there are one, two", "run", "--case", "x", "cased")

    def test_wrong_cases_file(self) -> None:
        self.file("tests/x86_64/bad.cases", "name | --nonsense\n")
        self.assertEqual(self.check(2), "")

    def test_interrupted(self) -> None:
        self.vmm("sleep 1000")
        child = self.start("check", "--arch", "x86_64", "--on", self.host, "-j", "2")
        self.wait_for(lambda: len(self.leftovers()) > 2, "the first guests")
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=LIMIT)
        self.assertEqual(child.returncode, 130)
        self.assert_nothing_left()


@needs("prove")
@needs("qemu-system-s390x")
class Hang(Tree):
    """A call that does not come back: its check fails by name, and the others are made."""

    IMAGE = HERE.parents[1] / "build/s390x/conformance.elf"
    SABOTEUR = "never-returns-diag-release-pages"

    @unittest.skipUnless(IMAGE.is_file(), "needs build/s390x/conformance.elf")
    def test_hanging_call(self) -> None:
        (self.root / "build/s390x").mkdir(parents=True)
        shutil.copy(self.IMAGE, self.root / "build/s390x")
        (self.root / "tests").mkdir()
        (self.root / "tests/conformance").mkdir()
        self.file("tests/conformance/known.tsv", "")
        self.file("tests/conformance/conformance.cases",
                  f"hangs | --append 'run=diag-*.keeps-registers sabotage={self.SABOTEUR}' "
                  "--timeout 8\n")
        code, out, err = self.paravane("check", "--arch", "s390x", "--on", "qemu",
                                       "--junit", "r.xml", "--html", "r.html")
        self.assertEqual(code, 1, f"{out}\n{err}")
        tap = (self.root / "build/results/s390x-qemu/conformance.hangs.tap").read_text()
        self.assertRegex(tap, r"(?m)^not ok 1 - s390x\.diag-release-pages\.keeps-registers$\n"
                              r"#   it did not come back: time limit reached")
        self.assertRegex(tap, r"(?m)^ok 2 - s390x\.diag-yield\.keeps-registers$")
        self.assertRegex(tap, r"(?m)^ok \d+ - s390x\.diag-breakpoint\.keeps-registers$")
        self.assertEqual(tap.count("\nnot ok "), 1, tap)
        report = (self.root / "r.xml").read_text()
        self.assertEqual(report.count("<failure"), 1)
        self.assertIn("it did not come back", report)


class NestedHost(Tree):
    """The protocol, with a script in place of QEMU and Linux."""

    FAKE = """\
        #!/usr/bin/python3
        import os, sys
        ports = [int(w.split("fd=")[1]) for w in sys.argv if w.startswith("socket,id=tty")]
        def both(text):
            for port in ports:
                os.write(port, text.encode())
        initrd = open(sys.argv[sys.argv.index("-initrd") + 1], "rb").read()
        jobs = [n for n in range(100) if b"jobs/%03d/words" % n in initrd]
        os.write(ports[0], b"Linux\\r\\n")
        for n in jobs:
            words = initrd.split(b"jobs/%03d/words\\0" % n)[1].lstrip(b"\\0")
            words = words.split(b"\\n")[0].decode()
            both("\\x1ejob %03d\\n" % n)
            if words == "crash":
                os.write(ports[0], b"kernel BUG\\n")
                sys.exit(0)
            os.write(ports[1], b"# paravane boot words=%s\\n# paravane exit status=0\\n"
                     % words.encode())
            os.write(ports[0], b"vmm: end reason=shutdown vcpu=0 status=0 exits=3\\n")
            both("\\x1eend %03d\\n" % n)
        both("\\x1edone\\n")
        """

    def setUp(self) -> None:
        super().setUp()
        self.file("bin/qemu-system-x86_64", textwrap.dedent(self.FAKE), 0o755)
        self.environment["PATH"] = f"{self.root}/bin:{os.environ['PATH']}"
        self.file("build/hosts/x86_64/vmlinuz", b"\0" * 0x300)
        self.file("build/hosts/x86_64/base.cpio", b"base!")

    def test_run(self) -> None:
        out = self.expect(0, "booting Linux", "run", "--on", "nested", "--append", "a",
                          self.image())
        self.assertEqual(out, f"# paravane boot words=a\n{EXIT}\n")
        self.assert_nothing_left()

    def test_linux_dies(self) -> None:
        self.expect(1, "(?s)kernel BUG.*ended early while it ran this", "run", "--on", "nested",
                    "--append", "crash", self.image())

    def test_not_prepared(self) -> None:
        (self.root / "build/hosts/x86_64/base.cpio").unlink()
        self.expect(1, "not prepared yet: hosts/prepare x86_64", "run", "--on", "nested",
                    self.image())

    def test_the_rest_is_run_after_a_crash(self) -> None:
        self.file("build/x86_64/tests/t.elf", tiny_elf.x86_says(GOOD, 0))
        self.file("tests/x86_64/t.cases", "a | --append 1\nb | --append crash\nc | --append 3\n"
                  "d | --machine q35\n")
        code, out, _ = self.paravane("check", "--arch", "x86_64", "--on", "nested", "-j1")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"(?s)ok +x86_64 on nested t\.a.*FAIL x86_64 on nested t\.b.*"
                              r"ok +x86_64 on nested t\.c")
        self.assertRegex(out, r"(?s)FAIL x86_64 on nested t\.d.*--machine and --cpu are for qemu")


class Manners(Tree):
    def test_temporary_files(self) -> None:
        tree = str(self.file("x.dts", "/dts-v1/; / { };"))
        if not shutil.which("dtc"):
            self.skipTest("needs dtc")
        words = ["run", "--on", "cmd:test -s {dtb} -a -n {image}", "--dtb", tree, self.image()]
        self.paravane(*words)
        self.assert_nothing_left()
        self.paravane(*words[:1], "--keep", *words[1:])
        self.assertEqual(len(list((self.root / "build/run").glob("kept-*/*.dtb"))), 1)

    def test_a_dead_runners_files_are_swept(self) -> None:
        child = subprocess.Popen(["true"])
        child.wait()
        old = self.root / "build" / "run" / f"{child.pid}.0"
        old.mkdir(parents=True)
        self.test_temporary_files()
        self.assertFalse(old.exists())

    def test_closed_output(self) -> None:
        host = self.vmm("while echo line; do :; done")
        child = self.start("run", "--on", host, self.image())
        child.stdout.readline()
        child.stdout.close()
        _, errors = child.communicate(timeout=LIMIT)
        self.assertNotIn("Traceback", errors)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest_tap.main()
