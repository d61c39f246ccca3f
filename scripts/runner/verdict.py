# SPDX-License-Identifier: BSD-2-Clause
"""Did a boot go as it should? The end seen from outside and the console must both say so."""
from __future__ import annotations

from .console import Console
from .job import REASONS, End, Expect, Job
from .tap import Tap, for_prove


def completed(end: End, console: Console) -> End:
    """The end with its status: what the guest said, unless what was seen of it is something else.

    Not every machine can pass on a status, or all bits of it.
    """
    said = console.exit_status()
    if end.status is None or (said is not None and said & ((1 << end.bits) - 1) == end.status):
        return end._replace(status=said)
    return end


def wanted(job: Job, console: Console) -> Expect:
    """What is expected: the user's word, or else what the guest announced as its purpose.

    `# paravane expect end=reset` before the attempt only says what to look for: whether the machine
    was reset is seen from outside.
    """
    marks = console.marks("expect")
    reason = marks[-1].get("end", "") if marks else ""
    if job.expect.said or reason not in REASONS:
        return job.expect
    return job.expect._replace(reason=reason, status=0 if reason == "shutdown" else None, said=True)


def about_end(job: Job, end: End, console: Console) -> list[str]:
    """Complaints about how it ended, one line each."""
    want, found, end = wanted(job, console), [], completed(end, console)
    if end.reason == "error":
        return [end.detail or "the host could not run it"]
    if end.reason != want.reason:
        found.append(_wrong_end(want, end))
    elif want.status not in (None, end.status):
        found.append(f"it ended with status {end.status}, expected {want.status}")
    if want.silent:
        found += [f"its console was to be silent: {line}" for line in console.lines[:1]]
    elif not console.marks("boot"):
        found.append("it never printed its first line, `# paravane boot …`"
                     + ("" if console.lines else ": the console is empty"))
    elif not found and not want.said and want.status == 0 and console.exit_status() != 0:
        said = console.exit_status()
        found.append("its last line, `# paravane exit status=0`, is missing" if said is None
                     else f"it said exit status={said}")
    found += [f"the console never said: {text}" for text in want.texts
              if not any(text in line for line in console.lines)]
    return list(dict.fromkeys(found))


def _wrong_end(want: Expect, end: End) -> str:
    if end.reason == "timeout":
        return end.detail or "it did not end in time"
    detail = f" ({end.detail})" if end.detail else ""
    seen = {"reset": "the machine was reset", "panic": f"the guest failed: {end}",
            "shutdown": "the machine was powered off"}[end.reason]
    wanted = {"shutdown": "a power-off", "reset": "a reset", "panic": "a failure",
              "timeout": "that it would not end"}[want.reason]
    plain = end.reason == "reset" and not want.said
    hint = "; if that is its purpose, say --expect end=reset" if plain else ""
    return f"{seen}{detail}, expected {wanted}{hint}"


def judge(job: Job, end: End, console: Console) -> list[str]:
    """All complaints; an empty list is a success."""
    return about_end(job, end, console) + _about_results(job, console)


def _about_results(job: Job, console: Console) -> list[str]:
    # A program that announced its power-off and never said exit() was meant to end in its midst.
    announced = bool(console.marks("expect")) and console.exit_status() is None
    whole = wanted(job, console).reason == "shutdown" and not announced
    return Tap(console.lines).complaints(whole=whole)


def as_tap(job: Job, end: End, console: Console) -> tuple[list[str], bool]:
    """The boot as TAP for prove, and whether it is a success."""
    tap, end = Tap(console.lines), completed(end, console)
    ending = about_end(job, end, console)
    complaints = ending + [text for text in _about_results(job, console)
                           if not text.startswith("failed: ")]
    report = [f"the machine ended: {end}", *end.report]
    if tap.failed and end.reason == "panic" and complaints == ending:
        # A guest whose results failed says so with its status: that is no failure of its own.
        return for_prove(console.lines, [], [], f"{end} # SKIP results above failed"), False
    return for_prove(console.lines, complaints, report, str(end)), not judge(job, end, console)
