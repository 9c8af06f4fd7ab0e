"""Money is an integer of the currency's minor unit; decimals exist only at the edges.

Exponents: ISO 4217 list one, 2026-01; a currency that is not listed there is refused, never guessed.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

from printvision.platform.errors import PrintVisionError

_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
""".split()

EXPONENTS: dict[str, int] = (
    dict.fromkeys(_TWO, 2)
    | dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
)


class UnknownCurrency(PrintVisionError):
    status = 400
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
    title = "Amounts of two currencies were added"


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: JPY 0, EUR 2, KWD 3."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(currency=currency) from None


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount: `amount_minor` whole minor units (cents; yen; fils) of an ISO 4217 `currency`."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str | int | Decimal, currency: str) -> Money:
        """Read a decimal amount exactly.

        Raises:
            UnknownCurrency, UnreadableAmount: also where the text has more decimals than the currency.
        """
        places = exponent(currency)
        try:
            scaled = Decimal(text).scaleb(places)
        except (InvalidOperation, ValueError, TypeError):
            raise UnreadableAmount(amount=str(text)[:40], currency=currency) from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise UnreadableAmount(amount=str(text)[:40], currency=currency)
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, text: str | Decimal, currency: str) -> Money:
        """Read a decimal amount that may have surplus decimals; halves go to the even neighbour."""
        places = exponent(currency)
        try:
            value = Decimal(text).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        except (InvalidOperation, ValueError, TypeError):
            raise UnreadableAmount(amount=str(text)[:40], currency=currency) from None
        return cls.parse(value, currency)

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
        return Money(self.amount_minor * times, self.currency)

    def __str__(self) -> str:
        return f"{self.text()} {self.currency}"

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(note=f"{self.currency} and {other.currency}")
