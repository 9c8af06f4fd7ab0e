"""Money is an integer of the currency's minor unit; decimals exist only at the edges.

Exponents: ISO 4217 list one, 2026-01; a currency that is not listed there is refused, never guessed.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Annotated, TypeGuard

import msgspec
from msgspec import Meta

from printvision.platform.errors import PrintVisionError

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
        CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
        GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
        LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
        PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
        SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
        ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {
    code: places for places, codes in _CODES_BY_EXPONENT.items() for code in codes.split()
}

MAX_MINOR = 2**53 - 1  # what every reader of JSON keeps exactly, JavaScript's too
_PLAIN = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})")
_EXACT = Context(
    prec=100, traps=[InvalidOperation, Overflow, Inexact]
)  # never rounds silently, as 28 digits would


class UnknownCurrency(PrintVisionError):
    status = 422
    code = "money/unknown-currency"
    title = "That is not a currency we know"
    action = "Use the three letters of ISO 4217, such as EUR."
    currency: str


class UnreadableAmount(PrintVisionError):
    status = 400
    code = "money/unreadable-amount"
    title = "That is not an amount in this currency"
    action = "Write a decimal such as 12.50 with no more decimals than the currency has."
    amount: str
    currency: str


class CurrencyMismatch(PrintVisionError):
    code = "money/currency-mismatch"
    title = "Amounts of two currencies were put together"


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: JPY 0, EUR 2, KWD 3."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(currency=currency) from None


class Money(msgspec.Struct, frozen=True):
    """An amount: `amount_minor` whole minor units (cents; yen; fils) of an ISO 4217 `currency`.

    Amounts of two currencies are neither added nor ordered: that raises `CurrencyMismatch`.
    """

    amount_minor: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR)]
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str | int | Decimal, currency: str) -> Money:
        """Read a decimal amount exactly: `12.50`, `-3`, `.5`; no exponent, no digit grouping, no float.

        Raises:
            UnknownCurrency, UnreadableAmount: also where the text has more decimals than the currency, or the
                amount is beyond `MAX_MINOR`.
        """
        minor = _minor(text, currency)
        if minor != minor.to_integral_value():
            raise _unreadable(text, currency)
        return cls(int(minor), currency)

    @classmethod
    def rounded(cls, text: str | int | Decimal, currency: str) -> Money:
        """Read a decimal amount that may have surplus decimals; halves go to the even neighbour."""
        minor = _minor(text, currency)
        return cls(int(minor.to_integral_value(rounding=ROUND_HALF_EVEN)), currency)

    def decimal(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def text(self) -> str:
        """`12.50`, `1200` (JPY), `1.250` (KWD): always the currency's own number of decimals."""
        places = exponent(self.currency)
        return f"{self.decimal():.{places}f}"

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:  # a float would come out as a fraction of a cent
            return NotImplemented
        return Money(self.amount_minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def __gt__(self, other: Money) -> bool:
        return not self <= other

    def __ge__(self, other: Money) -> bool:
        return not self < other

    def __str__(self) -> str:
        return f"{self.text()} {self.currency}"

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(note=f"{self.currency} and {other.currency}")


def _minor(text: object, currency: str) -> Decimal:
    """The amount in minor units, exact and within `MAX_MINOR`, perhaps still with a fraction."""
    places = exponent(currency)
    if not _is_amount(text):
        raise _unreadable(text, currency)
    try:
        minor = _EXACT.scaleb(Decimal(text), places)
    except (InvalidOperation, Overflow, Inexact):
        raise _unreadable(text, currency) from None
    if not minor.is_finite() or abs(minor) > MAX_MINOR:
        raise _unreadable(text, currency)
    return minor


def _is_amount(text: object) -> TypeGuard[str | int | Decimal]:
    if isinstance(text, str):
        return _PLAIN.fullmatch(text) is not None  # Decimal itself also reads "1e5", "1_000" and "NaN"
    if isinstance(text, int):
        return not isinstance(text, bool) and abs(text) <= MAX_MINOR
    return isinstance(text, Decimal)  # a float has already lost the cents


def _unreadable(text: object, currency: str) -> UnreadableAmount:
    shown = "a number too large" if isinstance(text, int) and abs(text) > MAX_MINOR else str(text)[:40]
    return UnreadableAmount(amount=shown, currency=currency)
