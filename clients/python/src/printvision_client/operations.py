"""Every call of the API, by its domain."""

# Written from the server's own declarations; `make reference` writes it again.
from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any, Final, Unpack
from uuid import UUID

from msgspec import UNSET, UnsetType

from printvision_client import models
from printvision_client.calls import AsyncGroup, Group, Operation, PostOptions, ReadOptions, WriteOptions

ACCOUNT_ASK_FOR_RESET: Final = Operation(
    "account.ask_for_reset",
    "POST",
    "/account/reset",
    NoneType,
    body="json",
)
ACCOUNT_ASK_TO_CHANGE_EMAIL: Final = Operation(
    "account.ask_to_change_email",
    "POST",
    "/account/email",
    NoneType,
    body="json",
)
ACCOUNT_CHANGE_EMAIL: Final = Operation(
    "account.change_email",
    "POST",
    "/account/email/finish",
    NoneType,
    body="json",
)
ACCOUNT_CHANGE_PASSWORD: Final = Operation(
    "account.change_password",
    "POST",
    "/account/password",
    NoneType,
    body="json",
)
ACCOUNT_CREATE: Final = Operation(
    "account.create",
    "POST",
    "/account",
    models.SignIn,
    body="json",
)
ACCOUNT_DELETE: Final = Operation(
    "account.delete",
    "DELETE",
    "/account",
    NoneType,
    body="none",
)
ACCOUNT_RENAME: Final = Operation(
    "account.rename",
    "PATCH",
    "/account",
    models.PersonView,
    body="json",
    repeatable=True,
)
ACCOUNT_RESET_PASSWORD: Final = Operation(
    "account.reset_password",
    "POST",
    "/account/reset/finish",
    NoneType,
    body="json",
)
ACCOUNT_SEE_LINK: Final = Operation(
    "account.see_link",
    "POST",
    "/account/link",
    models.LinkShown,
    body="json",
)
ACCOUNT_SIGN_UP: Final = Operation(
    "account.sign_up",
    "POST",
    "/account/sign-up",
    NoneType,
    body="json",
)
ARTWORKS_GET: Final = Operation(
    "artworks.get",
    "GET",
    "/artworks/{artwork_id}",
    models.ArtworkView,
    body="none",
    repeatable=True,
)
ARTWORKS_LIST: Final = Operation(
    "artworks.list",
    "GET",
    "/artworks",
    models.ArtworkViewPage,
    body="none",
    repeatable=True,
)
ARTWORKS_UPLOAD: Final = Operation(
    "artworks.upload",
    "POST",
    "/artworks",
    models.ArtworkView,
    body="raw",
    repeatable=True,
    keyed=True,
)
AUTHENTICATOR_BEGIN: Final = Operation(
    "authenticator.begin",
    "POST",
    "/account/authenticator",
    models.NewAuthenticator,
    body="json",
)
AUTHENTICATOR_CONFIRM: Final = Operation(
    "authenticator.confirm",
    "POST",
    "/account/authenticator/confirm",
    NoneType,
    body="json",
)
AUTHENTICATOR_REMOVE: Final = Operation(
    "authenticator.remove",
    "DELETE",
    "/account/authenticator",
    NoneType,
    body="none",
)
CATALOG_BLUEPRINTS_GET: Final = Operation(
    "catalog.blueprints.get",
    "GET",
    "/catalog/blueprints/{blueprint_id}",
    models.BlueprintDetail,
    body="none",
    repeatable=True,
)
CATALOG_BLUEPRINTS_LIST: Final = Operation(
    "catalog.blueprints.list",
    "GET",
    "/catalog/blueprints",
    models.BlueprintViewPage,
    body="none",
    repeatable=True,
)
CONNECTIONS_ADD: Final = Operation(
    "connections.add",
    "POST",
    "/connections",
    models.ConnectionView,
    body="json",
    keyed=True,
)
CONNECTIONS_AUTHORIZE: Final = Operation(
    "connections.authorize",
    "POST",
    "/connections/authorize",
    models.Authorization,
    body="json",
    keyed=True,
)
CONNECTIONS_CALLS: Final = Operation(
    "connections.calls",
    "GET",
    "/connections/{connection_id}/calls",
    models.CallList,
    body="none",
    repeatable=True,
)
CONNECTIONS_DISCONNECT: Final = Operation(
    "connections.disconnect",
    "POST",
    "/connections/{connection_id}/disconnect",
    models.ConnectionView,
    body="json",
    repeatable=True,
    keyed=True,
)
CONNECTIONS_FINISH: Final = Operation(
    "connections.finish",
    "POST",
    "/connections/authorize/finish",
    models.ConnectionView,
    body="json",
)
CONNECTIONS_GET: Final = Operation(
    "connections.get",
    "GET",
    "/connections/{connection_id}",
    models.ConnectionView,
    body="none",
    repeatable=True,
)
CONNECTIONS_LIST: Final = Operation(
    "connections.list",
    "GET",
    "/connections",
    models.ConnectionViewPage,
    body="none",
    repeatable=True,
)
CONNECTIONS_SYNC: Final = Operation(
    "connections.sync",
    "POST",
    "/connections/{connection_id}/sync",
    models.SyncView,
    body="json",
    repeatable=True,
    keyed=True,
)
CONNECTIONS_TEST: Final = Operation(
    "connections.test",
    "POST",
    "/connections/{connection_id}/test",
    models.ConnectionView,
    body="json",
    repeatable=True,
    keyed=True,
)
CONNECTIONS_UPDATE: Final = Operation(
    "connections.update",
    "PATCH",
    "/connections/{connection_id}",
    models.ConnectionView,
    body="json",
    repeatable=True,
)
CONSENTS_GIVE: Final = Operation(
    "consents.give",
    "POST",
    "/consents",
    models.ConsentView,
    body="json",
    keyed=True,
)
CONSENTS_LIST: Final = Operation(
    "consents.list",
    "GET",
    "/consents",
    models.ConsentViewPage,
    body="none",
    repeatable=True,
)
CONSENTS_REVOKE: Final = Operation(
    "consents.revoke",
    "DELETE",
    "/consents/{consent_id}",
    NoneType,
    body="none",
)
DEVICES_FORGET: Final = Operation(
    "devices.forget",
    "DELETE",
    "/account/devices/{device_id}",
    NoneType,
    body="none",
)
DEVICES_FORGET_ALL: Final = Operation(
    "devices.forget_all",
    "DELETE",
    "/account/devices",
    NoneType,
    body="none",
    repeatable=True,
)
DEVICES_LIST: Final = Operation(
    "devices.list",
    "GET",
    "/account/devices",
    models.Devices,
    body="none",
    repeatable=True,
)
ENTRIES_LIST: Final = Operation(
    "entries.list",
    "GET",
    "/entries",
    models.EntryViewPage,
    body="none",
    repeatable=True,
)
FACTORS_LIST: Final = Operation(
    "factors.list",
    "GET",
    "/account/factors",
    models.FactorsView,
    body="none",
    repeatable=True,
)
HOOKS_CREATE: Final = Operation(
    "hooks.create",
    "POST",
    "/hooks",
    models.EndpointWithSecret,
    body="json",
    keyed=True,
)
HOOKS_DELETE: Final = Operation(
    "hooks.delete",
    "DELETE",
    "/hooks/{endpoint_id}",
    NoneType,
    body="none",
)
HOOKS_GET: Final = Operation(
    "hooks.get",
    "GET",
    "/hooks/{endpoint_id}",
    models.EndpointView,
    body="none",
    repeatable=True,
)
HOOKS_KINDS: Final = Operation(
    "hooks.kinds",
    "GET",
    "/event-kinds",
    models.KindList,
    body="none",
    repeatable=True,
)
HOOKS_LIST: Final = Operation(
    "hooks.list",
    "GET",
    "/hooks",
    models.EndpointViewPage,
    body="none",
    repeatable=True,
)
HOOKS_LOG: Final = Operation(
    "hooks.log",
    "GET",
    "/hooks/{endpoint_id}/deliveries",
    models.DeliveryViewPage,
    body="none",
    repeatable=True,
)
HOOKS_REPLAY: Final = Operation(
    "hooks.replay",
    "POST",
    "/hooks/{endpoint_id}/replay",
    models.Replayed,
    body="json",
    keyed=True,
)
HOOKS_ROTATE_SECRET: Final = Operation(
    "hooks.rotate_secret",
    "POST",
    "/hooks/{endpoint_id}/rotate-secret",
    models.EndpointWithSecret,
    body="json",
    keyed=True,
)
HOOKS_TEST: Final = Operation(
    "hooks.test",
    "POST",
    "/hooks/{endpoint_id}/test",
    models.DeliveryView,
    body="json",
    keyed=True,
)
HOOKS_UPDATE: Final = Operation(
    "hooks.update",
    "PATCH",
    "/hooks/{endpoint_id}",
    models.EndpointView,
    body="json",
    repeatable=True,
)
INVITATIONS_ACCEPT: Final = Operation(
    "invitations.accept",
    "POST",
    "/account/invitations",
    models.Membership,
    body="json",
)
INVITATIONS_CREATE: Final = Operation(
    "invitations.create",
    "POST",
    "/invitations",
    models.InvitationSent,
    body="json",
    keyed=True,
)
INVITATIONS_LIST: Final = Operation(
    "invitations.list",
    "GET",
    "/invitations",
    models.Invitations,
    body="none",
    repeatable=True,
)
INVITATIONS_REVOKE: Final = Operation(
    "invitations.revoke",
    "DELETE",
    "/invitations/{invitation_id}",
    NoneType,
    body="none",
)
KEYS_CREATE: Final = Operation(
    "keys.create",
    "POST",
    "/keys",
    models.NewKey,
    body="json",
    keyed=True,
)
KEYS_GET: Final = Operation(
    "keys.get",
    "GET",
    "/keys/{key_id}",
    models.KeyView,
    body="none",
    repeatable=True,
)
KEYS_LIST: Final = Operation(
    "keys.list",
    "GET",
    "/keys",
    models.KeyViewPage,
    body="none",
    repeatable=True,
)
KEYS_REVOKE: Final = Operation(
    "keys.revoke",
    "POST",
    "/keys/{key_id}/revoke",
    NoneType,
    body="json",
    repeatable=True,
    keyed=True,
)
KEYS_ROTATE: Final = Operation(
    "keys.rotate",
    "POST",
    "/keys/{key_id}/rotate",
    models.NewKey,
    body="json",
    keyed=True,
)
MEMBERS_CHANGE_ROLE: Final = Operation(
    "members.change_role",
    "PUT",
    "/members/{person_id}/role",
    NoneType,
    body="json",
    repeatable=True,
)
MEMBERS_LEAVE: Final = Operation(
    "members.leave",
    "POST",
    "/members/leave",
    NoneType,
    body="json",
    keyed=True,
)
MEMBERS_LIST: Final = Operation(
    "members.list",
    "GET",
    "/members",
    models.Members,
    body="none",
    repeatable=True,
)
MEMBERS_REMOVE: Final = Operation(
    "members.remove",
    "DELETE",
    "/members/{person_id}",
    NoneType,
    body="none",
)
MEMBERS_TRANSFER: Final = Operation(
    "members.transfer",
    "POST",
    "/members/{person_id}/transfer",
    NoneType,
    body="json",
    keyed=True,
)
OPERATORS_CHANGE_ROLE: Final = Operation(
    "operators.change_role",
    "PUT",
    "/operators/people/{person_id}/role",
    models.PersonView,
    body="json",
    repeatable=True,
)
OPERATORS_DISABLE_PERSON: Final = Operation(
    "operators.disable_person",
    "POST",
    "/operators/people/{person_id}/disable",
    models.PersonView,
    body="json",
    repeatable=True,
)
OPERATORS_ENABLE_PERSON: Final = Operation(
    "operators.enable_person",
    "POST",
    "/operators/people/{person_id}/enable",
    models.PersonView,
    body="json",
    repeatable=True,
)
OPERATORS_ENTER: Final = Operation(
    "operators.enter",
    "POST",
    "/operators/workspaces/{workspace_id}/enter",
    models.EntryView,
    body="json",
)
OPERATORS_LEAVE: Final = Operation(
    "operators.leave",
    "DELETE",
    "/operators/entries/{entry_id}",
    NoneType,
    body="none",
)
OPERATORS_LIST_ENTRIES: Final = Operation(
    "operators.list_entries",
    "GET",
    "/operators/entries",
    models.EntryViewPage,
    body="none",
    repeatable=True,
)
OPERATORS_LIST_PEOPLE: Final = Operation(
    "operators.list_people",
    "GET",
    "/operators/people",
    models.PersonViewPage,
    body="none",
    repeatable=True,
)
OPERATORS_LIST_WORKSPACES: Final = Operation(
    "operators.list_workspaces",
    "GET",
    "/operators/workspaces",
    models.WorkspaceViewPage,
    body="none",
    repeatable=True,
)
ORDERS_CANCEL: Final = Operation(
    "orders.cancel",
    "POST",
    "/orders/{order_id}/cancel",
    models.OrderDetail,
    body="json",
    repeatable=True,
    keyed=True,
)
ORDERS_CREATE: Final = Operation(
    "orders.create",
    "POST",
    "/orders",
    models.OrderView,
    body="json",
    repeatable=True,
    keyed=True,
)
ORDERS_EDIT_ADDRESS: Final = Operation(
    "orders.edit_address",
    "PUT",
    "/orders/{order_id}/address",
    models.OrderDetail,
    body="json",
    repeatable=True,
)
ORDERS_GET: Final = Operation(
    "orders.get",
    "GET",
    "/orders/{order_id}",
    models.OrderDetail,
    body="none",
    repeatable=True,
)
ORDERS_HOLD: Final = Operation(
    "orders.hold",
    "POST",
    "/orders/{order_id}/hold",
    models.OrderDetail,
    body="json",
    repeatable=True,
    keyed=True,
)
ORDERS_LIST: Final = Operation(
    "orders.list",
    "GET",
    "/orders",
    models.OrderViewPage,
    body="none",
    repeatable=True,
)
ORDERS_MARK_SHIPPED: Final = Operation(
    "orders.mark_shipped",
    "POST",
    "/orders/{order_id}/mark-shipped",
    models.OrderDetail,
    body="json",
    repeatable=True,
    keyed=True,
)
ORDERS_RELEASE: Final = Operation(
    "orders.release",
    "POST",
    "/orders/{order_id}/release",
    models.OrderDetail,
    body="json",
    keyed=True,
)
ORDERS_REPRINT: Final = Operation(
    "orders.reprint",
    "POST",
    "/orders/{order_id}/reprint",
    models.OrderDetail,
    body="json",
    keyed=True,
)
ORDERS_REROUTE: Final = Operation(
    "orders.reroute",
    "POST",
    "/orders/{order_id}/reroute",
    models.OrderDetail,
    body="json",
    keyed=True,
)
ORDERS_RETRY: Final = Operation(
    "orders.retry",
    "POST",
    "/orders/{order_id}/retry",
    models.OrderDetail,
    body="json",
    repeatable=True,
    keyed=True,
)
ORDERS_SUMMARIES: Final = Operation(
    "orders.summaries",
    "GET",
    "/order-summaries",
    models.OrderSummaries,
    body="none",
    repeatable=True,
)
ORDERS_TIMELINE: Final = Operation(
    "orders.timeline",
    "GET",
    "/orders/{order_id}/timeline",
    models.Timeline,
    body="none",
    repeatable=True,
)
PASSKEYS_BEGIN: Final = Operation(
    "passkeys.begin",
    "POST",
    "/account/passkeys/options",
    models.Ceremony,
    body="json",
)
PASSKEYS_FINISH: Final = Operation(
    "passkeys.finish",
    "POST",
    "/account/passkeys",
    models.PasskeyView,
    body="json",
)
PASSKEYS_REMOVE: Final = Operation(
    "passkeys.remove",
    "DELETE",
    "/account/passkeys/{passkey_id}",
    NoneType,
    body="none",
)
PASSKEYS_RENAME: Final = Operation(
    "passkeys.rename",
    "PATCH",
    "/account/passkeys/{passkey_id}",
    models.PasskeyView,
    body="json",
    repeatable=True,
)
PRODUCTS_CREATE: Final = Operation(
    "products.create",
    "POST",
    "/products",
    models.ProductView,
    body="json",
    keyed=True,
)
PRODUCTS_GET: Final = Operation(
    "products.get",
    "GET",
    "/products/{product_id}",
    models.ProductView,
    body="none",
    repeatable=True,
)
PRODUCTS_LIST: Final = Operation(
    "products.list",
    "GET",
    "/products",
    models.ProductSummaryPage,
    body="none",
    repeatable=True,
)
PRODUCTS_PROVISION_AGAIN: Final = Operation(
    "products.provision_again",
    "POST",
    "/offers/{offer_id}/provision",
    models.Offer,
    body="json",
    keyed=True,
)
RATES_GET: Final = Operation(
    "rates.get",
    "GET",
    "/exchange-rates",
    models.RatesView,
    body="none",
    repeatable=True,
)
RECOVERY_MAKE: Final = Operation(
    "recovery.make",
    "POST",
    "/account/recovery-codes",
    models.RecoveryCodes,
    body="json",
)
ROUTES_EXPLAIN: Final = Operation(
    "routes.explain",
    "GET",
    "/orders/{order_id}/routes",
    models.RouteExplanation,
    body="none",
    repeatable=True,
)
ROUTES_REPLAY: Final = Operation(
    "routes.replay",
    "POST",
    "/routing/replay",
    models.Replay,
    body="json",
    keyed=True,
)
RULES_GET: Final = Operation(
    "rules.get",
    "GET",
    "/routing/rules",
    models.RulesView,
    body="none",
    repeatable=True,
)
RULES_LIST: Final = Operation(
    "rules.list",
    "GET",
    "/routing/rules/history",
    models.RulesViewPage,
    body="none",
    repeatable=True,
)
RULES_SET: Final = Operation(
    "rules.set",
    "PATCH",
    "/routing/rules",
    models.RulesView,
    body="json",
    repeatable=True,
)
SESSION_ASK_PASSKEY: Final = Operation(
    "session.ask_passkey",
    "POST",
    "/session/passkey/options",
    models.Ceremony,
    body="json",
)
SESSION_ASK_SECOND: Final = Operation(
    "session.ask_second",
    "POST",
    "/session/second/options",
    models.Ceremony,
    body="json",
)
SESSION_ASK_TO_PROVE: Final = Operation(
    "session.ask_to_prove",
    "POST",
    "/session/prove/options",
    models.Ceremony,
    body="json",
)
SESSION_BEGIN_OPENID: Final = Operation(
    "session.begin_openid",
    "POST",
    "/session/openid/begin",
    models.OpenIdBegun,
    body="json",
)
SESSION_CLOSE: Final = Operation(
    "session.close",
    "DELETE",
    "/session",
    NoneType,
    body="none",
    repeatable=True,
)
SESSION_CONNECT_OPENID: Final = Operation(
    "session.connect_openid",
    "POST",
    "/session/openid/connect",
    models.OpenIdSignIn,
    body="json",
)
SESSION_FINISH_OPENID: Final = Operation(
    "session.finish_openid",
    "POST",
    "/session/openid/finish",
    models.OpenIdSignIn,
    body="json",
)
SESSION_GET: Final = Operation(
    "session.get",
    "GET",
    "/session",
    models.Myself,
    body="none",
    repeatable=True,
)
SESSION_LIST_ISSUERS: Final = Operation(
    "session.list_issuers",
    "GET",
    "/session/openid",
    models.Issuers,
    body="none",
    repeatable=True,
)
SESSION_OPEN: Final = Operation(
    "session.open",
    "POST",
    "/session",
    models.SignIn,
    body="json",
)
SESSION_OPEN_BY_PASSKEY: Final = Operation(
    "session.open_by_passkey",
    "POST",
    "/session/passkey",
    models.SignIn,
    body="json",
)
SESSION_OPEN_BY_PASSWORD: Final = Operation(
    "session.open_by_password",
    "POST",
    "/session/password",
    models.SignIn,
    body="json",
)
SESSION_PROVE: Final = Operation(
    "session.prove",
    "POST",
    "/session/prove",
    NoneType,
    body="json",
)
SESSION_SECOND: Final = Operation(
    "session.second",
    "POST",
    "/session/second",
    models.SignIn,
    body="json",
)
SESSIONS_END: Final = Operation(
    "sessions.end",
    "DELETE",
    "/account/sessions/{session_id}",
    NoneType,
    body="none",
)
SESSIONS_END_OTHERS: Final = Operation(
    "sessions.end_others",
    "DELETE",
    "/account/sessions",
    NoneType,
    body="none",
    repeatable=True,
)
SESSIONS_LIST: Final = Operation(
    "sessions.list",
    "GET",
    "/account/sessions",
    models.OpenSessions,
    body="none",
    repeatable=True,
)
SHOPS_ADD: Final = Operation(
    "shops.add",
    "POST",
    "/shops",
    models.ShopView,
    body="json",
    keyed=True,
)
SHOPS_AUTHORIZE: Final = Operation(
    "shops.authorize",
    "POST",
    "/shops/authorize",
    models.Authorization,
    body="json",
    keyed=True,
)
SHOPS_FINISH: Final = Operation(
    "shops.finish",
    "POST",
    "/shops/authorize/finish",
    models.ShopView,
    body="json",
)
SHOPS_GET: Final = Operation(
    "shops.get",
    "GET",
    "/shops/{shop_id}",
    models.ShopView,
    body="none",
    repeatable=True,
)
SHOPS_LIST: Final = Operation(
    "shops.list",
    "GET",
    "/shops",
    models.ShopViewPage,
    body="none",
    repeatable=True,
)
SHOPS_UPDATE: Final = Operation(
    "shops.update",
    "PATCH",
    "/shops/{shop_id}",
    models.ShopView,
    body="json",
    repeatable=True,
)
SYNCS_CANCEL: Final = Operation(
    "syncs.cancel",
    "POST",
    "/syncs/{sync_id}/cancel",
    models.SyncView,
    body="json",
    repeatable=True,
    keyed=True,
)
SYNCS_GET: Final = Operation(
    "syncs.get",
    "GET",
    "/syncs/{sync_id}",
    models.SyncView,
    body="none",
    repeatable=True,
)
SYNCS_LIST: Final = Operation(
    "syncs.list",
    "GET",
    "/syncs",
    models.SyncViewPage,
    body="none",
    repeatable=True,
)
TASKS_CANCEL: Final = Operation(
    "tasks.cancel",
    "POST",
    "/tasks/{task_id}/cancel",
    models.TaskView,
    body="json",
    repeatable=True,
    keyed=True,
)
TASKS_GET: Final = Operation(
    "tasks.get",
    "GET",
    "/tasks/{task_id}",
    models.TaskView,
    body="none",
    repeatable=True,
)
TASKS_LIST: Final = Operation(
    "tasks.list",
    "GET",
    "/tasks",
    models.TaskViewPage,
    body="none",
    repeatable=True,
)
TASKS_RESULTS: Final = Operation(
    "tasks.results",
    "GET",
    "/tasks/{task_id}/results",
    models.TaskResultPage,
    body="none",
    repeatable=True,
)
TASKS_START: Final = Operation(
    "tasks.start",
    "POST",
    "/tasks",
    models.TaskView,
    body="json",
    keyed=True,
)
USAGE_API: Final = Operation(
    "usage.api",
    "GET",
    "/usage/api",
    models.UseView,
    body="none",
    repeatable=True,
)
WORKSPACES_GET: Final = Operation(
    "workspaces.get",
    "GET",
    "/workspace",
    models.WorkspaceView,
    body="none",
    repeatable=True,
)
WORKSPACES_UPDATE: Final = Operation(
    "workspaces.update",
    "PATCH",
    "/workspace",
    models.WorkspaceView,
    body="json",
    repeatable=True,
)


