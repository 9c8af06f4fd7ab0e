import type { Shape, Tone } from "../../ui/shapes.ts";
import { words } from "../../ui/format.ts";

export interface Entry {
  readonly text: string;
  readonly shape: Shape;
  readonly tone: Tone;
}

type Data = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === "string" ? words(value).toLowerCase() : "");

const SAYS: Readonly<Record<string, (data: Data) => Entry>> = {
  "orders.received": () => ({ text: "Received from the shop", shape: "ring", tone: "key" }),
  "orders.changed": () => ({ text: "The shop sent a newer copy", shape: "ring", tone: "key" }),
  "orders.advanced": ({ stage }) =>
    stage === "delivered"
      ? { text: "Delivered", shape: "tick", tone: "green" }
      : { text: words(String(stage)), shape: stage === "cancelled" || stage === "not_printable" ? "cross" : "disc", tone: "cyan" },
  "orders.held": ({ reason }) => ({ text: `Held: ${text(reason)}`, shape: "bar", tone: "magenta" }),
  "orders.released": ({ by }) => ({ text: `Released by ${String(by)}`, shape: "disc", tone: "key" }),
  "orders.recalled": ({ purpose }) => ({ text: `Asked back from the provider, to ${text(purpose)}`, shape: "half", tone: "yellow" }),
  "orders.given_back": () => ({ text: "The provider gave it back", shape: "ring", tone: "key" }),
  "orders.rerouted": ({ why }) => ({ text: `Routed anew: ${String(why)}`, shape: "half", tone: "yellow" }),
  "orders.reprinted": ({ pieces, by }) => ({ text: `${String(pieces)} ordered again by ${String(by)}`, shape: "half", tone: "cyan" }),
  "orders.outcome_unknown": ({ call }) => ({ text: `No answer to ${text(call)}; it is being found out`, shape: "half", tone: "yellow" }),
  "orders.outcome_resolved": ({ call, had_worked }) => ({
    text: `Found out: ${text(call)} had ${had_worked === true ? "worked" : "not worked"}`,
    shape: "disc",
    tone: "key",
  }),
  "orders.parcel_moved": ({ state }) => ({ text: `Parcel: ${text(state)}`, shape: "disc", tone: "cyan" }),
  "orders.marked_shipped": ({ by }) => ({ text: `Marked as shipped by ${String(by)}`, shape: "disc", tone: "cyan" }),
  "orders.recall_refused": () => ({ text: "The provider did not give it back", shape: "bar", tone: "magenta" }),
};

/** An event in words; one that this page does not know yet by its own name. */
export function tellEvent(kind: string, data: Data): Entry {
  const say = SAYS[kind];
  return say ? say(data) : { text: words(kind.replace(/^.*\./, "")), shape: "ring", tone: "key" };
}
