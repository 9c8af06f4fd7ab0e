"""What a person says about a change of an order, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from printvision.cli.errors import BadUsage

if TYPE_CHECKING:
    from printvision.orders.schemas import LineView
    from printvision.platform.address import Recipient

Part = Annotated[str | None, Parameter(help="An empty text takes it away.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AddressOptions:
    """The parts of an address that change."""

    name: Part = None
    company: Part = None
    line1: Part = None
    line2: Part = None
    city: Part = None
    region: Annotated[str | None, Parameter(help="The state or province as a code, such as TX.")] = None
    postal_code: Part = None
    country: Annotated[str | None, Parameter(help="Two letters, such as US.")] = None
    email: Part = None
    phone: Part = None

    def over(self, recipient: Recipient | None) -> dict[str, Any]:
        """The members of a whole address: the one there is with these parts in it.

        Raises:
            BadUsage: nothing was named.
        """
        import msgspec

        named = {field.name: getattr(self, field.name) for field in fields(self)}
        changed = {name: value for name, value in named.items() if value is not None}
        if not changed:
            raise BadUsage("name at least one part of the address, such as --line1")
        kept = msgspec.structs.asdict(recipient) if recipient else {}
        return kept | {name: value or None for name, value in changed.items()}


NO_CHANGE = AddressOptions()


def named_lines(lines: Sequence[LineView], named: Sequence[str]) -> list[dict[str, object]]:
    """The input of `orders.reprint` for texts such as `MUG-11` and `MUG-11=2`.

    Raises:
        BadUsage: no line has that SKU, or the pieces are no number.
    """
    by_sku = {line.sku: line for line in lines if line.sku}
    wanted: list[dict[str, object]] = []
    for text in named:
        sku, separator, pieces = text.rpartition("=") if text not in by_sku else (text, "", "")
        line = by_sku.get(sku)
        if line is None:
            raise BadUsage(f"no line of the order has the SKU {sku or text}: {', '.join(sorted(by_sku))}")
        if separator and not pieces.isdecimal():
            raise BadUsage(f"{pieces!r} is no number of pieces")
        wanted.append({"line_id": str(line.id), "quantity": int(pieces) if separator else line.printable})
    return wanted
