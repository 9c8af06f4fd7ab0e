"""What goes to the API and what it answers."""

# Written from the server's own declarations; `make reference` writes it again.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType

from printvision_client.values import Event, Model, Word

__all__ = [
    "ArtworkStored",
    "ArtworkStoredData",
    "ArtworkView",
    "ArtworkViewPage",
    "AuthenticatorView",
    "Authorization",
    "Basket",
    "BlueprintDetail",
    "BlueprintView",
    "BlueprintViewPage",
    "Bound",
    "CallList",
    "Called",
    "CatalogSynced",
    "CatalogSyncedData",
    "Ceremony",
    "ConnectionAdded",
    "ConnectionAddedData",
    "ConnectionGranted",
    "ConnectionGrantedData",
    "ConnectionPaused",
    "ConnectionResumed",
    "ConnectionSignedOut",
    "ConnectionSwitched",
    "ConnectionSwitchedData",
    "ConnectionView",
    "ConnectionViewPage",
    "ConsentGiven",
    "ConsentRevoked",
    "ConsentView",
    "ConsentViewPage",
    "DeliveryState",
    "DeliveryView",
    "DeliveryViewPage",
    "DeviceView",
    "Devices",
    "EVENTS",
    "EndpointAdded",
    "EndpointDisabled",
    "EndpointDisabledData",
    "EndpointState",
    "EndpointView",
    "EndpointViewPage",
    "EndpointWithSecret",
    "EntryBegun",
    "EntryBegunData",
    "EntryEnded",
    "EntryView",
    "EntryViewPage",
    "Exclusion",
    "FactorsView",
    "Fallback",
    "FirstPurpose",
    "FulfilmentView",
    "Happened",
    "HoldReason",
    "HoldView",
    "Invitation",
    "InvitationSent",
    "Invitations",
    "InviteRole",
    "IssuerView",
    "Issuers",
    "KeyView",
    "KeyViewPage",
    "KindList",
    "KindSchema",
    "Likeness",
    "LineInput",
    "LineView",
    "LinkShown",
    "MemberAdded",
    "MemberAddedData",
    "MemberInvited",
    "MemberInvitedData",
    "MemberRemoved",
    "MemberRemovedData",
    "MemberRoleChanged",
    "MemberRoleChangedData",
    "MemberView",
    "Members",
    "Membership",
    "Money",
    "Myself",
    "NewAuthenticator",
    "NewKey",
    "NewOffer",
    "NewPlacement",
    "NewVariant",
    "Offer",
    "OfferProvisioned",
    "OfferProvisionedData",
    "OpenIdBegun",
    "OpenIdSignIn",
    "OpenSessionView",
    "OpenSessions",
    "OperatorRole",
    "OrderAddressEdited",
    "OrderAddressEditedData",
    "OrderAdvanced",
    "OrderAdvancedData",
    "OrderChanged",
    "OrderDetail",
    "OrderGivenBack",
    "OrderGivenBackData",
    "OrderHeld",
    "OrderHeldData",
    "OrderMarkedShipped",
    "OrderMarkedShippedData",
    "OrderRecallRefused",
    "OrderRecalled",
    "OrderRecalledData",
    "OrderReceived",
    "OrderReceivedData",
    "OrderReleased",
    "OrderReleasedData",
    "OrderReprinted",
    "OrderReprintedData",
    "OrderRerouted",
    "OrderReroutedData",
    "OrderSort",
    "OrderSummaries",
    "OrderSummary",
    "OrderView",
    "OrderViewPage",
    "OutcomeResolved",
    "OutcomeResolvedData",
    "OutcomeUnknown",
    "OutcomeUnknownData",
    "ParcelMoved",
    "ParcelMovedData",
    "Part",
    "PasskeyView",
    "Permission",
    "PersonView",
    "PersonViewPage",
    "Placement",
    "Possible",
    "PriceView",
    "PricesChanged",
    "PricesChangedData",
    "PrintArea",
    "PrintedUnasked",
    "PrintedUnaskedData",
    "ProductAdded",
    "ProductAddedData",
    "ProductSummary",
    "ProductSummaryPage",
    "ProductView",
    "Proof",
    "ProviderWordUnknown",
    "ProviderWordUnknownData",
    "ProvisionFailed",
    "ProvisionFailedData",
    "ProvisionState",
    "ProvisionView",
    "Purpose",
    "RatesView",
    "RecallFor",
    "RecallView",
    "Recipient",
    "RecipientInput",
    "RecoveryCodes",
    "Replay",
    "ReplayTotal",
    "Replayed",
    "ReplayedRoute",
    "ReprintLine",
    "Role",
    "RouteExplanation",
    "RouteOutcome",
    "RouteView",
    "RoutingRules",
    "RulesChanged",
    "RulesChangedData",
    "RulesView",
    "RulesViewPage",
    "Service",
    "SetRules",
    "ShipmentView",
    "ShopGranted",
    "ShopKind",
    "ShopSignedOut",
    "ShopView",
    "ShopViewPage",
    "SignIn",
    "Stage",
    "StockChanged",
    "StockChangedData",
    "StockState",
    "StockView",
    "SubmissionState",
    "SubmissionView",
    "SyncCancelled",
    "SyncCancelledData",
    "SyncCounters",
    "SyncFailed",
    "SyncFailedData",
    "SyncKind",
    "SyncProblem",
    "SyncRequested",
    "SyncRequestedData",
    "SyncState",
    "SyncView",
    "SyncViewPage",
    "TaskFinished",
    "TaskFinishedData",
    "TaskResult",
    "TaskResultPage",
    "TaskStarted",
    "TaskStartedData",
    "TaskState",
    "TaskView",
    "TaskViewPage",
    "Tier",
    "Timeline",
    "Tracking",
    "UseRow",
    "UseView",
    "VariantOverlays",
    "VariantView",
    "VariantWithOffers",
    "VariantsVanished",
    "VariantsVanishedData",
    "Verb",
    "WorkspaceUpdated",
    "WorkspaceUpdatedData",
    "WorkspaceView",
    "WorkspaceViewPage",
]


class ArtworkView(Model, frozen=True, kw_only=True):
    """A picture of the workspace.

    Args:
        sha256: 64 hex digits of its content, which never changes.
        filename: what it was called when it first came.
        width_px, height_px: as it is seen, after EXIF rotation.
        dpi: the density the file declares, or None; a print's density follows from the area it is put in.
    """

    id: UUID
    sha256: str
    filename: str
    media_type: str
    width_px: int
    height_px: int
    size_bytes: int
    has_alpha: bool
    dpi: int | None
    uploaded_at: datetime


class ArtworkViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[ArtworkView, ...]
    next_cursor: str | None


class AuthenticatorView(Model, frozen=True, kw_only=True):
    """An authenticator app. `last_used_at`: when a code of it was last taken to sign in."""

    created_at: datetime
    last_used_at: datetime | None


class Authorization(Model, frozen=True, kw_only=True):
    """Where the browser goes on, within ten minutes."""

    address: str


class Basket(Model, frozen=True, kw_only=True):
    """One way to have every line made, in as many parts as there are connections.

    `max_days` is that of the slowest part, None where one promises nothing.
    """

    parts: tuple[Part, ...]
    goods: Money
    shipping: Money
    total: Money
    max_days: int | None
    parcels: int
    failed: Bound | None
    failed_detail: str | None


class BlueprintDetail(Model, frozen=True, kw_only=True):
    """A blueprint with its variants, those that have vanished last; `more` says that some were left out."""

    blueprint: BlueprintView
    variants: tuple[VariantOverlays, ...]
    more: bool


