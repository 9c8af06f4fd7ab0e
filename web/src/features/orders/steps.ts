import type { OrderView, Stage } from "../../api/router.ts";
import type { Shape, Tone } from "../../ui/shapes.ts";

/** The seven steps of an order's way, in their order. */
export const STEPS = ["received", "checked", "routed", "sent", "printing", "shipped", "delivered"] as const;
export type Step = (typeof STEPS)[number];

/** `held`: it waits there for a person. `ended`: it will not get there. */
export type StepState = "done" | "now" | "held" | "todo" | "ended";

export type Way = Pick<OrderView, "stage" | "hold">;

export function stepsOf({ stage, hold }: Way): readonly { readonly step: Step; readonly state: StepState }[] {
  const reached = STEPS.indexOf(stage as Step);
  return STEPS.map((step, index) => ({ step, state: stateOf(index, reached, hold !== null) }));
}

function stateOf(index: number, reached: number, held: boolean): StepState {
  if (reached < 0) return index === 0 ? "done" : "ended";
  if (index < reached || reached === STEPS.length - 1) return "done";
  if (index > reached) return "todo";
  return held ? "held" : "now";
}

/** An order's state as one word with its own shape and ink, none of which is alone. */
export interface Sign {
  readonly word: string;
  readonly shape: Shape;
  readonly tone: Tone;
}

const SIGNS: Readonly<Record<Stage, Sign>> = {
  received: { word: "Received", shape: "ring", tone: "key" },
  checked: { word: "Checked", shape: "ring", tone: "key" },
  routed: { word: "Routed", shape: "ring", tone: "key" },
  sent: { word: "Sent", shape: "half", tone: "cyan" },
  printing: { word: "Printing", shape: "half", tone: "cyan" },
  shipped: { word: "Shipped", shape: "disc", tone: "cyan" },
  delivered: { word: "Delivered", shape: "tick", tone: "green" },
  not_printable: { word: "Not printable", shape: "cross", tone: "key" },
  cancelled: { word: "Cancelled", shape: "cross", tone: "key" },
};

export function signOf({ stage, hold }: Way): Sign {
  return hold ? { word: "Held", shape: "bar", tone: "magenta" } : SIGNS[stage];
}

export const stageWord = (stage: Stage): string => SIGNS[stage].word;
