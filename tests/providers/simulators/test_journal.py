"""A simulator's journal gives back what was put into it, and stays small."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from printvision.providers.simulators.journal import Journal, Shelf


class Note(msgspec.Struct):
    text: str


def opened(folder: Path) -> tuple[Journal, Shelf[Note]]:
    journal = Journal(folder / "state" / "notes.jsonl")
    shelf = journal.shelf("notes", Note)
    journal.open()
    return journal, shelf


def test_the_last_word_on_a_record_is_what_is_read_back(tmp_path: Path) -> None:
    journal, notes = opened(tmp_path)
    notes.put("a", Note("first"))
    notes.put("a", Note("second"))
    notes.put("b", Note("gone"))
    notes.remove("b")
    journal.close()

    _, again = opened(tmp_path)

    assert dict(again) == {"a": Note("second")}


def test_a_number_is_given_once_even_across_restarts(tmp_path: Path) -> None:
    journal, _ = opened(tmp_path)
    before = [journal.next_number() for _ in range(1500)]
    journal.close()

    journal, _ = opened(tmp_path)
    after = [journal.next_number() for _ in range(3)]

    assert len({*before, *after}) == 1503
    assert min(after) > max(before)


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    journal, notes = opened(tmp_path)
    notes.put("a", Note("whole"))
    notes.put("b", Note("torn"))
    journal.close()
    content = journal.path.read_bytes()
    journal.path.write_bytes(content[:-9])

    journal, notes = opened(tmp_path)
    notes.put("c", Note("after"))
    journal.close()
    _, again = opened(tmp_path)

    assert dict(again) == {"a": Note("whole"), "c": Note("after")}


def test_it_stays_small_however_often_a_record_changes(tmp_path: Path) -> None:
    journal, notes = opened(tmp_path)
    for number in range(45_000):
        notes.put("a", Note(str(number)))

    assert journal.path.read_bytes().count(b"\n") < 21_000
    assert notes["a"] == Note("44999")


def test_it_serves_one_process_at_a_time(tmp_path: Path) -> None:
    opened(tmp_path)

    with pytest.raises(BlockingIOError):
        opened(tmp_path)