class BlueprintView(Model, frozen=True, kw_only=True):
    """A blank product of a provider.

    Args:
        discontinued: the provider says so, or lists it no longer.
        changed_at: when what it says last became different.
        seen_at: when its variants and print areas were last read; None until then.
    """

    id: UUID
    provider: str
    external_id: str
    title: str
    brand: str | None
    model: str | None
    kind: str | None
    image_url: str | None
    techniques: tuple[str, ...]
    placements: tuple[str, ...]
    print_areas: tuple[PrintArea, ...]
    discontinued: bool
    changed_at: datetime
    seen_at: datetime | None


class BlueprintViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[BlueprintView, ...]
    next_cursor: str | None


class Bound(Word):
    """What a candidate can fail. Declared in the order they are checked; the first one is told."""

    ADDRESS_LIMIT = "address-limit"
    CONNECTION_PAUSED = "connection-paused"
    EXCLUDED = "excluded"
    LINE_NOT_OFFERED = "line-not-offered"
    MARGIN_FLOOR = "margin-floor"
    MOST_EXTRA = "most-extra"
    NO_METHOD = "no-method"
    NO_PRICE = "no-price"
    NO_RATE = "no-rate"
    NOT_EXACT = "not-exact"
    NOT_READY = "not-ready"
    OUT_OF_STOCK = "out-of-stock"
    SERVICE = "service"
    STALE = "stale"
    TOO_MANY_PARCELS = "too-many-parcels"
    TOO_SLOW = "too-slow"
    UNAVAILABLE = "unavailable"


class CallList(Model, frozen=True, kw_only=True):
    items: tuple[Mapping[str, Any], ...]


class Called(Model, frozen=True, kw_only=True):
    """A call to a provider, without what was said in it.

    Args:
        template: the path, ids by their names.
        status: None where no answer came; `error` says why.
    """

    connection_id: UUID
    at: datetime
    provider: str
    method: str
    template: str
    status: int | None
    error: str | None
    attempt: int
    duration_ms: float


class Ceremony(Model, frozen=True, kw_only=True):
    """`options` is for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    options: Mapping[str, Any]


class ConnectionView(Model, frozen=True, kw_only=True):
    """A workspace's account with a provider, without its credential; a `sandbox` gets test orders and no other.

    `oauth`: access was granted by signing in there; `signed_out`: that has ended, and its orders wait until somebody
    signs in there again.
    """

    id: UUID
    provider: str
    name: str
    base_url: str
    sandbox: bool
    live: bool
    active: bool
    oauth: bool
    signed_out: bool
    state_detail: str | None
    account_name: str | None
    webhooks: bool
    last_test: Mapping[str, Any] | None
    requests_a_minute: int
    created_at: datetime


class ConnectionViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[ConnectionView, ...]
    next_cursor: str | None


class ConsentView(Model, frozen=True, kw_only=True):
    """That operators may enter, until when; `given_by` is who said so, such as `person:…`."""

    id: UUID
    given_by: str
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class ConsentViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[ConsentView, ...]
    next_cursor: str | None


class DeliveryState(Word):
    DELIVERED = "delivered"
    FAILED = "failed"
    WAITING = "waiting"


class DeliveryView(Model, frozen=True, kw_only=True):
    """One event for one endpoint.

    Args:
        message_id: the `webhook-id` of every try.
        next_try_at: None once it is over.
        last_status: of the last answer; None where there was none, and then `last_error` says why.
        last_answer: the first kilobyte of it, as text.
    """

    id: UUID
    message_id: str
    kind: str
    subject_id: UUID
    happened_at: datetime
    state: DeliveryState
    tries: int
    next_try_at: datetime | None
    tried_at: datetime | None
    last_status: int | None
    last_answer: str | None
    last_error: str | None
    done_at: datetime | None


class DeliveryViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[DeliveryView, ...]
    next_cursor: str | None


class DeviceView(Model, frozen=True, kw_only=True):
    """A browser in which no second factor is asked for. `device` is what it calls itself."""

    id: UUID
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Devices(Model, frozen=True, kw_only=True):
    items: tuple[DeviceView, ...]


class EndpointState(Word):
    ACTIVE = "active"
    DISABLED = "disabled"
    PAUSED = "paused"


class EndpointView(Model, frozen=True, kw_only=True):
    """An endpoint, without its secret.

    Args:
        kinds: none stands for every one.
        state: `paused` by a person, or `disabled` because it failed for days or answered that it is gone.
        failing_since: of its first failed call after the last one that went well.
        last_failure: in words, why its last call failed, such as that its name leads nowhere; None once one went well.
        rest_until: it failed several times in a row, or asked for it, and is left alone until then.
    """

    id: UUID
    name: str
    url: str
    kinds: tuple[str, ...]
    state: EndpointState
    state_detail: str | None
    calls_a_minute: int
    failing_since: datetime | None
    last_failure: str | None
    rest_until: datetime | None
    created_at: datetime


class EndpointViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[EndpointView, ...]
    next_cursor: str | None


class EndpointWithSecret(Model, frozen=True, kw_only=True):
    endpoint: EndpointView
    secret: str


class EntryView(Model, frozen=True, kw_only=True):
    """An operator's time in a workspace.

    Args:
        person_id: None where their account is gone.
        consent_id: by which consent; None for breaking the glass, which only looks.
        ended_at: where it was ended before `ends_at`.
    """

    id: UUID
    workspace_id: UUID
    person_id: UUID | None
    name: str
    consent_id: UUID | None
    reason: str
    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class EntryViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[EntryView, ...]
    next_cursor: str | None


class Exclusion(Model, frozen=True, kw_only=True):
    """A connection that does not get the order, or only some lines of it.

    Args:
        until: None until a person releases the order.
        lines: which; None for all of them.
    """

    connection_id: UUID
    reason: str
    until: datetime | None
    lines: tuple[UUID, ...] | None


class FactorsView(Model, frozen=True, kw_only=True):
    authenticator: AuthenticatorView | None
    passkeys: tuple[PasskeyView, ...]
    recovery_codes_left: int
    required_by: tuple[str, ...]


class Fallback(Word):
    """What is done where the provider that would have been chosen cannot answer, or did not make what it was given."""

    NEXT_BEST = "next_best"
    PERSON = "person"
    QUEUE = "queue"


class FirstPurpose(Word):
    """What a link that makes an account is for."""

    INVITE = "invite"
    SIGN_UP = "sign-up"


class FulfilmentView(Model, frozen=True, kw_only=True):
    """The part of an order one provider makes; `status_word` is the provider's own.

    Args:
        pieces: by line.
        given_up_at: when it was proved that this provider does not print it and another could have it.
        reprint_reason: why its pieces were printed a second time.
    """

    id: UUID
    pieces: Mapping[str, int]
    given_up_at: datetime | None
    reprint_reason: str | None
    provider: str
    connection_id: UUID
    method: str
    progress: str | None
    ending: str | None
    status_word: str | None
    cost: Money | None
    submissions: tuple[SubmissionView, ...]
    shipments: tuple[ShipmentView, ...]


class Happened(Model, frozen=True, kw_only=True):
    """An event: `kind` and `data` as `events.stream` has them."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


