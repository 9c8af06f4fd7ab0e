// Written from the server's own declarations; `make reference` writes it again.
import type {
  TRPCBuiltRouter,
  TRPCErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";

export type PermissionKey =
  | "accounts:key:manage"
  | "accounts:key:read"
  | "artwork:file:read"
  | "artwork:file:upload"
  | "catalog:blueprint:read"
  | "channels:shop:manage"
  | "channels:shop:read"
  | "exchange:rate:read"
  | "hooks:endpoint:manage"
  | "hooks:endpoint:read"
  | "operators:installation:manage"
  | "operators:workspace:enter"
  | "operators:workspace:read"
  | "orders:order:cancel"
  | "orders:order:create"
  | "orders:order:edit"
  | "orders:order:hold"
  | "orders:order:read"
  | "orders:order:reprint"
  | "orders:order:reroute"
  | "orders:route:manage"
  | "orders:route:read"
  | "products:product:manage"
  | "products:product:read"
  | "providers:connection:manage"
  | "providers:connection:read"
  | "providers:connection:sync"
  | "self:account:manage"
  | "self:account:read"
  | "tasks:task:manage"
  | "tasks:task:read"
  | "usage:call:read"
  | "workspaces:audit:read"
  | "workspaces:member:manage"
  | "workspaces:member:read"
  | "workspaces:role:manage"
  | "workspaces:workspace:manage"
  | "workspaces:workspace:own"
  | "workspaces:workspace:read";

export type FeatureKey =
  | "access"
  | "api.access"
  | "artwork"
  | "catalog"
  | "connections"
  | "events"
  | "exchange"
  | "orders"
  | "outgoing_webhooks"
  | "products"
  | "routing"
  | "shops"
  | "sync"
  | "tasks"
  | "tasks.bulk"
  | "usage"
  | "workspaces";

export type ProblemCode =
  | "access/address-unproved"
  | "access/bad-key"
  | "access/bad-link"
  | "access/bad-passkey"
  | "access/changed"
  | "access/codes-paused"
  | "access/cross-site"
  | "access/insecure-address"
  | "access/issuer-unavailable"
  | "access/issuer-unknown"
  | "access/key-missing"
  | "access/openid-refused"
  | "access/passkey-copied"
  | "access/permission-missing"
  | "access/prove-again"
  | "access/second-factor-needed"
  | "access/signed-out"
  | "access/too-many-codes"
  | "access/too-many-requests"
  | "access/workspace-missing"
  | "access/wrong-code"
  | "access/wrong-network"
  | "access/wrong-password"
  | "accounts/busy"
  | "accounts/email-taken"
  | "accounts/key-is-over"
  | "accounts/sign-up-closed"
  | "accounts/sole-operator"
  | "accounts/sole-owner"
  | "accounts/weak-password"
  | "artwork/busy"
  | "artwork/too-large"
  | "artwork/too-small"
  | "artwork/unreadable"
  | "artwork/unsupported-type"
  | "channels/secret-missing"
  | "channels/shop-name-taken"
  | "channels/unreadable-order"
  | "cli/demo-folder-in-use"
  | "cli/name-unclear"
  | "cli/not-migrated"
  | "cli/not-running"
  | "cli/owner-unclear"
  | "cli/port-taken"
  | "cli/simulator-unreachable"
  | "cli/still-waiting"
  | "cli/usage"
  | "cli/workspace-unclear"
  | "database/busy"
  | "database/did-not-start"
  | "database/folder-unusable"
  | "database/in-use"
  | "database/not-installed"
  | "database/not-started"
  | "database/unavailable"
  | "database/version-mismatch"
  | "entitlements/not-in-tier"
  | "events/ending"
  | "events/id-too-old"
  | "events/reader-too-slow"
  | "events/too-many-streams"
  | "events/unknown-id"
  | "exchange/jump"
  | "exchange/rate-missing"
  | "exchange/unreadable"
  | "factors/last-one"
  | "factors/no-passkeys-here"
  | "factors/none"
  | "factors/not-confirmed"
  | "factors/passkey-known"
  | "factors/too-many-passkeys"
  | "files/bad-key"
  | "files/link-expired"
  | "files/link-refused"
  | "files/missing"
  | "files/too-large"
  | "files/unavailable"
  | "health/not-ready"
  | "hooks/endpoint-not-active"
  | "hooks/too-many-endpoints"
  | "hooks/unknown-kinds"
  | "idempotency/bad-key"
  | "idempotency/in-flight"
  | "idempotency/key-already-used"
  | "idempotency/made-by-task"
  | "internal"
  | "invalid-input"
  | "list/other-cursor"
  | "members/already"
  | "members/invitation-of-another"
  | "money/currency-mismatch"
  | "money/unknown-currency"
  | "money/unreadable-amount"
  | "not-found"
  | "oauth/browser-needed"
  | "oauth/denied"
  | "oauth/not-set-up"
  | "oauth/refused"
  | "oauth/unavailable"
  | "operators/no-consent"
  | "orders/invalid-address"
  | "orders/not-cancellable"
  | "orders/not-held"
  | "orders/not-holdable"
  | "orders/nothing-to-print"
  | "orders/nothing-to-reprint"
  | "orders/nothing-to-retry"
  | "orders/too-late"
  | "orders/unknown-sku"
  | "outbound/address-refused"
  | "processes/keeps-failing"
  | "processes/not-ready"
  | "processes/not-started"
  | "products/no-product-wanted"
  | "products/offer-impossible"
  | "products/provision-lost"
  | "products/sku-taken"
  | "providers/address-not-allowed"
  | "providers/bad-credentials"
  | "providers/conflict"
  | "providers/error"
  | "providers/needs-attention"
  | "providers/not-found"
  | "providers/order-exists"
  | "providers/outcome-unknown"
  | "providers/rejected"
  | "providers/throttled"
  | "providers/unavailable"
  | "providers/unintelligible"
  | "providers/unknown-provider"
  | "request/changed-since"
  | "request/encoded-body"
  | "request/header-of-one-call"
  | "request/incomplete"
  | "request/malformed"
  | "request/malformed-json"
  | "request/method-not-allowed"
  | "request/mixed-kinds"
  | "request/no-such-address"
  | "request/only-by-rest"
  | "request/subscription-in-batch"
  | "request/too-deep"
  | "request/too-large"
  | "request/too-many-calls"
  | "request/took-too-long"
  | "request/unsupported-media-type"
  | "rule-broken"
  | "sealed/cannot-open"
  | "sealed/keyring-busy"
  | "sealed/keyring-exists"
  | "sealed/keyring-exposed"
  | "sealed/keyring-missing"
  | "sealed/keyring-unreadable"
  | "settings/invalid"
  | "sync/lost"
  | "sync/not-listed"
  | "sync/nothing-read"
  | "tasks/stopped"
  | "tasks/too-many"
  | "webhooks/bad-signature"
  | "webhooks/shop-signature"
  | "webhooks/too-busy"
  | "workspaces/slug-taken";

/** A picture of the workspace. */
export interface ArtworkView {
  readonly id: string;
  readonly sha256: string;
  readonly filename: string;
  readonly media_type: string;
  readonly width_px: number;
  readonly height_px: number;
  readonly size_bytes: number;
  readonly has_alpha: boolean;
  readonly dpi: number | null;
  readonly uploaded_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface ArtworkViewPage {
  readonly items: readonly ArtworkView[];
  readonly next_cursor: string | null;
}

/** An authenticator app. `last_used_at`: when a code of it was last taken to sign in. */
export interface AuthenticatorView {
  readonly created_at: string;
  readonly last_used_at: string | null;
}

/** Where the browser goes on, within ten minutes. */
export interface Authorization {
  readonly address: string;
}

/** One way to have every line made, in as many parts as there are connections. */
export interface Basket {
  readonly parts: readonly Part[];
  readonly goods: Money;
  readonly shipping: Money;
  readonly total: Money;
  readonly max_days: number | null;
  readonly parcels: number;
  readonly failed: Bound | null;
  readonly failed_detail: string | null;
}

/** A blueprint with its variants, those that have vanished last; `more` says that some were left out. */
export interface BlueprintDetail {
  readonly blueprint: BlueprintView;
  readonly variants: readonly VariantOverlays[];
  readonly more: boolean;
}

/** A blank product of a provider. */
export interface BlueprintView {
  readonly id: string;
  readonly provider: string;
  readonly external_id: string;
  readonly title: string;
  readonly brand: string | null;
  readonly model: string | null;
  readonly kind: string | null;
  readonly image_url: string | null;
  readonly techniques: readonly string[];
  readonly placements: readonly string[];
  readonly print_areas: readonly PrintArea[];
  readonly discontinued: boolean;
  readonly changed_at: string;
  readonly seen_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface BlueprintViewPage {
  readonly items: readonly BlueprintView[];
  readonly next_cursor: string | null;
}

/** What a candidate can fail. Declared in the order they are checked; the first one is told. */
export type Bound = "address-limit" | "connection-paused" | "excluded" | "line-not-offered" | "margin-floor" | "most-extra" | "no-method" | "no-price" | "no-rate" | "not-exact" | "not-ready" | "out-of-stock" | "service" | "stale" | "too-many-parcels" | "too-slow" | "unavailable";

export interface CallList {
  readonly items: readonly (Readonly<Record<string, unknown>>)[];
}

/** A call to a provider, without what was said in it. */
export interface Called {
  readonly connection_id: string;
  readonly at: string;
  readonly provider: string;
  readonly method: string;
  readonly template: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly attempt: number;
  readonly duration_ms: number;
}

/** A workspace's account with a provider, without its credential; a `sandbox` gets test orders and no other. */
export interface ConnectionView {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly base_url: string;
  readonly sandbox: boolean;
  readonly live: boolean;
  readonly active: boolean;
  readonly oauth: boolean;
  readonly signed_out: boolean;
  readonly state_detail: string | null;
  readonly account_name: string | null;
  readonly webhooks: boolean;
  readonly last_test: Readonly<Record<string, unknown>> | null;
  readonly requests_a_minute: number;
  readonly created_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface ConnectionViewPage {
  readonly items: readonly ConnectionView[];
  readonly next_cursor: string | null;
}

/** That operators may enter, until when; `given_by` is who said so, such as `person:…`. */
export interface ConsentView {
  readonly id: string;
  readonly given_by: string;
  readonly given_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface ConsentViewPage {
  readonly items: readonly ConsentView[];
  readonly next_cursor: string | null;
}

export type DeliveryState = "delivered" | "failed" | "waiting";

/** One event for one endpoint. */
export interface DeliveryView {
  readonly id: string;
  readonly message_id: string;
  readonly kind: string;
  readonly subject_id: string;
  readonly happened_at: string;
  readonly state: DeliveryState;
  readonly tries: number;
  readonly next_try_at: string | null;
  readonly tried_at: string | null;
  readonly last_status: number | null;
  readonly last_answer: string | null;
  readonly last_error: string | null;
  readonly done_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface DeliveryViewPage {
  readonly items: readonly DeliveryView[];
  readonly next_cursor: string | null;
}

/** A browser in which no second factor is asked for. `device` is what it calls itself. */
export interface DeviceView {
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
}

export interface Devices {
  readonly items: readonly DeviceView[];
}

export type EndpointState = "active" | "disabled" | "paused";

/** An endpoint, without its secret. */
export interface EndpointView {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly state: EndpointState;
  readonly state_detail: string | null;
  readonly calls_a_minute: number;
  readonly failing_since: string | null;
  readonly last_failure: string | null;
  readonly rest_until: string | null;
  readonly created_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface EndpointViewPage {
  readonly items: readonly EndpointView[];
  readonly next_cursor: string | null;
}

/** Args: secret: `whsec_` and base64; it is not shown again. */
export interface EndpointWithSecret {
  readonly endpoint: EndpointView;
  readonly secret: string;
}

/** An operator's time in a workspace. */
export interface EntryView {
  readonly id: string;
  readonly workspace_id: string;
  readonly person_id: string | null;
  readonly name: string;
  readonly consent_id: string | null;
  readonly reason: string;
  readonly begun_at: string;
  readonly ends_at: string;
  readonly ended_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface EntryViewPage {
  readonly items: readonly EntryView[];
  readonly next_cursor: string | null;
}

/** A connection that does not get the order, or only some lines of it. */
export interface Exclusion {
  readonly connection_id: string;
  readonly reason: string;
  readonly until: string | null;
  readonly lines: readonly string[] | null;
}

/** Args: recovery_codes_left: of ten; 0 also where none were ever made. required_by: workspaces, by their slugs, that ask for a second factor of you. */
export interface FactorsView {
  readonly authenticator: AuthenticatorView | null;
  readonly passkeys: readonly PasskeyView[];
  readonly recovery_codes_left: number;
  readonly required_by: readonly string[];
}

/** What is done where the provider that would have been chosen cannot answer, or did not make what it was given. */
export type Fallback = "next_best" | "person" | "queue";

/** The part of an order one provider makes; `status_word` is the provider's own. */
export interface FulfilmentView {
  readonly id: string;
  readonly pieces: Readonly<Record<string, number>>;
  readonly given_up_at: string | null;
  readonly reprint_reason: string | null;
  readonly provider: string;
  readonly connection_id: string;
  readonly method: string;
  readonly progress: string | null;
  readonly ending: string | null;
  readonly status_word: string | null;
  readonly cost: Money | null;
  readonly submissions: readonly SubmissionView[];
  readonly shipments: readonly ShipmentView[];
}

/** An event: `kind` and `data` as `events.stream` has them. */
export interface Happened {
  readonly kind: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Why an order waits for a person. */
export type HoldReason = "address" | "changed-after-sending" | "connection" | "no-route" | "not-live" | "our-fault" | "person" | "personalised" | "provider-cancelled" | "provider-hold" | "provider-payment" | "provider-rejected" | "provider-unavailable" | "unknown-status" | "unmatched-item" | "unpaid";

/** Why an order waits for a person, in words to act on. */
export interface HoldView {
  readonly reason: HoldReason;
  readonly detail: string;
  readonly since: string;
}

/** One that can still be taken. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly created_at: string;
  readonly expires_at: string;
}

/** `address` is what was mailed, to hand on where mail is slow; it is not shown again. */
export interface InvitationSent {
  readonly invitation: Invitation;
  readonly address: string;
}

export interface Invitations {
  readonly items: readonly Invitation[];
}

/** What somebody can be made. */
export type InviteRole = "admin" | "analyst" | "designer" | "fulfilment" | "owner" | "viewer";

/** What may be shown of a key. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly permissions: readonly string[];
  readonly test: boolean;
  readonly networks: readonly string[];
  readonly created_by: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly rotated_at: string | null;
  readonly revoked_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface KeyViewPage {
  readonly items: readonly KeyView[];
  readonly next_cursor: string | null;
}

export interface KindList {
  readonly items: readonly KindSchema[];
}

/** A kind of event, with the JSON schema of what is sent for it. */
export interface KindSchema {
  readonly kind: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** How like a blank is to the one the vendor had in mind. */
export type Likeness = "exact" | "same_grade";

/** So many pieces of one of your product variants. */
export interface LineInput {
  readonly sku: string;
  readonly quantity: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly unit_price?: string | null;
}

/** `printable` of `quantity` are printed; `reason` says why not all; `reprints` were ordered on top of them. */
export interface LineView {
  readonly id: string;
  readonly external_id: string;
  readonly sku: string | null;
  readonly title: string;
  readonly quantity: number;
  readonly printable: number;
  readonly reprints: number;
  readonly reason: string | null;
}

/** A person in a workspace; `custom_role` is the name of one that the workspace made itself. */
export interface MemberView {
  readonly person_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly custom_role: string | null;
  readonly since: string;
}

export interface Members {
  readonly items: readonly MemberView[];
}

/** An amount: `amount_minor` whole minor units (cents; yen; fils) of an ISO 4217 `currency`. */
export interface Money {
  readonly amount_minor: number;
  readonly currency: string;
}

/** `secret` is the key itself: it is not kept, and not shown again. */
export interface NewKey {
  readonly key: KeyView;
  readonly secret: string;
}

/** `variant`: the provider's own id of its variant, as the catalogue tells it. */
export interface NewOffer {
  readonly connection_id: string;
  readonly variant: string;
  readonly technique: string;
  readonly placements: readonly NewPlacement[];
  readonly likeness?: Likeness;
  readonly active?: boolean;
}

/** `technique`: the offer's where it is left out. */
export interface NewPlacement {
  readonly placement: string;
  readonly artwork_id: string;
  readonly technique?: string | null;
}

export interface NewVariant {
  /** One line, no blanks around it. */
  readonly sku: string;
  readonly title: string;
  readonly offers: readonly NewOffer[];
  /** Names of line properties that do not change what is printed, such as a gift note. */
  readonly known_properties?: readonly string[];
}

/** A provider variant that can make a variant, through one connection. */
export interface Offer {
  readonly id: string;
  readonly connection_id: string;
  readonly provider: string;
  readonly provider_variant_id: string;
  readonly variant_external_id: string;
  readonly technique: string;
  readonly likeness: Likeness;
  readonly active: boolean;
  readonly placements: readonly Placement[];
  readonly ready: boolean;
  readonly product_external_id: string | null;
  readonly provision: ProvisionView | null;
}

/** A browser that is signed in. `device` is what it calls itself; `current` is the one that asks. */
export interface OpenSessionView {
  readonly id: string;
  readonly current: boolean;
  readonly proofs: readonly Proof[];
  readonly device: string;
  readonly address: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
}

export interface OpenSessions {
  readonly items: readonly OpenSessionView[];
}

/** Of those who run the installation: `support` sees to workspaces, `operator` to operators as well. */
export type OperatorRole = "operator" | "support";

/** Everything about one order, the buyer's address included. */
export interface OrderDetail {
  readonly order: OrderView;
  readonly recipient: Recipient | null;
  readonly lines: readonly LineView[];
  readonly fulfilments: readonly FulfilmentView[];
  readonly send_not_before: string | null;
  readonly recall: RecallView | null;
  readonly recall_refused: string | null;
  readonly excluded: readonly Exclusion[];
  readonly sent_by_hand: Tracking | null;
  readonly possible: readonly Possible[];
}

/** Which orders a list begins with; a minus means the last first. */
export type OrderSort = "-placed_at" | "-received_at" | "placed_at" | "received_at";

/** Those of the orders that are this workspace's, the newest first. */
export interface OrderSummaries {
  readonly items: readonly OrderSummary[];
}

/** An order as a row. */
export interface OrderSummary {
  readonly order: OrderView;
  readonly pieces: number;
  readonly titles: readonly string[];
  readonly makers: readonly string[];
  readonly paid: Money | null;
  readonly cost: Money | null;
}

/** An order in a list. `stage` is how far it is; `hold` lies over it; a `test` goes to sandboxes alone. */
export interface OrderView {
  readonly id: string;
  readonly shop_id: string;
  readonly external_id: string;
  readonly number: string;
  readonly stage: Stage;
  readonly reason: string | null;
  readonly hold: HoldView | null;
  readonly country: string | null;
  readonly test: boolean;
  readonly placed_at: string;
  readonly received_at: string;
  readonly stage_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface OrderViewPage {
  readonly items: readonly OrderView[];
  readonly next_cursor: string | null;
}

/** What one connection makes of a basket, and by which method it ships that. `offers`: line to offer. */
export interface Part {
  readonly connection_id: string;
  readonly connection_name: string;
  readonly provider: string;
  readonly method: string;
  readonly method_name: string;
  readonly goods: Money;
  readonly shipping: Money;
  readonly total: Money;
  readonly max_days: number | null;
  readonly parcels: number;
  readonly offers: Readonly<Record<string, string>>;
}

/** A passkey. */
export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly backed_up: boolean;
  readonly counted_back_at: string | null;
}

export type Permission = "accounts:key:manage" | "accounts:key:read" | "artwork:file:read" | "artwork:file:upload" | "catalog:blueprint:read" | "channels:shop:manage" | "channels:shop:read" | "exchange:rate:read" | "hooks:endpoint:manage" | "hooks:endpoint:read" | "operators:installation:manage" | "operators:workspace:enter" | "operators:workspace:read" | "orders:order:cancel" | "orders:order:create" | "orders:order:edit" | "orders:order:hold" | "orders:order:read" | "orders:order:reprint" | "orders:order:reroute" | "orders:route:manage" | "orders:route:read" | "products:product:manage" | "products:product:read" | "providers:connection:manage" | "providers:connection:read" | "providers:connection:sync" | "self:account:manage" | "self:account:read" | "tasks:task:manage" | "tasks:task:read" | "usage:call:read" | "workspaces:audit:read" | "workspaces:member:manage" | "workspaces:member:read" | "workspaces:role:manage" | "workspaces:workspace:manage" | "workspaces:workspace:own" | "workspaces:workspace:read";

/** A person as they and operators see them. */
export interface PersonView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly email_verified_at: string | null;
  readonly operator_role: OperatorRole | null;
  readonly disabled_at: string | null;
  readonly created_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface PersonViewPage {
  readonly items: readonly PersonView[];
  readonly next_cursor: string | null;
}

/** One picture on one place, in the provider's own words for place and technique. */
export interface Placement {
  readonly placement: string;
  readonly technique: string;
  readonly artwork_id: string;
}

/** Something a person can do with the order now. */
export interface Possible {
  readonly verb: Verb;
  readonly certain: boolean;
  readonly cost: Money | null;
  readonly note: string;
}

/** What one piece with its first placement in `technique` costs a connection's account. */
export interface PriceView {
  readonly connection_id: string;
  readonly variant_id: string;
  readonly technique: string;
  readonly price: Money;
  readonly seen_at: string;
  readonly changed_at: string;
}

/** Where a picture may go, in pixels at `dpi`. */
export interface PrintArea {
  readonly placement: string;
  readonly technique: string;
  readonly width_px: number;
  readonly height_px: number;
  readonly dpi: number;
}

/** A product in a list, with how many variants it has. */
export interface ProductSummary {
  readonly id: string;
  readonly title: string;
  readonly added_at: string;
  readonly variants: number;
}

/** A part of a list; `next_cursor` None at the end. */
export interface ProductSummaryPage {
  readonly items: readonly ProductSummary[];
  readonly next_cursor: string | null;
}

export interface ProductView {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly added_at: string;
  readonly variants: readonly VariantWithOffers[];
}

/** `link`: one printed at the machine's own console; `device`: one remembered since an earlier second factor. */
export type Proof = "device" | "link" | "openid" | "passkey" | "password" | "recovery" | "totp";

/** How far the product is that a provider wants of an offer. */
export type ProvisionState = "failed" | "making" | "ready" | "wanted";

/** The product that a provider wants of an offer. */
export interface ProvisionView {
  readonly state: ProvisionState;
  readonly sku: string;
  readonly external_id: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly last_error: string | null;
  readonly next_try_at: string | null;
}

/** The rates that count on a day. */
export interface RatesView {
  readonly asked: string;
  readonly day: string | null;
  readonly age_days: number | null;
  readonly per_euro: Readonly<Record<string, string>>;
}

/** Why what lies at providers is taken back: what the order becomes once that is proved. The strongest comes first: a change is routed anew too, what was sent by hand is printed by nobody, what is cancelled is sent by nobody. */
export type RecallFor = "by_hand" | "cancel" | "change" | "reroute" | "withdraw";

/** What lies at providers is being taken back. */
export interface RecallView {
  readonly purpose: RecallFor;
  readonly reason: string;
  readonly since: string;
}

/** Where a parcel goes. */
export interface Recipient {
  readonly name: string;
  readonly line1: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
  readonly line2: string | null;
  readonly region: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

/** Where the parcel goes. Which parts are needed depends on the country (two letters of ISO 3166-1). */
export interface RecipientInput {
  readonly name: string;
  readonly line1: string;
  readonly country: string;
  readonly city?: string;
  readonly postal_code?: string;
  readonly line2?: string | null;
  readonly region?: string | null;
  readonly company?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
}

/** What past orders would have cost under other rules. */
export interface Replay {
  readonly rules: RoutingRules;
  readonly looked_at: number;
  readonly unknown: number;
  readonly changed: number;
  readonly newly_made: number;
  readonly no_longer_made: number;
  readonly more_to_see: boolean;
  readonly totals: readonly ReplayTotal[];
  readonly orders: readonly ReplayedRoute[];
}

/** What all orders together cost that were, and would be, made, by the currency they are told in. */
export interface ReplayTotal {
  readonly currency: string;
  readonly orders: number;
  readonly before: Money;
  readonly after: Money;
  readonly more: Money;
}

/** Args: count: deliveries that are sent again; what is being sent at this moment is not sent once more. more: there are more than are taken at once; replay since `last_happened_at` for the next. */
export interface Replayed {
  readonly count: number;
  readonly more: boolean;
  readonly last_happened_at: string | null;
}

/** One order's last decision, as it was and as it would be. */
export interface ReplayedRoute {
  readonly order_id: string;
  readonly number: string;
  readonly decided_at: string;
  readonly before: RouteOutcome;
  readonly after: RouteOutcome;
  readonly changed: boolean;
  readonly more: Money | null;
}

export interface ReprintLine {
  readonly line_id: string;
  readonly quantity: number;
}

/** A member's role in a workspace; `custom` is one that the workspace made itself. */
export type Role = "admin" | "analyst" | "custom" | "designer" | "fulfilment" | "owner" | "viewer";

/** All decisions about an order, the newest first. */
export interface RouteExplanation {
  readonly order: OrderView;
  readonly decisions: readonly RouteView[];
}

/** What became of a decision: who makes it by which method for how much, or in `why_not` why nobody does. */
export interface RouteOutcome {
  readonly makers: readonly string[];
  readonly total: Money | null;
  readonly why_not: string | null;
}

/** One decision. */
export interface RouteView {
  readonly decided_at: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly best: readonly Basket[];
}

/** The bounds of a workspace's routes. None means that there is no such bound. */
export interface RoutingRules {
  readonly fallback: Fallback;
  readonly most_parcels: number | null;
  readonly exact_only: boolean;
  readonly max_days: number | null;
  readonly margin_floor_percent: number | null;
  readonly most_extra_percent: number | null;
  readonly stale_after_days: number | null;
  readonly rates_max_age_days: number;
  readonly quote_tolerance_percent: number;
  readonly services: readonly Service[];
}

/** The rules as they count, or counted. `id`, `set_at` and `set_by` are None where nobody ever set any. */
export interface RulesView {
  readonly id: string | null;
  readonly rules: RoutingRules;
  readonly set_at: string | null;
  readonly set_by: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface RulesViewPage {
  readonly items: readonly RulesView[];
  readonly next_cursor: string | null;
}

/** What a shipping service that a buyer can choose in the shop means at the providers. */
export interface Service {
  readonly asked: string;
  readonly methods: Readonly<Record<string, readonly string[]>>;
}

/** What is left out stays as it is; null takes a bound away. The members are those of `RoutingRules`. */
export interface SetRules {
  readonly fallback?: Fallback;
  readonly most_parcels?: number | null;
  readonly exact_only?: boolean;
  readonly max_days?: number | null;
  readonly margin_floor_percent?: number | null;
  readonly most_extra_percent?: number | null;
  readonly stale_after_days?: number | null;
  readonly rates_max_age_days?: number;
  readonly quote_tolerance_percent?: number;
  readonly services?: readonly Service[];
}

export interface ShipmentView {
  readonly id: string;
  readonly state: string;
  readonly carrier: string | null;
  readonly service: string | null;
  readonly tracking_number: string | null;
  readonly tracking_url: string | null;
  readonly shipped_at: string | null;
  readonly delivered_at: string | null;
}

export type ShopKind = "api" | "shopify";

/** A sales channel; `webhook_path` is where it is to send its orders. `oauth`: access was granted by signing in there, and it was told by itself; `trouble` is what is wrong with that, in words. */
export interface ShopView {
  readonly id: string;
  readonly kind: ShopKind;
  readonly name: string;
  readonly domain: string | null;
  readonly live: boolean;
  readonly oauth: boolean;
  readonly trouble: string | null;
  readonly orders_from: string;
  readonly webhook_path: string | null;
  readonly created_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface ShopViewPage {
  readonly items: readonly ShopView[];
  readonly next_cursor: string | null;
}

/** How far an order is: as far as the least advanced of its fulfilments. Held is not a stage but lies over one. */
export type Stage = "cancelled" | "checked" | "delivered" | "not_printable" | "printing" | "received" | "routed" | "sent" | "shipped";

export type StockState = "discontinued" | "in_stock" | "on_demand" | "out_of_stock" | "unknown";

/** Whether a variant can be had in one of the provider's selling regions; times as in `PriceView`. */
export interface StockView {
  readonly connection_id: string;
  readonly variant_id: string;
  readonly region: string;
  readonly technique: string;
  readonly state: StockState;
  readonly seen_at: string;
  readonly changed_at: string;
}

/** How far one try to give a fulfilment to a provider is. */
export type SubmissionState = "cancelled" | "committed" | "committing" | "planned" | "prepared";

/** One try to give it to the provider, by our reference there. */
export interface SubmissionView {
  readonly generation: number;
  readonly state: SubmissionState;
  readonly provider_ref: string;
  readonly provider_order_id: string | null;
  readonly attempt: number;
  readonly unknown_outcomes: number;
  readonly unknown_resolved: number;
  readonly last_error: string | null;
  readonly prepared_at: string | null;
  readonly committed_at: string | null;
}

/** How much was seen so far. */
export interface SyncCounters {
  readonly blueprints: number;
  readonly variants: number;
  readonly prices: number;
  readonly stock: number;
  readonly changed: number;
  readonly gone: number;
  readonly skipped: number;
}

/** What is read of each blueprint. */
export type SyncKind = "catalog" | "prices" | "stock";

/** A blueprint that was passed over, and why. */
export interface SyncProblem {
  readonly blueprint: string;
  readonly code: string;
  readonly detail: string;
}

export type SyncState = "cancelled" | "done" | "failed" | "queued" | "running";

/** A sync of one connection. */
export interface SyncView {
  readonly id: string;
  readonly connection_id: string;
  readonly kinds: readonly SyncKind[];
  readonly blueprints: readonly string[] | null;
  readonly state: SyncState;
  readonly position: number;
  readonly total: number | null;
  readonly counters: SyncCounters;
  readonly problems: readonly SyncProblem[];
  readonly error: string | null;
  readonly error_detail: string | null;
  readonly requested_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface SyncViewPage {
  readonly items: readonly SyncView[];
  readonly next_cursor: string | null;
}

/** What one call was answered, as REST answers it: `status`, and the `output` or the `problem`. */
export interface TaskResult {
  readonly index: number;
  readonly status: number;
  readonly output: unknown;
  readonly problem: Readonly<Record<string, unknown>> | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface TaskResultPage {
  readonly items: readonly TaskResult[];
  readonly next_cursor: string | null;
}

export type TaskState = "cancelled" | "done" | "queued" | "running";

/** How far a task is. Of its `total` calls `done` have succeeded and `failed` were refused. */
export interface TaskView {
  readonly id: string;
  readonly operation: string;
  readonly state: TaskState;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly reason: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

/** A part of a list; `next_cursor` None at the end. */
export interface TaskViewPage {
  readonly items: readonly TaskView[];
  readonly next_cursor: string | null;
}

/** The plans, cheapest first; a dearer one has all that a cheaper one has. */
export type Tier = "creator" | "enterprise" | "free" | "pro";

/** What happened to one order, the newest first. */
export interface Timeline {
  readonly events: readonly Happened[];
  readonly calls: readonly Called[];
}

/** How it was sent, as far as the person knows. */
export interface Tracking {
  readonly carrier: string | null;
  readonly tracking_number: string | null;
  readonly tracking_url: string | null;
}

/** Calls that go together. */
export interface UseRow {
  readonly of: string;
  readonly calls: number;
  readonly errors: number;
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/** The use of the API between two hours. */
export interface UseView {
  readonly by: "hour" | "key" | "operation" | "status";
  readonly since: string;
  readonly until: string;
  readonly rows: readonly UseRow[];
  readonly complete: boolean;
}

/** A variant with what the workspace's connections pay and can have. */
export interface VariantOverlays {
  readonly variant: VariantView;
  readonly prices: readonly PriceView[];
  readonly stock: readonly StockView[];
}

/** One size and colour of a blueprint. `gone_at`: when the provider was found to list it no more. */
export interface VariantView {
  readonly id: string;
  readonly blueprint_id: string;
  readonly provider: string;
  readonly external_id: string;
  readonly name: string;
  readonly size: string | null;
  readonly color: string | null;
  readonly color_code: string | null;
  readonly image_url: string | null;
  readonly gone_at: string | null;
}

/** What an order line names by its SKU, and who could make it. */
export interface VariantWithOffers {
  readonly id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly title: string;
  readonly offers: readonly Offer[];
  readonly known_properties: readonly string[];
}

/** The operations on one order, by the last part of their names. */
export type Verb = "cancel" | "edit_address" | "hold" | "mark_shipped" | "release" | "reprint" | "reroute" | "retry";

export interface WorkspaceView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly tier: Tier;
  readonly send_window_minutes: number;
  readonly cors_origins: readonly string[];
  /** Whether members need a second factor, all but viewers; new workspaces ask for it. */
  readonly second_factor: boolean;
  readonly created_at: string;
}

/** A part of a list; `next_cursor` None at the end. */
export interface WorkspaceViewPage {
  readonly items: readonly WorkspaceView[];
  readonly next_cursor: string | null;
}

export type Event =
  | { readonly kind: "accounts.consent_given"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "accounts.consent_revoked"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "accounts.entry_begun"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly broke_glass: boolean;
    } }
  | { readonly kind: "accounts.entry_ended"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "accounts.member_added"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly role: Role;
    } }
  | { readonly kind: "accounts.member_invited"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly role: Role;
    } }
  | { readonly kind: "accounts.member_removed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly role: Role;
    } }
  | { readonly kind: "accounts.member_role_changed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly role: Role;
      readonly before: Role;
    } }
  | { readonly kind: "artwork.stored"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly sha256: string;
    } }
  | { readonly kind: "catalog.prices_changed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
      readonly count: number;
    } }
  | { readonly kind: "catalog.stock_changed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
      readonly count: number;
    } }
  | { readonly kind: "catalog.variants_vanished"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly provider: string;
      readonly count: number;
      readonly external_ids: readonly string[];
    } }
  | { readonly kind: "channels.shop_granted"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "channels.shop_signed_out"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "hooks.endpoint_added"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "hooks.endpoint_disabled"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly reason: string;
    } }
  | { readonly kind: "orders.address_edited"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly by: string;
    } }
  | { readonly kind: "orders.advanced"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly stage: Stage;
      readonly reason: string | null;
    } }
  | { readonly kind: "orders.changed"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "orders.given_back"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
    } }
  | { readonly kind: "orders.held"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly reason: string;
    } }
  | { readonly kind: "orders.marked_shipped"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly by: string;
    } }
  | { readonly kind: "orders.outcome_resolved"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly call: string;
      readonly had_worked: boolean;
    } }
  | { readonly kind: "orders.outcome_unknown"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly call: string;
    } }
  | { readonly kind: "orders.parcel_moved"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly shipment: string;
      readonly state: string;
    } }
  | { readonly kind: "orders.printed_unasked"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
    } }
  | { readonly kind: "orders.provider_word_unknown"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly provider: string;
      readonly word: string;
    } }
  | { readonly kind: "orders.recall_refused"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "orders.recalled"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly purpose: string;
    } }
  | { readonly kind: "orders.received"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly shop_id: string;
    } }
  | { readonly kind: "orders.released"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly reason: string;
      readonly by: string;
    } }
  | { readonly kind: "orders.reprinted"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly pieces: number;
      readonly by: string;
    } }
  | { readonly kind: "orders.rerouted"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly why: string;
    } }
  | { readonly kind: "orders.rules_changed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly changed: readonly string[];
    } }
  | { readonly kind: "products.added"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly variants: number;
    } }
  | { readonly kind: "products.provision_failed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
      readonly code: string;
    } }
  | { readonly kind: "products.provisioned"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
    } }
  | { readonly kind: "providers.connection_added"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly provider: string;
    } }
  | { readonly kind: "providers.connection_granted"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly provider: string;
    } }
  | { readonly kind: "providers.connection_paused"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "providers.connection_resumed"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "providers.connection_signed_out"; readonly subject_id: string; readonly at: string; readonly data: {} }
  | { readonly kind: "providers.connection_switched"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly live: boolean;
    } }
  | { readonly kind: "sync.cancelled"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
    } }
  | { readonly kind: "sync.catalog_synced"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
      readonly blueprints: number;
      readonly changed: number;
      readonly gone: number;
      readonly skipped: number;
    } }
  | { readonly kind: "sync.failed"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
      readonly code: string;
    } }
  | { readonly kind: "sync.requested"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly connection_id: string;
    } }
  | { readonly kind: "tasks.finished"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly operation: string;
      readonly state: string;
      readonly total: number;
      readonly done: number;
      readonly failed: number;
    } }
  | { readonly kind: "tasks.started"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly operation: string;
      readonly total: number;
    } }
  | { readonly kind: "workspaces.updated"; readonly subject_id: string; readonly at: string; readonly data: {
      readonly changed: readonly string[];
    } };

