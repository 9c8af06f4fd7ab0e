"""Secrets and personal data at rest: AES-256-GCM under a keyring that lives in a file beside the database.

A sealed value opens only where it was sealed: workspace, table, column and row are authenticated with it, so
a ciphertext that is copied to another row is refused. Layout, version 1: one byte version, four bytes key id,
twelve bytes random nonce, ciphertext with its sixteen byte tag. Random 96-bit nonces stay safe for 2^32 values
under one key (NIST SP 800-38D, 8.3): rotate before that.

A key's id is a fingerprint of the key, so a damaged keyring is noticed when it is read and never used.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.redaction import dec_hook, revealing_enc_hook

T = TypeVar("T")

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEADER_BYTES: Final = len(_VERSION) + _ID_BYTES
_MAX_FILE_BYTES: Final = 1 << 20


class KeyringMissing(PrintVisionError):
    code = "sealed/keyring-missing"
    title = "The keyring file is not there"
    action = (
        "Put the keyring of this database back from its backup; without it nothing sealed can be read. "
        "Only a new, empty installation makes a new one."
    )
    path: str


class KeyringExposed(PrintVisionError):
    code = "sealed/keyring-exposed"
    title = "Others than its owner can use the keyring file"
    action = "Set its mode with chmod 600 and consider rotating the keys."
    path: str
    mode: str


class KeyringUnreadable(PrintVisionError):
    code = "sealed/keyring-unreadable"
    title = "The keyring file cannot be read or is damaged"
    action = "Check who owns it, or put it back from its backup."
    path: str


class KeyringExists(PrintVisionError):
    status = 409
    code = "sealed/keyring-exists"
    title = "There is already a keyring file and it is not replaced"
    action = "Use the one that is there, or rotate its keys."
    path: str


class KeyringBusy(PrintVisionError):
    status = 409
    code = "sealed/keyring-busy"
    title = "The keyring is being changed by another process"
    action = "Try again in a moment."
    path: str


class CannotOpen(PrintVisionError):
    """The value was sealed elsewhere, by a key we do not have, or is damaged; deliberately not told apart."""

    code = "sealed/cannot-open"
    title = "A sealed value does not open"
    action = "Check that the keyring belongs to this database; if only one value fails, enter it again."
    table: str
    column: str


class SealedAt(msgspec.Struct, frozen=True):
    """The place a sealed value belongs to; `workspace_id` is None for what belongs to the installation."""

    workspace_id: UUID | None
    table: str
    column: str
    row: UUID | str

    def authenticated(self, header: bytes) -> bytes:
        """The additional data: the header of the ciphertext and the place, unambiguously joined."""
        return header + msgspec.json.encode([self.workspace_id, self.table, self.column, self.row])


class _Key(msgspec.Struct, frozen=True):
    id: str
    key: str
    made_at: datetime


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keyring as JSON. `root` feeds the derived keys and outlives every rotation."""

    version: int
    primary: str
    root: _Key
    keys: list[_Key]


