from __future__ import annotations

import os
import pickle
import re
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from printvision.platform import sealed
from printvision.platform.redaction import Secret
from printvision.platform.sealed import (
    CannotOpen,
    Keyring,
    KeyringBusy,
    KeyringExists,
    KeyringExposed,
    KeyringMissing,
    KeyringUnreadable,
    SealedAt,
)

HERE = SealedAt(
    UUID("019a0000-0000-7000-8000-000000000001"),
    "connections",
    "settings",
    UUID("019a0000-0000-7000-8000-00000000000a"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


@pytest.fixture
def keyring(path: Path) -> Keyring:
    return Keyring.create(path)


# -- values -------------------------------------------------------------------------------------------------


def test_seal_opens_where_it_was_sealed_and_costs_33_bytes(keyring: Keyring):
    blob = keyring.seal(b"sk_live_123", HERE)

    assert keyring.open(blob, HERE) == b"sk_live_123"
    assert len(blob) == len(b"sk_live_123") + 33
    assert b"sk_live" not in blob


def test_seal_gives_another_ciphertext_each_time(keyring: Keyring):
    assert len({keyring.seal(b"same", HERE) for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "moved",
    [
        msgspec.structs.replace(HERE, workspace_id=UUID("019a0000-0000-7000-8000-000000000002")),
        msgspec.structs.replace(HERE, workspace_id=None),
        msgspec.structs.replace(HERE, table="shops"),
        msgspec.structs.replace(HERE, column="webhook_secret"),
        msgspec.structs.replace(HERE, row="019a0000-0000-7000-8000-00000000000b"),
        SealedAt(HERE.workspace_id, 'connections","settings', "", HERE.row),
    ],
)
def test_open_refuses_a_value_that_was_moved(keyring: Keyring, moved: SealedAt):
    blob = keyring.seal(b"secret", HERE)

    with pytest.raises(CannotOpen):
        keyring.open(blob, moved)


def test_open_refuses_every_single_changed_byte_and_every_cut(keyring: Keyring):
    blob = keyring.seal(b"ab", HERE)

    for place in range(len(blob)):
        with pytest.raises(CannotOpen):
            keyring.open(blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :], HERE)
        with pytest.raises(CannotOpen):
            keyring.open(blob[:place], HERE)


def test_open_refuses_another_installations_value(keyring: Keyring, tmp_path: Path):
    with pytest.raises(CannotOpen):
        keyring.open(Keyring.create(tmp_path / "other.json").seal(b"secret", HERE), HERE)


class _Settings(msgspec.Struct):
    api_key: Secret
    store_id: int


def test_seal_json_keeps_the_text_of_a_secret_and_open_json_wraps_it_again(keyring: Keyring):
    blob = keyring.seal_json(_Settings(Secret("pf-key"), 7), HERE)

    opened = keyring.open_json(blob, HERE, _Settings)

    assert (opened.api_key.reveal(), opened.store_id) == ("pf-key", 7)
    assert "pf-key" not in repr(opened)


def test_open_json_never_quotes_what_it_could_not_read(keyring: Keyring):
    blob = keyring.seal_json({"api_key": "pf-key", "store_id": "pf-key"}, HERE)

    with pytest.raises(CannotOpen) as caught:
        keyring.open_json(blob, HERE, _Settings)

    assert "pf-key" not in f"{caught.value!r} {caught.value.note} {caught.value.fields}"
    assert caught.value.fields == {"table": "connections", "column": "settings"}
    assert caught.value.__cause__ is None


def test_repr_shows_no_key_and_the_keyring_is_not_pickled(keyring: Keyring, path: Path):
    material = msgspec.json.decode(path.read_bytes())

    assert re.fullmatch(rf"<Keyring {re.escape(str(path))} primary=[0-9a-f]{{8}} keys=1>", repr(keyring))
    assert material["keys"][0]["key"] not in repr(keyring)
    with pytest.raises(TypeError):
        pickle.dumps(keyring)


# -- rotation -----------------------------------------------------------------------------------------------


def test_rotate_seals_with_the_new_key_and_still_opens_the_old(keyring: Keyring, path: Path):
    old = keyring.seal(b"old", HERE)

    keyring.rotate()
    new = keyring.seal(b"new", HERE)

    again = Keyring.load(path)
    assert [again.open(old, HERE), again.open(new, HERE)] == [b"old", b"new"]
    assert (keyring.is_current(old), keyring.is_current(new)) == (False, True)
    assert old[1:5] != new[1:5]
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["keyring.json"]


def test_rotate_elsewhere_is_noticed_when_the_new_key_is_first_met(keyring: Keyring, path: Path):
    elsewhere = Keyring.load(path)
    elsewhere.rotate()

    assert keyring.open(elsewhere.seal(b"new", HERE), HERE) == b"new"


def test_rotate_twice_from_two_processes_drops_no_key(keyring: Keyring, path: Path):
    first, second = Keyring.load(path), Keyring.load(path)
    first.rotate()
    blob = first.seal(b"of the first", HERE)

    second.rotate()

    assert Keyring.load(path).open(blob, HERE) == b"of the first"
    assert len(msgspec.json.decode(path.read_bytes())["keys"]) == 3


def test_rotate_while_another_rotates_changes_nothing(keyring: Keyring, path: Path):
    before = path.read_bytes()

    with sealed._locked(path), pytest.raises(KeyringBusy):
        keyring.rotate()

    assert path.read_bytes() == before


def test_derive_depends_on_the_purpose_and_survives_rotation(keyring: Keyring, path: Path, tmp_path: Path):
    links = keyring.derive("file-links")
    keyring.rotate()

    assert len(links) == 32
    assert Keyring.load(path).derive("file-links") == links
    assert keyring.derive("submission-ref") != links
    assert Keyring.create(tmp_path / "other.json").derive("file-links") != links


# -- the file -----------------------------------------------------------------------------------------------


def test_create_makes_the_file_private_whatever_the_umask(path: Path):
    before = os.umask(0)
    try:
        Keyring.create(path)
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == ["keyring.json"]


def test_create_never_overwrites(keyring: Keyring, path: Path):
    before = path.read_bytes()

    with pytest.raises(KeyringExists):
        Keyring.create(path)

    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["keyring.json"]


def test_load_without_a_file_stops_and_makes_none(path: Path):
    with pytest.raises(KeyringMissing) as caught:
        Keyring.load(path)

    assert caught.value.fields == {"path": str(path)}
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o601])
def test_load_refuses_a_file_that_others_can_use(keyring: Keyring, path: Path, mode: int):
    path.chmod(mode)

    with pytest.raises(KeyringExposed) as caught:
        Keyring.load(path)

    assert caught.value.fields == {"path": str(path), "mode": f"0{mode:o}"}