class HoldReason(Word):
    """Why an order waits for a person."""

    ADDRESS = "address"
    CHANGED_AFTER_SENDING = "changed-after-sending"
    CONNECTION = "connection"
    NO_ROUTE = "no-route"
    NOT_LIVE = "not-live"
    OUR_FAULT = "our-fault"
    PERSON = "person"
    PERSONALISED = "personalised"
    PROVIDER_CANCELLED = "provider-cancelled"
    PROVIDER_HOLD = "provider-hold"
    PROVIDER_PAYMENT = "provider-payment"
    PROVIDER_REJECTED = "provider-rejected"
    PROVIDER_UNAVAILABLE = "provider-unavailable"
    UNKNOWN_STATUS = "unknown-status"
    UNMATCHED_ITEM = "unmatched-item"
    UNPAID = "unpaid"


class HoldView(Model, frozen=True, kw_only=True):
    """Why an order waits for a person, in words to act on."""

    reason: HoldReason
    detail: str
    since: datetime


class Invitation(Model, frozen=True, kw_only=True):
    """One that can still be taken."""

    id: UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


class InvitationSent(Model, frozen=True, kw_only=True):
    """`address` is what was mailed, to hand on where mail is slow; it is not shown again."""

    invitation: Invitation
    address: str


class Invitations(Model, frozen=True, kw_only=True):
    items: tuple[Invitation, ...]


class InviteRole(Word):
    """What somebody can be made."""

    ADMIN = "admin"
    ANALYST = "analyst"
    DESIGNER = "designer"
    FULFILMENT = "fulfilment"
    OWNER = "owner"
    VIEWER = "viewer"


class IssuerView(Model, frozen=True, kw_only=True):
    """One of the issuers that people sign in by here."""

    name: str
    title: str


class Issuers(Model, frozen=True, kw_only=True):
    """In the settings' order."""

    items: tuple[IssuerView, ...]


class KeyView(Model, frozen=True, kw_only=True):
    """What may be shown of a key.

    Args:
        prefix: its public part.
        permissions: `["*"]` for everything a key can have.
        test: it touches nothing but sandboxes: connections marked so, and orders that are tests.
        networks: where it may be used from; empty for everywhere.
        created_by: who made it, such as `person:…`.
        rotated_at: when a new one took its place; it works until `expires_at`.
    """

    id: UUID
    name: str
    prefix: str
    permissions: tuple[str, ...]
    test: bool
    networks: tuple[str, ...]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    rotated_at: datetime | None
    revoked_at: datetime | None


class KeyViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[KeyView, ...]
    next_cursor: str | None


class KindList(Model, frozen=True, kw_only=True):
    items: tuple[KindSchema, ...]


class KindSchema(Model, frozen=True, kw_only=True):
    """A kind of event, with the JSON schema of what is sent for it."""

    kind: str
    description: str
    schema: Mapping[str, Any]


class Likeness(Word):
    """How like a blank is to the one the vendor had in mind."""

    EXACT = "exact"
    SAME_GRADE = "same_grade"


class LineInput(Model, frozen=True, kw_only=True):
    """So many pieces of one of your product variants.

    Args:
        properties: what the buyer wrote on the line, such as a name to engrave.
        unit_price: what the buyer paid for one piece, as a decimal text in the order's currency.
    """

    sku: str
    quantity: int
    properties: Mapping[str, str] | UnsetType = UNSET
    unit_price: str | UnsetType | None = UNSET


class LineView(Model, frozen=True, kw_only=True):
    """`printable` of `quantity` are printed; `reason` says why not all; `reprints` were ordered on top of them."""

    id: UUID
    external_id: str
    sku: str | None
    title: str
    quantity: int
    printable: int
    reprints: int
    reason: str | None


class LinkShown(Model, frozen=True, kw_only=True):
    """What a link would do, and for whom; nothing is done yet."""

    purpose: Purpose
    email: str | None
    has_account: bool


class MemberView(Model, frozen=True, kw_only=True):
    """A person in a workspace; `custom_role` is the name of one that the workspace made itself."""

    person_id: UUID
    name: str
    email: str
    role: Role
    custom_role: str | None
    since: datetime


class Members(Model, frozen=True, kw_only=True):
    items: tuple[MemberView, ...]


class Membership(Model, frozen=True, kw_only=True):
    """A workspace that a person is a member of, and as what; or that an operator entered, until when at the latest."""

    id: UUID
    slug: str
    name: str
    tier: Tier
    role: Role
    entered_until: datetime | None


class Money(Model, frozen=True, kw_only=True):
    """An amount: `amount_minor` whole minor units (cents; yen; fils) of an ISO 4217 `currency`.

    Amounts of two currencies are neither added nor ordered: that raises `CurrencyMismatch`.
    """

    amount_minor: int
    currency: str


class Myself(Model, frozen=True, kw_only=True):
    """Who is signed in, and where they may go."""

    id: UUID
    name: str
    email: str
    operator_role: OperatorRole | None
    workspaces: tuple[Membership, ...]


class NewAuthenticator(Model, frozen=True, kw_only=True):
    """What to give an authenticator app: one of these three, which are not shown again.

    Args:
        secret: in base32, to type.
        address: `otpauth://…`, to open on the device itself.
        picture: it as a QR code, an `<svg>` element.
    """

    secret: str
    address: str
    picture: str


class NewKey(Model, frozen=True, kw_only=True):
    """`secret` is the key itself: it is not kept, and not shown again."""

    key: KeyView
    secret: str


class NewOffer(Model, frozen=True, kw_only=True):
    """`variant`: the provider's own id of its variant, as the catalogue tells it."""

    connection_id: UUID | str
    variant: str
    technique: str
    placements: Sequence[NewPlacement]
    likeness: Likeness | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class NewPlacement(Model, frozen=True, kw_only=True):
    """`technique`: the offer's where it is left out."""

    placement: str
    artwork_id: UUID | str
    technique: str | UnsetType | None = UNSET


class NewVariant(Model, frozen=True, kw_only=True):
    """Args:
        sku: One line, no blanks around it.
        known_properties: Names of line properties that do not change what is printed, such as a gift note.
    """

    sku: str
    title: str
    offers: Sequence[NewOffer]
    known_properties: Sequence[str] | UnsetType = UNSET


class Offer(Model, frozen=True, kw_only=True):
    """A provider variant that can make a variant, through one connection.

    Args:
        provider_variant_id: ours, of the catalogue; `variant_external_id` is the provider's.
        technique: of the first placement; prices and stock are told by it.
        active: whether it may be routed to: it was not switched off, and the provider still lists the variant.
        ready: whether it can be ordered now: where the provider wants a product of it, that was made with these pictures.
        product_external_id: the provider's id of that product; None where there is none, or it is not ready.
        provision: that product's state; None where the provider wants none, or it was never asked for.
    """

    id: UUID
    connection_id: UUID
    provider: str
    provider_variant_id: UUID
    variant_external_id: str
    technique: str
    likeness: Likeness
    active: bool
    placements: tuple[Placement, ...]
    ready: bool
    product_external_id: str | None
    provision: ProvisionView | None


class OpenIdBegun(Model, frozen=True, kw_only=True):
    """Where the browser goes on."""

    address: str


class OpenIdSignIn(Model, frozen=True, kw_only=True):
    """How far signing in got: `mailed` where a link was sent that connects an account which is there already; where
    `second` names something, one of these is still to be given.
    """

    signed_in: bool
    mailed: bool
    second: tuple[str, ...]
    next: str


class OpenSessionView(Model, frozen=True, kw_only=True):
    """A browser that is signed in. `device` is what it calls itself; `current` is the one that asks."""

    id: UUID
    current: bool
    proofs: tuple[Proof, ...]
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class OpenSessions(Model, frozen=True, kw_only=True):
    items: tuple[OpenSessionView, ...]


