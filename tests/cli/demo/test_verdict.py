from __future__ import annotations

from datetime import UTC, datetime

from printvision.cli.demo.folder import SentLine
from printvision.cli.demo.verdict import judge
from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine

AT = datetime(2026, 3, 1, tzinfo=UTC)


def sent(recipient: str, quantity: int = 1, *, printable: bool = True, sku: str = "TEE") -> SentLine:
    return SentLine(at=AT.isoformat(), recipient=recipient, sku=sku, quantity=quantity, printable=printable)


def told(recipient: str, *events: LedgerEvent, quantity: int = 1, **changes: str) -> list[LedgerLine]:
    line = {"our_ref": "r", "sku": "TEE", "order_id": "1"} | changes
    return [
        LedgerLine(at=AT, event=event, recipient=recipient, quantity=quantity, **line) for event in events
    ]


PRINTED_ONCE = (LedgerEvent.ACCEPTED, LedgerEvent.CONFIRMED, LedgerEvent.PRINTED, LedgerEvent.SHIPPED)


def test_what_was_printed_once_is_well():
    verdict = judge(
        [sent("Ana"), sent("Bo", 2)], told("Ana", *PRINTED_ONCE) + told("Bo", *PRINTED_ONCE, quantity=2)
    )

    assert (verdict.lost, verdict.doubled) == ((), ())


def test_a_line_printed_in_two_parcels_is_whole():
    ledger = told("Bo", LedgerEvent.CONFIRMED, quantity=3)
    ledger += told("Bo", LedgerEvent.PRINTED, quantity=1) + told("Bo", LedgerEvent.PRINTED, quantity=2)

    verdict = judge([sent("Bo", 3)], ledger)

    assert (verdict.lost, verdict.doubled) == ((), ())


def test_what_was_not_printed_or_not_wholly_is_lost():
    verdict = judge(
        [sent("Ana"), sent("Bo", 2), sent("Cy")],
        told("Ana", LedgerEvent.ACCEPTED, LedgerEvent.CONFIRMED)
        + told("Bo", LedgerEvent.CONFIRMED, quantity=2)
        + told("Bo", LedgerEvent.PRINTED, quantity=1),
    )

    assert verdict.lost == (("Ana", "TEE"), ("Bo", "TEE"), ("Cy", "TEE"))
    assert verdict.doubled == ()


def test_what_a_person_holds_is_not_lost():
    assert judge([sent("Ana")], [], held={"Ana"}).lost == ()


def test_what_was_printed_or_ordered_twice_is_doubled():
    verdict = judge(
        [sent("Ana"), sent("Bo")],
        told("Ana", *PRINTED_ONCE, *PRINTED_ONCE) + told("Bo", *PRINTED_ONCE, LedgerEvent.CONFIRMED),
    )

    assert verdict.doubled == (("Ana", "TEE"), ("Bo", "TEE"))
    assert verdict.lost == ()


def test_what_may_not_be_printed_is_doubled_by_one_print():
    verdict = judge([sent("Ana", printable=False)], told("Ana", *PRINTED_ONCE))

    assert verdict.doubled == (("Ana", "TEE"),)


def test_what_nobody_sent_is_doubled():
    assert judge([], told("Eve", LedgerEvent.CONFIRMED)).doubled == (("Eve", "TEE"),)


def test_what_two_providers_printed_of_one_line_is_doubled():
    ledger = told("Ana", *PRINTED_ONCE) + told("Ana", *PRINTED_ONCE, our_ref="s", order_id="5f1")

    assert judge([sent("Ana")], ledger).doubled == (("Ana", "TEE"),)


def test_what_one_provider_gave_back_and_another_printed_is_well():
    ledger = told("Ana", LedgerEvent.ACCEPTED, LedgerEvent.CONFIRMED, LedgerEvent.CANCELLED)
    ledger += told("Ana", *PRINTED_ONCE, our_ref="s", order_id="5f1")

    verdict = judge([sent("Ana")], ledger)

    assert (verdict.lost, verdict.doubled) == ((), ())


def test_what_was_cancelled_after_it_was_printed_counts_as_printed():
    ledger = told("Ana", *PRINTED_ONCE, LedgerEvent.CANCELLED)
    ledger += told("Ana", *PRINTED_ONCE, our_ref="s", order_id="5f1")

    assert judge([sent("Ana")], ledger).doubled == (("Ana", "TEE"),)


def test_a_product_made_at_a_provider_is_known_by_its_title():
    ledger = told("Ana", *PRINTED_ONCE, sku="pv-0f3a", title="Market tote – White")

    verdict = judge([sent("Ana", sku="TOTE-MARKET-WH")], ledger)

    assert (verdict.lost, verdict.doubled) == ((), ())
