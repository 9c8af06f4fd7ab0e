from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class AuthenticatorRow(Model):
    """An authenticator app. Until `confirmed_at` it is only being added and counts for nothing.

    `last_step` is that of the last code taken: none up to it is taken again.
    """

    __tablename__ = "authenticators"
    __system__: ClassVar[str] = "a second factor is a person's, in whichever workspace they are"
    __table_args__ = (
        CheckConstraint("last_step >= 0", name="last_step_counts"),
        CheckConstraint("(confirmed_at IS NULL) = (last_step IS NULL)", name="confirmed_by_a_code"),
        Index(
            "ix_authenticators_begun", "person_id", unique=True, postgresql_where=text("confirmed_at IS NULL")
        ),
        Index(
            "ix_authenticators_own",
            "person_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PasskeyRow(Model):
    """A passkey. `counted_back_at` is when it was last refused for counting its uses back: there may be two of it."""

    __tablename__ = "passkeys"
    __system__: ClassVar[str] = "whoever signs in with one is nobody yet"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("octet_length(credential_id) BETWEEN 1 AND 1023", name="credential_id_length"),
        CheckConstraint("sign_count BETWEEN 0 AND 4294967295", name="sign_count_is_32_bits"),
        CheckConstraint("jsonb_typeof(transports) = 'array'", name="transports_is_list"),
        Index(None, "person_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    counted_back_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ChallengeRow(Model):
    """What a browser was asked to sign: one for a holder and a purpose; `holder` is a hash of who may answer."""

    __tablename__ = "passkey_challenges"
    __system__: ClassVar[str] = "whoever signs in is nobody yet"
    __table_args__ = (
        CheckConstraint("octet_length(holder) = 32", name="holder_is_sha256"),
        CheckConstraint("octet_length(challenge) = 32", name="challenge_length"),
        CheckConstraint("purpose IN ('add', 'sign-in', 'second', 'prove')", name="purpose_known"),
        Index(None, "expires_at"),
    )

    holder: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class RecoveryCodeRow(Model):
    """A recovery code that was not used yet; only its hash is kept."""

    __tablename__ = "recovery_codes"
    __system__: ClassVar[str] = "a second factor is a person's, in whichever workspace they are"
    __table_args__ = (CheckConstraint("octet_length(code_hash) = 32", name="hash_is_sha256"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class DeviceRow(Model):
    """A browser in which no second factor is asked for; only the hash of its cookie is kept."""

    __tablename__ = "remembered_devices"
    __system__: ClassVar[str] = "a device is a person's, in whichever workspace they are"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("length(device) <= 300", name="device_length"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "person_id", "id"),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    device: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class TryRow(Model):
    """How often in a row a code was looked at for a session or for a person, with no right one since."""

    __tablename__ = "code_tries"
    __system__: ClassVar[str] = "whoever tries is not signed in yet"
    __table_args__ = (
        CheckConstraint("tries >= 1", name="tries_count"),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
