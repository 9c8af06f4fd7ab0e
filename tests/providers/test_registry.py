from __future__ import annotations

from pathlib import Path

import pytest

from printvision.platform.errors import NotFound
from printvision.providers import adapters
from printvision.providers.adapters.printful import Printful
from printvision.providers.registry import adapter_type, adapter_types


def test_every_module_of_the_folder_is_an_adapter() -> None:
    modules = {path.stem for path in Path(adapters.__path__[0]).iterdir() if not path.name.startswith("_")}

    assert set(adapter_types()) == modules


def test_adapter_type_finds_by_key() -> None:
    assert adapter_type("printful") is Printful


def test_adapter_type_does_not_know_what_is_not_there() -> None:
    with pytest.raises(NotFound) as caught:
        adapter_type("inkwell")

    assert caught.value.fields == {"kind": "provider", "id": "inkwell"}