class Account(Group):
    """`account`."""

    def ask_for_reset(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask for a new password.

        A link is mailed to who has an account. The answer is the same for everybody.
        """
        return self._caller.call(
            ACCOUNT_ASK_FOR_RESET,
            {
                "email": email,
            },
            options,
        )

    def ask_to_change_email(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask to change your e-mail address.

        A link is mailed to the new address; until it is opened everything stays as it is.
        """
        return self._caller.call(
            ACCOUNT_ASK_TO_CHANGE_EMAIL,
            {
                "email": email,
            },
            options,
        )

    def change_email(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Confirm a new e-mail address.

        By the link that was mailed to the new address; the old one is told.
        """
        return self._caller.call(
            ACCOUNT_CHANGE_EMAIL,
            {
                "token": token,
            },
            options,
        )

    def change_password(
        self,
        *,
        password: str,
        current: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Change your password.

        All your other browsers are signed out.
        """
        return self._caller.call(
            ACCOUNT_CHANGE_PASSWORD,
            {
                "current": current,
                "password": password,
            },
            options,
        )

    def create(
        self,
        *,
        token: str,
        purpose: models.FirstPurpose,
        name: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Make an account by a link.

        By a link that was mailed or printed; the answer signs in to it.
        """
        return self._caller.call(
            ACCOUNT_CREATE,
            {
                "token": token,
                "purpose": purpose,
                "name": name,
                "password": password,
            },
            options,
        )

    def delete(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Delete your account.

        Your sessions, factors and memberships end with it; orders and products stay with their workspaces.
        """
        return self._caller.call(ACCOUNT_DELETE, {}, options)

    def rename(
        self,
        *,
        name: str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Change your name.

        Members of your workspaces see it.
        """
        return self._caller.call(
            ACCOUNT_RENAME,
            {
                "name": name,
            },
            options,
        )

    def reset_password(
        self,
        *,
        token: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Set a new password by a link.

        All sessions end; sign in with the new password.
        """
        return self._caller.call(
            ACCOUNT_RESET_PASSWORD,
            {
                "token": token,
                "password": password,
            },
            options,
        )

    def see_link(
        self,
        *,
        token: str,
        purpose: models.Purpose,
        **options: Unpack[WriteOptions],
    ) -> models.LinkShown:
        """Show what a link would do.

        For the page that asks before it does it; the link can still be used.
        """
        return self._caller.call(
            ACCOUNT_SEE_LINK,
            {
                "token": token,
                "purpose": purpose,
            },
            options,
        )

    def sign_up(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask for an account.

        A link is mailed that makes the account. The answer is the same for everybody.
        """
        return self._caller.call(
            ACCOUNT_SIGN_UP,
            {
                "email": email,
            },
            options,
        )



class Artworks(Group):
    """`artworks`."""

    def get(
        self,
        *,
        artwork_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ArtworkView:
        """Show a picture's size and type."""
        return self._caller.call(
            ARTWORKS_GET,
            {
                "artwork_id": artwork_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ArtworkViewPage:
        """List pictures.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            ARTWORKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.ArtworkView]:
        """List pictures, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ARTWORKS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def upload(
        self,
        *,
        data: bytes,
        filename: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ArtworkView:
        """Upload a picture.

        The body is the PNG or JPEG itself. The same content again is the same artwork.
        """
        return self._caller.call(
            ARTWORKS_UPLOAD,
            {
                "data": data,
                "filename": filename,
            },
            options,
        )



class Authenticator(Group):
    """`authenticator`."""

    def begin(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.NewAuthenticator:
        """Begin to add an authenticator app.

        It counts once a code of it was given, within 15 minutes; until then the one you have does.
        """
        return self._caller.call(AUTHENTICATOR_BEGIN, {}, options)

    def confirm(
        self,
        *,
        code: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Add an authenticator app.

        From now on it is asked for, in the place of the one before; your other browsers are signed out.
        """
        return self._caller.call(
            AUTHENTICATOR_CONFIRM,
            {
                "code": code,
            },
            options,
        )

    def remove(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove your authenticator app.

        Its codes are worth nothing from now on.
        """
        return self._caller.call(AUTHENTICATOR_REMOVE, {}, options)



class CatalogBlueprints(Group):
    """`catalog.blueprints`."""

    def get(
        self,
        *,
        blueprint_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.BlueprintDetail:
        """Show a blank with its variants, prices and stock.

        Prices and stock are those of the workspace's own connections.
        """
        return self._caller.call(
            CATALOG_BLUEPRINTS_GET,
            {
                "blueprint_id": blueprint_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        provider: str | None = None,
        q: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.BlueprintViewPage:
        """List the blanks that print providers offer.

        What the syncs of this installation have found, newest first; `q` looks in title, brand and model.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            provider: Only this provider's.
            q: Part of the title, brand or model.
        """
        return self._caller.call(
            CATALOG_BLUEPRINTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "provider": provider,
                "q": q,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        provider: str | None = None,
        q: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.BlueprintView]:
        """List the blanks that print providers offer, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CATALOG_BLUEPRINTS_LIST,
            {
                "limit": limit,
                "provider": provider,
                "q": q,
            },
            options,
        )



class Catalog(Group):
    """`catalog`."""

    def _join(self) -> None:
        self.blueprints = CatalogBlueprints(self._caller)



class Connections(Group):
    """`connections`."""

    def add(
        self,
        *,
        provider: str,
        name: str,
        credentials: Mapping[str, str | bool | None],
        sandbox: bool | UnsetType = UNSET,
        live: bool | UnsetType = UNSET,
        base_url: str | None = None,
        requests_a_minute: int | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Connect a print provider.

        The credential is sealed, tried by a run of its own, and never shown again; `last_test` says what came of it.
        """
        return self._caller.call(
            CONNECTIONS_ADD,
            {
                "provider": provider,
                "name": name,
                "credentials": credentials,
                "sandbox": sandbox,
                "live": live,
                "base_url": base_url,
                "requests_a_minute": requests_a_minute,
            },
            options,
        )

    def authorize(
        self,
        *,
        provider: str,
        name: str | None = None,
        connection_id: UUID | str | None = None,
        settings: Mapping[str, str | bool | None] | None = None,
        sandbox: bool | UnsetType = UNSET,
        live: bool | UnsetType = UNSET,
        requests_a_minute: int | None = None,
        **options: Unpack[PostOptions],
    ) -> models.Authorization:
        """Connect a print provider by signing in there.

        Send the browser to the address: the provider asks whether we may, and sends it back to the page that finishes.
        """
        return self._caller.call(
            CONNECTIONS_AUTHORIZE,
            {
                "provider": provider,
                "name": name,
                "connection_id": connection_id,
                "settings": settings,
                "sandbox": sandbox,
                "live": live,
                "requests_a_minute": requests_a_minute,
            },
            options,
        )

    def calls(
        self,
        *,
        connection_id: UUID | str,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.CallList:
        """Show a connection's last calls.

        Redacted: no credential, no buyer.
        """
        return self._caller.call(
            CONNECTIONS_CALLS,
            {
                "connection_id": connection_id,
                "limit": limit,
            },
            options,
        )

    def disconnect(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Disconnect a print provider.

        Nothing is sent there any more, and its orders wait. What was granted by signing in there is forgotten.

        A fresh credential, or signing in there again, connects it once more.
        """
        return self._caller.call(
            CONNECTIONS_DISCONNECT,
            {
                "connection_id": connection_id,
            },
            options,
        )

    def finish(
        self,
        *,
        provider: str,
        query: Mapping[str, str],
        **options: Unpack[WriteOptions],
    ) -> models.ConnectionView:
        """Come back from a print provider.

        In the session that began it, once and within ten minutes.
        """
        return self._caller.call(
            CONNECTIONS_FINISH,
            {
                "provider": provider,
                "query": query,
            },
            options,
        )

    def get(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ConnectionView:
        """Show a connection."""
        return self._caller.call(
            CONNECTIONS_GET,
            {
                "connection_id": connection_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        provider: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ConnectionViewPage:
        """List connections.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            CONNECTIONS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "provider": provider,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        provider: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.ConnectionView]:
        """List connections, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CONNECTIONS_LIST,
            {
                "limit": limit,
                "provider": provider,
            },
            options,
        )

    def sync(
        self,
        *,
        connection_id: UUID | str,
        kinds: Sequence[models.SyncKind] | UnsetType = UNSET,
        blueprints: Sequence[str] | None = None,
        **options: Unpack[PostOptions],
    ) -> models.SyncView:
        """Read a connection's catalogue, prices and stock.

        One sync of a connection runs at a time: while one does, it is the answer.
        """
        return self._caller.call(
            CONNECTIONS_SYNC,
            {
                "connection_id": connection_id,
                "kinds": kinds,
                "blueprints": blueprints,
            },
            options,
        )

    def test(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Try a connection.

        The provider is called by a run; read the connection until `last_test` is there.
        """
        return self._caller.call(
            CONNECTIONS_TEST,
            {
                "connection_id": connection_id,
            },
            options,
        )

    def update(
        self,
        *,
        connection_id: UUID | str,
        name: str | None = None,
        live: bool | None = None,
        credentials: Mapping[str, str | bool | None] | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.ConnectionView:
        """Change a connection.

        Orders of a connection that is not live stay drafts at the provider; they go on when it is switched live.
        """
        return self._caller.call(
            CONNECTIONS_UPDATE,
            {
                "connection_id": connection_id,
                "name": name,
                "live": live,
                "credentials": credentials,
            },
            options,
        )



class Consents(Group):
    """`consents`."""

    def give(
        self,
        *,
        hours: int,
        **options: Unpack[PostOptions],
    ) -> models.ConsentView:
        """Let operators in for a while.

        They can help with orders, products and artwork; credentials, keys and members stay closed to them.
        """
        return self._caller.call(
            CONSENTS_GIVE,
            {
                "hours": hours,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ConsentViewPage:
        """List when operators were let in.

        The last given first; those that are over too.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            CONSENTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.ConsentView]:
        """List when operators were let in, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CONSENTS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def revoke(
        self,
        *,
        consent_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Let operators in no more.

        Whoever is in by this consent is out, and their open pages end within a second.
        """
        return self._caller.call(
            CONSENTS_REVOKE,
            {
                "consent_id": consent_id,
            },
            options,
        )



class Devices(Group):
    """`devices`."""

    def forget(
        self,
        *,
        device_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Forget a remembered device.

        It is asked for a second factor the next time; whoever is signed in there stays so.
        """
        return self._caller.call(
            DEVICES_FORGET,
            {
                "device_id": device_id,
            },
            options,
        )

    def forget_all(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Forget all your remembered devices.

        Each is asked for a second factor the next time.
        """
        return self._caller.call(DEVICES_FORGET_ALL, {}, options)

    def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Devices:
        """List your remembered devices.

        The browsers in which a first factor will do, the last used first.
        """
        return self._caller.call(DEVICES_LIST, {}, options)



class Entries(Group):
    """`entries`."""

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EntryViewPage:
        """List which operators were in the workspace.

        Who, why and until when, by consent or without, the last first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            ENTRIES_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "open": open,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.EntryView]:
        """List which operators were in the workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ENTRIES_LIST,
            {
                "limit": limit,
                "open": open,
            },
            options,
        )



class Events(Group):
    """`events`."""



class Factors(Group):
    """`factors`."""

    def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.FactorsView:
        """List your second factors.

        What you have, how many recovery codes are left, and which workspaces ask for a second factor.
        """
        return self._caller.call(FACTORS_LIST, {}, options)



class Hooks(Group):
    """`hooks`."""

    def create(
        self,
        *,
        name: str,
        url: str,
        kinds: Sequence[str] | UnsetType = UNSET,
        calls_a_minute: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.EndpointWithSecret:
        """Have events sent to an address.

        Calls are signed as Standard Webhooks says, by the secret in the answer, which is not shown again.

        Args:
            kinds: Kinds of events; none stands for every one.
        """
        return self._caller.call(
            HOOKS_CREATE,
            {
                "name": name,
                "url": url,
                "kinds": kinds,
                "calls_a_minute": calls_a_minute,
            },
            options,
        )

    def delete(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Delete an endpoint.

        With its log, and with what was still to be sent.
        """
        return self._caller.call(
            HOOKS_DELETE,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    def get(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.EndpointView:
        """Show an endpoint."""
        return self._caller.call(
            HOOKS_GET,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    def kinds(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.KindList:
        """List the kinds of events.

        Each with the JSON schema of what is sent for it.
        """
        return self._caller.call(HOOKS_KINDS, {}, options)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EndpointViewPage:
        """List endpoints.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            HOOKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.EndpointView]:
        """List endpoints, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            HOOKS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def log(
        self,
        *,
        endpoint_id: UUID | str,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.DeliveryState | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.DeliveryViewPage:
        """List what was sent to an endpoint.

        The newest first, with what is still to be sent; kept for thirty days unless the operator chose otherwise.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            HOOKS_LOG,
            {
                "limit": limit,
                "cursor": cursor,
                "endpoint_id": endpoint_id,
                "state": state,
            },
            options,
        )

    def iterate_log(
        self,
        *,
        endpoint_id: UUID | str,
        limit: int | None = None,
        state: models.DeliveryState | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.DeliveryView]:
        """List what was sent to an endpoint, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            HOOKS_LOG,
            {
                "limit": limit,
                "endpoint_id": endpoint_id,
                "state": state,
            },
            options,
        )

    def replay(
        self,
        *,
        endpoint_id: UUID | str,
        delivery_id: UUID | str | None = None,
        since: datetime | None = None,
        failed_only: bool | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.Replayed:
        """Send again what was sent to an endpoint.

        One delivery, or those of all events since a moment, the oldest first.

        Args:
            failed_only: leave out what was delivered.
        """
        return self._caller.call(
            HOOKS_REPLAY,
            {
                "endpoint_id": endpoint_id,
                "delivery_id": delivery_id,
                "since": since,
                "failed_only": failed_only,
            },
            options,
        )

    def rotate_secret(
        self,
        *,
        endpoint_id: UUID | str,
        overlap_hours: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.EndpointWithSecret:
        """Give an endpoint a new secret.

        Both secrets sign every call for `overlap_hours`, so that the receiver can change over in its own time.
        """
        return self._caller.call(
            HOOKS_ROTATE_SECRET,
            {
                "endpoint_id": endpoint_id,
                "overlap_hours": overlap_hours,
            },
            options,
        )

    def test(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.DeliveryView:
        """Send a test to an endpoint.

        It is sent by a worker; the endpoint's log says what came of it.
        """
        return self._caller.call(
            HOOKS_TEST,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    def update(
        self,
        *,
        endpoint_id: UUID | str,
        name: str | None = None,
        url: str | None = None,
        kinds: Sequence[str] | None = None,
        calls_a_minute: int | None = None,
        paused: bool | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.EndpointView:
        """Change an endpoint.

        What happens while it is not active is sent once it is again.

        Args:
            kinds: Kinds of events; none stands for every one.
            paused: true: events wait until it is false again, as long as deliveries are kept. False also makes a disabled endpoint active.
        """
        return self._caller.call(
            HOOKS_UPDATE,
            {
                "endpoint_id": endpoint_id,
                "name": name,
                "url": url,
                "kinds": kinds,
                "calls_a_minute": calls_a_minute,
                "paused": paused,
            },
            options,
        )



class Invitations(Group):
    """`invitations`."""

    def accept(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.Membership:
        """Take an invitation.

        By somebody who has an account with the address that it was sent to; others make one by the same link.
        """
        return self._caller.call(
            INVITATIONS_ACCEPT,
            {
                "token": token,
            },
            options,
        )

    def create(
        self,
        *,
        email: str,
        role: models.InviteRole,
        **options: Unpack[PostOptions],
    ) -> models.InvitationSent:
        """Invite somebody.

        They get a link by mail, that works once, for seven days; one from before is taken back.
        """
        return self._caller.call(
            INVITATIONS_CREATE,
            {
                "email": email,
                "role": role,
            },
            options,
        )

    def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Invitations:
        """List the invitations.

        Those that can still be taken, the last first.
        """
        return self._caller.call(INVITATIONS_LIST, {}, options)

    def revoke(
        self,
        *,
        invitation_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Take an invitation back.

        Its link makes nobody a member any more.
        """
        return self._caller.call(
            INVITATIONS_REVOKE,
            {
                "invitation_id": invitation_id,
            },
            options,
        )



class Keys(Group):
    """`keys`."""

    def create(
        self,
        *,
        name: str,
        permissions: Sequence[models.Permission] | None = None,
        test: bool | UnsetType = UNSET,
        networks: Sequence[str] | UnsetType = UNSET,
        expires_at: datetime | None = None,
        **options: Unpack[PostOptions],
    ) -> models.NewKey:
        """Make an API key.

        The answer has the key itself, which is not shown again.
        """
        return self._caller.call(
            KEYS_CREATE,
            {
                "name": name,
                "permissions": permissions,
                "test": test,
                "networks": networks,
                "expires_at": expires_at,
            },
            options,
        )

    def get(
        self,
        *,
        key_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.KeyView:
        """Show an API key.

        One key, without the key itself.
        """
        return self._caller.call(
            KEYS_GET,
            {
                "key_id": key_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.KeyViewPage:
        """List the API keys.

        The workspace's keys, the last made first, without the keys themselves.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            KEYS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.KeyView]:
        """List the API keys, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            KEYS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def revoke(
        self,
        *,
        key_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> None:
        """Revoke an API key.

        From this moment on it opens nothing; its streams end within a second.
        """
        return self._caller.call(
            KEYS_REVOKE,
            {
                "key_id": key_id,
            },
            options,
        )

    def rotate(
        self,
        *,
        key_id: UUID | str,
        overlap_hours: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.NewKey:
        """Put a new API key in the place of another.

        The new key may what the old one may, which works on for `overlap_hours`.
        """
        return self._caller.call(
            KEYS_ROTATE,
            {
                "key_id": key_id,
                "overlap_hours": overlap_hours,
            },
            options,
        )



class Members(Group):
    """`members`."""

    def change_role(
        self,
        *,
        person_id: UUID | str,
        role: models.InviteRole,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Change what a member may do.

        Nobody gives more than they have, and an owner is changed by an owner alone.
        """
        return self._caller.call(
            MEMBERS_CHANGE_ROLE,
            {
                "person_id": person_id,
                "role": role,
            },
            options,
        )

    def leave(
        self,
        **options: Unpack[PostOptions],
    ) -> None:
        """Leave the workspace.

        Be a member no more; a key is none.
        """
        return self._caller.call(MEMBERS_LEAVE, {}, options)

    def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Members:
        """List the members.

        Everybody in the workspace, by name.
        """
        return self._caller.call(MEMBERS_LIST, {}, options)

    def remove(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove a member.

        Their open pages end within a second. What they did stays.
        """
        return self._caller.call(
            MEMBERS_REMOVE,
            {
                "person_id": person_id,
            },
            options,
        )

    def transfer(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> None:
        """Hand the workspace on.

        A member becomes an owner, and you an admin.
        """
        return self._caller.call(
            MEMBERS_TRANSFER,
            {
                "person_id": person_id,
            },
            options,
        )



class Operators(Group):
    """`operators`."""

    def change_role(
        self,
        *,
        person_id: UUID | str,
        role: models.OperatorRole | None,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Make somebody an operator or none.

        For operators: `operator` may do what you may, `support` sees to workspaces only, null is none.
        """
        return self._caller.call(
            OPERATORS_CHANGE_ROLE,
            {
                "person_id": person_id,
                "role": role,
            },
            options,
        )

    def disable_person(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Have somebody sign in no more.

        For operators: all their sessions end, and their links do nothing any more.
        """
        return self._caller.call(
            OPERATORS_DISABLE_PERSON,
            {
                "person_id": person_id,
            },
            options,
        )

    def enable_person(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Let somebody sign in again.

        For operators: what ended stays so; they sign in anew.
        """
        return self._caller.call(
            OPERATORS_ENABLE_PERSON,
            {
                "person_id": person_id,
            },
            options,
        )

    def enter(
        self,
        *,
        workspace_id: UUID | str,
        reason: str,
        break_glass: bool | UnsetType = UNSET,
        minutes: int | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.EntryView:
        """Enter a workspace.

        For operators: by its consent, or by breaking the glass, which only looks and is told to its owners at once.
        """
        return self._caller.call(
            OPERATORS_ENTER,
            {
                "workspace_id": workspace_id,
                "reason": reason,
                "break_glass": break_glass,
                "minutes": minutes,
            },
            options,
        )

    def leave(
        self,
        *,
        entry_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Leave a workspace that you entered.

        For operators: your open pages there end within a second.
        """
        return self._caller.call(
            OPERATORS_LEAVE,
            {
                "entry_id": entry_id,
            },
            options,
        )

    def list_entries(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EntryViewPage:
        """List which operators were in which workspace.

        For operators: of all of them, the last first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            OPERATORS_LIST_ENTRIES,
            {
                "limit": limit,
                "cursor": cursor,
                "open": open,
            },
            options,
        )

    def iterate_list_entries(
        self,
        *,
        limit: int | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.EntryView]:
        """List which operators were in which workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_ENTRIES,
            {
                "limit": limit,
                "open": open,
            },
            options,
        )

    def list_people(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        operators: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.PersonViewPage:
        """List everybody who has an account.

        For operators: the last made first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            OPERATORS_LIST_PEOPLE,
            {
                "limit": limit,
                "cursor": cursor,
                "operators": operators,
            },
            options,
        )

    def iterate_list_people(
        self,
        *,
        limit: int | None = None,
        operators: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.PersonView]:
        """List everybody who has an account, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_PEOPLE,
            {
                "limit": limit,
                "operators": operators,
            },
            options,
        )

    def list_workspaces(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.WorkspaceViewPage:
        """List every workspace.

        For operators: what they are called and set to, nothing of what is in them; the last made first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            OPERATORS_LIST_WORKSPACES,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate_list_workspaces(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.WorkspaceView]:
        """List every workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_WORKSPACES,
            {
                "limit": limit,
            },
            options,
        )



class Orders(Group):
    """`orders`."""

    def cancel(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Cancel an order.

        One that lies at a provider is taken back there first: read it until its stage is `cancelled`.
        """
        return self._caller.call(
            ORDERS_CANCEL,
            {
                "order_id": order_id,
                "reason": reason,
            },
            options,
        )

    def create(
        self,
        *,
        external_id: str,
        recipient: models.RecipientInput,
        lines: Sequence[models.LineInput],
        shop: str | None = None,
        currency: str | None = None,
        shipping_method: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderView:
        """Place an order.

        The same `external_id` in the same shop is the same order, however often it is sent.

        Args:
            external_id: your own id of the order; sent again it means the same order.
            shop: which of your shops it belongs to; left out, the workspace's own.
            currency: three letters of ISO 4217, needed where a line tells its price.
            shipping_method: the service the buyer chose, in your shop's words; the routing rules say what it means.
        """
        return self._caller.call(
            ORDERS_CREATE,
            {
                "external_id": external_id,
                "recipient": recipient,
                "lines": lines,
                "shop": shop,
                "currency": currency,
                "shipping_method": shipping_method,
            },
            options,
        )

    def edit_address(
        self,
        *,
        order_id: UUID | str,
        recipient: models.RecipientInput,
        **options: Unpack[WriteOptions],
    ) -> models.OrderDetail:
        """Correct an order's address.

        Carried through to the provider as long as it gives the order back; after that it says what is still possible.
        """
        return self._caller.call(
            ORDERS_EDIT_ADDRESS,
            {
                "order_id": order_id,
                "recipient": recipient,
            },
            options,
        )

    def get(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.OrderDetail:
        """Show an order."""
        return self._caller.call(
            ORDERS_GET,
            {
                "order_id": order_id,
            },
            options,
        )

    def hold(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Hold an order.

        Keep it from being sent until somebody releases it.
        """
        return self._caller.call(
            ORDERS_HOLD,
            {
                "order_id": order_id,
                "reason": reason,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: models.Stage | None = None,
        held: bool | None = None,
        hold_reason: models.HoldReason | None = None,
        shop_id: UUID | str | None = None,
        connection_id: UUID | str | None = None,
        external_id: str | None = None,
        number: str | None = None,
        country: str | None = None,
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        sort: models.OrderSort | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.OrderViewPage:
        """List orders.

        The newest first, or in the order that `sort` names.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            held: true for those that wait for a person, false for the others.
            number: as the shop shows it to the buyer.
            connection_id: those of which a part lies at this account with a provider.
            received_since, received_before: the first moment that counts, and the first that does not any more.
        """
        return self._caller.call(
            ORDERS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "stage": stage,
                "held": held,
                "hold_reason": hold_reason,
                "shop_id": shop_id,
                "connection_id": connection_id,
                "external_id": external_id,
                "number": number,
                "country": country,
                "received_since": received_since,
                "received_before": received_before,
                "sort": sort,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        stage: models.Stage | None = None,
        held: bool | None = None,
        hold_reason: models.HoldReason | None = None,
        shop_id: UUID | str | None = None,
        connection_id: UUID | str | None = None,
        external_id: str | None = None,
        number: str | None = None,
        country: str | None = None,
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        sort: models.OrderSort | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.OrderView]:
        """List orders, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ORDERS_LIST,
            {
                "limit": limit,
                "stage": stage,
                "held": held,
                "hold_reason": hold_reason,
                "shop_id": shop_id,
                "connection_id": connection_id,
                "external_id": external_id,
                "number": number,
                "country": country,
                "received_since": received_since,
                "received_before": received_before,
                "sort": sort,
            },
            options,
        )

    def mark_shipped(
        self,
        *,
        order_id: UUID | str,
        carrier: str | None = None,
        tracking_number: str | None = None,
        tracking_url: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Mark an order as shipped.

        A person sent it. What no provider prints yet is taken back, so that it is not printed as well.
        """
        return self._caller.call(
            ORDERS_MARK_SHIPPED,
            {
                "order_id": order_id,
                "carrier": carrier,
                "tracking_number": tracking_number,
                "tracking_url": tracking_url,
            },
            options,
        )

    def release(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Let a held order go on.

        What cannot be waved through, such as a bad address, holds it again.
        """
        return self._caller.call(
            ORDERS_RELEASE,
            {
                "order_id": order_id,
            },
            options,
        )

    def reprint(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        lines: Sequence[models.ReprintLine] | None = None,
        recipient: models.RecipientInput | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Print pieces of an order again.

        An intended second print: ordered and charged anew, by the route that is best now.
        """
        return self._caller.call(
            ORDERS_REPRINT,
            {
                "order_id": order_id,
                "reason": reason,
                "lines": lines,
                "recipient": recipient,
            },
            options,
        )

    def reroute(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        away_from: UUID | str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Have an order made by another provider.

        Whoever has it gives it back first; nobody else gets it before that is read back.
        """
        return self._caller.call(
            ORDERS_REROUTE,
            {
                "order_id": order_id,
                "reason": reason,
                "away_from": away_from,
            },
            options,
        )

    def retry(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Try again now.

        What waits for its next try is tried at once; what is held is released.
        """
        return self._caller.call(
            ORDERS_RETRY,
            {
                "order_id": order_id,
            },
            options,
        )

    def summaries(
        self,
        *,
        order_ids: Sequence[UUID | str] | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.OrderSummaries:
        """Show several orders as rows.

        What each is made of, who makes it, what was paid and what it costs. Unknown ids are left out.
        """
        return self._caller.call(
            ORDERS_SUMMARIES,
            {
                "order_ids": order_ids,
            },
            options,
        )

    def timeline(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.Timeline:
        """Show what happened to an order.

        Its events, and the calls to providers about it that are still kept.
        """
        return self._caller.call(
            ORDERS_TIMELINE,
            {
                "order_id": order_id,
            },
            options,
        )



class Passkeys(Group):
    """`passkeys`."""

    def begin(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Begin to add a passkey.

        What the browser is to make it with. Good for five minutes and one answer.
        """
        return self._caller.call(PASSKEYS_BEGIN, {}, options)

    def finish(
        self,
        *,
        name: str,
        credential: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> models.PasskeyView:
        """Add a passkey.

        You can sign in with it at once; your other browsers are signed out.
        """
        return self._caller.call(
            PASSKEYS_FINISH,
            {
                "name": name,
                "credential": credential,
            },
            options,
        )

    def remove(
        self,
        *,
        passkey_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove a passkey.

        Nobody signs in with it from now on.
        """
        return self._caller.call(
            PASSKEYS_REMOVE,
            {
                "passkey_id": passkey_id,
            },
            options,
        )

    def rename(
        self,
        *,
        passkey_id: UUID | str,
        name: str,
        **options: Unpack[WriteOptions],
    ) -> models.PasskeyView:
        """Rename a passkey.

        Its name is yours alone to see.
        """
        return self._caller.call(
            PASSKEYS_RENAME,
            {
                "passkey_id": passkey_id,
                "name": name,
            },
            options,
        )



class Products(Group):
    """`products`."""

    def create(
        self,
        *,
        title: str,
        variants: Sequence[models.NewVariant],
        description: str | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.ProductView:
        """Add a product with its variants and who can make them.

        Every offer is held against the catalogue and every picture against its print area; all is added or nothing.
        """
        return self._caller.call(
            PRODUCTS_CREATE,
            {
                "title": title,
                "variants": variants,
                "description": description,
            },
            options,
        )

    def get(
        self,
        *,
        product_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ProductView:
        """Show a product with its variants and offers."""
        return self._caller.call(
            PRODUCTS_GET,
            {
                "product_id": product_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        sku: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ProductSummaryPage:
        """List products.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            sku: Only the product that has this SKU.
        """
        return self._caller.call(
            PRODUCTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sku": sku,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        sku: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.ProductSummary]:
        """List products, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            PRODUCTS_LIST,
            {
                "limit": limit,
                "sku": sku,
            },
            options,
        )

    def provision_again(
        self,
        *,
        offer_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.Offer:
        """Have a print provider's product of an offer made again.

        After what it complained of was put right. It is searched for by its SKU before another one is made.
        """
        return self._caller.call(
            PRODUCTS_PROVISION_AGAIN,
            {
                "offer_id": offer_id,
            },
            options,
        )



class Rates(Group):
    """`rates`."""

    def get(
        self,
        *,
        day: date | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.RatesView:
        """Show the exchange rates of a day.

        Those that count today, or on the day named: the latest published up to then, the same for everybody.
        """
        return self._caller.call(
            RATES_GET,
            {
                "day": day,
            },
            options,
        )



class Recovery(Group):
    """`recovery`."""

    def make(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.RecoveryCodes:
        """Make recovery codes.

        Ten, each for one time that you have no other factor at hand; those made before work no more.
        """
        return self._caller.call(RECOVERY_MAKE, {}, options)



class Routes(Group):
    """`routes`."""

    def explain(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.RouteExplanation:
        """Explain an order's route.

        Every decision about it: what won, what each of the others would have cost, and the bound it failed.
        """
        return self._caller.call(
            ROUTES_EXPLAIN,
            {
                "order_id": order_id,
            },
            options,
        )

    def replay(
        self,
        *,
        since: datetime,
        rules: models.SetRules | UnsetType = UNSET,
        limit: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.Replay:
        """Route past orders under other rules.

        What orders since a day would have cost, and who would have made them. Nobody is asked and nothing changes.
        """
        return self._caller.call(
            ROUTES_REPLAY,
            {
                "since": since,
                "rules": rules,
                "limit": limit,
            },
            options,
        )



class Rules(Group):
    """`rules`."""

    def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.RulesView:
        """Show the routing rules.

        What counts now; the defaults where nobody set anything.
        """
        return self._caller.call(RULES_GET, {}, options)

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.RulesViewPage:
        """List the routing rules as they were set.

        The newest first, with who set them.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            RULES_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.RulesView]:
        """List the routing rules as they were set, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            RULES_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def set(
        self,
        *,
        fallback: models.Fallback | UnsetType = UNSET,
        most_parcels: int | UnsetType | None = UNSET,
        exact_only: bool | UnsetType = UNSET,
        max_days: int | UnsetType | None = UNSET,
        margin_floor_percent: int | UnsetType | None = UNSET,
        most_extra_percent: int | UnsetType | None = UNSET,
        stale_after_days: int | UnsetType | None = UNSET,
        rates_max_age_days: int | UnsetType = UNSET,
        quote_tolerance_percent: int | UnsetType = UNSET,
        services: Sequence[models.Service] | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.RulesView:
        """Change the routing rules.

        What is left out stays as it is; null takes a bound away. Orders that are routed from now on follow them.
        """
        return self._caller.call(
            RULES_SET,
            {
                "fallback": fallback,
                "most_parcels": most_parcels,
                "exact_only": exact_only,
                "max_days": max_days,
                "margin_floor_percent": margin_floor_percent,
                "most_extra_percent": most_extra_percent,
                "stale_after_days": stale_after_days,
                "rates_max_age_days": rates_max_age_days,
                "quote_tolerance_percent": quote_tolerance_percent,
                "services": services,
            },
            options,
        )



class Session(Group):
    """`session`."""

    def ask_passkey(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign to sign in.

        Without a name: the browser offers the passkeys it has for this address. Good for five minutes and one answer.
        """
        return self._caller.call(SESSION_ASK_PASSKEY, {}, options)

    def ask_second(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign as a second factor.

        Of who has given a first proof. Good for five minutes and one answer.
        """
        return self._caller.call(SESSION_ASK_SECOND, {}, options)

    def ask_to_prove(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign to prove that it is you.

        Good for five minutes and one answer.
        """
        return self._caller.call(SESSION_ASK_TO_PROVE, {}, options)

    def begin_openid(
        self,
        *,
        issuer: str,
        next: str | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdBegun:
        """Begin to sign in by an issuer.

        Send the browser to the address of the answer; it comes back to the page `/sign-in/openid`.
        """
        return self._caller.call(
            SESSION_BEGIN_OPENID,
            {
                "issuer": issuer,
                "next": next,
            },
            options,
        )

    def close(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign out.

        Sign out. Where nobody was signed in nothing happens.
        """
        return self._caller.call(SESSION_CLOSE, {}, options)

    def connect_openid(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdSignIn:
        """Connect your account with an issuer.

        By the link that was mailed to the account's address, in the browser that began; signs in.
        """
        return self._caller.call(
            SESSION_CONNECT_OPENID,
            {
                "token": token,
            },
            options,
        )

    def finish_openid(
        self,
        *,
        state: str,
        code: str | None = None,
        iss: str | None = None,
        error: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdSignIn:
        """Finish signing in by an issuer.

        With what the issuer sent the browser back with, in the browser that began.
        """
        return self._caller.call(
            SESSION_FINISH_OPENID,
            {
                "code": code,
                "state": state,
                "iss": iss,
                "error": error,
            },
            options,
        )

    def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Myself:
        """Tell who is signed in.

        Who is signed in with this browser, and which workspaces are theirs.
        """
        return self._caller.call(SESSION_GET, {}, options)

    def list_issuers(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Issuers:
        """List the issuers to sign in by.

        Those that the operator set up; none where there is none.
        """
        return self._caller.call(SESSION_LIST_ISSUERS, {}, options)

    def open(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in by a link.

        Sign in with the token of a link, which works once; the answer sets a cookie.
        """
        return self._caller.call(
            SESSION_OPEN,
            {
                "token": token,
            },
            options,
        )

    def open_by_passkey(
        self,
        *,
        credential: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in with a passkey.

        It is both factors at once, for the device has to know who is at it.
        """
        return self._caller.call(
            SESSION_OPEN_BY_PASSKEY,
            {
                "credential": credential,
            },
            options,
        )

    def open_by_password(
        self,
        *,
        email: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in with a password.

        The answer sets a cookie; where `second` names factors, one of them is still to be given.
        """
        return self._caller.call(
            SESSION_OPEN_BY_PASSWORD,
            {
                "email": email,
                "password": password,
            },
            options,
        )

    def prove(
        self,
        *,
        password: str | None = None,
        totp: str | None = None,
        passkey: Mapping[str, Any] | None = None,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Prove once more that it is you.

        For ten minutes what asks for a fresh proof may be done; the answer sets a new cookie.
        """
        return self._caller.call(
            SESSION_PROVE,
            {
                "password": password,
                "totp": totp,
                "passkey": passkey,
            },
            options,
        )

    def second(
        self,
        *,
        totp: str | None = None,
        recovery: str | None = None,
        passkey: Mapping[str, Any] | None = None,
        remember_device: bool | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Give a second factor.

        Sign in who has given a first proof; within ten minutes of it, and five wrong codes in a row end it.

        Args:
            totp: the six digits that the authenticator shows.
            recovery: a recovery code; hyphens, blanks and case are of no account.
            passkey: what `navigator.credentials.get()` gave, by its `toJSON()`.
            remember_device: no second factor is asked for in this browser for 30 days.
        """
        return self._caller.call(
            SESSION_SECOND,
            {
                "totp": totp,
                "recovery": recovery,
                "passkey": passkey,
                "remember_device": remember_device,
            },
            options,
        )



class Sessions(Group):
    """`sessions`."""

    def end(
        self,
        *,
        session_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign one of your browsers out.

        End a session of yours; its live pages end within a second.
        """
        return self._caller.call(
            SESSIONS_END,
            {
                "session_id": session_id,
            },
            options,
        )

    def end_others(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign all your other browsers out.

        End all your sessions but this one.
        """
        return self._caller.call(SESSIONS_END_OTHERS, {}, options)

    def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.OpenSessions:
        """List where you are signed in.

        Your browsers that are signed in, the last used first.
        """
        return self._caller.call(SESSIONS_LIST, {}, options)



class Shops(Group):
    """`shops`."""

    def add(
        self,
        *,
        kind: models.ShopKind,
        name: str,
        domain: str | None = None,
        secret: str | None = None,
        orders_from: datetime | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ShopView:
        """Connect a shop.

        Give the shop `webhook_path` on this installation's public address as the place to send its orders.
        """
        return self._caller.call(
            SHOPS_ADD,
            {
                "kind": kind,
                "name": name,
                "domain": domain,
                "secret": secret,
                "orders_from": orders_from,
            },
            options,
        )

    def authorize(
        self,
        *,
        domain: str,
        name: str,
        **options: Unpack[PostOptions],
    ) -> models.Authorization:
        """Connect a shop by signing in there.

        Send the browser to the address: the shop asks whether we may, and sends it back to the page that finishes.
        """
        return self._caller.call(
            SHOPS_AUTHORIZE,
            {
                "domain": domain,
                "name": name,
            },
            options,
        )

    def finish(
        self,
        *,
        query: Mapping[str, str],
        **options: Unpack[WriteOptions],
    ) -> models.ShopView:
        """Come back from a shop.

        In the session that began it, once and within ten minutes. The shop sends us its orders from then on.
        """
        return self._caller.call(
            SHOPS_FINISH,
            {
                "query": query,
            },
            options,
        )

    def get(
        self,
        *,
        shop_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ShopView:
        """Show a shop."""
        return self._caller.call(
            SHOPS_GET,
            {
                "shop_id": shop_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ShopViewPage:
        """List shops.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            SHOPS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.ShopView]:
        """List shops, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            SHOPS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    def update(
        self,
        *,
        shop_id: UUID | str,
        name: str | None = None,
        live: bool | None = None,
        secret: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.ShopView:
        """Change a shop.

        Orders of a shop that is not live are stored and held.
        """
        return self._caller.call(
            SHOPS_UPDATE,
            {
                "shop_id": shop_id,
                "name": name,
                "live": live,
                "secret": secret,
            },
            options,
        )



class Syncs(Group):
    """`syncs`."""

    def cancel(
        self,
        *,
        sync_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.SyncView:
        """Stop a sync.

        It stops before its next blueprint. What it has read stays.
        """
        return self._caller.call(
            SYNCS_CANCEL,
            {
                "sync_id": sync_id,
            },
            options,
        )

    def get(
        self,
        *,
        sync_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.SyncView:
        """Show how far a sync is."""
        return self._caller.call(
            SYNCS_GET,
            {
                "sync_id": sync_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        connection_id: UUID | str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.SyncViewPage:
        """List syncs.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            SYNCS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "connection_id": connection_id,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        connection_id: UUID | str | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.SyncView]:
        """List syncs, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            SYNCS_LIST,
            {
                "limit": limit,
                "connection_id": connection_id,
            },
            options,
        )



class Tasks(Group):
    """`tasks`."""

    def cancel(
        self,
        *,
        task_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.TaskView:
        """Stop a task.

        Once this is answered it makes no more calls. What is done stays.
        """
        return self._caller.call(
            TASKS_CANCEL,
            {
                "task_id": task_id,
            },
            options,
        )

    def get(
        self,
        *,
        task_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.TaskView:
        """Show how far a task is."""
        return self._caller.call(
            TASKS_GET,
            {
                "task_id": task_id,
            },
            options,
        )

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.TaskState | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.TaskViewPage:
        """List tasks.

        The newest first. A task is forgotten seven days after its end.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            TASKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "state": state,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        state: models.TaskState | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.TaskView]:
        """List tasks, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            TASKS_LIST,
            {
                "limit": limit,
                "state": state,
            },
            options,
        )

    def results(
        self,
        *,
        task_id: UUID | str,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.TaskResultPage:
        """List what the calls of a task were answered.

        In the order of the calls, those that were made so far: the status, and the output or the problem document that
        the call itself would have been answered. For those who may call the task's operation.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return self._caller.call(
            TASKS_RESULTS,
            {
                "limit": limit,
                "cursor": cursor,
                "task_id": task_id,
            },
            options,
        )

    def iterate_results(
        self,
        *,
        task_id: UUID | str,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> Iterator[models.TaskResult]:
        """List what the calls of a task were answered, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            TASKS_RESULTS,
            {
                "limit": limit,
                "task_id": task_id,
            },
            options,
        )

    def start(
        self,
        *,
        operation: str,
        items: Sequence[Mapping[str, Any]],
        **options: Unpack[PostOptions],
    ) -> models.TaskView:
        """Make many calls of one operation.

        Any operation that changes something and takes JSON, for those who may call it. The calls are made one after
        the other, each by itself: one that is refused does not keep the others from being made, and its refusal is in
        the results. Each is checked when it is made as if it came from you then.

        Args:
            operation: Such as `orders.create`.
        """
        return self._caller.call(
            TASKS_START,
            {
                "operation": operation,
                "items": items,
            },
            options,
        )



class Usage(Group):
    """`usage`."""

    def api(
        self,
        *,
        by: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        key: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.UseView:
        """Show the use of the API.

        The workspace's calls by key, operation, status or hour: how many, how many failed, how long they took.

        They are kept for 90 days, and told some seconds after they were made.

        Args:
            by: what a row tells of.
            since: the first hour, whole; a day before `until` where it is left out.
            until: the hour that does not count any more; the next where it is left out.
            key: only of this key (its id), or of somebody else who acted.
            operation: only of this one.
            status: only with this one.
        """
        return self._caller.call(
            USAGE_API,
            {
                "by": by,
                "since": since,
                "until": until,
                "key": key,
                "operation": operation,
                "status": status,
            },
            options,
        )



class Workspaces(Group):
    """`workspaces`."""

    def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.WorkspaceView:
        """Show the workspace.

        The workspace the key belongs to.
        """
        return self._caller.call(WORKSPACES_GET, {}, options)

    def update(
        self,
        *,
        name: str | UnsetType = UNSET,
        send_window_minutes: int | UnsetType = UNSET,
        cors_origins: Sequence[str] | UnsetType = UNSET,
        second_factor: bool | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.WorkspaceView:
        """Change the workspace.

        Change its name, the send window or whose pages may call; what is left out stays as it is.

        Whether members need a second factor is changed by owners alone.

        Args:
            send_window_minutes: Minutes an order waits before it is sent.
            cors_origins: Whose pages a browser lets call with the workspace's keys, such as `https://app.example.com`: each as browsers write it, once; `http` is for loopback alone.
            second_factor: Whether members need a second factor, all but viewers; new workspaces ask for it.
        """
        return self._caller.call(
            WORKSPACES_UPDATE,
            {
                "name": name,
                "send_window_minutes": send_window_minutes,
                "cors_origins": cors_origins,
                "second_factor": second_factor,
            },
            options,
        )



class Domains(Group):
    """All that may be asked."""

    def _join(self) -> None:
        self.account = Account(self._caller)
        self.artworks = Artworks(self._caller)
        self.authenticator = Authenticator(self._caller)
        self.catalog = Catalog(self._caller)
        self.connections = Connections(self._caller)
        self.consents = Consents(self._caller)
        self.devices = Devices(self._caller)
        self.entries = Entries(self._caller)
        self.factors = Factors(self._caller)
        self.hooks = Hooks(self._caller)
        self.invitations = Invitations(self._caller)
        self.keys = Keys(self._caller)
        self.members = Members(self._caller)
        self.operators = Operators(self._caller)
        self.orders = Orders(self._caller)
        self.passkeys = Passkeys(self._caller)
        self.products = Products(self._caller)
        self.rates = Rates(self._caller)
        self.recovery = Recovery(self._caller)
        self.routes = Routes(self._caller)
        self.rules = Rules(self._caller)
        self.session = Session(self._caller)
        self.sessions = Sessions(self._caller)
        self.shops = Shops(self._caller)
        self.syncs = Syncs(self._caller)
        self.tasks = Tasks(self._caller)
        self.usage = Usage(self._caller)
        self.workspaces = Workspaces(self._caller)



class AsyncAccount(AsyncGroup):
    """`account`."""

    async def ask_for_reset(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask for a new password.

        A link is mailed to who has an account. The answer is the same for everybody.
        """
        return await self._caller.call(
            ACCOUNT_ASK_FOR_RESET,
            {
                "email": email,
            },
            options,
        )

    async def ask_to_change_email(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask to change your e-mail address.

        A link is mailed to the new address; until it is opened everything stays as it is.
        """
        return await self._caller.call(
            ACCOUNT_ASK_TO_CHANGE_EMAIL,
            {
                "email": email,
            },
            options,
        )

    async def change_email(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Confirm a new e-mail address.

        By the link that was mailed to the new address; the old one is told.
        """
        return await self._caller.call(
            ACCOUNT_CHANGE_EMAIL,
            {
                "token": token,
            },
            options,
        )

    async def change_password(
        self,
        *,
        password: str,
        current: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Change your password.

        All your other browsers are signed out.
        """
        return await self._caller.call(
            ACCOUNT_CHANGE_PASSWORD,
            {
                "current": current,
                "password": password,
            },
            options,
        )

    async def create(
        self,
        *,
        token: str,
        purpose: models.FirstPurpose,
        name: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Make an account by a link.

        By a link that was mailed or printed; the answer signs in to it.
        """
        return await self._caller.call(
            ACCOUNT_CREATE,
            {
                "token": token,
                "purpose": purpose,
                "name": name,
                "password": password,
            },
            options,
        )

    async def delete(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Delete your account.

        Your sessions, factors and memberships end with it; orders and products stay with their workspaces.
        """
        return await self._caller.call(ACCOUNT_DELETE, {}, options)

    async def rename(
        self,
        *,
        name: str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Change your name.

        Members of your workspaces see it.
        """
        return await self._caller.call(
            ACCOUNT_RENAME,
            {
                "name": name,
            },
            options,
        )

    async def reset_password(
        self,
        *,
        token: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Set a new password by a link.

        All sessions end; sign in with the new password.
        """
        return await self._caller.call(
            ACCOUNT_RESET_PASSWORD,
            {
                "token": token,
                "password": password,
            },
            options,
        )

    async def see_link(
        self,
        *,
        token: str,
        purpose: models.Purpose,
        **options: Unpack[WriteOptions],
    ) -> models.LinkShown:
        """Show what a link would do.

        For the page that asks before it does it; the link can still be used.
        """
        return await self._caller.call(
            ACCOUNT_SEE_LINK,
            {
                "token": token,
                "purpose": purpose,
            },
            options,
        )

    async def sign_up(
        self,
        *,
        email: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Ask for an account.

        A link is mailed that makes the account. The answer is the same for everybody.
        """
        return await self._caller.call(
            ACCOUNT_SIGN_UP,
            {
                "email": email,
            },
            options,
        )



class AsyncArtworks(AsyncGroup):
    """`artworks`."""

    async def get(
        self,
        *,
        artwork_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ArtworkView:
        """Show a picture's size and type."""
        return await self._caller.call(
            ARTWORKS_GET,
            {
                "artwork_id": artwork_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ArtworkViewPage:
        """List pictures.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            ARTWORKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.ArtworkView]:
        """List pictures, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ARTWORKS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def upload(
        self,
        *,
        data: bytes,
        filename: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ArtworkView:
        """Upload a picture.

        The body is the PNG or JPEG itself. The same content again is the same artwork.
        """
        return await self._caller.call(
            ARTWORKS_UPLOAD,
            {
                "data": data,
                "filename": filename,
            },
            options,
        )



class AsyncAuthenticator(AsyncGroup):
    """`authenticator`."""

    async def begin(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.NewAuthenticator:
        """Begin to add an authenticator app.

        It counts once a code of it was given, within 15 minutes; until then the one you have does.
        """
        return await self._caller.call(AUTHENTICATOR_BEGIN, {}, options)

    async def confirm(
        self,
        *,
        code: str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Add an authenticator app.

        From now on it is asked for, in the place of the one before; your other browsers are signed out.
        """
        return await self._caller.call(
            AUTHENTICATOR_CONFIRM,
            {
                "code": code,
            },
            options,
        )

    async def remove(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove your authenticator app.

        Its codes are worth nothing from now on.
        """
        return await self._caller.call(AUTHENTICATOR_REMOVE, {}, options)



class AsyncCatalogBlueprints(AsyncGroup):
    """`catalog.blueprints`."""

    async def get(
        self,
        *,
        blueprint_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.BlueprintDetail:
        """Show a blank with its variants, prices and stock.

        Prices and stock are those of the workspace's own connections.
        """
        return await self._caller.call(
            CATALOG_BLUEPRINTS_GET,
            {
                "blueprint_id": blueprint_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        provider: str | None = None,
        q: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.BlueprintViewPage:
        """List the blanks that print providers offer.

        What the syncs of this installation have found, newest first; `q` looks in title, brand and model.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            provider: Only this provider's.
            q: Part of the title, brand or model.
        """
        return await self._caller.call(
            CATALOG_BLUEPRINTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "provider": provider,
                "q": q,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        provider: str | None = None,
        q: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.BlueprintView]:
        """List the blanks that print providers offer, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CATALOG_BLUEPRINTS_LIST,
            {
                "limit": limit,
                "provider": provider,
                "q": q,
            },
            options,
        )



class AsyncCatalog(AsyncGroup):
    """`catalog`."""

    def _join(self) -> None:
        self.blueprints = AsyncCatalogBlueprints(self._caller)



class AsyncConnections(AsyncGroup):
    """`connections`."""

    async def add(
        self,
        *,
        provider: str,
        name: str,
        credentials: Mapping[str, str | bool | None],
        sandbox: bool | UnsetType = UNSET,
        live: bool | UnsetType = UNSET,
        base_url: str | None = None,
        requests_a_minute: int | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Connect a print provider.

        The credential is sealed, tried by a run of its own, and never shown again; `last_test` says what came of it.
        """
        return await self._caller.call(
            CONNECTIONS_ADD,
            {
                "provider": provider,
                "name": name,
                "credentials": credentials,
                "sandbox": sandbox,
                "live": live,
                "base_url": base_url,
                "requests_a_minute": requests_a_minute,
            },
            options,
        )

    async def authorize(
        self,
        *,
        provider: str,
        name: str | None = None,
        connection_id: UUID | str | None = None,
        settings: Mapping[str, str | bool | None] | None = None,
        sandbox: bool | UnsetType = UNSET,
        live: bool | UnsetType = UNSET,
        requests_a_minute: int | None = None,
        **options: Unpack[PostOptions],
    ) -> models.Authorization:
        """Connect a print provider by signing in there.

        Send the browser to the address: the provider asks whether we may, and sends it back to the page that finishes.
        """
        return await self._caller.call(
            CONNECTIONS_AUTHORIZE,
            {
                "provider": provider,
                "name": name,
                "connection_id": connection_id,
                "settings": settings,
                "sandbox": sandbox,
                "live": live,
                "requests_a_minute": requests_a_minute,
            },
            options,
        )

    async def calls(
        self,
        *,
        connection_id: UUID | str,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.CallList:
        """Show a connection's last calls.

        Redacted: no credential, no buyer.
        """
        return await self._caller.call(
            CONNECTIONS_CALLS,
            {
                "connection_id": connection_id,
                "limit": limit,
            },
            options,
        )

    async def disconnect(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Disconnect a print provider.

        Nothing is sent there any more, and its orders wait. What was granted by signing in there is forgotten.

        A fresh credential, or signing in there again, connects it once more.
        """
        return await self._caller.call(
            CONNECTIONS_DISCONNECT,
            {
                "connection_id": connection_id,
            },
            options,
        )

    async def finish(
        self,
        *,
        provider: str,
        query: Mapping[str, str],
        **options: Unpack[WriteOptions],
    ) -> models.ConnectionView:
        """Come back from a print provider.

        In the session that began it, once and within ten minutes.
        """
        return await self._caller.call(
            CONNECTIONS_FINISH,
            {
                "provider": provider,
                "query": query,
            },
            options,
        )

    async def get(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ConnectionView:
        """Show a connection."""
        return await self._caller.call(
            CONNECTIONS_GET,
            {
                "connection_id": connection_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        provider: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ConnectionViewPage:
        """List connections.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            CONNECTIONS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "provider": provider,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        provider: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.ConnectionView]:
        """List connections, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CONNECTIONS_LIST,
            {
                "limit": limit,
                "provider": provider,
            },
            options,
        )

    async def sync(
        self,
        *,
        connection_id: UUID | str,
        kinds: Sequence[models.SyncKind] | UnsetType = UNSET,
        blueprints: Sequence[str] | None = None,
        **options: Unpack[PostOptions],
    ) -> models.SyncView:
        """Read a connection's catalogue, prices and stock.

        One sync of a connection runs at a time: while one does, it is the answer.
        """
        return await self._caller.call(
            CONNECTIONS_SYNC,
            {
                "connection_id": connection_id,
                "kinds": kinds,
                "blueprints": blueprints,
            },
            options,
        )

    async def test(
        self,
        *,
        connection_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.ConnectionView:
        """Try a connection.

        The provider is called by a run; read the connection until `last_test` is there.
        """
        return await self._caller.call(
            CONNECTIONS_TEST,
            {
                "connection_id": connection_id,
            },
            options,
        )

    async def update(
        self,
        *,
        connection_id: UUID | str,
        name: str | None = None,
        live: bool | None = None,
        credentials: Mapping[str, str | bool | None] | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.ConnectionView:
        """Change a connection.

        Orders of a connection that is not live stay drafts at the provider; they go on when it is switched live.
        """
        return await self._caller.call(
            CONNECTIONS_UPDATE,
            {
                "connection_id": connection_id,
                "name": name,
                "live": live,
                "credentials": credentials,
            },
            options,
        )



class AsyncConsents(AsyncGroup):
    """`consents`."""

    async def give(
        self,
        *,
        hours: int,
        **options: Unpack[PostOptions],
    ) -> models.ConsentView:
        """Let operators in for a while.

        They can help with orders, products and artwork; credentials, keys and members stay closed to them.
        """
        return await self._caller.call(
            CONSENTS_GIVE,
            {
                "hours": hours,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ConsentViewPage:
        """List when operators were let in.

        The last given first; those that are over too.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            CONSENTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.ConsentView]:
        """List when operators were let in, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            CONSENTS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def revoke(
        self,
        *,
        consent_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Let operators in no more.

        Whoever is in by this consent is out, and their open pages end within a second.
        """
        return await self._caller.call(
            CONSENTS_REVOKE,
            {
                "consent_id": consent_id,
            },
            options,
        )



class AsyncDevices(AsyncGroup):
    """`devices`."""

    async def forget(
        self,
        *,
        device_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Forget a remembered device.

        It is asked for a second factor the next time; whoever is signed in there stays so.
        """
        return await self._caller.call(
            DEVICES_FORGET,
            {
                "device_id": device_id,
            },
            options,
        )

    async def forget_all(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Forget all your remembered devices.

        Each is asked for a second factor the next time.
        """
        return await self._caller.call(DEVICES_FORGET_ALL, {}, options)

    async def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Devices:
        """List your remembered devices.

        The browsers in which a first factor will do, the last used first.
        """
        return await self._caller.call(DEVICES_LIST, {}, options)



class AsyncEntries(AsyncGroup):
    """`entries`."""

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EntryViewPage:
        """List which operators were in the workspace.

        Who, why and until when, by consent or without, the last first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            ENTRIES_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "open": open,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.EntryView]:
        """List which operators were in the workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ENTRIES_LIST,
            {
                "limit": limit,
                "open": open,
            },
            options,
        )



class AsyncEvents(AsyncGroup):
    """`events`."""



class AsyncFactors(AsyncGroup):
    """`factors`."""

    async def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.FactorsView:
        """List your second factors.

        What you have, how many recovery codes are left, and which workspaces ask for a second factor.
        """
        return await self._caller.call(FACTORS_LIST, {}, options)



class AsyncHooks(AsyncGroup):
    """`hooks`."""

    async def create(
        self,
        *,
        name: str,
        url: str,
        kinds: Sequence[str] | UnsetType = UNSET,
        calls_a_minute: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.EndpointWithSecret:
        """Have events sent to an address.

        Calls are signed as Standard Webhooks says, by the secret in the answer, which is not shown again.

        Args:
            kinds: Kinds of events; none stands for every one.
        """
        return await self._caller.call(
            HOOKS_CREATE,
            {
                "name": name,
                "url": url,
                "kinds": kinds,
                "calls_a_minute": calls_a_minute,
            },
            options,
        )

    async def delete(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Delete an endpoint.

        With its log, and with what was still to be sent.
        """
        return await self._caller.call(
            HOOKS_DELETE,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    async def get(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.EndpointView:
        """Show an endpoint."""
        return await self._caller.call(
            HOOKS_GET,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    async def kinds(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.KindList:
        """List the kinds of events.

        Each with the JSON schema of what is sent for it.
        """
        return await self._caller.call(HOOKS_KINDS, {}, options)

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EndpointViewPage:
        """List endpoints.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            HOOKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.EndpointView]:
        """List endpoints, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            HOOKS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def log(
        self,
        *,
        endpoint_id: UUID | str,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.DeliveryState | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.DeliveryViewPage:
        """List what was sent to an endpoint.

        The newest first, with what is still to be sent; kept for thirty days unless the operator chose otherwise.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            HOOKS_LOG,
            {
                "limit": limit,
                "cursor": cursor,
                "endpoint_id": endpoint_id,
                "state": state,
            },
            options,
        )

    def iterate_log(
        self,
        *,
        endpoint_id: UUID | str,
        limit: int | None = None,
        state: models.DeliveryState | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.DeliveryView]:
        """List what was sent to an endpoint, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            HOOKS_LOG,
            {
                "limit": limit,
                "endpoint_id": endpoint_id,
                "state": state,
            },
            options,
        )

    async def replay(
        self,
        *,
        endpoint_id: UUID | str,
        delivery_id: UUID | str | None = None,
        since: datetime | None = None,
        failed_only: bool | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.Replayed:
        """Send again what was sent to an endpoint.

        One delivery, or those of all events since a moment, the oldest first.

        Args:
            failed_only: leave out what was delivered.
        """
        return await self._caller.call(
            HOOKS_REPLAY,
            {
                "endpoint_id": endpoint_id,
                "delivery_id": delivery_id,
                "since": since,
                "failed_only": failed_only,
            },
            options,
        )

    async def rotate_secret(
        self,
        *,
        endpoint_id: UUID | str,
        overlap_hours: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.EndpointWithSecret:
        """Give an endpoint a new secret.

        Both secrets sign every call for `overlap_hours`, so that the receiver can change over in its own time.
        """
        return await self._caller.call(
            HOOKS_ROTATE_SECRET,
            {
                "endpoint_id": endpoint_id,
                "overlap_hours": overlap_hours,
            },
            options,
        )

    async def test(
        self,
        *,
        endpoint_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.DeliveryView:
        """Send a test to an endpoint.

        It is sent by a worker; the endpoint's log says what came of it.
        """
        return await self._caller.call(
            HOOKS_TEST,
            {
                "endpoint_id": endpoint_id,
            },
            options,
        )

    async def update(
        self,
        *,
        endpoint_id: UUID | str,
        name: str | None = None,
        url: str | None = None,
        kinds: Sequence[str] | None = None,
        calls_a_minute: int | None = None,
        paused: bool | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.EndpointView:
        """Change an endpoint.

        What happens while it is not active is sent once it is again.

        Args:
            kinds: Kinds of events; none stands for every one.
            paused: true: events wait until it is false again, as long as deliveries are kept. False also makes a disabled endpoint active.
        """
        return await self._caller.call(
            HOOKS_UPDATE,
            {
                "endpoint_id": endpoint_id,
                "name": name,
                "url": url,
                "kinds": kinds,
                "calls_a_minute": calls_a_minute,
                "paused": paused,
            },
            options,
        )



class AsyncInvitations(AsyncGroup):
    """`invitations`."""

    async def accept(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.Membership:
        """Take an invitation.

        By somebody who has an account with the address that it was sent to; others make one by the same link.
        """
        return await self._caller.call(
            INVITATIONS_ACCEPT,
            {
                "token": token,
            },
            options,
        )

    async def create(
        self,
        *,
        email: str,
        role: models.InviteRole,
        **options: Unpack[PostOptions],
    ) -> models.InvitationSent:
        """Invite somebody.

        They get a link by mail, that works once, for seven days; one from before is taken back.
        """
        return await self._caller.call(
            INVITATIONS_CREATE,
            {
                "email": email,
                "role": role,
            },
            options,
        )

    async def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Invitations:
        """List the invitations.

        Those that can still be taken, the last first.
        """
        return await self._caller.call(INVITATIONS_LIST, {}, options)

    async def revoke(
        self,
        *,
        invitation_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Take an invitation back.

        Its link makes nobody a member any more.
        """
        return await self._caller.call(
            INVITATIONS_REVOKE,
            {
                "invitation_id": invitation_id,
            },
            options,
        )



class AsyncKeys(AsyncGroup):
    """`keys`."""

    async def create(
        self,
        *,
        name: str,
        permissions: Sequence[models.Permission] | None = None,
        test: bool | UnsetType = UNSET,
        networks: Sequence[str] | UnsetType = UNSET,
        expires_at: datetime | None = None,
        **options: Unpack[PostOptions],
    ) -> models.NewKey:
        """Make an API key.

        The answer has the key itself, which is not shown again.
        """
        return await self._caller.call(
            KEYS_CREATE,
            {
                "name": name,
                "permissions": permissions,
                "test": test,
                "networks": networks,
                "expires_at": expires_at,
            },
            options,
        )

    async def get(
        self,
        *,
        key_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.KeyView:
        """Show an API key.

        One key, without the key itself.
        """
        return await self._caller.call(
            KEYS_GET,
            {
                "key_id": key_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.KeyViewPage:
        """List the API keys.

        The workspace's keys, the last made first, without the keys themselves.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            KEYS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.KeyView]:
        """List the API keys, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            KEYS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def revoke(
        self,
        *,
        key_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> None:
        """Revoke an API key.

        From this moment on it opens nothing; its streams end within a second.
        """
        return await self._caller.call(
            KEYS_REVOKE,
            {
                "key_id": key_id,
            },
            options,
        )

    async def rotate(
        self,
        *,
        key_id: UUID | str,
        overlap_hours: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.NewKey:
        """Put a new API key in the place of another.

        The new key may what the old one may, which works on for `overlap_hours`.
        """
        return await self._caller.call(
            KEYS_ROTATE,
            {
                "key_id": key_id,
                "overlap_hours": overlap_hours,
            },
            options,
        )



class AsyncMembers(AsyncGroup):
    """`members`."""

    async def change_role(
        self,
        *,
        person_id: UUID | str,
        role: models.InviteRole,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Change what a member may do.

        Nobody gives more than they have, and an owner is changed by an owner alone.
        """
        return await self._caller.call(
            MEMBERS_CHANGE_ROLE,
            {
                "person_id": person_id,
                "role": role,
            },
            options,
        )

    async def leave(
        self,
        **options: Unpack[PostOptions],
    ) -> None:
        """Leave the workspace.

        Be a member no more; a key is none.
        """
        return await self._caller.call(MEMBERS_LEAVE, {}, options)

    async def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Members:
        """List the members.

        Everybody in the workspace, by name.
        """
        return await self._caller.call(MEMBERS_LIST, {}, options)

    async def remove(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove a member.

        Their open pages end within a second. What they did stays.
        """
        return await self._caller.call(
            MEMBERS_REMOVE,
            {
                "person_id": person_id,
            },
            options,
        )

    async def transfer(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> None:
        """Hand the workspace on.

        A member becomes an owner, and you an admin.
        """
        return await self._caller.call(
            MEMBERS_TRANSFER,
            {
                "person_id": person_id,
            },
            options,
        )



class AsyncOperators(AsyncGroup):
    """`operators`."""

    async def change_role(
        self,
        *,
        person_id: UUID | str,
        role: models.OperatorRole | None,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Make somebody an operator or none.

        For operators: `operator` may do what you may, `support` sees to workspaces only, null is none.
        """
        return await self._caller.call(
            OPERATORS_CHANGE_ROLE,
            {
                "person_id": person_id,
                "role": role,
            },
            options,
        )

    async def disable_person(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Have somebody sign in no more.

        For operators: all their sessions end, and their links do nothing any more.
        """
        return await self._caller.call(
            OPERATORS_DISABLE_PERSON,
            {
                "person_id": person_id,
            },
            options,
        )

    async def enable_person(
        self,
        *,
        person_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> models.PersonView:
        """Let somebody sign in again.

        For operators: what ended stays so; they sign in anew.
        """
        return await self._caller.call(
            OPERATORS_ENABLE_PERSON,
            {
                "person_id": person_id,
            },
            options,
        )

    async def enter(
        self,
        *,
        workspace_id: UUID | str,
        reason: str,
        break_glass: bool | UnsetType = UNSET,
        minutes: int | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.EntryView:
        """Enter a workspace.

        For operators: by its consent, or by breaking the glass, which only looks and is told to its owners at once.
        """
        return await self._caller.call(
            OPERATORS_ENTER,
            {
                "workspace_id": workspace_id,
                "reason": reason,
                "break_glass": break_glass,
                "minutes": minutes,
            },
            options,
        )

    async def leave(
        self,
        *,
        entry_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Leave a workspace that you entered.

        For operators: your open pages there end within a second.
        """
        return await self._caller.call(
            OPERATORS_LEAVE,
            {
                "entry_id": entry_id,
            },
            options,
        )

    async def list_entries(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.EntryViewPage:
        """List which operators were in which workspace.

        For operators: of all of them, the last first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            OPERATORS_LIST_ENTRIES,
            {
                "limit": limit,
                "cursor": cursor,
                "open": open,
            },
            options,
        )

    def iterate_list_entries(
        self,
        *,
        limit: int | None = None,
        open: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.EntryView]:
        """List which operators were in which workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_ENTRIES,
            {
                "limit": limit,
                "open": open,
            },
            options,
        )

    async def list_people(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        operators: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.PersonViewPage:
        """List everybody who has an account.

        For operators: the last made first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            OPERATORS_LIST_PEOPLE,
            {
                "limit": limit,
                "cursor": cursor,
                "operators": operators,
            },
            options,
        )

    def iterate_list_people(
        self,
        *,
        limit: int | None = None,
        operators: bool | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.PersonView]:
        """List everybody who has an account, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_PEOPLE,
            {
                "limit": limit,
                "operators": operators,
            },
            options,
        )

    async def list_workspaces(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.WorkspaceViewPage:
        """List every workspace.

        For operators: what they are called and set to, nothing of what is in them; the last made first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            OPERATORS_LIST_WORKSPACES,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate_list_workspaces(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.WorkspaceView]:
        """List every workspace, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            OPERATORS_LIST_WORKSPACES,
            {
                "limit": limit,
            },
            options,
        )



class AsyncOrders(AsyncGroup):
    """`orders`."""

    async def cancel(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Cancel an order.

        One that lies at a provider is taken back there first: read it until its stage is `cancelled`.
        """
        return await self._caller.call(
            ORDERS_CANCEL,
            {
                "order_id": order_id,
                "reason": reason,
            },
            options,
        )

    async def create(
        self,
        *,
        external_id: str,
        recipient: models.RecipientInput,
        lines: Sequence[models.LineInput],
        shop: str | None = None,
        currency: str | None = None,
        shipping_method: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderView:
        """Place an order.

        The same `external_id` in the same shop is the same order, however often it is sent.

        Args:
            external_id: your own id of the order; sent again it means the same order.
            shop: which of your shops it belongs to; left out, the workspace's own.
            currency: three letters of ISO 4217, needed where a line tells its price.
            shipping_method: the service the buyer chose, in your shop's words; the routing rules say what it means.
        """
        return await self._caller.call(
            ORDERS_CREATE,
            {
                "external_id": external_id,
                "recipient": recipient,
                "lines": lines,
                "shop": shop,
                "currency": currency,
                "shipping_method": shipping_method,
            },
            options,
        )

    async def edit_address(
        self,
        *,
        order_id: UUID | str,
        recipient: models.RecipientInput,
        **options: Unpack[WriteOptions],
    ) -> models.OrderDetail:
        """Correct an order's address.

        Carried through to the provider as long as it gives the order back; after that it says what is still possible.
        """
        return await self._caller.call(
            ORDERS_EDIT_ADDRESS,
            {
                "order_id": order_id,
                "recipient": recipient,
            },
            options,
        )

    async def get(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.OrderDetail:
        """Show an order."""
        return await self._caller.call(
            ORDERS_GET,
            {
                "order_id": order_id,
            },
            options,
        )

    async def hold(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Hold an order.

        Keep it from being sent until somebody releases it.
        """
        return await self._caller.call(
            ORDERS_HOLD,
            {
                "order_id": order_id,
                "reason": reason,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        stage: models.Stage | None = None,
        held: bool | None = None,
        hold_reason: models.HoldReason | None = None,
        shop_id: UUID | str | None = None,
        connection_id: UUID | str | None = None,
        external_id: str | None = None,
        number: str | None = None,
        country: str | None = None,
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        sort: models.OrderSort | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.OrderViewPage:
        """List orders.

        The newest first, or in the order that `sort` names.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            held: true for those that wait for a person, false for the others.
            number: as the shop shows it to the buyer.
            connection_id: those of which a part lies at this account with a provider.
            received_since, received_before: the first moment that counts, and the first that does not any more.
        """
        return await self._caller.call(
            ORDERS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "stage": stage,
                "held": held,
                "hold_reason": hold_reason,
                "shop_id": shop_id,
                "connection_id": connection_id,
                "external_id": external_id,
                "number": number,
                "country": country,
                "received_since": received_since,
                "received_before": received_before,
                "sort": sort,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        stage: models.Stage | None = None,
        held: bool | None = None,
        hold_reason: models.HoldReason | None = None,
        shop_id: UUID | str | None = None,
        connection_id: UUID | str | None = None,
        external_id: str | None = None,
        number: str | None = None,
        country: str | None = None,
        received_since: datetime | None = None,
        received_before: datetime | None = None,
        sort: models.OrderSort | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.OrderView]:
        """List orders, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            ORDERS_LIST,
            {
                "limit": limit,
                "stage": stage,
                "held": held,
                "hold_reason": hold_reason,
                "shop_id": shop_id,
                "connection_id": connection_id,
                "external_id": external_id,
                "number": number,
                "country": country,
                "received_since": received_since,
                "received_before": received_before,
                "sort": sort,
            },
            options,
        )

    async def mark_shipped(
        self,
        *,
        order_id: UUID | str,
        carrier: str | None = None,
        tracking_number: str | None = None,
        tracking_url: str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Mark an order as shipped.

        A person sent it. What no provider prints yet is taken back, so that it is not printed as well.
        """
        return await self._caller.call(
            ORDERS_MARK_SHIPPED,
            {
                "order_id": order_id,
                "carrier": carrier,
                "tracking_number": tracking_number,
                "tracking_url": tracking_url,
            },
            options,
        )

    async def release(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Let a held order go on.

        What cannot be waved through, such as a bad address, holds it again.
        """
        return await self._caller.call(
            ORDERS_RELEASE,
            {
                "order_id": order_id,
            },
            options,
        )

    async def reprint(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        lines: Sequence[models.ReprintLine] | None = None,
        recipient: models.RecipientInput | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Print pieces of an order again.

        An intended second print: ordered and charged anew, by the route that is best now.
        """
        return await self._caller.call(
            ORDERS_REPRINT,
            {
                "order_id": order_id,
                "reason": reason,
                "lines": lines,
                "recipient": recipient,
            },
            options,
        )

    async def reroute(
        self,
        *,
        order_id: UUID | str,
        reason: str,
        away_from: UUID | str | None = None,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Have an order made by another provider.

        Whoever has it gives it back first; nobody else gets it before that is read back.
        """
        return await self._caller.call(
            ORDERS_REROUTE,
            {
                "order_id": order_id,
                "reason": reason,
                "away_from": away_from,
            },
            options,
        )

    async def retry(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.OrderDetail:
        """Try again now.

        What waits for its next try is tried at once; what is held is released.
        """
        return await self._caller.call(
            ORDERS_RETRY,
            {
                "order_id": order_id,
            },
            options,
        )

    async def summaries(
        self,
        *,
        order_ids: Sequence[UUID | str] | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.OrderSummaries:
        """Show several orders as rows.

        What each is made of, who makes it, what was paid and what it costs. Unknown ids are left out.
        """
        return await self._caller.call(
            ORDERS_SUMMARIES,
            {
                "order_ids": order_ids,
            },
            options,
        )

    async def timeline(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.Timeline:
        """Show what happened to an order.

        Its events, and the calls to providers about it that are still kept.
        """
        return await self._caller.call(
            ORDERS_TIMELINE,
            {
                "order_id": order_id,
            },
            options,
        )



class AsyncPasskeys(AsyncGroup):
    """`passkeys`."""

    async def begin(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Begin to add a passkey.

        What the browser is to make it with. Good for five minutes and one answer.
        """
        return await self._caller.call(PASSKEYS_BEGIN, {}, options)

    async def finish(
        self,
        *,
        name: str,
        credential: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> models.PasskeyView:
        """Add a passkey.

        You can sign in with it at once; your other browsers are signed out.
        """
        return await self._caller.call(
            PASSKEYS_FINISH,
            {
                "name": name,
                "credential": credential,
            },
            options,
        )

    async def remove(
        self,
        *,
        passkey_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Remove a passkey.

        Nobody signs in with it from now on.
        """
        return await self._caller.call(
            PASSKEYS_REMOVE,
            {
                "passkey_id": passkey_id,
            },
            options,
        )

    async def rename(
        self,
        *,
        passkey_id: UUID | str,
        name: str,
        **options: Unpack[WriteOptions],
    ) -> models.PasskeyView:
        """Rename a passkey.

        Its name is yours alone to see.
        """
        return await self._caller.call(
            PASSKEYS_RENAME,
            {
                "passkey_id": passkey_id,
                "name": name,
            },
            options,
        )



class AsyncProducts(AsyncGroup):
    """`products`."""

    async def create(
        self,
        *,
        title: str,
        variants: Sequence[models.NewVariant],
        description: str | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.ProductView:
        """Add a product with its variants and who can make them.

        Every offer is held against the catalogue and every picture against its print area; all is added or nothing.
        """
        return await self._caller.call(
            PRODUCTS_CREATE,
            {
                "title": title,
                "variants": variants,
                "description": description,
            },
            options,
        )

    async def get(
        self,
        *,
        product_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ProductView:
        """Show a product with its variants and offers."""
        return await self._caller.call(
            PRODUCTS_GET,
            {
                "product_id": product_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        sku: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ProductSummaryPage:
        """List products.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
            sku: Only the product that has this SKU.
        """
        return await self._caller.call(
            PRODUCTS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sku": sku,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        sku: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.ProductSummary]:
        """List products, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            PRODUCTS_LIST,
            {
                "limit": limit,
                "sku": sku,
            },
            options,
        )

    async def provision_again(
        self,
        *,
        offer_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.Offer:
        """Have a print provider's product of an offer made again.

        After what it complained of was put right. It is searched for by its SKU before another one is made.
        """
        return await self._caller.call(
            PRODUCTS_PROVISION_AGAIN,
            {
                "offer_id": offer_id,
            },
            options,
        )



class AsyncRates(AsyncGroup):
    """`rates`."""

    async def get(
        self,
        *,
        day: date | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.RatesView:
        """Show the exchange rates of a day.

        Those that count today, or on the day named: the latest published up to then, the same for everybody.
        """
        return await self._caller.call(
            RATES_GET,
            {
                "day": day,
            },
            options,
        )



class AsyncRecovery(AsyncGroup):
    """`recovery`."""

    async def make(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.RecoveryCodes:
        """Make recovery codes.

        Ten, each for one time that you have no other factor at hand; those made before work no more.
        """
        return await self._caller.call(RECOVERY_MAKE, {}, options)



class AsyncRoutes(AsyncGroup):
    """`routes`."""

    async def explain(
        self,
        *,
        order_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.RouteExplanation:
        """Explain an order's route.

        Every decision about it: what won, what each of the others would have cost, and the bound it failed.
        """
        return await self._caller.call(
            ROUTES_EXPLAIN,
            {
                "order_id": order_id,
            },
            options,
        )

    async def replay(
        self,
        *,
        since: datetime,
        rules: models.SetRules | UnsetType = UNSET,
        limit: int | UnsetType = UNSET,
        **options: Unpack[PostOptions],
    ) -> models.Replay:
        """Route past orders under other rules.

        What orders since a day would have cost, and who would have made them. Nobody is asked and nothing changes.
        """
        return await self._caller.call(
            ROUTES_REPLAY,
            {
                "since": since,
                "rules": rules,
                "limit": limit,
            },
            options,
        )



class AsyncRules(AsyncGroup):
    """`rules`."""

    async def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.RulesView:
        """Show the routing rules.

        What counts now; the defaults where nobody set anything.
        """
        return await self._caller.call(RULES_GET, {}, options)

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.RulesViewPage:
        """List the routing rules as they were set.

        The newest first, with who set them.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            RULES_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.RulesView]:
        """List the routing rules as they were set, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            RULES_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def set(
        self,
        *,
        fallback: models.Fallback | UnsetType = UNSET,
        most_parcels: int | UnsetType | None = UNSET,
        exact_only: bool | UnsetType = UNSET,
        max_days: int | UnsetType | None = UNSET,
        margin_floor_percent: int | UnsetType | None = UNSET,
        most_extra_percent: int | UnsetType | None = UNSET,
        stale_after_days: int | UnsetType | None = UNSET,
        rates_max_age_days: int | UnsetType = UNSET,
        quote_tolerance_percent: int | UnsetType = UNSET,
        services: Sequence[models.Service] | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.RulesView:
        """Change the routing rules.

        What is left out stays as it is; null takes a bound away. Orders that are routed from now on follow them.
        """
        return await self._caller.call(
            RULES_SET,
            {
                "fallback": fallback,
                "most_parcels": most_parcels,
                "exact_only": exact_only,
                "max_days": max_days,
                "margin_floor_percent": margin_floor_percent,
                "most_extra_percent": most_extra_percent,
                "stale_after_days": stale_after_days,
                "rates_max_age_days": rates_max_age_days,
                "quote_tolerance_percent": quote_tolerance_percent,
                "services": services,
            },
            options,
        )



class AsyncSession(AsyncGroup):
    """`session`."""

    async def ask_passkey(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign to sign in.

        Without a name: the browser offers the passkeys it has for this address. Good for five minutes and one answer.
        """
        return await self._caller.call(SESSION_ASK_PASSKEY, {}, options)

    async def ask_second(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign as a second factor.

        Of who has given a first proof. Good for five minutes and one answer.
        """
        return await self._caller.call(SESSION_ASK_SECOND, {}, options)

    async def ask_to_prove(
        self,
        **options: Unpack[WriteOptions],
    ) -> models.Ceremony:
        """Ask what a passkey is to sign to prove that it is you.

        Good for five minutes and one answer.
        """
        return await self._caller.call(SESSION_ASK_TO_PROVE, {}, options)

    async def begin_openid(
        self,
        *,
        issuer: str,
        next: str | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdBegun:
        """Begin to sign in by an issuer.

        Send the browser to the address of the answer; it comes back to the page `/sign-in/openid`.
        """
        return await self._caller.call(
            SESSION_BEGIN_OPENID,
            {
                "issuer": issuer,
                "next": next,
            },
            options,
        )

    async def close(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign out.

        Sign out. Where nobody was signed in nothing happens.
        """
        return await self._caller.call(SESSION_CLOSE, {}, options)

    async def connect_openid(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdSignIn:
        """Connect your account with an issuer.

        By the link that was mailed to the account's address, in the browser that began; signs in.
        """
        return await self._caller.call(
            SESSION_CONNECT_OPENID,
            {
                "token": token,
            },
            options,
        )

    async def finish_openid(
        self,
        *,
        state: str,
        code: str | None = None,
        iss: str | None = None,
        error: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.OpenIdSignIn:
        """Finish signing in by an issuer.

        With what the issuer sent the browser back with, in the browser that began.
        """
        return await self._caller.call(
            SESSION_FINISH_OPENID,
            {
                "code": code,
                "state": state,
                "iss": iss,
                "error": error,
            },
            options,
        )

    async def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Myself:
        """Tell who is signed in.

        Who is signed in with this browser, and which workspaces are theirs.
        """
        return await self._caller.call(SESSION_GET, {}, options)

    async def list_issuers(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.Issuers:
        """List the issuers to sign in by.

        Those that the operator set up; none where there is none.
        """
        return await self._caller.call(SESSION_LIST_ISSUERS, {}, options)

    async def open(
        self,
        *,
        token: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in by a link.

        Sign in with the token of a link, which works once; the answer sets a cookie.
        """
        return await self._caller.call(
            SESSION_OPEN,
            {
                "token": token,
            },
            options,
        )

    async def open_by_passkey(
        self,
        *,
        credential: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in with a passkey.

        It is both factors at once, for the device has to know who is at it.
        """
        return await self._caller.call(
            SESSION_OPEN_BY_PASSKEY,
            {
                "credential": credential,
            },
            options,
        )

    async def open_by_password(
        self,
        *,
        email: str,
        password: str,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Sign in with a password.

        The answer sets a cookie; where `second` names factors, one of them is still to be given.
        """
        return await self._caller.call(
            SESSION_OPEN_BY_PASSWORD,
            {
                "email": email,
                "password": password,
            },
            options,
        )

    async def prove(
        self,
        *,
        password: str | None = None,
        totp: str | None = None,
        passkey: Mapping[str, Any] | None = None,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Prove once more that it is you.

        For ten minutes what asks for a fresh proof may be done; the answer sets a new cookie.
        """
        return await self._caller.call(
            SESSION_PROVE,
            {
                "password": password,
                "totp": totp,
                "passkey": passkey,
            },
            options,
        )

    async def second(
        self,
        *,
        totp: str | None = None,
        recovery: str | None = None,
        passkey: Mapping[str, Any] | None = None,
        remember_device: bool | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.SignIn:
        """Give a second factor.

        Sign in who has given a first proof; within ten minutes of it, and five wrong codes in a row end it.

        Args:
            totp: the six digits that the authenticator shows.
            recovery: a recovery code; hyphens, blanks and case are of no account.
            passkey: what `navigator.credentials.get()` gave, by its `toJSON()`.
            remember_device: no second factor is asked for in this browser for 30 days.
        """
        return await self._caller.call(
            SESSION_SECOND,
            {
                "totp": totp,
                "recovery": recovery,
                "passkey": passkey,
                "remember_device": remember_device,
            },
            options,
        )



class AsyncSessions(AsyncGroup):
    """`sessions`."""

    async def end(
        self,
        *,
        session_id: UUID | str,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign one of your browsers out.

        End a session of yours; its live pages end within a second.
        """
        return await self._caller.call(
            SESSIONS_END,
            {
                "session_id": session_id,
            },
            options,
        )

    async def end_others(
        self,
        **options: Unpack[WriteOptions],
    ) -> None:
        """Sign all your other browsers out.

        End all your sessions but this one.
        """
        return await self._caller.call(SESSIONS_END_OTHERS, {}, options)

    async def list(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.OpenSessions:
        """List where you are signed in.

        Your browsers that are signed in, the last used first.
        """
        return await self._caller.call(SESSIONS_LIST, {}, options)



class AsyncShops(AsyncGroup):
    """`shops`."""

    async def add(
        self,
        *,
        kind: models.ShopKind,
        name: str,
        domain: str | None = None,
        secret: str | None = None,
        orders_from: datetime | None = None,
        **options: Unpack[PostOptions],
    ) -> models.ShopView:
        """Connect a shop.

        Give the shop `webhook_path` on this installation's public address as the place to send its orders.
        """
        return await self._caller.call(
            SHOPS_ADD,
            {
                "kind": kind,
                "name": name,
                "domain": domain,
                "secret": secret,
                "orders_from": orders_from,
            },
            options,
        )

    async def authorize(
        self,
        *,
        domain: str,
        name: str,
        **options: Unpack[PostOptions],
    ) -> models.Authorization:
        """Connect a shop by signing in there.

        Send the browser to the address: the shop asks whether we may, and sends it back to the page that finishes.
        """
        return await self._caller.call(
            SHOPS_AUTHORIZE,
            {
                "domain": domain,
                "name": name,
            },
            options,
        )

    async def finish(
        self,
        *,
        query: Mapping[str, str],
        **options: Unpack[WriteOptions],
    ) -> models.ShopView:
        """Come back from a shop.

        In the session that began it, once and within ten minutes. The shop sends us its orders from then on.
        """
        return await self._caller.call(
            SHOPS_FINISH,
            {
                "query": query,
            },
            options,
        )

    async def get(
        self,
        *,
        shop_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.ShopView:
        """Show a shop."""
        return await self._caller.call(
            SHOPS_GET,
            {
                "shop_id": shop_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.ShopViewPage:
        """List shops.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            SHOPS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.ShopView]:
        """List shops, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            SHOPS_LIST,
            {
                "limit": limit,
            },
            options,
        )

    async def update(
        self,
        *,
        shop_id: UUID | str,
        name: str | None = None,
        live: bool | None = None,
        secret: str | None = None,
        **options: Unpack[WriteOptions],
    ) -> models.ShopView:
        """Change a shop.

        Orders of a shop that is not live are stored and held.
        """
        return await self._caller.call(
            SHOPS_UPDATE,
            {
                "shop_id": shop_id,
                "name": name,
                "live": live,
                "secret": secret,
            },
            options,
        )



class AsyncSyncs(AsyncGroup):
    """`syncs`."""

    async def cancel(
        self,
        *,
        sync_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.SyncView:
        """Stop a sync.

        It stops before its next blueprint. What it has read stays.
        """
        return await self._caller.call(
            SYNCS_CANCEL,
            {
                "sync_id": sync_id,
            },
            options,
        )

    async def get(
        self,
        *,
        sync_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.SyncView:
        """Show how far a sync is."""
        return await self._caller.call(
            SYNCS_GET,
            {
                "sync_id": sync_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        connection_id: UUID | str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.SyncViewPage:
        """List syncs.

        The newest first.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            SYNCS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "connection_id": connection_id,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        connection_id: UUID | str | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.SyncView]:
        """List syncs, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            SYNCS_LIST,
            {
                "limit": limit,
                "connection_id": connection_id,
            },
            options,
        )



class AsyncTasks(AsyncGroup):
    """`tasks`."""

    async def cancel(
        self,
        *,
        task_id: UUID | str,
        **options: Unpack[PostOptions],
    ) -> models.TaskView:
        """Stop a task.

        Once this is answered it makes no more calls. What is done stays.
        """
        return await self._caller.call(
            TASKS_CANCEL,
            {
                "task_id": task_id,
            },
            options,
        )

    async def get(
        self,
        *,
        task_id: UUID | str,
        **options: Unpack[ReadOptions],
    ) -> models.TaskView:
        """Show how far a task is."""
        return await self._caller.call(
            TASKS_GET,
            {
                "task_id": task_id,
            },
            options,
        )

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.TaskState | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.TaskViewPage:
        """List tasks.

        The newest first. A task is forgotten seven days after its end.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            TASKS_LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "state": state,
            },
            options,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        state: models.TaskState | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.TaskView]:
        """List tasks, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            TASKS_LIST,
            {
                "limit": limit,
                "state": state,
            },
            options,
        )

    async def results(
        self,
        *,
        task_id: UUID | str,
        limit: int | None = None,
        cursor: str | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.TaskResultPage:
        """List what the calls of a task were answered.

        In the order of the calls, those that were made so far: the status, and the output or the problem document that
        the call itself would have been answered. For those who may call the task's operation.

        Args:
            limit: How many items, at most.
            cursor: `next_cursor` of the page before; the rest of what is asked stays as it was.
        """
        return await self._caller.call(
            TASKS_RESULTS,
            {
                "limit": limit,
                "cursor": cursor,
                "task_id": task_id,
            },
            options,
        )

    def iterate_results(
        self,
        *,
        task_id: UUID | str,
        limit: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> AsyncIterator[models.TaskResult]:
        """List what the calls of a task were answered, one after another to the end; `limit` is how many are asked for at a time."""
        return self._caller.pages(
            TASKS_RESULTS,
            {
                "limit": limit,
                "task_id": task_id,
            },
            options,
        )

    async def start(
        self,
        *,
        operation: str,
        items: Sequence[Mapping[str, Any]],
        **options: Unpack[PostOptions],
    ) -> models.TaskView:
        """Make many calls of one operation.

        Any operation that changes something and takes JSON, for those who may call it. The calls are made one after
        the other, each by itself: one that is refused does not keep the others from being made, and its refusal is in
        the results. Each is checked when it is made as if it came from you then.

        Args:
            operation: Such as `orders.create`.
        """
        return await self._caller.call(
            TASKS_START,
            {
                "operation": operation,
                "items": items,
            },
            options,
        )



class AsyncUsage(AsyncGroup):
    """`usage`."""

    async def api(
        self,
        *,
        by: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        key: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        **options: Unpack[ReadOptions],
    ) -> models.UseView:
        """Show the use of the API.

        The workspace's calls by key, operation, status or hour: how many, how many failed, how long they took.

        They are kept for 90 days, and told some seconds after they were made.

        Args:
            by: what a row tells of.
            since: the first hour, whole; a day before `until` where it is left out.
            until: the hour that does not count any more; the next where it is left out.
            key: only of this key (its id), or of somebody else who acted.
            operation: only of this one.
            status: only with this one.
        """
        return await self._caller.call(
            USAGE_API,
            {
                "by": by,
                "since": since,
                "until": until,
                "key": key,
                "operation": operation,
                "status": status,
            },
            options,
        )



class AsyncWorkspaces(AsyncGroup):
    """`workspaces`."""

    async def get(
        self,
        **options: Unpack[ReadOptions],
    ) -> models.WorkspaceView:
        """Show the workspace.

        The workspace the key belongs to.
        """
        return await self._caller.call(WORKSPACES_GET, {}, options)

    async def update(
        self,
        *,
        name: str | UnsetType = UNSET,
        send_window_minutes: int | UnsetType = UNSET,
        cors_origins: Sequence[str] | UnsetType = UNSET,
        second_factor: bool | UnsetType = UNSET,
        **options: Unpack[WriteOptions],
    ) -> models.WorkspaceView:
        """Change the workspace.

        Change its name, the send window or whose pages may call; what is left out stays as it is.

        Whether members need a second factor is changed by owners alone.

        Args:
            send_window_minutes: Minutes an order waits before it is sent.
            cors_origins: Whose pages a browser lets call with the workspace's keys, such as `https://app.example.com`: each as browsers write it, once; `http` is for loopback alone.
            second_factor: Whether members need a second factor, all but viewers; new workspaces ask for it.
        """
        return await self._caller.call(
            WORKSPACES_UPDATE,
            {
                "name": name,
                "send_window_minutes": send_window_minutes,
                "cors_origins": cors_origins,
                "second_factor": second_factor,
            },
            options,
        )



class AsyncDomains(AsyncGroup):
    """All that may be asked."""

    def _join(self) -> None:
        self.account = AsyncAccount(self._caller)
        self.artworks = AsyncArtworks(self._caller)
        self.authenticator = AsyncAuthenticator(self._caller)
        self.catalog = AsyncCatalog(self._caller)
        self.connections = AsyncConnections(self._caller)
        self.consents = AsyncConsents(self._caller)
        self.devices = AsyncDevices(self._caller)
        self.entries = AsyncEntries(self._caller)
        self.factors = AsyncFactors(self._caller)
        self.hooks = AsyncHooks(self._caller)
        self.invitations = AsyncInvitations(self._caller)
        self.keys = AsyncKeys(self._caller)
        self.members = AsyncMembers(self._caller)
        self.operators = AsyncOperators(self._caller)
        self.orders = AsyncOrders(self._caller)
        self.passkeys = AsyncPasskeys(self._caller)
        self.products = AsyncProducts(self._caller)
        self.rates = AsyncRates(self._caller)
        self.recovery = AsyncRecovery(self._caller)
        self.routes = AsyncRoutes(self._caller)
        self.rules = AsyncRules(self._caller)
        self.session = AsyncSession(self._caller)
        self.sessions = AsyncSessions(self._caller)
        self.shops = AsyncShops(self._caller)
        self.syncs = AsyncSyncs(self._caller)
        self.tasks = AsyncTasks(self._caller)
        self.usage = AsyncUsage(self._caller)
        self.workspaces = AsyncWorkspaces(self._caller)
