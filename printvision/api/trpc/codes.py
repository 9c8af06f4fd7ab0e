"""tRPC's words and numbers for what HTTP says by its status.

Source: @trpc/server 11.25, `TRPC_ERROR_CODES_BY_KEY` and its HTTP statuses, read 2026-11.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from printvision.api.errors import MalformedJson


class TrpcCode(NamedTuple):
    name: str
    number: int


_UNREADABLE: Final = TrpcCode("PARSE_ERROR", -32700)
_BAD_REQUEST: Final = TrpcCode("BAD_REQUEST", -32600)
_INTERNAL: Final = TrpcCode("INTERNAL_SERVER_ERROR", -32603)
_BY_STATUS: Final = {
    400: _BAD_REQUEST,
    401: TrpcCode("UNAUTHORIZED", -32001),
    402: TrpcCode("PAYMENT_REQUIRED", -32002),
    403: TrpcCode("FORBIDDEN", -32003),
    404: TrpcCode("NOT_FOUND", -32004),
    405: TrpcCode("METHOD_NOT_SUPPORTED", -32005),
    408: TrpcCode("TIMEOUT", -32008),
    409: TrpcCode("CONFLICT", -32009),
    412: TrpcCode("PRECONDITION_FAILED", -32012),
    413: TrpcCode("PAYLOAD_TOO_LARGE", -32013),
    415: TrpcCode("UNSUPPORTED_MEDIA_TYPE", -32015),
    422: TrpcCode("UNPROCESSABLE_CONTENT", -32022),
    428: TrpcCode("PRECONDITION_REQUIRED", -32028),
    429: TrpcCode("TOO_MANY_REQUESTS", -32029),
    499: TrpcCode("CLIENT_CLOSED_REQUEST", -32099),
    500: _INTERNAL,
    501: TrpcCode("NOT_IMPLEMENTED", -32603),
    502: TrpcCode("BAD_GATEWAY", -32603),
    503: TrpcCode("SERVICE_UNAVAILABLE", -32603),
    504: TrpcCode("GATEWAY_TIMEOUT", -32603),
}


def trpc_code(status: int, code: str) -> TrpcCode:
    """
    Args:
        status: of the problem; one that tRPC has no word for, such as 410, is called by its class.
        code: of the problem.
    """
    if code == MalformedJson.code:
        return _UNREADABLE
    return _BY_STATUS.get(status) or (_BAD_REQUEST if status < 500 else _INTERNAL)
