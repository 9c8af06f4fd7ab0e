"""What of outgoing webhooks a tier may have."""

from printvision.entitlements import Feature, Tier

OUTGOING_WEBHOOKS = Feature(
    "outgoing_webhooks", title="Have events sent to an address of yours", lowest_tier=Tier.FREE
)
