"""`printvision settings`"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from printvision.cli.options import HERE, Options

if TYPE_CHECKING:
    import msgspec
    from rich.console import Console

    from printvision.platform.settings import Settings


def settings(*, options: Options = HERE) -> None:
    """Every setting there is, its variable, its place in the file, and its value now; secrets are not shown."""
    from printvision.cli.output import table
    from printvision.platform.errors import InvalidSettings
    from printvision.platform.settings import Settings

    problem: InvalidSettings | None = None
    try:
        found = options.settings()
    except InvalidSettings as error:
        found, problem = Settings(), error
    rows = list(_rows(found))

    def show(console: Console) -> None:
        cells = ((row["variable"], row["key"], row["value"], row["default"]) for row in rows)
        console.print(table(("variable", "in the file", "now", "default"), cells))

    options.output().answer({"settings": rows}, show)
    if problem is not None:
        # What was shown is what there is by default; the wrong one is told last.
        raise problem


def _rows(found: Settings) -> Iterator[dict[str, Any]]:
    from printvision.platform.settings import variable

    defaults = dict(_leaves(type(found)()))
    for path, value in _leaves(found):
        yield {
            "variable": variable(path),
            "key": ".".join(path),
            "value": _shown(value),
            "default": _shown(defaults[path]),
        }


def _leaves(struct: msgspec.Struct, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    import msgspec

    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if isinstance(value, msgspec.Struct):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _shown(value: Any) -> Any:
    from printvision.platform.redaction import MASK, Secret

    return MASK if isinstance(value, Secret) else value
