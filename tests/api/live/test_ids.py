"""Ids of a stream: opaque, the same everywhere, and only their own workspace's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from printvision.api.live.errors import UnknownEventId
from printvision.api.live.ids import ID_LENGTH, EventIds
from printvision.platform.events import Position
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.sealed import Keyring

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OURS, THEIRS = WorkspaceId(new_id()), WorkspaceId(new_id())


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    path: Path = tmp_path_factory.mktemp("keys") / "keyring.json"
    return Keyring.create(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(xid=st.integers(0, 2**63 - 1), seq=st.integers(0, 2**63 - 1))
def test_a_position_is_read_back(keyring: Keyring, xid: int, seq: int):
    written = EventIds(keyring).write(OURS, Position(xid, seq), AT)

    assert len(written) == ID_LENGTH
    assert EventIds(keyring).read(OURS, written) == (Position(xid, seq), AT)


def test_the_same_event_has_the_same_id_in_every_process(keyring: Keyring):
    assert EventIds(keyring).write(OURS, Position(1, 2), AT) == EventIds(keyring).write(
        OURS, Position(1, 2), AT
    )


def test_two_workspaces_have_different_ids_for_one_position(keyring: Keyring):
    ids = EventIds(keyring)
    written = ids.write(OURS, Position(1, 2), AT)

    assert written[:20] != ids.write(THEIRS, Position(1, 2), AT)[:20]
    with pytest.raises(UnknownEventId):
        ids.read(THEIRS, written)


@given(place=st.integers(0, ID_LENGTH - 1), letter=st.sampled_from("Ab0-_=é \n"))
def test_an_id_with_another_letter_is_not_ours(keyring: Keyring, place: int, letter: str):
    ids = EventIds(keyring)
    written = ids.write(OURS, Position(1, 2), AT)
    changed = written[:place] + letter + written[place + 1 :]

    if changed != written:
        with pytest.raises(UnknownEventId):
            ids.read(OURS, changed)