class OperatorRole(Word):
    """Of those who run the installation: `support` sees to workspaces, `operator` to operators as well."""

    OPERATOR = "operator"
    SUPPORT = "support"


class OrderDetail(Model, frozen=True, kw_only=True):
    """Everything about one order, the buyer's address included.

    Args:
        recall_refused: why a provider did not give back what was last asked of it.
        possible: what a person can do with it now, and what that costs.
    """

    order: OrderView
    recipient: Recipient | None
    lines: tuple[LineView, ...]
    fulfilments: tuple[FulfilmentView, ...]
    send_not_before: datetime | None
    recall: RecallView | None
    recall_refused: str | None
    excluded: tuple[Exclusion, ...]
    sent_by_hand: Tracking | None
    possible: tuple[Possible, ...]


class OrderSort(Word):
    """Which orders a list begins with; a minus means the last first."""

    _PLACED_AT = "-placed_at"
    _RECEIVED_AT = "-received_at"
    PLACED_AT = "placed_at"
    RECEIVED_AT = "received_at"


class OrderSummaries(Model, frozen=True, kw_only=True):
    """Those of the orders that are this workspace's, the newest first."""

    items: tuple[OrderSummary, ...]


class OrderSummary(Model, frozen=True, kw_only=True):
    """An order as a row.

    Args:
        titles: of its first lines, three at most.
        makers: the providers that have a part of it now.
        paid: by the buyer, shipping included; None where the shop did not say.
        cost: what providers charge; None where it is not known of every part, or in several currencies.
    """

    order: OrderView
    pieces: int
    titles: tuple[str, ...]
    makers: tuple[str, ...]
    paid: Money | None
    cost: Money | None


class OrderView(Model, frozen=True, kw_only=True):
    """An order in a list. `stage` is how far it is; `hold` lies over it; a `test` goes to sandboxes alone."""

    id: UUID
    shop_id: UUID
    external_id: str
    number: str
    stage: Stage
    reason: str | None
    hold: HoldView | None
    country: str | None
    test: bool
    placed_at: datetime
    received_at: datetime
    stage_at: datetime


class OrderViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[OrderView, ...]
    next_cursor: str | None


class Part(Model, frozen=True, kw_only=True):
    """What one connection makes of a basket, and by which method it ships that. `offers`: line to offer."""

    connection_id: UUID
    connection_name: str
    provider: str
    method: str
    method_name: str
    goods: Money
    shipping: Money
    total: Money
    max_days: int | None
    parcels: int
    offers: Mapping[str, UUID]


class PasskeyView(Model, frozen=True, kw_only=True):
    """A passkey.

    Args:
        backed_up: it is kept on more than the one device.
        counted_back_at: when it was refused because there may be two of it; remove it then.
    """

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    counted_back_at: datetime | None


class Permission(Word):
    ACCOUNTS_KEY_MANAGE = "accounts:key:manage"
    ACCOUNTS_KEY_READ = "accounts:key:read"
    ARTWORK_FILE_READ = "artwork:file:read"
    ARTWORK_FILE_UPLOAD = "artwork:file:upload"
    CATALOG_BLUEPRINT_READ = "catalog:blueprint:read"
    CHANNELS_SHOP_MANAGE = "channels:shop:manage"
    CHANNELS_SHOP_READ = "channels:shop:read"
    EXCHANGE_RATE_READ = "exchange:rate:read"
    HOOKS_ENDPOINT_MANAGE = "hooks:endpoint:manage"
    HOOKS_ENDPOINT_READ = "hooks:endpoint:read"
    OPERATORS_INSTALLATION_MANAGE = "operators:installation:manage"
    OPERATORS_WORKSPACE_ENTER = "operators:workspace:enter"
    OPERATORS_WORKSPACE_READ = "operators:workspace:read"
    ORDERS_ORDER_CANCEL = "orders:order:cancel"
    ORDERS_ORDER_CREATE = "orders:order:create"
    ORDERS_ORDER_EDIT = "orders:order:edit"
    ORDERS_ORDER_HOLD = "orders:order:hold"
    ORDERS_ORDER_READ = "orders:order:read"
    ORDERS_ORDER_REPRINT = "orders:order:reprint"
    ORDERS_ORDER_REROUTE = "orders:order:reroute"
    ORDERS_ROUTE_MANAGE = "orders:route:manage"
    ORDERS_ROUTE_READ = "orders:route:read"
    PRODUCTS_PRODUCT_MANAGE = "products:product:manage"
    PRODUCTS_PRODUCT_READ = "products:product:read"
    PROVIDERS_CONNECTION_MANAGE = "providers:connection:manage"
    PROVIDERS_CONNECTION_READ = "providers:connection:read"
    PROVIDERS_CONNECTION_SYNC = "providers:connection:sync"
    SELF_ACCOUNT_MANAGE = "self:account:manage"
    SELF_ACCOUNT_READ = "self:account:read"
    TASKS_TASK_MANAGE = "tasks:task:manage"
    TASKS_TASK_READ = "tasks:task:read"
    USAGE_CALL_READ = "usage:call:read"
    WORKSPACES_AUDIT_READ = "workspaces:audit:read"
    WORKSPACES_MEMBER_MANAGE = "workspaces:member:manage"
    WORKSPACES_MEMBER_READ = "workspaces:member:read"
    WORKSPACES_ROLE_MANAGE = "workspaces:role:manage"
    WORKSPACES_WORKSPACE_MANAGE = "workspaces:workspace:manage"
    WORKSPACES_WORKSPACE_OWN = "workspaces:workspace:own"
    WORKSPACES_WORKSPACE_READ = "workspaces:workspace:read"


class PersonView(Model, frozen=True, kw_only=True):
    """A person as they and operators see them."""

    id: UUID
    email: str
    name: str
    email_verified_at: datetime | None
    operator_role: OperatorRole | None
    disabled_at: datetime | None
    created_at: datetime


class PersonViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[PersonView, ...]
    next_cursor: str | None


class Placement(Model, frozen=True, kw_only=True):
    """One picture on one place, in the provider's own words for place and technique."""

    placement: str
    technique: str
    artwork_id: UUID


class Possible(Model, frozen=True, kw_only=True):
    """Something a person can do with the order now.

    Args:
        certain: False where a provider may refuse it.
        cost: what it adds to the vendor's bill, by the last known prices; None where nothing is added or it is not known; `note` says which.
    """

    verb: Verb
    certain: bool
    cost: Money | None
    note: str


class PriceView(Model, frozen=True, kw_only=True):
    """What one piece with its first placement in `technique` costs a connection's account.

    Args:
        seen_at: when the provider last said so.
        changed_at: when it last became another price.
    """

    connection_id: UUID
    variant_id: UUID
    technique: str
    price: Money
    seen_at: datetime
    changed_at: datetime


class PrintArea(Model, frozen=True, kw_only=True):
    """Where a picture may go, in pixels at `dpi`."""

    placement: str
    technique: str
    width_px: int
    height_px: int
    dpi: int


class ProductSummary(Model, frozen=True, kw_only=True):
    """A product in a list, with how many variants it has."""

    id: UUID
    title: str
    added_at: str
    variants: int


class ProductSummaryPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[ProductSummary, ...]
    next_cursor: str | None


class ProductView(Model, frozen=True, kw_only=True):
    id: UUID
    title: str
    description: str
    added_at: datetime
    variants: tuple[VariantWithOffers, ...]


