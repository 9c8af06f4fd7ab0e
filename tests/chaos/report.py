"""What a run found, for people and as JSON. The evidence goes into the JSON whole, so that it can be passed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from printvision.cli.demo.evidence import Evidence
from printvision.cli.demo.plan import Ended, Figures, Plan, Verdict
from printvision.platform import clock
from tests.shared import ROOT

REPORTS: Final = ROOT / "var" / "chaos"
MOST_TOLD: Final = 20


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        ok: whether all is well.
        repeat: the command that makes the same orders and faults again.
        folder: the run's own; kept only where something was found.
        held: of the orders held though they could be printed, how many by reason.
    """

    ok: bool
    at: str
    repeat: str
    folder: str
    plan: Plan
    figures: Figures
    counts: dict[str, int]
    problems: tuple[str, ...]
    verdict: Verdict
    held: dict[str, int]
    evidence: tuple[Evidence, ...]


def make_report(plan: Plan, ended: Ended, folder: Path) -> Report:
    return Report(
        ok=not ended.problems,
        at=clock.now().isoformat(timespec="seconds"),
        repeat=f'make chaos ARGS="--orders {plan.orders} --kills {plan.kills} --seed {plan.seed}"',
        folder=str(folder),
        plan=plan,
        figures=ended.figures,
        counts=dict(ended.counts),
        problems=ended.problems,
        verdict=ended.verdict,
        held=_held(ended.evidence),
        evidence=ended.evidence,
    )


def _held(evidence: Sequence[Evidence]) -> dict[str, int]:
    reasons = (one.order["hold_reason"] for one in evidence if one.order and one.order["hold_reason"])
    return dict(Counter(reasons).most_common())


def write(report: Report, folder: Path = REPORTS) -> Path:
    """Store both forms; the path of the readable one."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{report.at.replace(':', '').replace('+0000', 'Z')}-seed-{report.plan.seed}"
    encoded = msgspec.json.encode(report, enc_hook=str)
    (folder / f"{stem}.json").write_bytes(msgspec.json.format(encoded) + b"\n")
    path = folder / f"{stem}.md"
    path.write_text(markdown(report))
    return path


def markdown(report: Report) -> str:
    """The report for people."""
    plan = report.plan
    dark = ", ".join(f"{one.provider} {one.lasts_s:.0f} s" for one in plan.dark)
    sold_out = ", ".join(variant for variants in plan.sold_out.values() for variant in variants)
    said = (
        f"{plan.orders} orders, seed {plan.seed}, {plan.a_second} a second; {report.counts['killed']} SIGKILLs of web"
        f" server and worker; of creates, confirms and cancels at both providers {plan.unanswered:.0%} applied and"
        f" never answered, {plan.applied_late:.0%} applied late; {plan.webhooks_lost:.0%} of their webhooks lost, the"
        f" others doubled and shuffled; of all calls {plan.rough:.1%} answered 500, as many cut off, a few answered"
        f" 429; dark {dark}; sold out, and nobody told us, {sold_out}."
    )
    lines = [
        f"# Chaos of {report.at}: {'all is well' if report.ok else 'not all is well'}",
        "",
        said,
        "",
        f"Again with `{report.repeat}`.",
        "",
        *(f"- **{problem}**" for problem in report.problems),
        *([""] if report.problems else []),
        "| what | how many |",
        "| --- | ---: |",
        *(f"| {name} | {value} |" for name, value in _rows(report)),
        "",
    ]
    if report.evidence:
        lines += ["## To look into", "", *map(_line, report.evidence[:MOST_TOLD]), ""]
        lines += [
            f"Their events, rows and ledger lines are in the JSON beside this; logs in `{report.folder}`."
        ]
    return "\n".join(lines) + "\n"


def _rows(report: Report) -> list[tuple[str, str]]:
    figures = report.figures
    return [
        ("orders received", str(figures.received)),
        ("delivered", str(figures.delivered)),
        ("not printable", str(figures.not_printable)),
        ("held because never paid, as sent", str(figures.held - figures.held_wrongly)),
        ("held though printable", f"{figures.held_wrongly} {_reasons(report)}".strip()),
        ("lines lost", str(figures.lost)),
        ("lines doubled", str(figures.doubled)),
        *(
            (f"printed by {provider}", f"{printed.pieces} pieces in {printed.orders} orders")
            for provider, printed in figures.providers.items()
        ),
        ("orders made by both", str(figures.split)),
        ("passed over one out of reach", str(figures.passed_over)),
        ("given back by one, made by another", str(figures.taken_back)),
        ("calls without an answer, settled", str(figures.unknown_resolved)),
        ("seconds", f"{figures.seconds:.0f}"),
    ]


def _reasons(report: Report) -> str:
    told = ", ".join(f"{reason}: {count}" for reason, count in report.held.items())
    return f"({told})" if told else ""


def _line(one: Evidence) -> str:
    if one.order is None:
        return f"- {one.external_id} ({one.fate}): not known to us"
    held = f", held: {one.order['hold_reason']}: {one.order['hold_detail']}" if one.order["held_at"] else ""
    return f"- {one.external_id} ({one.fate}): {one.order['stage']}{held}; wanted {', '.join(one.wanted)}"
