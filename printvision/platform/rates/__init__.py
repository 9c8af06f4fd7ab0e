"""How often somebody may call: budgets a minute, each one over all processes, leased by them in slices."""

from printvision.platform.rates.budget import PERIOD_S, Bucket, Budget, Policy, TooManyRequests
from printvision.platform.rates.grants import OwnBuckets
from printvision.platform.rates.limits import calls_a_minute
from printvision.platform.rates.spending import Rates, rates_of
from printvision.platform.rates.sweeping import FULL_BUDGETS

__all__ = [
    "FULL_BUDGETS",
    "PERIOD_S",
    "Bucket",
    "Budget",
    "OwnBuckets",
    "Policy",
    "Rates",
    "TooManyRequests",
    "calls_a_minute",
    "rates_of",
]
