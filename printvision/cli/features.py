"""`printvision features`"""

from __future__ import annotations

from printvision.cli.options import HERE, Options


def features(*, options: Options = HERE) -> None:
    """What each tier may do."""
    from rich.console import Console

    from printvision.api.discovery import load_operations
    from printvision.cli.output import table
    from printvision.entitlements import Tier
    from printvision.entitlements import features as declared

    load_operations()
    listed = sorted(declared().values(), key=lambda feature: (feature.lowest_tier.rank, feature.key))
    document = {
        "features": [
            {
                "key": feature.key,
                "title": feature.title,
                "tiers": [tier for tier in Tier if tier.rank >= feature.lowest_tier.rank],
            }
            for feature in listed
        ]
    }

    def show(console: Console) -> None:
        rows = (
            (
                feature.key,
                feature.title,
                *("yes" if tier.rank >= feature.lowest_tier.rank else "" for tier in Tier),
            )
            for feature in listed
        )
        console.print(table(("feature", "", *(tier.value for tier in Tier)), rows))

    options.output().answer(document, show)
