import { expect, it } from "vitest";
import { signOf, stepsOf } from "./steps.ts";

const hold = { reason: "person", detail: "asked the buyer", since: "2026-03-01T12:00:00Z" } as const;
const states = (...way: Parameters<typeof stepsOf>) => stepsOf(...way).map(({ state }) => state).join(" ");

it("has what was before behind it, where it is, and what is to come", () => {
  expect(states({ stage: "sent", hold: null })).toBe("done done done now todo todo todo");
  expect(states({ stage: "received", hold: null })).toBe("now todo todo todo todo todo todo");
});

it("is held where it stands", () => {
  expect(states({ stage: "checked", hold })).toBe("done held todo todo todo todo todo");
  expect(signOf({ stage: "checked", hold }).word).toBe("Held");
});

it("is whole when it is delivered", () => {
  expect(states({ stage: "delivered", hold: null })).toBe("done done done done done done done");
});

it("does not go on when it is cancelled or cannot be printed", () => {
  expect(states({ stage: "cancelled", hold: null })).toBe("done ended ended ended ended ended ended");
  expect(states({ stage: "not_printable", hold: null })).toBe("done ended ended ended ended ended ended");
});
