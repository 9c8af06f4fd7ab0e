"""Where a parcel goes: the one shape of an address that shops, orders and providers share."""

from __future__ import annotations

import msgspec


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel goes.

    `country` is ISO 3166-1 alpha-2, `region` the provider-neutral state or province code (ISO 3166-2 without
    the country). A part that a country does not use (a postal code in Hong Kong) is an empty text.
    """

    name: str
    line1: str
    city: str
    postal_code: str
    country: str
    line2: str | None = None
    region: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
