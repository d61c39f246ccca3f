# SPDX-License-Identifier: BSD-2-Clause
"""Results as one web page: for each architecture a table of calls by hosts.

The page needs nothing beside itself, no script and no other file. A cell is a link to its evidence,
which the browser shows as a panel (CSS :target): so each piece of evidence has an address, too.
Calls are folded by check boxes, and so is what is the same on all hosts (CSS :has).
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone
from html import escape
from itertools import count
from pathlib import Path

from . import features, hosts, results
from .job import ARCHES
from .results import BAD, Boot, Check, Pair

SIGNS = {"pass": "✓", "fail": "✗", "error": "!", "known": "≈", "gone": "↺", "skip": "–"}
WORDS = {"pass": "passed", "fail": "failed", "error": "error of the suite",
         "known": "known deviation", "gone": "known deviation that does not show any more",
         "skip": "skipped"}
SHOWN = ("pass", "fail", "error", "known", "gone", "skip")  # order in counts
MOST_LINES = 400  # of a console in a panel
STYLE = Path(__file__).with_name("webpage.css")


def _counts(checks: Iterable[Check]) -> Counter[str]:
    return Counter(check.verdict for check in checks)


def _worst(checks: Iterable[Check]) -> str:
    return max((check.verdict for check in checks), key=results.VERDICTS.index, default="skip")


def _chips(counted: Counter[str]) -> str:
    return " ".join(f'<span class="v {word}" title="{WORDS[word]}">{counted[word]}&nbsp;'
                    f"{SIGNS[word]}</span>" for word in SHOWN if counted[word])


class Page:
    """Collects the panels of evidence while the tables are written."""

    def __init__(self) -> None:
        self._panels: list[str] = []
        self._numbers = count(1)

    def panel(self, title: str, verdict: str, facts: list[tuple[str, str]],
              lines: Iterable[str]) -> str:
        """Adds a panel; returns its anchor."""
        anchor = f"e{next(self._numbers)}"
        rows = "".join(f"<dt>{escape(name)}<dd>{value}" for name, value in facts if value)
        text = "\n".join(lines)
        pre = f"<pre>{escape(text)}</pre>" if text else ""
        self._panels.append(
            f'<section class="panel" id="{anchor}">'
            '<a class="shade" href="#_" aria-label="close"></a>'
            f'<div><a class="close" href="#_">close</a><h3><span class="v {verdict}">'
            f"{SIGNS[verdict]} {WORDS[verdict]}</span> {escape(title)}</h3>"
            f"<dl>{rows}</dl>{pre}</div></section>")
        return anchor

    def panels(self) -> str:
        return "\n".join(self._panels)


def _again(pair: Pair, words: str, image: str = results.SUITE) -> str:
    on = hosts.short(pair.host)
    return (f"<code>scripts/paravane run --arch {pair.arch} --on {escape(on)}"
            f"{escape(words)} {escape(image)}</code>")


def _case(title: str) -> str:
    case = title.partition(".")[2]
    return f" --case {case}" if case else ""


def _cell(page: Page, pair: Pair, check: Check | None, source: str) -> str:
    """One check on one host."""
    if check is None:
        return '<td class="none"><span title="there is no such check in these results">·</span>'
    facts = [("on", escape(f"{pair.label}: {pair.version}")), ("why", escape(check.reason)),
             ("source", escape(source)),
             ("again", _again(pair, f"{_case(check.boot)} --append "
                              f"'run={check.name} trace=hcall'"))]
    lines = check.evidence
    if not lines and check.verdict == "pass":
        lines = ("The check held, and says nothing more. With trace=hcall it shows its calls.",)
    anchor = page.panel(check.name, check.verdict, facts, lines)
    return (f'<td><a class="v {check.verdict}" href="#{anchor}" title="{WORDS[check.verdict]}">'
            f"{SIGNS[check.verdict]}</a>")


def _call(page: Page, pairs: list[Pair], call: str, names: list[str],
          checks: list[dict[str, Check]], sources: dict[str, str]) -> str:
    """A call: the row that counts, and one row for each of its checks, which may be folded."""
    rows, any_bad, any_difference = [], False, False
    for name in names:
        found = [of_pair.get(name) for of_pair in checks]
        verdicts = {check.verdict if check else "" for check in found}
        differs = len(verdicts) > 1
        any_bad = any_bad or bool(verdicts & set(BAD))
        any_difference = any_difference or differs
        cells = "".join(_cell(page, pair, check, sources.get(name, ""))
                        for pair, check in zip(pairs, found))
        rows.append(f'<tr class="check{"" if differs else " same"}"><th scope="row" title='
                    f'"{escape(sources.get(name, ""))}">{escape(results.group(name)[1])}{cells}')
    sums = "".join(f"<td>{_chips(_counts(c for n in names if (c := of_pair.get(n))))}"
                   for of_pair in checks)
    opened = " checked" if any_bad else ""
    head = (f'<tr class="call{"" if any_difference else " same"}"><th scope="rowgroup"><label>'
            f'<input type="checkbox"{opened}> {escape(call or "others")}</label>{sums}')
    return f"<tbody>{head}{''.join(rows)}</tbody>"


def _heads(pairs: list[Pair]) -> str:
    return "".join(f'<th scope="col" title="{escape(pair.version)}">'
                   f"{escape(hosts.short(pair.host)).replace('/', '/<wbr>')}" for pair in pairs)


def _calls(page: Page, arch: str, pairs: list[Pair]) -> str:
    """The table of calls by hosts."""
    checks = [pair.checks() for pair in pairs]
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for of_pair in checks for name in of_pair):
        groups.setdefault(results.group(name)[0], []).append(name)
    if not groups:
        return ""
    sources = results.sources(arch)
    bodies = "\n".join(_call(page, pairs, call, names, checks, sources)
                       for call, names in groups.items())
    return (f'<table class="calls"><caption>{escape(arch)}: calls by hosts</caption>'
            f'<thead><tr><th scope="col">call{_heads(pairs)}</thead>\n{bodies}</table>')


def _features(arch: str, pairs: list[Pair]) -> str:
    """Which feature bits each host announces, of those that announce any."""
    told = [(pair, bits) for pair in pairs
            if (bits := features.bits(pair.facts().get("features"))) is not None]
    if not told:
        return ""
    rows, different = [], 0
    for bit in sorted(set().union(*(bits for _, bits in told))):
        has = [bit in bits for _, bits in told]
        cells = "".join(f'<td><span class="{"on" if one else "off"}">{"●" if one else "○"}</span>'
                        for one in has)
        name, meaning = features.names(arch).get(bit, (f"bit {bit}", ""))
        differs = len(set(has)) > 1
        different += differs
        rows.append(f'<tr class="{"differs" if differs else "same"}"><th scope="row">'
                    f"{escape(name)} <small>bit {bit}: {escape(meaning)}</small>{cells}")
    words = "".join(f"<td><code>{escape(pair.facts()['features'])}</code>" for pair, _ in told)
    heads = _heads([pair for pair, _ in told])
    return (f'<details{" open" if different else ""}><summary>{escape(arch)}: {len(rows)} feature '
            f"bits announced (● yes, ○ no), {different} of them not by all hosts</summary>"
            f'<table class="features"><thead><tr><th scope="col">bit{heads}</thead><tbody>'
            f'<tr><th scope="row">all of them{words}{"".join(rows)}</tbody></table></details>')


def _boot_cell(page: Page, pair: Pair, boot: Boot | None) -> str:
    if boot is None:
        return '<td class="none">·'
    every = [*boot.checks, boot.end]
    took = f"{boot.seconds:.1f} s" if boot.seconds is not None else ""
    lines = list(boot.lines)
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(boot.lines) - MOST_LINES} more lines"]
    image = boot.title.partition(".")[0]
    anchor = page.panel(boot.title, _worst(every), [
        ("on", escape(f"{pair.label}: {pair.version}")), ("took", took),
        ("end", escape(boot.end.name.partition(": ")[2] or boot.end.name)),
        ("again", _again(pair, _case(boot.title), image))], lines)
    return f'<td><a href="#{anchor}">{_chips(_counts(every))}</a>'


def _boots(page: Page, arch: str, pairs: list[Pair]) -> str:
    """The table of boots by hosts: what else was run."""
    of_pair = [{boot.title: boot for boot in pair.boots} for pair in pairs]
    titles = sorted({title for boots in of_pair for title in boots})
    rows = "".join(f'<tr><th scope="row">{escape(title)}'
                   + "".join(_boot_cell(page, pair, boots.get(title))
                             for pair, boots in zip(pairs, of_pair)) for title in titles)
    return (f'<details><summary>{escape(arch)}: all {len(titles)} boots</summary>'
            f'<table class="boots"><thead><tr><th scope="col">boot{_heads(pairs)}</thead>'
            f"<tbody>{rows}</tbody></table></details>")


def _total(pair: Pair) -> Counter[str]:
    """Checks of the suite once each, results of all other boots, and how boots ended, if badly."""
    others = [check for boot in pair.boots if not boot.is_suite for check in boot.checks]
    ends = [boot.end for boot in pair.boots if boot.end.verdict in BAD]
    return _counts([*pair.checks().values(), *others, *ends])


def _bar(counted: Counter[str]) -> str:
    total = sum(counted.values()) or 1
    parts = "".join(f'<i class="{word}" style="width:{100 * counted[word] / total:.2f}%"></i>'
                    for word in SHOWN if counted[word])
    return f'<span class="bar" aria-hidden="true">{parts}</span>'


def _summary(pairs: list[Pair]) -> str:
    rows = []
    for pair in pairs:
        counted = _total(pair)
        bad = counted["fail"] + counted["error"]
        cells = "".join(f'<td class="n{"" if n else " zero"}">{n}' for n in (
            len(pair.checks()), counted["pass"], counted["fail"], counted["error"],
            counted["known"], counted["gone"], counted["skip"]))
        rows.append(f'<tr class="{"bad" if bad else "good"}"><th scope="row">{escape(pair.arch)}'
                    f"<td>{escape(hosts.short(pair.host))}<td>{escape(pair.version)}"
                    f"{cells}<td>{_bar(counted)}")
    heads = "".join(f'<th scope="col" class="n">{word}' for word in (
        "checks of the suite", "pass", "fail", "error", "known", "gone", "skip"))
    return ('<table class="summary"><thead><tr><th scope="col">architecture<th scope="col">host'
            f'<th scope="col">hypervisor{heads}<th scope="col">'
            f"</thead><tbody>{''.join(rows)}</tbody></table>")


def _sorted(pairs: list[Pair]) -> list[Pair]:
    arches = [*ARCHES, *sorted({pair.arch for pair in pairs} - set(ARCHES))]
    return sorted(pairs, key=lambda pair: (arches.index(pair.arch), pair.host.partition(":")[0]
                                           != "qemu", pair.host))


def document(pairs: list[Pair]) -> str:
    """The page."""
    page, pairs = Page(), _sorted(pairs)
    total = sum((_total(pair) for pair in pairs), Counter())
    bad = total["fail"] + total["error"]
    sections = []
    for arch in dict.fromkeys(pair.arch for pair in pairs):
        some = [pair for pair in pairs if pair.arch == arch]
        sections.append(f'<h2 id="{escape(arch)}">{escape(arch)}</h2>{_calls(page, arch, some)}'
                        f"{_features(arch, some)}{_boots(page, arch, some)}")
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    big = "".join(f'<div class="{word}"><b>{total[word]}</b>{word}</div>'
                  for word in ("pass", "fail", "error", "known", "gone", "skip")
                  if total[word] or word in ("pass", "fail", "known", "skip"))
    legend = " · ".join(f'<span class="v {word}">{SIGNS[word]}</span> {WORDS[word]}'
                        for word in SHOWN)
    title = f"Paravane: {bad} failed" if bad else "Paravane: all that is documented holds"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style></head>
<body><header><h1>Paravane</h1>
<p>Hypercalls held to their documents: every call by every host.
{len(pairs)} pairs of architecture and host, {now}.</p>
<div class="big">{big}</div></header>
<main>{_summary(pairs)}
<div class="tools"><label><input type="checkbox" id="unfold"> unfold all calls</label>
<label><input type="checkbox" id="differ"> only where hosts differ</label>
<span class="legend">{legend}</span></div>
{"".join(sections)}</main>
{page.panels()}
</body></html>
"""


def write(path: Path, pairs: list[Pair]) -> None:
    path.write_text(document(pairs), encoding="utf-8")