/** What a call needs of its caller. */
export interface Meta {
  readonly feature: FeatureKey;
  readonly permission: PermissionKey | null;
}

/** What is told of every failure; some codes add members of their own. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly action: string;
  readonly request_id: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

export interface ErrorShape extends TRPCErrorShape {
  data: { code: string; httpStatus: number; path?: string; problem: Problem };
}

interface Root {
  ctx: object;
  meta: Meta;
  errorShape: ErrorShape;
  transformer: false;
}

type Q<I, O> = TRPCQueryProcedure<{ input: I; output: O; meta: Meta }>;
type M<I, O> = TRPCMutationProcedure<{ input: I; output: O; meta: Meta }>;

/** `kinds`: such as `orders.held`, or `orders` for all of a domain; left out, everything that may be seen. */
type Watch = TRPCSubscriptionProcedure<{
  input: { readonly kinds?: readonly string[]; readonly lastEventId?: string | null } | void;
  output: AsyncIterable<{ id: string; data: Event }>;
  meta: Meta;
}>;

interface Routes {
  account: {
    /** Ask to change your e-mail address */
    ask_to_change_email: M<{
      readonly email: string;
    }, null>;
    /** Change your name */
    rename: M<{
      readonly name: string;
    }, PersonView>;
  };
  artworks: {
    /** Show a picture's size and type */
    get: Q<{
      readonly artwork_id: string;
    }, ArtworkView>;
    /** List pictures */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, ArtworkViewPage>;
  };
  authenticator: {
    /** Remove your authenticator app */
    remove: M<void, null>;
  };
  catalog: {
    blueprints: {
      /** Show a blank with its variants, prices and stock */
      get: Q<{
        readonly blueprint_id: string;
      }, BlueprintDetail>;
      /** List the blanks that print providers offer */
      list: Q<{
        /** How many items, at most. */
        readonly limit?: number;
        readonly cursor?: string | null;
        readonly provider?: string | null;
        readonly q?: string | null;
      } | void, BlueprintViewPage>;
    };
  };
  connections: {
    /** Connect a print provider */
    add: M<{
      readonly provider: string;
      readonly name: string;
      readonly credentials: Readonly<Record<string, string | boolean | null>>;
      readonly sandbox?: boolean;
      readonly live?: boolean;
      readonly base_url?: string | null;
      readonly requests_a_minute?: number | null;
    }, ConnectionView>;
    /** Connect a print provider by signing in there */
    authorize: M<{
      readonly provider: string;
      readonly name?: string | null;
      readonly connection_id?: string | null;
      readonly settings?: Readonly<Record<string, string | boolean | null>> | null;
      readonly sandbox?: boolean;
      readonly live?: boolean;
      readonly requests_a_minute?: number | null;
    }, Authorization>;
    /** Show a connection's last calls */
    calls: Q<{
      readonly connection_id: string;
      readonly limit?: number;
    }, CallList>;
    /** Disconnect a print provider */
    disconnect: M<{
      readonly connection_id: string;
    }, ConnectionView>;
    /** Show a connection */
    get: Q<{
      readonly connection_id: string;
    }, ConnectionView>;
    /** List connections */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly provider?: string | null;
    } | void, ConnectionViewPage>;
    /** Read a connection's catalogue, prices and stock */
    sync: M<{
      readonly connection_id: string;
      readonly kinds?: readonly SyncKind[];
      readonly blueprints?: readonly string[] | null;
    }, SyncView>;
    /** Try a connection */
    test: M<{
      readonly connection_id: string;
    }, ConnectionView>;
    /** Change a connection */
    update: M<{
      readonly connection_id: string;
      readonly name?: string | null;
      readonly live?: boolean | null;
      readonly credentials?: Readonly<Record<string, string | boolean | null>> | null;
    }, ConnectionView>;
  };
  consents: {
    /** Let operators in for a while */
    give: M<{
      readonly hours: number;
    }, ConsentView>;
    /** List when operators were let in */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, ConsentViewPage>;
    /** Let operators in no more */
    revoke: M<{
      readonly consent_id: string;
    }, null>;
  };
  devices: {
    /** Forget a remembered device */
    forget: M<{
      readonly device_id: string;
    }, null>;
    /** Forget all your remembered devices */
    forget_all: M<void, null>;
    /** List your remembered devices */
    list: Q<void, Devices>;
  };
  entries: {
    /** List which operators were in the workspace */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly open?: boolean;
    } | void, EntryViewPage>;
  };
  factors: {
    /** List your second factors */
    list: Q<void, FactorsView>;
  };
  hooks: {
    /** Have events sent to an address */
    create: M<{
      readonly name: string;
      readonly url: string;
      /** Kinds of events; none stands for every one. */
      readonly kinds?: readonly string[];
      readonly calls_a_minute?: number;
    }, EndpointWithSecret>;
    /** Delete an endpoint */
    delete: M<{
      readonly endpoint_id: string;
    }, null>;
    /** Show an endpoint */
    get: Q<{
      readonly endpoint_id: string;
    }, EndpointView>;
    /** List the kinds of events */
    kinds: Q<void, KindList>;
    /** List endpoints */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, EndpointViewPage>;
    /** List what was sent to an endpoint */
    log: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly endpoint_id: string;
      readonly state?: DeliveryState | null;
    }, DeliveryViewPage>;
    /** Send again what was sent to an endpoint */
    replay: M<{
      readonly endpoint_id: string;
      readonly delivery_id?: string | null;
      readonly since?: string | null;
      readonly failed_only?: boolean;
    }, Replayed>;
    /** Give an endpoint a new secret */
    rotate_secret: M<{
      readonly endpoint_id: string;
      readonly overlap_hours?: number;
    }, EndpointWithSecret>;
    /** Send a test to an endpoint */
    test: M<{
      readonly endpoint_id: string;
    }, DeliveryView>;
    /** Change an endpoint */
    update: M<{
      readonly endpoint_id: string;
      readonly name?: string | null;
      readonly url?: string | null;
      readonly kinds?: readonly string[] | null;
      readonly calls_a_minute?: number | null;
      readonly paused?: boolean | null;
    }, EndpointView>;
  };
  invitations: {
    /** Invite somebody */
    create: M<{
      readonly email: string;
      readonly role: InviteRole;
    }, InvitationSent>;
    /** List the invitations */
    list: Q<void, Invitations>;
    /** Take an invitation back */
    revoke: M<{
      readonly invitation_id: string;
    }, null>;
  };
  keys: {
    /** Make an API key */
    create: M<{
      readonly name: string;
      readonly permissions?: readonly Permission[] | null;
      readonly test?: boolean;
      readonly networks?: readonly string[];
      readonly expires_at?: string | null;
    }, NewKey>;
    /** Show an API key */
    get: Q<{
      readonly key_id: string;
    }, KeyView>;
    /** List the API keys */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, KeyViewPage>;
    /** Revoke an API key */
    revoke: M<{
      readonly key_id: string;
    }, null>;
    /** Put a new API key in the place of another */
    rotate: M<{
      readonly key_id: string;
      readonly overlap_hours?: number;
    }, NewKey>;
  };
  members: {
    /** Change what a member may do */
    change_role: M<{
      readonly person_id: string;
      readonly role: InviteRole;
    }, null>;
    /** Leave the workspace */
    leave: M<void, null>;
    /** List the members */
    list: Q<void, Members>;
    /** Remove a member */
    remove: M<{
      readonly person_id: string;
    }, null>;
    /** Hand the workspace on */
    transfer: M<{
      readonly person_id: string;
    }, null>;
  };
  operators: {
    /** Make somebody an operator or none */
    change_role: M<{
      readonly person_id: string;
      readonly role: OperatorRole | null;
    }, PersonView>;
    /** Have somebody sign in no more */
    disable_person: M<{
      readonly person_id: string;
    }, PersonView>;
    /** Let somebody sign in again */
    enable_person: M<{
      readonly person_id: string;
    }, PersonView>;
    /** Enter a workspace */
    enter: M<{
      readonly workspace_id: string;
      readonly reason: string;
      readonly break_glass?: boolean;
      readonly minutes?: number;
    }, EntryView>;
    /** Leave a workspace that you entered */
    leave: M<{
      readonly entry_id: string;
    }, null>;
    /** List which operators were in which workspace */
    list_entries: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly open?: boolean;
    } | void, EntryViewPage>;
    /** List everybody who has an account */
    list_people: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly operators?: boolean;
    } | void, PersonViewPage>;
    /** List every workspace */
    list_workspaces: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, WorkspaceViewPage>;
  };
  orders: {
    /** Cancel an order */
    cancel: M<{
      readonly order_id: string;
      readonly reason: string;
    }, OrderDetail>;
    /** Place an order */
    create: M<{
      readonly external_id: string;
      readonly recipient: RecipientInput;
      readonly lines: readonly LineInput[];
      readonly shop?: string | null;
      readonly currency?: string | null;
      readonly shipping_method?: string | null;
    }, OrderView>;
    /** Correct an order's address */
    edit_address: M<{
      readonly order_id: string;
      readonly recipient: RecipientInput;
    }, OrderDetail>;
    /** Show an order */
    get: Q<{
      readonly order_id: string;
    }, OrderDetail>;
    /** Hold an order */
    hold: M<{
      readonly order_id: string;
      readonly reason: string;
    }, OrderDetail>;
    /** List orders */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly stage?: Stage | null;
      readonly held?: boolean | null;
      readonly hold_reason?: HoldReason | null;
      readonly shop_id?: string | null;
      readonly connection_id?: string | null;
      readonly external_id?: string | null;
      readonly number?: string | null;
      readonly country?: string | null;
      readonly received_since?: string | null;
      readonly received_before?: string | null;
      readonly sort?: OrderSort;
    } | void, OrderViewPage>;
    /** Mark an order as shipped */
    mark_shipped: M<{
      readonly order_id: string;
      readonly carrier?: string | null;
      readonly tracking_number?: string | null;
      readonly tracking_url?: string | null;
    }, OrderDetail>;
    /** Let a held order go on */
    release: M<{
      readonly order_id: string;
    }, OrderDetail>;
    /** Print pieces of an order again */
    reprint: M<{
      readonly order_id: string;
      readonly reason: string;
      readonly lines?: readonly ReprintLine[] | null;
      readonly recipient?: RecipientInput | null;
    }, OrderDetail>;
    /** Have an order made by another provider */
    reroute: M<{
      readonly order_id: string;
      readonly reason: string;
      readonly away_from?: string | null;
    }, OrderDetail>;
    /** Try again now */
    retry: M<{
      readonly order_id: string;
    }, OrderDetail>;
    /** Show several orders as rows */
    summaries: Q<{
      readonly order_ids?: readonly string[];
    } | void, OrderSummaries>;
    /** Show what happened to an order */
    timeline: Q<{
      readonly order_id: string;
    }, Timeline>;
  };
  passkeys: {
    /** Remove a passkey */
    remove: M<{
      readonly passkey_id: string;
    }, null>;
    /** Rename a passkey */
    rename: M<{
      readonly passkey_id: string;
      readonly name: string;
    }, PasskeyView>;
  };
  products: {
    /** Add a product with its variants and who can make them */
    create: M<{
      readonly title: string;
      readonly variants: readonly NewVariant[];
      readonly description?: string;
    }, ProductView>;
    /** Show a product with its variants and offers */
    get: Q<{
      readonly product_id: string;
    }, ProductView>;
    /** List products */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly sku?: string | null;
    } | void, ProductSummaryPage>;
    /** Have a print provider's product of an offer made again */
    provision_again: M<{
      readonly offer_id: string;
    }, Offer>;
  };
  rates: {
    /** Show the exchange rates of a day */
    get: Q<{
      readonly day?: string | null;
    } | void, RatesView>;
  };
  routes: {
    /** Explain an order's route */
    explain: Q<{
      readonly order_id: string;
    }, RouteExplanation>;
    /** Route past orders under other rules */
    replay: M<{
      readonly since: string;
      readonly rules?: SetRules;
      readonly limit?: number;
    }, Replay>;
  };
  rules: {
    /** Show the routing rules */
    get: Q<void, RulesView>;
    /** List the routing rules as they were set */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, RulesViewPage>;
    /** Change the routing rules */
    set: M<{
      readonly fallback?: Fallback;
      readonly most_parcels?: number | null;
      readonly exact_only?: boolean;
      readonly max_days?: number | null;
      readonly margin_floor_percent?: number | null;
      readonly most_extra_percent?: number | null;
      readonly stale_after_days?: number | null;
      readonly rates_max_age_days?: number;
      readonly quote_tolerance_percent?: number;
      readonly services?: readonly Service[];
    } | void, RulesView>;
  };
  sessions: {
    /** Sign one of your browsers out */
    end: M<{
      readonly session_id: string;
    }, null>;
    /** Sign all your other browsers out */
    end_others: M<void, null>;
    /** List where you are signed in */
    list: Q<void, OpenSessions>;
  };
  shops: {
    /** Connect a shop */
    add: M<{
      readonly kind: ShopKind;
      readonly name: string;
      readonly domain?: string | null;
      readonly secret?: string | null;
      readonly orders_from?: string | null;
    }, ShopView>;
    /** Connect a shop by signing in there */
    authorize: M<{
      readonly domain: string;
      readonly name: string;
    }, Authorization>;
    /** Show a shop */
    get: Q<{
      readonly shop_id: string;
    }, ShopView>;
    /** List shops */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
    } | void, ShopViewPage>;
    /** Change a shop */
    update: M<{
      readonly shop_id: string;
      readonly name?: string | null;
      readonly live?: boolean | null;
      readonly secret?: string | null;
    }, ShopView>;
  };
  syncs: {
    /** Stop a sync */
    cancel: M<{
      readonly sync_id: string;
    }, SyncView>;
    /** Show how far a sync is */
    get: Q<{
      readonly sync_id: string;
    }, SyncView>;
    /** List syncs */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly connection_id?: string | null;
    } | void, SyncViewPage>;
  };
  tasks: {
    /** Stop a task */
    cancel: M<{
      readonly task_id: string;
    }, TaskView>;
    /** Show how far a task is */
    get: Q<{
      readonly task_id: string;
    }, TaskView>;
    /** List tasks */
    list: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly state?: TaskState | null;
    } | void, TaskViewPage>;
    /** List what the calls of a task were answered */
    results: Q<{
      /** How many items, at most. */
      readonly limit?: number;
      readonly cursor?: string | null;
      readonly task_id: string;
    }, TaskResultPage>;
    /** Make many calls of one operation */
    start: M<{
      /** Such as `orders.create`. */
      readonly operation: string;
      readonly items: readonly (Readonly<Record<string, unknown>>)[];
    }, TaskView>;
  };
  usage: {
    /** Show the use of the API */
    api: Q<{
      readonly by?: "hour" | "key" | "operation" | "status";
      readonly since?: string | null;
      readonly until?: string | null;
      readonly key?: string | null;
      readonly operation?: string | null;
      readonly status?: number | null;
    } | void, UseView>;
  };
  workspaces: {
    /** Show the workspace */
    get: Q<void, WorkspaceView>;
    /** Change the workspace */
    update: M<{
      readonly name?: string;
      /** Minutes an order waits before it is sent. */
      readonly send_window_minutes?: number;
      /** Whose pages a browser lets call with the workspace's keys, such as `https://app.example.com`: each as browsers write it, once; `http` is for loopback alone. */
      readonly cors_origins?: readonly string[];
      /** Whether members need a second factor, all but viewers; new workspaces ask for it. */
      readonly second_factor?: boolean;
    } | void, WorkspaceView>;
  };
  events: {
    /** Watch what happens, live */
    stream: Watch;
  };
}

export type AppRouter = TRPCBuiltRouter<Root, { [K in keyof Routes]: Routes[K] }>;