class Proof(Word):
    """`link`: one printed at the machine's own console; `device`: one remembered since an earlier second factor."""

    DEVICE = "device"
    LINK = "link"
    OPENID = "openid"
    PASSKEY = "passkey"
    PASSWORD = "password"
    RECOVERY = "recovery"
    TOTP = "totp"


class ProvisionState(Word):
    """How far the product is that a provider wants of an offer."""

    FAILED = "failed"
    MAKING = "making"
    READY = "ready"
    WANTED = "wanted"


class ProvisionView(Model, frozen=True, kw_only=True):
    """The product that a provider wants of an offer.

    Args:
        sku: what it is called there.
        external_id: the provider's id of it, once it is ready.
        code, last_error: why the last try brought nothing: the error's code, and the provider's sentence.
        next_try_at: when it is tried again; of a failed one, when an order may have it tried again.
    """

    state: ProvisionState
    sku: str
    external_id: str | None
    attempts: int
    code: str | None
    last_error: str | None
    next_try_at: datetime | None


class Purpose(Word):
    """What a link does, once."""

    CHANGE_EMAIL = "change-email"
    CONNECT_OPENID = "connect-openid"
    INVITE = "invite"
    OPENID = "openid"
    RESET_PASSWORD = "reset-password"
    SIGN_IN = "sign-in"
    SIGN_UP = "sign-up"


class RatesView(Model, frozen=True, kw_only=True):
    """The rates that count on a day.

    Args:
        asked: the day they count on.
        day: whose rates they are, the latest with any up to `asked`; None where none are loaded that far back.
        age_days: from `day` to `asked`.
        per_euro: how many units of each currency one euro buys.
    """

    asked: date
    day: date | None
    age_days: int | None
    per_euro: Mapping[str, Decimal]


class RecallFor(Word):
    """Why what lies at providers is taken back: what the order becomes once that is proved. The strongest comes first:
    a change is routed anew too, what was sent by hand is printed by nobody, what is cancelled is sent by nobody.
    """

    BY_HAND = "by_hand"
    CANCEL = "cancel"
    CHANGE = "change"
    REROUTE = "reroute"
    WITHDRAW = "withdraw"


class RecallView(Model, frozen=True, kw_only=True):
    """What lies at providers is being taken back."""

    purpose: RecallFor
    reason: str
    since: datetime


class Recipient(Model, frozen=True, kw_only=True):
    """Where a parcel goes.

    `country` is ISO 3166-1 alpha-2, `region` the provider-neutral state or province code (ISO 3166-2 without
    the country). A part that a country does not use (a postal code in Hong Kong) is an empty text.
    """

    name: str
    line1: str
    city: str
    postal_code: str
    country: str
    line2: str | None
    region: str | None
    company: str | None
    email: str | None
    phone: str | None


class RecipientInput(Model, frozen=True, kw_only=True):
    """Where the parcel goes. Which parts are needed depends on the country (two letters of ISO 3166-1)."""

    name: str
    line1: str
    country: str
    city: str | UnsetType = UNSET
    postal_code: str | UnsetType = UNSET
    line2: str | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET


class RecoveryCodes(Model, frozen=True, kw_only=True):
    """Each works once; they are not shown again, and those made before work no more."""

    codes: tuple[str, ...]


class Replay(Model, frozen=True, kw_only=True):
    """What past orders would have cost under other rules.

    Args:
        looked_at: how many decisions; `unknown` of them are of an older shape and were passed over.
        newly_made, no_longer_made: orders that only the one or the other rules find a route for.
        more_to_see: whether there were more orders than `limit`.
    """

    rules: RoutingRules
    looked_at: int
    unknown: int
    changed: int
    newly_made: int
    no_longer_made: int
    more_to_see: bool
    totals: tuple[ReplayTotal, ...]
    orders: tuple[ReplayedRoute, ...]


class ReplayTotal(Model, frozen=True, kw_only=True):
    """What all orders together cost that were, and would be, made, by the currency they are told in."""

    currency: str
    orders: int
    before: Money
    after: Money
    more: Money


class Replayed(Model, frozen=True, kw_only=True):
    count: int
    more: bool
    last_happened_at: datetime | None


class ReplayedRoute(Model, frozen=True, kw_only=True):
    """One order's last decision, as it was and as it would be.

    Args:
        more: what it would cost more, below zero for less; None where one of both made nothing or was told in another currency.
    """

    order_id: UUID
    number: str
    decided_at: datetime
    before: RouteOutcome
    after: RouteOutcome
    changed: bool
    more: Money | None


class ReprintLine(Model, frozen=True, kw_only=True):
    line_id: UUID | str
    quantity: int


class Role(Word):
    """A member's role in a workspace; `custom` is one that the workspace made itself."""

    ADMIN = "admin"
    ANALYST = "analyst"
    CUSTOM = "custom"
    DESIGNER = "designer"
    FULFILMENT = "fulfilment"
    OWNER = "owner"
    VIEWER = "viewer"


class RouteExplanation(Model, frozen=True, kw_only=True):
    """All decisions about an order, the newest first."""

    order: OrderView
    decisions: tuple[RouteView, ...]


class RouteOutcome(Model, frozen=True, kw_only=True):
    """What became of a decision: who makes it by which method for how much, or in `why_not` why nobody does."""

    makers: tuple[str, ...]
    total: Money | None
    why_not: str | None


class RouteView(Model, frozen=True, kw_only=True):
    """One decision.

    Args:
        record: as it was stored: what won, what each connection alone would have cost by each method, and the first bound it failed.
        best: the ten best baskets, the best first, found anew from what the decision was made from; none for a decision of an older shape, which did not keep that.
    """

    decided_at: datetime
    record: Mapping[str, Any]
    best: tuple[Basket, ...]


class RoutingRules(Model, frozen=True, kw_only=True):
    """The bounds of a workspace's routes. None means that there is no such bound.

    Args:
        fallback: what is done where the best provider is out of reach for now.
        most_parcels: into how many parcels an order may be split, 1 for never.
        exact_only: whether an offer of only the same grade is passed over.
        max_days: how many days from order to door a method may promise at most; one that promises none passes over.
        margin_floor_percent: how much of what the buyer paid must be left after goods and shipping. Not asked where the shop did not say what was paid.
        most_extra_percent: how much more than the cheapest basket, reachable or not, a route may cost.
        stale_after_days: how old prices and stock may be.
        rates_max_age_days: how old an exchange rate may be; those of the ECB rest over holidays.
        quote_tolerance_percent: how much of an order's cost its shipping may be dearer by the provider's quote than by the tariff before another route is looked for.
        services: the first whose words the buyer chose counts; a service nobody mapped is shipped by any method.
    """

    fallback: Fallback
    most_parcels: int | None
    exact_only: bool
    max_days: int | None
    margin_floor_percent: int | None
    most_extra_percent: int | None
    stale_after_days: int | None
    rates_max_age_days: int
    quote_tolerance_percent: int
    services: tuple[Service, ...]


class RulesView(Model, frozen=True, kw_only=True):
    """The rules as they count, or counted. `id`, `set_at` and `set_by` are None where nobody ever set any."""

    id: UUID | None
    rules: RoutingRules
    set_at: datetime | None
    set_by: str | None


class RulesViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[RulesView, ...]
    next_cursor: str | None


