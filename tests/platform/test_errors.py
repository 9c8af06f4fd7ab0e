from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import msgspec
import pytest

import printvision
from printvision.api.problem_pages import problem_page
from printvision.api.problems import OWN_MEMBERS, problem_of
from printvision.platform.errors import PrintVisionError

# Words of the workshop that a person who sells shirts need not know.
JARGON = re.compile(
    r"\b(null|none|struct|dict|enum|exception|traceback|regex|uuid|sql|schema|payload|deserialis\w*|mutex"
    r"|idempoten\w*(?!\w)(?!-key)|coroutine|scope|row|enqueue\w*)\b",
    re.IGNORECASE,
)


def every_error() -> list[type[PrintVisionError]]:
    for module in pkgutil.walk_packages(printvision.__path__, "printvision."):
        if module.name.rpartition(".")[2] != "__main__":
            importlib.import_module(module.name)
    return sorted({PrintVisionError, *below(PrintVisionError)}, key=lambda kind: (kind.code, kind.__name__))


def below(kind: type[PrintVisionError]) -> Iterator[type[PrintVisionError]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("printvision."):
            yield each
            yield from below(each)


@pytest.fixture(scope="module")
def errors() -> list[type[PrintVisionError]]:
    return every_error()


def offenders(errors: list[type[PrintVisionError]], words: str) -> list[str]:
    return [f"{kind.__module__}.{kind.__name__}: {words}" for kind in errors]


def test_each_has_a_code_of_its_own(errors: list[type[PrintVisionError]]):
    own = [kind for kind in errors if "code" in kind.__dict__]

    assert offenders([kind for kind in errors if "code" not in kind.__dict__], "say code") == []
    assert len({kind.code for kind in own}) == len(own)
    assert [kind.code for kind in own if not re.fullmatch(r"[a-z-]+(/[a-z0-9-]+)?", kind.code)] == []
    assert {kind.code: kind for kind in own} == {
        code: kind
        for code, kind in PrintVisionError.known.items()
        if kind.__module__.startswith("printvision.")
    }


def test_each_has_a_status_of_a_failure(errors: list[type[PrintVisionError]]):
    assert [kind.code for kind in errors if not 400 <= kind.status <= 599] == []


def test_each_title_is_one_plain_sentence(errors: list[type[PrintVisionError]]):
    for kind in errors:
        assert 8 <= len(kind.title) <= 90, kind
        assert kind.title[0].isupper(), kind
        assert kind.title[-1] not in ".!?:", kind
        assert JARGON.search(kind.title) is None, kind
        assert kind is PrintVisionError or kind.title != PrintVisionError.title, kind


def test_each_names_a_next_action(errors: list[type[PrintVisionError]]):
    for kind in errors:
        assert len(kind.action) >= 10, kind
        assert kind.action[0].isupper(), kind
        assert kind.action.endswith((".", "…")), kind


def test_each_public_field_is_declared_with_a_type_that_travels(errors: list[type[PrintVisionError]]):
    for kind in errors:
        fields = kind.public_fields()
        assert not set(fields) & {*OWN_MEMBERS, "note", "fields"}, kind
        for hint in fields.values():
            msgspec.json.schema(hint)


def test_each_has_a_page_that_explains_it(errors: list[type[PrintVisionError]]):
    for kind in errors:
        page = problem_page(kind.code)
        assert f"<code>{kind.code}</code>" in page
        assert all(f"<code>{name}</code>" in page for name in kind.public_fields())


def test_what_is_public_goes_out_and_the_note_stays():
    class OutOfInk(PrintVisionError):
        status = 409
        code = "test/out-of-ink"
        title = "The ink is used up"
        color: str

    error = OutOfInk("Only cyan is left", note="tank 5", color="black", hidden="inside")

    problem = problem_of(error, public_url="https://pv.example/", request_id="r1", max_body_bytes=1)

    assert problem.status == 409
    assert problem.document == {
        "type": "https://pv.example/problems/test/out-of-ink",
        "title": "The ink is used up",
        "status": 409,
        "detail": "Only cyan is left",
        "instance": "urn:printvision:request:r1",
        "code": "test/out-of-ink",
        "action": PrintVisionError.action,
        "request_id": "r1",
        "color": "black",
    }
    del PrintVisionError.known["test/out-of-ink"]
