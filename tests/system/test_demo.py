"""What `printvision demo --once --json` promises to whoever watches it from outside."""

from __future__ import annotations

import re
import stat
from collections import Counter

import msgspec
import pytest

from printvision.cli.demo.folder import read_sent
from printvision.cli.demo.verdict import shop_sku
from printvision.providers.simulators.ledger import LedgerEvent, read_ledger
from tests.processes import lives
from tests.system.conftest import Start

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

FIGURES = [
    *("received", "delivered", "held", "not_printable", "lost", "doubled"),
    *("rerouted", "unknown_resolved", "seconds"),
    *("passed_over", "taken_back", "split", "held_wrongly", "providers"),
]
PROVIDERS = ("printful", "printify")


def test_twenty_orders_are_printed_once_and_told_of(start: Start):
    demo = start("demo", "--once", "--json", "--orders", "20", "--seed", "5")
    out, err = demo.process.communicate()

    assert demo.process.returncode == 0, err
    figures = msgspec.json.decode(out.splitlines()[-1])
    assert list(figures) == FIGURES
    assert (figures["received"], figures["lost"], figures["doubled"]) == (20, 0, 0)
    assert figures["delivered"] + figures["held"] + figures["not_printable"] == 20
    assert figures["held_wrongly"] == 0
    assert "Printify went dark" in err

    sent = list(read_sent(demo.data / "sent.jsonl"))
    wanted = Counter((line.recipient, line.sku) for line in sent if line.printable)
    ledgers = {provider: read_ledger(demo.data / "ledger" / f"{provider}.jsonl") for provider in PROVIDERS}
    ordered = Counter(
        (line.recipient, shop_sku(line))
        for ledger in ledgers.values()
        for line in ledger
        if line.event is LedgerEvent.CONFIRMED
    )
    assert ordered == wanted
    for provider, ledger in ledgers.items():
        printed = {line.order_id for line in ledger if line.event is LedgerEvent.PRINTED}
        assert figures["providers"][provider]["orders"] == len(printed)
    assert len({line.recipient for line in sent}) == 20
    assert {line.printable for line in sent} == {True, False}

    told = msgspec.json.decode((demo.data / "demo.json").read_bytes())
    assert told["ready"] is True
    assert told["url"].startswith("http://127.0.0.1:")
    link = re.escape(told["url"]) + r"/sign-in#[A-Za-z0-9_-]{43}"
    assert re.fullmatch(link, told["sign_in"])
    assert re.search(link, err)
    assert (demo.data / "first-api-key").read_text().strip() == told["api_key"]
    assert stat.S_IMODE((demo.data / "demo.json").stat().st_mode) == 0o600

    processes = demo.told_processes()
    supervisor = processes.pop("supervisor")
    assert processes == {
        "database": None,
        "serve": [],
        "worker": [],
        "simulate": [],
        "simulate-printify": [],
    }
    assert not lives(supervisor)
