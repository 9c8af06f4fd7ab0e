"""A provider that is slow, rude, changed or broken is named for what it is, and gives nothing away."""

from __future__ import annotations

import logging
from time import monotonic
from typing import ClassVar

import msgspec
import pytest

from printvision.providers.sdk import (
    Progress,
    ProviderError,
    ProviderNeedsAttention,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)
from printvision.providers.sdk.attempt import DEFAULT_LOCKOUT_S
from tests.contracts import tampering
from tests.contracts.bench import BUYER_WORDS, LIMITS, Bench, Stage


class TroubleContract:
    bench: ClassVar[Bench]

    async def test_a_long_lockout_carries_its_delay_out(self, stage: Stage) -> None:
        adapter = stage.connect()
        await stage.faults(rate_limited={"share": 1, "operations": ["orders.*"], "retry_after_s": 47})

        with pytest.raises(ProviderThrottled) as caught:
            await adapter.find("0" * 32)

        longest = 47 if self.bench.says_how_long else DEFAULT_LOCKOUT_S
        assert caught.value.retry_after_s == pytest.approx(longest, abs=0.5)
        assert await stage.hits("rate_limited") == 1

    async def test_a_short_lockout_is_waited_for(self, stage: Stage) -> None:
        adapter = stage.connect()
        if not self.bench.says_how_long:
            pytest.skip("they do not say how long it is")
        await stage.faults(
            rate_limited={"share": 1, "operations": ["orders.*"], "times": 1, "retry_after_s": 1}
        )
        begun = monotonic()

        assert await adapter.find("0" * 32) is None
        assert 1 <= monotonic() - begun < 5

    async def test_a_commit_that_was_turned_away_is_made_again(self, stage: Stage) -> None:
        patient = msgspec.structs.replace(LIMITS, patience_s=DEFAULT_LOCKOUT_S + 1)
        adapter, order = stage.connect(limits=patient), stage.order()
        ready = await stage.ready(adapter, order)
        await stage.faults(
            rate_limited={"share": 1, "operations": ["orders.confirm"], "times": 1, "retry_after_s": 1}
        )

        committed = await adapter.commit(ready.provider_order_id)

        assert committed.progress.rank >= Progress.ACCEPTED.rank
        assert len(await stage.ledger(order.ref, "confirmed")) == 1

    async def test_a_dropped_connection_is_tried_again_when_reading(self, stage: Stage) -> None:
        adapter = stage.connect()
        made = await adapter.prepare(stage.order())
        await stage.faults(dropped={"share": 1, "operations": ["orders.get"], "times": 2})

        assert (await adapter.get(made.provider_order_id)).ref == made.ref
        assert await stage.hits("dropped") == 2

    async def test_a_server_error_that_stays_is_unavailable(self, stage: Stage) -> None:
        adapter = stage.connect()
        made = await adapter.prepare(stage.order())
        await stage.faults(server_error={"share": 1, "operations": ["orders.get"]})

        with pytest.raises(ProviderUnavailable) as caught:
            await adapter.get(made.provider_order_id)

        assert type(caught.value) is ProviderUnavailable

    async def test_silence_is_bounded(self, stage: Stage) -> None:
        adapter = stage.connect()
        stage.proxy.change = tampering.keep_silent
        begun = monotonic()

        with pytest.raises(ProviderUnavailable):
            await adapter.account()

        longest = LIMITS.attempts * LIMITS.total_s + LIMITS.patience_s
        assert monotonic() - begun < longest

    async def test_a_huge_answer_is_cut_off(self, stage: Stage) -> None:
        adapter = stage.connect()
        stage.proxy.change = tampering.never_end

        with pytest.raises(ProviderUnintelligible):
            await adapter.account()

    async def test_a_revoked_credential_needs_somebody(self, stage: Stage) -> None:
        adapter = stage.connect(credential="revoked-5d0c9be1")

        with pytest.raises(ProviderNeedsAttention):
            await adapter.account()
        with pytest.raises(ProviderNeedsAttention):
            await adapter.prepare(stage.order())

    async def test_an_unknown_field_is_ignored_and_kept(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        stage.proxy.change = tampering.rewrite(tampering.with_new_fields)

        made = await adapter.prepare(order)
        read = await adapter.get(made.provider_order_id)

        assert (read.ref, read.progress, read.unknown_words) == (order.ref, Progress.DRAFT, ())
        assert read.raw["unheard_of"] == {"a": [1]}

    async def test_an_unknown_state_is_reported_and_changes_nothing(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        made = await stage.ready(adapter, order)
        stage.proxy.change = tampering.rewrite(tampering.with_words({self.bench.first_state: "teleported"}))

        read = await adapter.get(made.provider_order_id)

        assert any("teleported" in word for word in read.unknown_words)
        assert (read.progress, read.ending) == (Progress.DRAFT, None)
        assert read.status_word == "teleported"

    async def test_a_mangled_answer_is_unintelligible_and_kept(self, stage: Stage) -> None:
        adapter = stage.connect()
        made = await adapter.prepare(stage.order())
        stage.proxy.change = tampering.cut_short

        with pytest.raises(ProviderUnintelligible) as caught:
            await adapter.get(made.provider_order_id)

        assert caught.value.payload
        kept = stage.recorder.calls[-1]
        assert (kept.error, kept.response) == ("providers/unintelligible", caught.value.payload)

    async def test_a_mangled_answer_to_a_commit_is_unknown(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        ready = await stage.ready(adapter, order)
        stage.proxy.change = tampering.cut_short

        with pytest.raises(ProviderUnavailable):
            await adapter.commit(ready.provider_order_id)

        stage.proxy.reset()
        assert (await adapter.get(ready.provider_order_id)).progress.rank >= Progress.ACCEPTED.rank

    async def test_nothing_kept_or_said_shows_the_credential_or_the_buyer(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        adapter, order = stage.connect(), stage.order()
        said: list[object] = [adapter, adapter.settings, adapter.http]

        await stage.send(adapter, order)
        variant = msgspec.structs.replace(order.items[0], variant_external_id="99999999")
        refused = msgspec.structs.replace(stage.order(), items=(variant,))
        for change in (None, tampering.quote_back, tampering.cut_short):
            stage.proxy.change = change
            with pytest.raises(ProviderError) as caught:
                await adapter.prepare(refused if change is None else stage.order())
            error = caught.value
            said += [error, error.fields, error.note, getattr(error, "payload", "")]

        kept = [msgspec.json.encode(call).decode() for call in stage.recorder.calls]
        text = "\n".join([caplog.text, *kept, *(f"{thing!s} {thing!r}" for thing in said)])
        for word in (self.bench.credential, *BUYER_WORDS):
            assert word not in text