class Keyring:
    """Several keys, of which the primary seals and all open. Thread safe; holds its keys in memory only."""

    def __init__(self, path: Path, content: _File) -> None:
        self._path = path
        self._adopt(content)

    def __repr__(self) -> str:
        return f"<Keyring {self._path} primary={self._primary.hex()} keys={len(self._ciphers)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Keyring is not pickled")

    # -- the file --------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read the keyring. Never makes one: a new key beside an old database loses what is sealed in it.

        Raises:
            KeyringMissing, KeyringExposed, KeyringUnreadable: each stops the start.
        """
        return cls(path, _read(path))

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make the keyring of a new installation, mode 0600 from birth; of two that race, one wins.

        Raises:
            KeyringExists: nothing was changed.
        """
        key = _new_key()
        content = _File(version=1, primary=key.id, root=_new_key(), keys=[key])
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = _write_beside(path, content)
        try:
            # Unlike a rename, a link refuses to replace what is there.
            os.link(fresh, path)
        except FileExistsError:
            raise KeyringExists(path=str(path)) from None
        finally:
            fresh.unlink()
        _sync_folder(path.parent)
        return cls(path, content)

    def rotate(self) -> None:
        """Add a new primary key and keep the old ones, in the file and here.

        Other processes that loaded the same file find the new key when they first meet it.

        Raises:
            KeyringBusy: another process is rotating; nothing was changed.
        """
        with _locked(self._path):
            content = _read(self._path)
            key = _new_key(unlike=content.keys)
            content = msgspec.structs.replace(content, primary=key.id, keys=[*content.keys, key])
            _write_beside(self._path, content).replace(self._path)
            _sync_folder(self._path.parent)
        self._adopt(content)

    def _adopt(self, content: _File) -> None:
        # In this order, another thread never meets a primary it has no cipher for.
        self._ciphers = {bytes.fromhex(key.id): AESGCM(_material(key)) for key in content.keys}
        self._primary = bytes.fromhex(content.primary)
        self._root = _material(content.root)
        self._derived: dict[str, bytes] = {}

    # -- values ----------------------------------------------------------------------------------------------

    def seal(self, plaintext: bytes, at: SealedAt) -> bytes:
        """Encrypt for one place; 33 bytes longer than `plaintext`."""
        key_id = self._primary
        header = _VERSION + key_id
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return header + nonce + self._ciphers[key_id].encrypt(nonce, plaintext, at.authenticated(header))

    def open(self, sealed: bytes, at: SealedAt) -> bytes:
        """Decrypt what was sealed for this very place.

        Raises:
            CannotOpen: sealed elsewhere, by an unknown key, or damaged.
        """
        header, rest = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        cipher = self._cipher(header)
        if cipher is None or len(rest) < _NONCE_BYTES + _TAG_BYTES:
            raise _cannot_open(at)
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], at.authenticated(header))
        except InvalidTag:
            raise _cannot_open(at) from None

    def seal_json(self, value: Any, at: SealedAt) -> bytes:
        """Seal any value `msgspec` writes as JSON; a `Secret` inside it is sealed with its text."""
        return self.seal(msgspec.json.encode(value, enc_hook=revealing_enc_hook), at)

    def open_json(self, sealed: bytes, at: SealedAt, kind: type[T]) -> T:
        """Open and decode as `kind`.

        Raises:
            CannotOpen: also where the content is not a `kind`; the content is never quoted.
        """
        plaintext = self.open(sealed, at)
        try:
            return msgspec.json.decode(plaintext, type=kind, dec_hook=dec_hook)
        except msgspec.DecodeError:
            raise _cannot_open(at, note=f"the content is not a {kind.__name__}") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the primary key sealed it; what an older one sealed may be opened and sealed again."""
        return sealed[:_HEADER_BYTES] == _VERSION + self._primary

    def derive(self, purpose: str) -> bytes:
        """A 32 byte key for one named purpose (HKDF-SHA256), for ever the same: rotation leaves it."""
        if (known := self._derived.get(purpose)) is not None:
            return known
        info = b"printvision/derived/" + purpose.encode()
        made = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(self._root)
        return self._derived.setdefault(purpose, made)

    def _cipher(self, header: bytes) -> AESGCM | None:
        if len(header) < _HEADER_BYTES or header[:1] != _VERSION:
            return None
        key_id = header[1:]
        if key_id not in self._ciphers:
            # Another process may have rotated since we read the file.
            with suppress(KeyringMissing, KeyringExposed, KeyringUnreadable):
                self._adopt(_read(self._path))
        return self._ciphers.get(key_id)


def _cannot_open(at: SealedAt, *, note: str | None = None) -> CannotOpen:
    return CannotOpen(table=at.table, column=at.column, note=note)


def _new_key(unlike: list[_Key] | None = None) -> _Key:
    taken = {key.id for key in unlike or ()}
    while True:
        material = secrets.token_bytes(_KEY_BYTES)
        if (key_id := _fingerprint(material)) not in taken:
            return _Key(id=key_id, key=base64.b64encode(material).decode(), made_at=clock.now())


def _fingerprint(material: bytes) -> str:
    return hashlib.sha256(b"printvision/key-id/" + material).digest()[:_ID_BYTES].hex()


def _material(key: _Key) -> bytes:
    return base64.b64decode(key.key, validate=True)


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyringExposed(path=str(path), mode=f"{mode:04o}")
            content = msgspec.json.decode(file.read(_MAX_FILE_BYTES), type=_File)
    except FileNotFoundError:
        raise KeyringMissing(path=str(path)) from None
    except OSError as error:
        raise KeyringUnreadable(path=str(path), note=error.strerror) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KeyringUnreadable(path=str(path), note="not a keyring") from None
    if not _is_sound(content):
        raise KeyringUnreadable(path=str(path), note="a key does not match its id")
    return content


def _is_sound(content: _File) -> bool:
    if content.version != 1 or content.primary not in {key.id for key in content.keys}:
        return False
    try:
        materials = [(key.id, _material(key)) for key in (content.root, *content.keys)]
    except binascii.Error:
        return False
    return all(len(key) == _KEY_BYTES and _fingerprint(key) == key_id for key_id, key in materials)


def _write_beside(path: Path, content: _File) -> Path:
    """Write to a new file in the same folder, on disk when this returns; the caller moves it into place."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold the keyring's folder, so that two rotations do not drop each other's key."""
    fd = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise KeyringBusy(path=str(path)) from None
    finally:
        os.close(fd)