def _with(path: Path, **changes: object) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | changes)


def _other_key(path: Path) -> dict[str, object]:
    """The key with its first letter changed: still 32 bytes, no longer the key of its id."""
    key = msgspec.json.decode(path.read_bytes())["root"]
    return key | {"key": ("B" if key["key"][0] == "A" else "A") + key["key"][1:]}


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: b"",
        lambda path: path.read_bytes()[:-30],
        lambda path: b"\xff\xfe",
        lambda path: b"[]",
        lambda path: _with(path, version=2),
        lambda path: _with(path, primary="00000000"),
        lambda path: _with(path, keys=[]),
        lambda path: _with(path, root=_other_key(path)),
        lambda path: _with(path, root=_other_key(path) | {"key": "not base64!"}),
        lambda path: _with(path, root=_other_key(path) | {"key": "AAAA"}),
        lambda path: _with(path, surprise=1),
    ],
)
def test_load_refuses_a_damaged_file(keyring: Keyring, path: Path, damage):
    path.write_bytes(damage(path))

    with pytest.raises(KeyringUnreadable) as caught:
        Keyring.load(path)

    assert caught.value.fields == {"path": str(path)}


def test_load_refuses_a_folder_in_place_of_the_file(path: Path):
    path.mkdir(parents=True)

    with pytest.raises(KeyringUnreadable):
        Keyring.load(path)
