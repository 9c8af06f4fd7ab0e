"""Can a parcel be delivered there? Checks an address by its country's postal rules, offline, and tidies it.

The rules are Google's (libaddressinput). They are taken where a wrong answer keeps a parcel from arriving:
the country, what it requires, the shape of its postal codes. A town or suburb they have not heard of is no
error, and neither is a region that a shop spells its own way, except where providers insist on a known code.
"""

from __future__ import annotations

import re
import unicodedata

from printvision.orders.postal_rules import PostalRules, find_rules
from printvision.platform.address import Recipient
from printvision.platform.errors import PrintVisionError

LONGEST = {
    "name": 120,
    "company": 120,
    "line1": 200,
    "line2": 200,
    "city": 100,
    "region": 100,
    "postal_code": 20,
    "country": 2,
    "email": 254,
    "phone": 40,
}

_FULL_WIDTH = ("postal_code", "country", "phone")  # may be typed in full-width signs in East Asia
_MUST_SAY_SOMETHING = ("name", "line1", "city", "region", "postal_code")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_KEEP_INVISIBLE = "\u200c\u200d"  # join and part letters in Persian and the scripts of India
_ALIASES = {"UK": "GB", "EL": "GR"}
_CODED_REGIONS = frozenset({"AU", "CA", "US"})  # providers refuse these without a code they know


class InvalidAddress(PrintVisionError):
    """Nothing can be delivered there; `errors` lists `{"path", "message"}` by the recipient's fields."""

    status = 422
    code = "orders/invalid-address"
    title = "A parcel cannot be delivered to this address"
    action = "Correct the listed fields with the buyer, then send or release the order again."
    errors: list[dict[str, str]]


def destination(recipient: Recipient | None) -> Recipient:
    """Where an order goes, tidied.

    Raises:
        InvalidAddress: also where the shop knows no address.
    """
    if recipient is None:
        raise InvalidAddress(errors=[{"path": "recipient", "message": "The order has no shipping address."}])
    return check_address(recipient)


def check_address(recipient: Recipient) -> Recipient:
    """The same address, tidied: spaces, country, region and postal code as the post and providers write them.

    Raises:
        InvalidAddress: with every fault that was found.
    """
    faults: dict[str, str] = {}
    tidy = {name: _tidy(name, getattr(recipient, name), faults) for name in LONGEST}
    country = tidy["country"].upper()
    tidy["country"] = _ALIASES.get(country, country)
    rules = find_rules(tidy["country"])
    if rules is None:
        faults.setdefault("country", "This is not a country's two letters (ISO 3166-1), such as DE.")
    else:
        _apply(rules, tidy, faults)
    for name in ("name", "line1"):
        if not tidy[name]:
            faults.setdefault(name, "This is needed.")
    if tidy["email"] and not _EMAIL.fullmatch(tidy["email"]):
        faults.setdefault("email", "This is not an e-mail address.")
    if faults:
        errors = [{"path": f"recipient.{name}", "message": message} for name, message in faults.items()]
        raise InvalidAddress(errors=errors)
    return _rebuilt(tidy)


def _rebuilt(tidy: dict[str, str]) -> Recipient:
    return Recipient(
        name=tidy["name"],
        line1=tidy["line1"],
        city=tidy["city"],
        postal_code=tidy["postal_code"],
        country=tidy["country"],
        line2=tidy["line2"] or None,
        region=tidy["region"] or None,
        company=tidy["company"] or None,
        email=tidy["email"] or None,
        phone=tidy["phone"] or None,
    )


def _tidy(name: str, text: str | None, faults: dict[str, str]) -> str:
    """The text without needless spaces and invisible signs; its faults are noted."""
    if text is None:
        return ""
    if len(text) > 10 * LONGEST[name] + 100 or any(_is_control(char) for char in text):
        faults[name] = "This is too long or holds control characters."
        return ""
    text = unicodedata.normalize("NFKC" if name in _FULL_WIDTH else "NFC", text)
    visible = (char for char in text if unicodedata.category(char) != "Cf" or char in _KEEP_INVISIBLE)
    text = " ".join("".join(visible).split()).strip(_KEEP_INVISIBLE)
    if len(text) > LONGEST[name]:
        faults[name] = f"This is longer than {LONGEST[name]} characters."
    elif text and name in _MUST_SAY_SOMETHING and not any(char.isalnum() for char in text):
        faults[name] = "This holds neither letters nor digits."
    return text


def _is_control(char: str) -> bool:
    """Control characters other than the line ends and tabs of pasted text, and halves of surrogate pairs."""
    return char not in "\t\n\r" and unicodedata.category(char) in {"Cc", "Cs"}


def _apply(rules: PostalRules, tidy: dict[str, str], faults: dict[str, str]) -> None:
    if tidy["postal_code"]:
        _apply_postal_code(rules, tidy, faults)
    if tidy["region"]:
        _apply_region(rules, tidy, faults)
    elif "region" in rules.required:
        tidy["region"] = _missing_region(rules, tidy)
    for name in sorted(rules.required):
        if not tidy[name]:
            faults.setdefault(name, f"This is needed for {rules.country}.")


def _apply_postal_code(rules: PostalRules, tidy: dict[str, str], faults: dict[str, str]) -> None:
    if rules.postal_code is None:
        return
    code = as_postal_code(tidy["postal_code"], rules)
    if code is None:
        example = f", such as {rules.examples[0]}" if rules.examples[0] else ""
        faults.setdefault("postal_code", f"This is not a postal code of {rules.country}{example}.")
    else:
        tidy["postal_code"] = code


def _apply_region(rules: PostalRules, tidy: dict[str, str], faults: dict[str, str]) -> None:
    code = rules.find_region(tidy["region"])
    if code is not None:
        tidy["region"] = code
    elif rules.country in _CODED_REGIONS:
        faults.setdefault("region", f"This is not a state, province or territory of {rules.country}.")


def _missing_region(rules: PostalRules, tidy: dict[str, str]) -> str:
    """The region that the rest of the address names beyond doubt, or "".

    Where regions share out the postal codes only the code tells (Washington city is not in Washington state);
    elsewhere the region is often the city itself (Dubai).
    """
    if rules.region_postal_codes:
        return rules.region_of(tidy["postal_code"]) or ""
    return rules.find_region(tidy["city"]) or ""


def as_postal_code(text: str, rules: PostalRules) -> str | None:
    """The code as the country writes it, forgiving case, spaces, signs and country letters."""
    assert rules.postal_code is not None
    code = re.sub(r"[‐-―−]", "-", text.upper())
    bare = re.sub(r"^〒 ?|^[A-Z]{1,3}[- ](?=\d)", "", code)
    signs = re.sub(r"[^0-9A-Z]", "", bare)
    spaced = (_spaced_like(example, signs) for example in rules.examples)
    tries = (code, bare, signs, *spaced, f"{rules.country}-{signs}")
    return next((each for each in tries if rules.postal_code.fullmatch(each)), None)


def _spaced_like(example: str, signs: str) -> str:
    """`00950` after the example `00-150` is `00-950`; signs of another length come back as they are."""
    if sum(char.isalnum() for char in example) != len(signs):
        return signs
    left = iter(signs)
    return "".join(next(left) if char.isalnum() else char for char in example)
