from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import psutil
import pytest

from printvision.cli.demo.folder import MARK, Diary, fresh_folder, read_sent
from printvision.cli.demo.orders import make_orders
from printvision.cli.errors import DemoFolderInUse


def test_another_installation_is_left_alone(tmp_path: Path):
    (tmp_path / "keyring.json").write_text("x")

    with pytest.raises(DemoFolderInUse):
        fresh_folder(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["keyring.json"]


def test_files_of_somebody_else_stay(tmp_path: Path):
    (tmp_path / "holiday.jpg").write_text("x")

    fresh_folder(tmp_path)
    fresh_folder(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "holiday.jpg"]


def test_an_earlier_demo_is_cleared_away(tmp_path: Path):
    first = fresh_folder(tmp_path / "demo")
    first.tell(ready=True)
    for provider in ("printful", "printify"):
        first.ledger(provider).parent.mkdir(exist_ok=True)
        first.ledger(provider).write_text("{}\n")

    again = fresh_folder(tmp_path / "demo")

    assert again.path == first.path
    assert [path.name for path in again.path.iterdir()] == [MARK]


def test_a_demo_that_runs_keeps_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = fresh_folder(tmp_path / "demo")
    folder.processes.write_bytes(msgspec.json.encode({"supervisor": os.getpid(), "database": None}))

    def demo(_: psutil.Process) -> list[str]:
        return ["python", "-m", "printvision", "demo"]

    monkeypatch.setattr(psutil.Process, "cmdline", demo)

    with pytest.raises(DemoFolderInUse):
        fresh_folder(tmp_path / "demo")

    assert folder.processes.exists()


def test_what_the_demo_tells_is_for_its_owner(tmp_path: Path):
    folder = fresh_folder(tmp_path / "demo")

    folder.tell(ready=True, url="http://127.0.0.1:1", api_key="k", sign_in="")

    path = folder.path / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert msgspec.json.decode(path.read_bytes()) == {
        "ready": True,
        "url": "http://127.0.0.1:1",
        "api_key": "k",
        "sign_in": "",
    }


def test_the_diary_holds_each_line_at_once(tmp_path: Path):
    orders = make_orders(30, seed=3)
    diary = Diary(tmp_path / "sent.jsonl")
    diary.note(orders[0])

    lines = list(read_sent(tmp_path / "sent.jsonl"))
    diary.close()

    assert [(line.recipient, line.sku, line.quantity, line.printable) for line in lines] == [
        (orders[0].recipient.name, line.article.sku, line.quantity, line.printable)
        for line in orders[0].lines
    ]