class Service(Model, frozen=True, kw_only=True):
    """What a shipping service that a buyer can choose in the shop means at the providers.

    Args:
        asked: the service in the shop's own words; case, and blanks around it, do not count.
        methods: by provider key the keys of the shipping methods that serve it. A provider that is not named serves it by none.
    """

    asked: str
    methods: Mapping[str, tuple[str, ...]]


class SetRules(Model, frozen=True, kw_only=True):
    """What is left out stays as it is; null takes a bound away. The members are those of `RoutingRules`."""

    fallback: Fallback | UnsetType = UNSET
    most_parcels: int | UnsetType | None = UNSET
    exact_only: bool | UnsetType = UNSET
    max_days: int | UnsetType | None = UNSET
    margin_floor_percent: int | UnsetType | None = UNSET
    most_extra_percent: int | UnsetType | None = UNSET
    stale_after_days: int | UnsetType | None = UNSET
    rates_max_age_days: int | UnsetType = UNSET
    quote_tolerance_percent: int | UnsetType = UNSET
    services: Sequence[Service] | UnsetType = UNSET


class ShipmentView(Model, frozen=True, kw_only=True):
    id: UUID
    state: str
    carrier: str | None
    service: str | None
    tracking_number: str | None
    tracking_url: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None


class ShopKind(Word):
    API = "api"
    SHOPIFY = "shopify"


class ShopView(Model, frozen=True, kw_only=True):
    """A sales channel; `webhook_path` is where it is to send its orders. `oauth`: access was granted by signing in
    there, and it was told by itself; `trouble` is what is wrong with that, in words.
    """

    id: UUID
    kind: ShopKind
    name: str
    domain: str | None
    live: bool
    oauth: bool
    trouble: str | None
    orders_from: datetime
    webhook_path: str | None
    created_at: datetime


class ShopViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[ShopView, ...]
    next_cursor: str | None


class SignIn(Model, frozen=True, kw_only=True):
    """How far signing in got; where `second` names something, one of these is still to be given."""

    signed_in: bool
    second: tuple[Proof, ...]


class Stage(Word):
    """How far an order is: as far as the least advanced of its fulfilments. Held is not a stage but lies over one."""

    CANCELLED = "cancelled"
    CHECKED = "checked"
    DELIVERED = "delivered"
    NOT_PRINTABLE = "not_printable"
    PRINTING = "printing"
    RECEIVED = "received"
    ROUTED = "routed"
    SENT = "sent"
    SHIPPED = "shipped"


class StockState(Word):
    DISCONTINUED = "discontinued"
    IN_STOCK = "in_stock"
    ON_DEMAND = "on_demand"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN = "unknown"


class StockView(Model, frozen=True, kw_only=True):
    """Whether a variant can be had in one of the provider's selling regions; times as in `PriceView`."""

    connection_id: UUID
    variant_id: UUID
    region: str
    technique: str
    state: StockState
    seen_at: datetime
    changed_at: datetime


class SubmissionState(Word):
    """How far one try to give a fulfilment to a provider is."""

    CANCELLED = "cancelled"
    COMMITTED = "committed"
    COMMITTING = "committing"
    PLANNED = "planned"
    PREPARED = "prepared"


class SubmissionView(Model, frozen=True, kw_only=True):
    """One try to give it to the provider, by our reference there."""

    generation: int
    state: SubmissionState
    provider_ref: str
    provider_order_id: str | None
    attempt: int
    unknown_outcomes: int
    unknown_resolved: int
    last_error: str | None
    prepared_at: datetime | None
    committed_at: datetime | None


class SyncCounters(Model, frozen=True, kw_only=True):
    """How much was seen so far.

    Args:
        blueprints: read to the end.
        variants, prices, stock: rows the provider told.
        changed: those of all kinds that were new or different.
        gone: those that were there before and are not any more.
        skipped: blueprints passed over; the first are among the problems.
    """

    blueprints: int
    variants: int
    prices: int
    stock: int
    changed: int
    gone: int
    skipped: int


class SyncKind(Word):
    """What is read of each blueprint."""

    CATALOG = "catalog"
    PRICES = "prices"
    STOCK = "stock"


class SyncProblem(Model, frozen=True, kw_only=True):
    """A blueprint that was passed over, and why."""

    blueprint: str
    code: str
    detail: str


class SyncState(Word):
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"
    QUEUED = "queued"
    RUNNING = "running"


class SyncView(Model, frozen=True, kw_only=True):
    """A sync of one connection.

    Args:
        blueprints: the provider's ids that were asked for; None means all.
        position, total: how many blueprints of how many; `total` is None until the list was taken.
        error: the code of what made it give up, where `state` is failed.
    """

    id: UUID
    connection_id: UUID
    kinds: tuple[SyncKind, ...]
    blueprints: tuple[str, ...] | None
    state: SyncState
    position: int
    total: int | None
    counters: SyncCounters
    problems: tuple[SyncProblem, ...]
    error: str | None
    error_detail: str | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class SyncViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[SyncView, ...]
    next_cursor: str | None


class TaskResult(Model, frozen=True, kw_only=True):
    """What one call was answered, as REST answers it: `status`, and the `output` or the `problem`."""

    index: int
    status: int
    output: Any
    problem: Mapping[str, Any] | None


class TaskResultPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[TaskResult, ...]
    next_cursor: str | None


class TaskState(Word):
    CANCELLED = "cancelled"
    DONE = "done"
    QUEUED = "queued"
    RUNNING = "running"


class TaskView(Model, frozen=True, kw_only=True):
    """How far a task is. Of its `total` calls `done` have succeeded and `failed` were refused.

    `reason`, of a cancelled one: `asked`, or the code of the problem that stopped it, such as `access/bad-key`.
    """

    id: UUID
    operation: str
    state: TaskState
    total: int
    done: int
    failed: int
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class TaskViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[TaskView, ...]
    next_cursor: str | None


class Tier(Word):
    """The plans, cheapest first; a dearer one has all that a cheaper one has."""

    CREATOR = "creator"
    ENTERPRISE = "enterprise"
    FREE = "free"
    PRO = "pro"


class Timeline(Model, frozen=True, kw_only=True):
    """What happened to one order, the newest first.

    Args:
        calls: to providers, about it; only the last calls of each connection are kept.
    """

    events: tuple[Happened, ...]
    calls: tuple[Called, ...]


class Tracking(Model, frozen=True, kw_only=True):
    """How it was sent, as far as the person knows."""

    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None


class UseRow(Model, frozen=True, kw_only=True):
    """Calls that go together.

    Args:
        of: the key's id, the operation, the status or the hour.
        errors: those answered with a status of 400 or more.
        mean_ms: how long they took on average.
        p50_ms, p95_ms, p99_ms: so many in a hundred took no longer, within 19 %.
    """

    of: str
    calls: int
    errors: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class UseView(Model, frozen=True, kw_only=True):
    """The use of the API between two hours.

    Args:
        rows: the most used first; hours in their order.
        complete: whether these are all, and not the first thousand.
    """

    by: str
    since: datetime
    until: datetime
    rows: tuple[UseRow, ...]
    complete: bool


class VariantOverlays(Model, frozen=True, kw_only=True):
    """A variant with what the workspace's connections pay and can have."""

    variant: VariantView
    prices: tuple[PriceView, ...]
    stock: tuple[StockView, ...]


class VariantView(Model, frozen=True, kw_only=True):
    """One size and colour of a blueprint. `gone_at`: when the provider was found to list it no more."""

    id: UUID
    blueprint_id: UUID
    provider: str
    external_id: str
    name: str
    size: str | None
    color: str | None
    color_code: str | None
    image_url: str | None
    gone_at: datetime | None


