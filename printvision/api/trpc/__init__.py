"""tRPC v11 under `/trpc`, made from the registry and spoken to by the unmodified `@trpc/client`.

An operation that only reads is a query, any other a mutation; its key is its path. What is refused, and how, is
the same as under REST: the problem document is `data.problem` of the error.

- A query whose input must not appear in an address is called by POST alone (`methodOverride: "POST"`).
- What takes a file as it is (a raw body) has no JSON to travel in: NOT_IMPLEMENTED, naming the REST call.
- An integer beyond ±(2^53 - 1), which JavaScript would round, is answered as its decimal text.
- `events.stream` is the one subscription; it goes alone.
- `Idempotency-Key` and `If-Match` hold for the one call of a request; several mutations are refused with them.
- What fails before it is a call costs as much as a call.
- A mutation that succeeds is 200, whatever REST says; None is null.
"""

from printvision.api.trpc.route import trpc_endpoint

__all__ = ["trpc_endpoint"]
