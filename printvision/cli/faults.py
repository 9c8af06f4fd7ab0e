"""The faults of a simulator: read from options, shown as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console

from printvision.cli.errors import BadUsage
from printvision.cli.fault_options import FaultOptions
from printvision.cli.output import table
from printvision.cli.units import duration, read_duration, read_percent, read_share, read_span, span
from printvision.providers.simulators.faults import (
    AppliedLate,
    Delay,
    Fault,
    Faults,
    RateLimited,
    Shuffled,
    Unanswered,
    merge,
)

CALLS: Final = (
    "latency",
    "rate_limited",
    "server_error",
    "dropped",
    "applied_then_timeout",
    "applied_late",
    "charge_failed",
)
WEBHOOKS: Final = ("webhooks_lost", "webhooks_late", "webhooks_doubled", "webhooks_shuffled")
NONE: Final = "none"


def _one(text: str, option: str) -> tuple[float]:
    return (read_duration(text, option),)


DETAILS: Final[dict[str, tuple[str, Callable[[str, str], tuple[float, ...]], tuple[str, ...]]]] = {
    "latency_for": ("latency", read_span, ("min_s", "max_s")),
    "retry_after": ("rate_limited", _one, ("retry_after_s",)),
    "late_by": ("applied_late", _one, ("late_s",)),
    "webhooks_late_by": ("webhooks_late", read_span, ("min_s", "max_s")),
    "webhooks_doubled_after": ("webhooks_doubled", read_span, ("min_s", "max_s")),
    "webhooks_window": ("webhooks_shuffled", _one, ("window_s",)),
}
"""Options that say something more of a fault: which fault, how it is read, and which of its members it is."""


def read_changes(wanted: FaultOptions) -> dict[str, Any]:
    """What the options name, and nothing else, in the shape of `Faults`.

    Raises:
        BadUsage: an option cannot be read, or stands alone where it needs another.
    """
    changes = _read_file(wanted.faults)
    for name in (*CALLS, *WEBHOOKS):
        if (share := getattr(wanted, name)) is not None:
            _at(changes, name)["share"] = read_share(share, _option(name))
    for option, (name, read, members) in DETAILS.items():
        if (text := getattr(wanted, option)) is not None:
            _at(changes, name).update(zip(members, read(text, _option(option)), strict=True))
    if wanted.hold is not None:
        for name in ("applied_then_timeout", "applied_late"):
            _at(changes, name)["hold_s"] = read_duration(wanted.hold, "--hold")
    _read_scope(wanted, changes)
    changes.update(_read_whole(wanted))
    return changes


def read_faults(wanted: FaultOptions) -> Faults:
    """What the options say, and nothing else wrong.

    Raises:
        BadUsage
    """
    try:
        return merge(Faults(), read_changes(wanted))
    except msgspec.ValidationError as error:
        raise BadUsage(str(error)) from None


def show_faults(console: Console, faults: Faults) -> None:
    """Those that happen at all."""
    rows = list(_rows(faults))
    if rows:
        console.print(table(("fault", "how much", "of", ""), rows))
    else:
        console.print("Nothing goes wrong.")


def _read_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return msgspec.to_builtins(msgspec.json.decode(path.read_bytes(), type=Faults))
    except (msgspec.DecodeError, OSError) as error:
        raise BadUsage(str(error)) from None


def _read_scope(wanted: FaultOptions, changes: dict[str, Any]) -> None:
    """`--on` and `--times` are about the faults that are named beside them."""
    if wanted.on is None and wanted.times is None:
        return
    named = [name for name in (*CALLS, *WEBHOOKS) if getattr(wanted, name) is not None]
    if not named:
        raise BadUsage("--on and --times want a fault beside them, such as --dropped 5%")
    for name in named:
        if wanted.on is not None:
            changes[name]["operations"] = wanted.on
        if wanted.times is not None:
            changes[name]["times"] = _read_times(wanted.times)


def _read_times(text: str) -> int | None:
    if text == NONE:
        return None
    if not text.isdecimal():
        raise BadUsage(f"--times wants a number or none, not {text!r}")
    return int(text)


def _read_whole(wanted: FaultOptions) -> dict[str, Any]:
    """What has no share."""
    found: dict[str, Any] = {}
    if wanted.blackout is not None:
        begins = read_duration(wanted.blackout_in or "0s", "--blackout-in")
        found["blackout"] = {"for_s": read_duration(wanted.blackout, "--blackout"), "after_s": begins}
    elif wanted.blackout_in is not None:
        raise BadUsage("--blackout-in wants --blackout beside it, such as --blackout 20s")
    if wanted.out_of_stock is not None:
        found["out_of_stock"] = [] if wanted.out_of_stock == [NONE] else wanted.out_of_stock
    if wanted.price_change is not None:
        found["price_percent"] = read_percent(wanted.price_change, "--price-change")
    return found


def _at(changes: dict[str, Any], name: str) -> dict[str, Any]:
    return changes.setdefault(name, {})


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _rows(faults: Faults) -> Iterator[tuple[object, ...]]:
    blackout = faults.blackout
    if blackout.for_s:
        begins = f"begins in {duration(blackout.after_s)}" if blackout.after_s else ""
        yield "blackout", duration(blackout.for_s), "everything", begins
    for name in (*CALLS, *WEBHOOKS):
        fault: Fault = getattr(faults, name)
        if fault.share:
            share = f"{fault.share * 100:.3g}%"
            yield name.replace("_", " "), share, ", ".join(fault.operations), ", ".join(_details(fault))
    if faults.out_of_stock:
        yield "out of stock", len(faults.out_of_stock), "variants", ", ".join(faults.out_of_stock)
    if faults.price_percent:
        yield "price change", f"{faults.price_percent:+g}%", "every piece", ""


def _details(fault: Fault) -> Iterator[str]:
    if isinstance(fault, Delay):
        yield span(fault.min_s, fault.max_s)
    if isinstance(fault, RateLimited):
        yield f"asks for {duration(fault.retry_after_s)}"
    if isinstance(fault, AppliedLate):
        yield f"{duration(fault.late_s)} after the client gave up"
    if isinstance(fault, Unanswered):
        yield f"held {duration(fault.hold_s)} at most"
    if isinstance(fault, Shuffled):
        yield f"within {duration(fault.window_s)}"
    if fault.times is not None:
        yield f"at most {fault.times} times"
