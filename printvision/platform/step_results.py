"""How the results and errors of a run's steps are kept, so that a finished step is not done again."""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
from dbos import Serializer

from printvision.platform.errors import PrintVisionError

_ERROR: Final = "printvision.error"


class JsonSerializer(Serializer):
    """JSON: readable by any later build, and nothing that executes when it is read.

    The error of a remembered step comes back as the class of ours that it was; another's as a `RuntimeError`.
    """

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            return msgspec.json.encode({_ERROR: _told(data)}, enc_hook=str).decode()
        return msgspec.json.encode(data).decode()

    def deserialize(self, serialized_data: str) -> Any:
        data = msgspec.json.decode(serialized_data)
        if isinstance(data, dict) and _ERROR in data:
            return _remembered(cast("dict[str, Any]", data[_ERROR]))
        return cast("Any", data)

    def name(self) -> str:
        return "printvision_json"


def _told(error: BaseException) -> dict[str, Any]:
    if isinstance(error, PrintVisionError):
        return {"code": error.code, "detail": error.detail, "fields": error.fields}
    return {"code": None, "detail": f"{type(error).__name__}: {error}", "fields": {}}


def _remembered(told: dict[str, Any]) -> Exception:
    kind = PrintVisionError.known.get(told["code"])
    return kind(told["detail"], **told["fields"]) if kind else RuntimeError(told["detail"])
