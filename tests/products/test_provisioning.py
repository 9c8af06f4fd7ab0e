"""Products that a provider wants of offers: made once, found again, told what is wrong with them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event

from printvision.accounts import Permission
from printvision.catalog import list_prices, save_prices
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.platform.money import Money
from printvision.platform.scope import PermissionMissing
from printvision.products import (
    Offer,
    ProvisionState,
    create_product,
    ensure_provisions,
    find_variants_by_sku,
    get_offers,
    provision_again,
)
from printvision.products.errors import NoProductWanted, SkuTaken
from printvision.products.models import ProvisionRow
from printvision.products.progress import FIRST_WAIT_S, LONGEST_WAIT_S, MAX_FAILURES
from printvision.products.workflow import provision_offer
from printvision.providers import find_connection, resume_connection
from printvision.providers.models import ConnectionRow
from printvision.providers.sdk import (
    ProviderConflict,
    ProviderNeedsAttention,
    ProviderNotFound,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    Provisioned,
    VariantPrice,
)
from tests.factories.connections import make_connection
from tests.factories.fake_provisioner import FakeMaker, Workshop
from tests.factories.products import make_artwork, make_shirt, shirt_offer, shirt_product
from tests.factories.workspaces import MadeWorkspace
from tests.products.making import Bench

UNKNOWN = ProviderOutcomeUnknown(provider="maker", retry_after_s=None)
AWAY = ProviderUnavailable("They answered 503", provider="maker", retry_after_s=None)
REFUSED = ProviderRejected("The picture is too coarse.", provider="maker", provider_code="8203")


def states(offer: Offer) -> tuple[bool, ProvisionState | None]:
    return offer.ready, offer.provision.state if offer.provision else None


# -- a product is wanted, and made -------------------------------------------------------------------------------------


async def test_a_new_offer_has_a_product_on_its_way(bench: Bench, workshop: Workshop):
    offer = await bench.add()

    assert states(offer) == (False, ProvisionState.WANTED)
    assert offer.product_external_id is None
    assert await bench.runs() == 1
    assert workshop.calls.total() == 0


async def test_a_product_that_is_not_added_asks_for_nothing(bench: Bench):
    await bench.add()

    with pytest.raises(SkuTaken):
        await bench.add()

    assert await bench.runs() == 1


async def test_the_product_is_made_of_what_the_offer_shows(bench: Bench, workshop: Workshop):
    offer = await bench.add()

    done = await bench.carry(offer.id)

    (spec,) = workshop.made
    assert states(done) == (True, ProvisionState.READY)
    assert done.product_external_id == f"product-{spec.sku}"
    assert done.provision is not None
    assert (done.provision.sku, done.provision.attempts, done.provision.last_error) == (spec.sku, 1, None)
    assert (spec.title, spec.blueprint_external_id, spec.variant_external_id) == (
        "Shirt – Shirt SHIRT-M",
        "71",
        "4011",
    )
    assert [(file.placement, file.technique) for file in spec.files] == [("front", "dtg")]
    assert spec.files[0].url.startswith("http")
    assert workshop.asked("find_product") == 0
    assert await bench.events() == [("products.provisioned", {"connection_id": str(bench.connection_id)})]


async def test_a_finished_run_that_is_carried_again_does_nothing(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    run = await bench.run_of(offer.id)
    await provision_offer.body(run)

    await provision_offer.body(run)

    assert workshop.calls.total() == 1
    assert (await bench.row(offer.id)).attempts == 1


async def test_a_provider_that_prints_without_is_asked_for_nothing(bench: Bench, workshop: Workshop):
    await make_shirt(bench.platform)
    plain = await make_connection(bench.workspace)
    async with bench.workspace.scope() as scope:
        added = await create_product(scope, shirt_product(shirt_offer(plain, bench.artwork_id)))
        (offer,) = added.variants[0].offers
        assert await ensure_provisions(scope, [offer]) == 0
        with pytest.raises(NoProductWanted):
            await provision_again(scope, offer.id)

    assert (offer.ready, offer.product_external_id, offer.provision) == (True, None, None)
    assert await bench.runs() == 0


async def test_each_offer_has_a_product_of_its_own(bench: Bench, workshop: Workshop):
    async with bench.workspace.scope() as scope:
        added = await create_product(scope, shirt_product(bench.new_offer(), skus=("S", "M", "L")))
    offers = [variant.offers[0] for variant in added.variants]

    done = [await bench.carry(offer.id) for offer in offers]

    assert len(workshop.products) == 3
    assert len({offer.product_external_id for offer in done}) == 3


async def test_any_number_of_offers_is_loaded_by_the_same_statements(bench: Bench):
    async with bench.workspace.scope() as scope:
        added = await create_product(scope, shirt_product(bench.new_offer(), skus=tuple("ABCDE")))
    statements: list[str] = []

    def note(*said: Any) -> None:
        statements.append(said[2])

    event.listen(bench.platform.db.app.sync_engine, "before_cursor_execute", note)
    async with bench.workspace.scope() as scope:
        found = await find_variants_by_sku(scope, [variant.sku for variant in added.variants])
    event.remove(bench.platform.db.app.sync_engine, "before_cursor_execute", note)

    assert [states(variant.offers[0]) for variant in found.values()] == [(False, ProvisionState.WANTED)] * 5
    assert len(statements) == 2  # the workspace's name, and all the rest


# -- the price it tells ------------------------------------------------------------------------------------------------


async def prices(bench: Bench, offer: Offer) -> dict[str, Money]:
    async with bench.workspace.scope() as scope:
        found = await list_prices(scope, bench.connection_id, [offer.provider_variant_id])
    return {each.technique: each.price for each in found.get(offer.provider_variant_id, ())}


async def test_a_price_told_by_the_product_is_the_connections(bench: Bench):
    offer = await bench.carry((await bench.add()).id)

    assert await prices(bench, offer) == {"dtg": Money(1150, "USD")}


async def test_a_price_told_by_the_product_leaves_the_blueprints_others_alone(bench: Bench):
    known = [
        VariantPrice(variant_external_id="4011", technique="embroidery", price=Money(1900, "USD")),
        VariantPrice(variant_external_id="4012", technique="dtg", price=Money(950, "USD")),
        VariantPrice(variant_external_id="4011", technique="dtg", price=Money(900, "USD")),
    ]
    async with bench.workspace.scope() as scope:
        await save_prices(scope, bench.connection_id, bench.blueprint_id, known)

    small = await bench.carry((await bench.add()).id)
    large = await bench.add("SHIRT-L", variant="4012")

    assert await prices(bench, small) == {"dtg": Money(1150, "USD"), "embroidery": Money(1900, "USD")}
    assert await prices(bench, large) == {"dtg": Money(950, "USD")}
    assert ("catalog.prices_changed", {"connection_id": str(bench.connection_id), "count": 1}) in (
        await bench.events()
    )


async def test_a_product_without_a_price_is_ready_all_the_same(bench: Bench, workshop: Workshop):
    workshop.cents = None

    offer = await bench.carry((await bench.add()).id)

    assert states(offer) == (True, ProvisionState.READY)
    assert await prices(bench, offer) == {}


# -- nobody knows whether it worked ------------------------------------------------------------------------------------


async def test_one_that_was_made_without_an_answer_is_found(bench: Bench, workshop: Workshop):
    workshop.fail_after("make_product", UNKNOWN)
    offer = await bench.add()

    waiting = await bench.carry_once(offer.id)
    done = await bench.carry(offer.id)

    assert waiting.provision is not None
    assert (waiting.provision.state, waiting.provision.code) == (
        ProvisionState.WANTED,
        "providers/outcome-unknown",
    )
    assert len(workshop.made) == 1
    assert (workshop.asked("make_product"), workshop.asked("find_product")) == (1, 1)
    assert done.product_external_id == f"product-{workshop.made[0].sku}"
    assert await prices(bench, done) == {"dtg": Money(1150, "USD")}


async def test_one_that_was_not_made_is_made_after_a_search(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    sku = (await bench.row(offer.id)).sku
    workshop.fail("make_product", sku, UNKNOWN)

    done = await bench.carry(offer.id)

    assert states(done) == (True, ProvisionState.READY)
    assert (len(workshop.made), workshop.asked("find_product")) == (1, 1)


async def test_one_whose_answer_cannot_be_read_is_found_by_the_next_try(bench: Bench, workshop: Workshop):
    workshop.fail_after("make_product", ProviderUnintelligible("no id", provider="maker"))
    offer = await bench.add()
    failed = await bench.carry(offer.id)
    assert states(failed) == (False, ProvisionState.FAILED)

    async with bench.workspace.scope() as scope:
        await provision_again(scope, offer.id)
    done = await bench.carry(offer.id)

    assert states(done) == (True, ProvisionState.READY)
    assert len(workshop.made) == 1


async def test_a_stalled_process_makes_nothing_once_another_has_taken_over(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    run = await bench.run_of(offer.id)
    stalled, awake = asyncio.Event(), asyncio.Event()

    class Stalling(FakeMaker):
        async def find_product(self, spec: object) -> None:
            stalled.set()
            await awake.wait()

    await bench.set_row(offer.id, attempts=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: Stalling(workshop))
        asleep = asyncio.create_task(provision_offer.body(run))
        await stalled.wait()
    await provision_offer.body(run)  # the engine gave the same run to another process
    awake.set()
    await asleep

    assert len(workshop.made) == 1
    assert (await bench.row(offer.id)).attempts == 3


async def test_what_an_old_try_brings_is_not_written(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    run = await bench.run_of(offer.id)
    called, answered = asyncio.Event(), asyncio.Event()

    class Slow(FakeMaker):
        async def make_product(self, spec: object) -> Provisioned:
            called.set()
            await answered.wait()
            return Provisioned(external_id="too-late")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: Slow(workshop))
        slow = asyncio.create_task(provision_offer.body(run))
        await called.wait()
    await provision_offer.body(run)
    answered.set()
    await slow

    assert (await bench.offer(offer.id)).product_external_id == f"product-{workshop.made[0].sku}"


# -- what goes wrong ---------------------------------------------------------------------------------------------------


async def test_a_provider_that_is_away_is_asked_again_ever_more_rarely(bench: Bench, workshop: Workshop):
    workshop.fail_after("make_product", AWAY)
    offer = await bench.add()
    sku = (await bench.row(offer.id)).sku
    workshop.fail("find_product", sku, AWAY, times=2)

    waits = []
    for _ in range(3):
        await bench.carry_once(offer.id)
        waits.append(await bench.waits_s(offer.id))
    done = await bench.carry(offer.id)

    assert waits == [pytest.approx(FIRST_WAIT_S * 2**tries, abs=1) for tries in range(3)]
    assert states(done) == (True, ProvisionState.READY)
    assert (await bench.row(offer.id)).failures == 0


async def test_a_provider_that_says_when_is_not_asked_before(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    sku = (await bench.row(offer.id)).sku
    workshop.fail("make_product", sku, ProviderThrottled(provider="maker", retry_after_s=60.0))

    waiting = await bench.carry_once(offer.id)

    assert await bench.waits_s(offer.id) == pytest.approx(60, abs=2)
    assert waiting.provision is not None
    assert waiting.provision.next_try_at is not None
    assert (await bench.row(offer.id)).failures == 0, "a used-up rate is nobody's failure"


async def test_a_provider_that_stays_away_fails_the_product_until_an_order_wants_it_later(
    bench: Bench, workshop: Workshop
):
    offer = await bench.add()
    workshop.fail_after("make_product", AWAY, times=1_000)
    workshop.fail_after("find_product", AWAY, times=1_000)
    sku = (await bench.row(offer.id)).sku
    workshop.fail("make_product", sku, AWAY, times=1_000)

    failed = await bench.carry(offer.id)

    assert states(failed) == (False, ProvisionState.FAILED)
    assert failed.provision is not None
    assert (failed.provision.code, failed.provision.last_error) == ("providers/unavailable", AWAY.detail)
    assert failed.provision.attempts == MAX_FAILURES
    assert await bench.events() == [
        (
            "products.provision_failed",
            {"connection_id": str(bench.connection_id), "code": "providers/unavailable"},
        )
    ]
    assert await bench.ensure(offer.id) == 0, "not so soon"
    await bench.set_row(offer.id, next_try_at=clock.now() - timedelta(seconds=1))
    workshop.before = workshop.after = lambda verb, thing: None
    assert await bench.ensure(offer.id) == 1
    assert states(await bench.carry(offer.id)) == (True, ProvisionState.READY)


async def test_waits_are_bounded(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    await bench.set_row(offer.id, failures=MAX_FAILURES - 2)
    workshop.fail_after("make_product", AWAY)

    await bench.carry_once(offer.id)

    assert await bench.waits_s(offer.id) == pytest.approx(LONGEST_WAIT_S, abs=2)


@pytest.mark.parametrize(
    "error", [REFUSED, ProviderNotFound("No such blank.", provider="maker", provider_code=None)]
)
async def test_a_refusal_waits_for_a_person_with_the_providers_sentence(
    bench: Bench, workshop: Workshop, error: ProviderRejected
):
    offer = await bench.add()
    workshop.fail("make_product", (await bench.row(offer.id)).sku, error)

    failed = await bench.carry(offer.id)

    assert failed.provision is not None
    assert (failed.provision.state, failed.provision.code) == (ProvisionState.FAILED, error.code)
    assert (failed.provision.last_error, failed.provision.next_try_at) == (error.detail, None)
    assert await bench.events() == [
        ("products.provision_failed", {"connection_id": str(bench.connection_id), "code": error.code})
    ]
    assert (await bench.ensure(offer.id), await bench.sweep(), await bench.runs()) == (0, 0, 1)

    async with bench.workspace.scope() as scope:
        asked = await provision_again(scope, offer.id)
    assert states(asked) == (False, ProvisionState.WANTED)
    done = await bench.carry(offer.id)
    assert states(done) == (True, ProvisionState.READY)
    assert done.provision is not None
    assert (done.provision.code, done.provision.last_error) == (None, None)


async def test_a_conflict_is_looked_into_again(bench: Bench, workshop: Workshop):
    conflict = ProviderConflict("It is being changed.", provider="maker", provider_code=None)
    workshop.fail_after("make_product", conflict)

    done = await bench.carry((await bench.add()).id)

    assert states(done) == (True, ProvisionState.READY)
    assert len(workshop.made) == 1


async def test_a_refused_credential_pauses_the_connection_and_goes_on_when_it_is_active(
    bench: Bench, workshop: Workshop
):
    offer = await bench.add()
    revoked = ProviderNeedsAttention("The key was revoked", provider="maker")
    workshop.fail("make_product", (await bench.row(offer.id)).sku, revoked)

    waiting = await bench.carry(offer.id)

    assert states(waiting) == (False, ProvisionState.WANTED)
    assert waiting.provision is not None
    assert waiting.provision.last_error == "The key was revoked"
    async with bench.workspace.scope() as scope:
        connection = await find_connection(scope, bench.connection_id)
    assert connection is not None
    assert (connection.active, connection.state_detail) == (False, "The key was revoked")
    assert await bench.sweep() == 0

    async with bench.workspace.scope() as scope:
        await resume_connection(scope, bench.connection_id)
    assert await bench.sweep() == 1
    assert states(await bench.carry(offer.id)) == (True, ProvisionState.READY)
    assert (await bench.row(offer.id)).failures == 0


@pytest.mark.parametrize("external_id", ["", "x" * 300, "a\x00b"])
async def test_an_id_that_is_none_is_not_believed(
    bench: Bench, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, external_id: str
):
    monkeypatch.setattr(FakeMaker, "_told", lambda *_: Provisioned(external_id=external_id))

    failed = await bench.carry((await bench.add()).id)

    assert states(failed) == (False, ProvisionState.FAILED)
    assert failed.provision is not None
    assert failed.provision.code == "providers/unintelligible"


async def test_a_sentence_no_database_takes_is_mended(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    odd = ProviderRejected("No\x00!" * 5_000, provider="maker", provider_code=None)
    workshop.fail("make_product", (await bench.row(offer.id)).sku, odd)

    failed = await bench.carry(offer.id)

    assert failed.provision is not None
    assert failed.provision.last_error == ("No!" * 5_000)[:1_000]


async def test_a_connection_deleted_on_the_way_takes_the_product_with_it(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    run = await bench.run_of(offer.id)

    class Vanishing(FakeMaker):
        async def make_product(self, spec: object) -> Provisioned:
            async with bench.workspace.scope() as scope:
                await scope.session.execute(delete(ConnectionRow))
            return Provisioned(external_id="1")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: Vanishing(workshop))
        await provision_offer.body(run)
    await provision_offer.body(run)

    assert await bench.sweep() == 0
    async with bench.workspace.scope() as scope:
        with pytest.raises(NotFound):
            await get_offers(scope, [offer.id])


# -- another picture is another product --------------------------------------------------------------------------------


async def test_an_offer_with_another_picture_is_not_ready_until_its_own_product_is(
    bench: Bench, workshop: Workshop
):
    first = await bench.carry((await bench.add()).id)
    other = (await make_artwork(bench.workspace, 200, 260)).id

    await bench.change_picture(first.id, other)
    stale = await bench.offer(first.id)

    assert (stale.ready, stale.product_external_id, stale.provision) == (False, None, None)
    assert await bench.ensure(first.id) == 1
    second = await bench.carry(first.id)
    assert second.ready
    assert second.product_external_id != first.product_external_id

    await bench.change_picture(first.id, bench.artwork_id)
    await bench.ensure(first.id)
    third = await bench.carry(first.id)
    assert third.product_external_id == first.product_external_id
    assert len(workshop.made) == 2, "the first product is found again"


async def test_a_picture_changed_while_the_product_is_made_is_not_printed_by_it(
    bench: Bench, workshop: Workshop
):
    offer = await bench.add()
    run = await bench.run_of(offer.id)
    other = (await make_artwork(bench.workspace, 200, 260)).id

    class Changing(FakeMaker):
        async def make_product(self, spec: object) -> Provisioned:
            await bench.change_picture(offer.id, other)
            await bench.ensure(offer.id)
            return Provisioned(external_id="of-the-old-picture")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: Changing(workshop))
        await provision_offer.body(run)

    assert states(await bench.offer(offer.id)) == (False, ProvisionState.WANTED)
    done = await bench.carry(offer.id)
    assert done.product_external_id == f"product-{workshop.made[0].sku}"


# -- on demand, and by a person ----------------------------------------------------------------------------------------


async def test_an_older_offer_is_provided_for_once_though_two_orders_ask(bench: Bench, workshop: Workshop):
    offer = await bench.carry((await bench.add()).id)
    async with bench.workspace.scope() as scope:
        await scope.session.execute(delete(ProvisionRow))

    asked = await asyncio.gather(bench.ensure(offer.id), bench.ensure(offer.id))

    assert sorted(asked) == [0, 1]
    assert await bench.ensure(offer.id) == 0
    assert states(await bench.carry(offer.id)) == (True, ProvisionState.READY)


async def test_a_product_that_is_gone_from_the_provider_is_made_again_by_a_person(
    bench: Bench, workshop: Workshop
):
    offer = await bench.carry((await bench.add()).id)
    workshop.products.clear()

    async with bench.workspace.scope() as scope:
        asked = await provision_again(scope, offer.id)
    assert (asked.ready, asked.product_external_id) == (False, None)
    done = await bench.carry(offer.id)

    assert done.ready
    assert len(workshop.made) == 1


async def test_one_that_is_being_made_is_left_to_it(bench: Bench):
    offer = await bench.add()
    await bench.set_row(offer.id, state="making", attempts=1)
    before = (await bench.row(offer.id)).run_id

    async with bench.workspace.scope() as scope:
        await provision_again(scope, offer.id)

    assert (await bench.row(offer.id)).run_id == before


async def test_only_who_may_change_products_of_the_workspace_has_them_made_again(
    bench: Bench, stranger: MadeWorkspace
):
    offer = await bench.add()

    async with bench.workspace.scope(Permission.PRODUCTS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await provision_again(scope, offer.id)
    async with stranger.scope() as scope:
        with pytest.raises(NotFound):
            await provision_again(scope, offer.id)
    assert await bench.runs() == 1


# -- runs that are lost ------------------------------------------------------------------------------------------------


async def test_a_lost_run_is_found_and_followed_by_another(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    await bench.carry((await bench.add("READY")).id)
    assert await bench.sweep() == 0
    await bench.lose_runs()

    assert await bench.sweep() == 1
    assert await bench.sweep() == 0
    assert (await bench.row(offer.id)).failures == 1
    assert states(await bench.carry(offer.id)) == (True, ProvisionState.READY)


async def test_a_lost_run_that_was_put_off_is_not_followed_before_its_time(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    workshop.fail_after("make_product", AWAY)
    await bench.carry_once(offer.id)
    await bench.lose_runs()

    assert await bench.sweep() == 0
    await bench.set_row(offer.id, next_try_at=clock.now() - timedelta(seconds=1))
    assert await bench.sweep() == 1


async def test_a_run_that_breaks_over_and_over_is_given_up(bench: Bench, workshop: Workshop):
    offer = await bench.add()
    for _ in range(MAX_FAILURES):
        await bench.lose_runs()
        assert await bench.sweep() == 1

    failed = await bench.carry(offer.id)

    assert states(failed) == (False, ProvisionState.FAILED)
    assert failed.provision is not None
    assert failed.provision.code == "products/provision-lost"
    assert workshop.calls.total() == 0
    assert (await bench.sweep(), await bench.ensure(offer.id)) == (0, 0)


async def test_two_sweepers_give_one_run(bench: Bench):
    offer = await bench.add()
    await bench.lose_runs()

    found = await asyncio.gather(bench.sweep(), bench.sweep())

    assert sum(found) == 1
    assert (await bench.row(offer.id)).failures == 1