class VariantWithOffers(Model, frozen=True, kw_only=True):
    """What an order line names by its SKU, and who could make it.

    Args:
        known_properties: names of line properties that do not change what is printed, whatever their case.
    """

    id: UUID
    product_id: UUID
    sku: str
    title: str
    offers: tuple[Offer, ...]
    known_properties: tuple[str, ...]


class Verb(Word):
    """The operations on one order, by the last part of their names."""

    CANCEL = "cancel"
    EDIT_ADDRESS = "edit_address"
    HOLD = "hold"
    MARK_SHIPPED = "mark_shipped"
    RELEASE = "release"
    REPRINT = "reprint"
    REROUTE = "reroute"
    RETRY = "retry"


class WorkspaceView(Model, frozen=True, kw_only=True):
    """Args:
        second_factor: Whether members need a second factor, all but viewers; new workspaces ask for it.
    """

    id: UUID
    slug: str
    name: str
    tier: Tier
    send_window_minutes: int
    cors_origins: tuple[str, ...]
    second_factor: bool
    created_at: datetime


class WorkspaceViewPage(Model, frozen=True, kw_only=True):
    """A part of a list; `next_cursor` None at the end."""

    items: tuple[WorkspaceView, ...]
    next_cursor: str | None


class ConsentGiven(Event, frozen=True, kw_only=True):
    """Operators may enter for a while; `subject_id` is the consent's."""


class ConsentRevoked(Event, frozen=True, kw_only=True):
    """Operators may enter by it no more; `subject_id` is the consent's."""


class EntryBegunData(Model, frozen=True, kw_only=True):
    broke_glass: bool


class EntryBegun(Event, frozen=True, kw_only=True):
    """An operator is in the workspace; `subject_id` is the entry's."""

    data: EntryBegunData


class EntryEnded(Event, frozen=True, kw_only=True):
    """An operator is in the workspace no more, before their time was over; `subject_id` is the entry's."""


class MemberAddedData(Model, frozen=True, kw_only=True):
    role: Role


class MemberAdded(Event, frozen=True, kw_only=True):
    """Somebody took an invitation."""

    data: MemberAddedData


class MemberInvitedData(Model, frozen=True, kw_only=True):
    role: Role


class MemberInvited(Event, frozen=True, kw_only=True):
    """An invitation was sent; `subject_id` is the invitation's."""

    data: MemberInvitedData


class MemberRemovedData(Model, frozen=True, kw_only=True):
    role: Role


class MemberRemoved(Event, frozen=True, kw_only=True):
    """Somebody left, or was made to."""

    data: MemberRemovedData


class MemberRoleChangedData(Model, frozen=True, kw_only=True):
    role: Role
    before: Role


class MemberRoleChanged(Event, frozen=True, kw_only=True):
    """Somebody may something else from now on."""

    data: MemberRoleChangedData


class ArtworkStoredData(Model, frozen=True, kw_only=True):
    sha256: str


class ArtworkStored(Event, frozen=True, kw_only=True):
    """A picture whose content was not here before."""

    data: ArtworkStoredData


class PricesChangedData(Model, frozen=True, kw_only=True):
    connection_id: UUID
    count: int


class PricesChanged(Event, frozen=True, kw_only=True):
    """`count` of a connection's prices of the blueprint `subject_id` differ from the look before."""

    data: PricesChangedData


class StockChangedData(Model, frozen=True, kw_only=True):
    connection_id: UUID
    count: int


class StockChanged(Event, frozen=True, kw_only=True):
    """`count` stock rows of a connection for the blueprint `subject_id` differ from the look before."""

    data: StockChangedData


class VariantsVanishedData(Model, frozen=True, kw_only=True):
    provider: str
    count: int
    external_ids: tuple[str, ...]


class VariantsVanished(Event, frozen=True, kw_only=True):
    """`count` variants of the blueprint `subject_id` are no longer listed; `external_ids`: the first few."""

    data: VariantsVanishedData


class ShopGranted(Event, frozen=True, kw_only=True):
    """Somebody signed in at the shop and allowed us in, anew where it was there already."""


class ShopSignedOut(Event, frozen=True, kw_only=True):
    """The shop ended what it had granted; somebody has to sign in there again."""


class EndpointAdded(Event, frozen=True, kw_only=True):
    """`hooks.endpoint_added`."""


class EndpointDisabledData(Model, frozen=True, kw_only=True):
    reason: str


class EndpointDisabled(Event, frozen=True, kw_only=True):
    """Nothing more is sent to it until somebody makes it active again; `reason` is `failing` or `gone`."""

    data: EndpointDisabledData


class OrderAddressEditedData(Model, frozen=True, kw_only=True):
    by: str


class OrderAddressEdited(Event, frozen=True, kw_only=True):
    """`orders.address_edited`."""

    data: OrderAddressEditedData


class OrderAdvancedData(Model, frozen=True, kw_only=True):
    stage: Stage
    reason: str | None


class OrderAdvanced(Event, frozen=True, kw_only=True):
    """The order reached a stage further on."""

    data: OrderAdvancedData


class OrderChanged(Event, frozen=True, kw_only=True):
    """The shop sent a newer copy."""


class OrderGivenBackData(Model, frozen=True, kw_only=True):
    connection_id: UUID


class OrderGivenBack(Event, frozen=True, kw_only=True):
    """A provider is proved not to print its part."""

    data: OrderGivenBackData


class OrderHeldData(Model, frozen=True, kw_only=True):
    reason: str


class OrderHeld(Event, frozen=True, kw_only=True):
    """`orders.held`."""

    data: OrderHeldData


class OrderMarkedShippedData(Model, frozen=True, kw_only=True):
    by: str


class OrderMarkedShipped(Event, frozen=True, kw_only=True):
    """A person says that it was sent."""

    data: OrderMarkedShippedData


class OutcomeResolvedData(Model, frozen=True, kw_only=True):
    call: str
    had_worked: bool


class OutcomeResolved(Event, frozen=True, kw_only=True):
    """It was found that the call had worked (or that it had not, and it was made again)."""

    data: OutcomeResolvedData


class OutcomeUnknownData(Model, frozen=True, kw_only=True):
    call: str


class OutcomeUnknown(Event, frozen=True, kw_only=True):
    """A call was sent and not answered; its outcome is being looked up."""

    data: OutcomeUnknownData


class ParcelMovedData(Model, frozen=True, kw_only=True):
    shipment: str
    state: str


class ParcelMoved(Event, frozen=True, kw_only=True):
    """`orders.parcel_moved`."""

    data: ParcelMovedData


class PrintedUnaskedData(Model, frozen=True, kw_only=True):
    connection_id: UUID


class PrintedUnasked(Event, frozen=True, kw_only=True):
    """A provider began to print a draft that was not confirmed: its own approval setting did."""

    data: PrintedUnaskedData


class ProviderWordUnknownData(Model, frozen=True, kw_only=True):
    provider: str
    word: str


class ProviderWordUnknown(Event, frozen=True, kw_only=True):
    """A provider used a status word we do not know; the state was kept."""

    data: ProviderWordUnknownData


class OrderRecallRefused(Event, frozen=True, kw_only=True):
    """It was too late to take the order back."""


class OrderRecalledData(Model, frozen=True, kw_only=True):
    purpose: str


class OrderRecalled(Event, frozen=True, kw_only=True):
    """What lies at providers is asked back; `purpose` is a `RecallFor`."""

    data: OrderRecalledData


