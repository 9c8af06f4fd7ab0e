"""Files in the shape the ECB publishes, with figures of our own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

DAILY_CSV = b"Date, USD, JPY, CYP, GBP, \n23 November 2026, 1.0543, 163.27, N/A, 0.83310, \n"

HISTORY_CSV = b"""\
Date,USD,JPY,CYP,GBP,
2026-11-23,1.0543,163.27,N/A,0.8331,
2026-11-20,1.0551,N/A,N/A,0.8325,
1999-01-04,1.1789,133.73,0.58231,0.7111,
"""

DAILY_XML = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
\t\t<Cube time='2026-11-23'>
\t\t\t<Cube currency='USD' rate='1.0543'/>
\t\t\t<Cube currency='JPY' rate='163.27'/>
\t\t\t<Cube currency='GBP' rate='0.83310'/>
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>
"""

RATES = {"USD": Decimal("1.0543"), "JPY": Decimal("163.27"), "GBP": Decimal("0.8331")}
DAY = date(2026, 11, 23)


def history(rates: Mapping[date, Mapping[str, Decimal]]) -> bytes:
    """The history as CSV, the newest day first."""
    currencies = sorted({currency for told in rates.values() for currency in told})
    lines = [",".join(["Date", *currencies, ""])]
    for day in sorted(rates, reverse=True):
        told = (str(rates[day].get(currency, "N/A")) for currency in currencies)
        lines.append(",".join([day.isoformat(), *told, ""]))
    return "\n".join(lines).encode() + b"\n"


def history_xml(rates: Mapping[date, Mapping[str, Decimal]]) -> bytes:
    """The history as XML: all on one line, as they write it."""
    days = "".join(
        f'<Cube time="{day}">'
        + "".join(f'<Cube currency="{currency}" rate="{rate}"/>' for currency, rate in rates[day].items())
        + "</Cube>"
        for day in sorted(rates, reverse=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope '
        'xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        f'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{days}</Cube></gesmes:Envelope>'
    ).encode()
