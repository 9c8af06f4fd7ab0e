"""The ids of a stream: a position that only its own workspace can come back with, and that tells nothing of others.

The same event always has the same id, in every process, so that a client can tell a repeated one.
"""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from printvision.api.live.errors import UnknownEventId
from printvision.platform.events import Position
from printvision.platform.ids import WorkspaceId
from printvision.platform.sealed import Keyring

ID_LENGTH: Final = 48
_CONTENT: Final = struct.Struct(">QQI")  # xid, seq, seconds since 1970


class EventIds:
    """Writes and reads ids; deterministic encryption (RFC 5297), bound to the workspace."""

    def __init__(self, keyring: Keyring) -> None:
        self._cipher = AESSIV(keyring.derive("event-ids"))

    def write(self, workspace_id: WorkspaceId, position: Position, at: datetime) -> str:
        """48 characters that fit into an address as they are.

        Args:
            at: when it was there; seconds are kept.
        """
        content = _CONTENT.pack(position.xid, position.seq, int(at.timestamp()))
        return base64.urlsafe_b64encode(self._cipher.encrypt(content, [workspace_id.bytes])).decode()

    def read(self, workspace_id: WorkspaceId, given: str) -> tuple[Position, datetime]:
        """
        Raises:
            UnknownEventId: not written for this workspace.
        """
        if len(given) != ID_LENGTH:
            raise UnknownEventId
        try:
            sealed = base64.b64decode(given, altchars=b"-_", validate=True)
            content = self._cipher.decrypt(sealed, [workspace_id.bytes])
        except (ValueError, binascii.Error, InvalidTag):
            raise UnknownEventId from None
        xid, seq, seconds = _CONTENT.unpack(content)
        return Position(xid, seq), datetime.fromtimestamp(seconds, UTC)
