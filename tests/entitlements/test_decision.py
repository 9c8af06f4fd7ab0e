from __future__ import annotations

import pytest

from printvision.entitlements import Decision, Feature, NotInTier, Tier, decide
from printvision.platform import features as words


@pytest.fixture(autouse=True)
def _no_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_features", {})


def test_tiers_are_ordered_cheapest_first():
    assert sorted(Tier, key=lambda tier: tier.rank) == [Tier.FREE, Tier.CREATOR, Tier.PRO, Tier.ENTERPRISE]


@pytest.mark.parametrize(
    ("tier", "allowed"),
    [(Tier.FREE, False), (Tier.CREATOR, False), (Tier.PRO, True), (Tier.ENTERPRISE, True)],
)
def test_a_feature_is_allowed_from_its_lowest_tier_on(tier: Tier, allowed: bool):
    decision = decide(tier, Feature("forecasts", title="Forecasts", lowest_tier=Tier.PRO))

    assert decision.allowed is allowed
    assert decision.cheapest_tier is Tier.PRO


def test_a_refusal_names_the_feature_and_the_cheapest_tier():
    forecasts = Feature("forecasts", title="Forecasts", lowest_tier=Tier.PRO)

    with pytest.raises(NotInTier) as refused:
        decide(Tier.FREE, forecasts).require(forecasts)

    assert refused.value.status == 402
    assert refused.value.detail == "Forecasts needs the tier pro; this workspace has free."
    assert refused.value.fields == {"feature": "forecasts", "cheapest_tier": Tier.PRO}


def test_what_is_allowed_raises_nothing():
    orders = Feature("orders", title="Orders", lowest_tier=Tier.FREE)

    assert decide(Tier.FREE, orders) == Decision(True, "Orders is part of the tier free.", Tier.FREE)
    decide(Tier.FREE, orders).require(orders)


def test_one_key_means_one_feature():
    Feature("orders", title="Orders", lowest_tier=Tier.FREE)
    Feature("orders", title="Orders", lowest_tier=Tier.FREE)

    with pytest.raises(ValueError, match="two features are called orders"):
        Feature("orders", title="Other orders", lowest_tier=Tier.FREE)


@pytest.mark.parametrize("key", ["", "Orders", "orders.", "orders list", "orders\n"])
def test_a_badly_formed_key_is_refused(key: str):
    with pytest.raises(ValueError, match="a feature needs a key"):
        Feature(key, title="Orders", lowest_tier=Tier.FREE)
