import type { Stage } from "../../api/router.ts";
import { words } from "../../ui/format.ts";

/** Why something is not printed. `todo`: what a person can do about it, where there is something. */
export interface Why {
  readonly word: string;
  readonly means?: string;
  readonly todo?: string;
}

type Told = Omit<Why, "word">;

/** The words that the server's gate and its verbs write beside an order or a line. */
const REASONS: Readonly<Record<string, Told>> = {
  "test-order": { means: "The shop marked it as a test order, and those are not printed." },
  cancelled: { means: "It was cancelled, so what was not printed by then is not printed." },
  voided: {
    means: "Its payment was voided or has expired, so nobody pays for the printing.",
    todo: "Should the shop say that it is paid after all, it goes on by itself.",
  },
  refunded: { means: "All of its money was given back, so it is not printed." },
  "placed-before-start": {
    means: "It was placed before this shop's orders were taken here.",
    todo: "Send it the way you sent orders until then.",
  },
  "no-lines": { means: "Nothing was ordered with it, so there is nothing to print." },
  "gift-card": { means: "A gift card is not printed." },
  "needs-no-shipping": {
    means: "It needs no shipping, so there is nothing to print and send.",
    todo: "If it is a thing to be sent, say so at the product in the shop; that counts for the orders to come.",
  },
  "no-quantity": { means: "No pieces of it were ordered." },
  "line-refunded": { means: "What was left of it was refunded." },
  "line-fulfilled": { means: "The shop says that it was sent already." },
  "line-removed": { means: "It was taken out of the order in the shop." },
  "sent-by-hand": { means: "A person made and sent it." },
  "unknown-status": {
    means: "The shop does not say in words we know whether it is paid.",
    todo: "See in the shop whether it is paid; the order goes on when the shop says so.",
  },
  unpaid: { means: "It is not fully paid; it goes on by itself when the shop says that it is." },
  "not-live": { means: "The shop is not live, so nothing of it is printed; switch it live and release the order." },
  address: {
    means: "It has no address that it can be sent to.",
    todo: "Put the address right in the shop; the order goes on with it.",
  },
  "unmatched-item": {
    means: "Its SKU belongs to no product.",
    todo: "Make a product with this SKU, then release the order.",
  },
  personalised: {
    means: "The buyer wrote something for it, and its product does not say how to print that.",
    todo: "Release the order to have it printed as the product is, or cancel it.",
  },
};

/** A reason in words. What a person wrote is left as it is. */
export function whyOf(reason: string): Why {
  const told = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return { word: /^[a-z]+([-_][a-z]+)*$/.test(reason) ? words(reason) : reason, ...told };
}

/** What stands where an order has no decision, and where it has no parcel: what is true for one that goes no further
 * is not what is true for one that is on its way. */
export function emptyWords(stage: Stage | undefined): { readonly decision: string; readonly parcels: string } {
  return stage === "not_printable" || stage === "cancelled"
    ? { decision: "It is not printed, so no provider was chosen.", parcels: "Nothing is sent." }
    : {
        decision: "It was not routed yet.",
        parcels: "No parcel yet. It shows here when the provider hands one over.",
      };
}