class OrderReceivedData(Model, frozen=True, kw_only=True):
    shop_id: UUID


class OrderReceived(Event, frozen=True, kw_only=True):
    """`orders.received`."""

    data: OrderReceivedData


class OrderReleasedData(Model, frozen=True, kw_only=True):
    reason: str
    by: str


class OrderReleased(Event, frozen=True, kw_only=True):
    """`orders.released`."""

    data: OrderReleasedData


class OrderReprintedData(Model, frozen=True, kw_only=True):
    pieces: int
    by: str


class OrderReprinted(Event, frozen=True, kw_only=True):
    """A person ordered pieces a second time, on purpose."""

    data: OrderReprintedData


class OrderReroutedData(Model, frozen=True, kw_only=True):
    why: str


class OrderRerouted(Event, frozen=True, kw_only=True):
    """What was given up is routed again, to others."""

    data: OrderReroutedData


class RulesChangedData(Model, frozen=True, kw_only=True):
    changed: tuple[str, ...]


class RulesChanged(Event, frozen=True, kw_only=True):
    """Other rules count; `changed` names them."""

    data: RulesChangedData


class ProductAddedData(Model, frozen=True, kw_only=True):
    variants: int


class ProductAdded(Event, frozen=True, kw_only=True):
    """A product with this many variants, each of which an order may name by its SKU from now on."""

    data: ProductAddedData


class ProvisionFailedData(Model, frozen=True, kw_only=True):
    connection_id: UUID
    code: str


class ProvisionFailed(Event, frozen=True, kw_only=True):
    """The offer `subject_id` has no product at the provider, and a person is to look; the offer says why."""

    data: ProvisionFailedData


class OfferProvisionedData(Model, frozen=True, kw_only=True):
    connection_id: UUID


class OfferProvisioned(Event, frozen=True, kw_only=True):
    """The offer `subject_id` has its product at the provider, and can be ordered from now on."""

    data: OfferProvisionedData


class ConnectionAddedData(Model, frozen=True, kw_only=True):
    provider: str


class ConnectionAdded(Event, frozen=True, kw_only=True):
    """`providers.connection_added`."""

    data: ConnectionAddedData


class ConnectionGrantedData(Model, frozen=True, kw_only=True):
    provider: str


class ConnectionGranted(Event, frozen=True, kw_only=True):
    """Somebody signed in at the provider and allowed us in, anew where it was there already."""

    data: ConnectionGrantedData


class ConnectionPaused(Event, frozen=True, kw_only=True):
    """Its credential was refused; nothing is sent to it until it is tested with success."""


class ConnectionResumed(Event, frozen=True, kw_only=True):
    """`providers.connection_resumed`."""


class ConnectionSignedOut(Event, frozen=True, kw_only=True):
    """The provider ended what it had granted; nothing is sent to it until somebody signs in there again."""


class ConnectionSwitchedData(Model, frozen=True, kw_only=True):
    live: bool


class ConnectionSwitched(Event, frozen=True, kw_only=True):
    """Its live switch was turned."""

    data: ConnectionSwitchedData


class SyncCancelledData(Model, frozen=True, kw_only=True):
    connection_id: UUID


class SyncCancelled(Event, frozen=True, kw_only=True):
    """`sync.cancelled`."""

    data: SyncCancelledData


class CatalogSyncedData(Model, frozen=True, kw_only=True):
    connection_id: UUID
    blueprints: int
    changed: int
    gone: int
    skipped: int


class CatalogSynced(Event, frozen=True, kw_only=True):
    """A sync read everything it was asked for, except `skipped` blueprints."""

    data: CatalogSyncedData


class SyncFailedData(Model, frozen=True, kw_only=True):
    connection_id: UUID
    code: str


class SyncFailed(Event, frozen=True, kw_only=True):
    """A sync gave up; `code` is that of the error."""

    data: SyncFailedData


class SyncRequestedData(Model, frozen=True, kw_only=True):
    connection_id: UUID


class SyncRequested(Event, frozen=True, kw_only=True):
    """`sync.requested`."""

    data: SyncRequestedData


class TaskFinishedData(Model, frozen=True, kw_only=True):
    operation: str
    state: str
    total: int
    done: int
    failed: int


class TaskFinished(Event, frozen=True, kw_only=True):
    """A task has ended; `state` is `done` or `cancelled`. Of its calls `done` succeeded and `failed` were refused."""

    data: TaskFinishedData


class TaskStartedData(Model, frozen=True, kw_only=True):
    operation: str
    total: int


class TaskStarted(Event, frozen=True, kw_only=True):
    """Somebody began a task of `total` calls of an operation."""

    data: TaskStartedData


class WorkspaceUpdatedData(Model, frozen=True, kw_only=True):
    changed: tuple[str, ...]


class WorkspaceUpdated(Event, frozen=True, kw_only=True):
    """Its settings changed; `changed` names the fields."""

    data: WorkspaceUpdatedData


EVENTS: Mapping[str, type[Event]] = {
    "accounts.consent_given": ConsentGiven,
    "accounts.consent_revoked": ConsentRevoked,
    "accounts.entry_begun": EntryBegun,
    "accounts.entry_ended": EntryEnded,
    "accounts.member_added": MemberAdded,
    "accounts.member_invited": MemberInvited,
    "accounts.member_removed": MemberRemoved,
    "accounts.member_role_changed": MemberRoleChanged,
    "artwork.stored": ArtworkStored,
    "catalog.prices_changed": PricesChanged,
    "catalog.stock_changed": StockChanged,
    "catalog.variants_vanished": VariantsVanished,
    "channels.shop_granted": ShopGranted,
    "channels.shop_signed_out": ShopSignedOut,
    "hooks.endpoint_added": EndpointAdded,
    "hooks.endpoint_disabled": EndpointDisabled,
    "orders.address_edited": OrderAddressEdited,
    "orders.advanced": OrderAdvanced,
    "orders.changed": OrderChanged,
    "orders.given_back": OrderGivenBack,
    "orders.held": OrderHeld,
    "orders.marked_shipped": OrderMarkedShipped,
    "orders.outcome_resolved": OutcomeResolved,
    "orders.outcome_unknown": OutcomeUnknown,
    "orders.parcel_moved": ParcelMoved,
    "orders.printed_unasked": PrintedUnasked,
    "orders.provider_word_unknown": ProviderWordUnknown,
    "orders.recall_refused": OrderRecallRefused,
    "orders.recalled": OrderRecalled,
    "orders.received": OrderReceived,
    "orders.released": OrderReleased,
    "orders.reprinted": OrderReprinted,
    "orders.rerouted": OrderRerouted,
    "orders.rules_changed": RulesChanged,
    "products.added": ProductAdded,
    "products.provision_failed": ProvisionFailed,
    "products.provisioned": OfferProvisioned,
    "providers.connection_added": ConnectionAdded,
    "providers.connection_granted": ConnectionGranted,
    "providers.connection_paused": ConnectionPaused,
    "providers.connection_resumed": ConnectionResumed,
    "providers.connection_signed_out": ConnectionSignedOut,
    "providers.connection_switched": ConnectionSwitched,
    "sync.cancelled": SyncCancelled,
    "sync.catalog_synced": CatalogSynced,
    "sync.failed": SyncFailed,
    "sync.requested": SyncRequested,
    "tasks.finished": TaskFinished,
    "tasks.started": TaskStarted,
    "workspaces.updated": WorkspaceUpdated,
}
