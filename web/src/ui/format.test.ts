import { expect, it } from "vitest";
import { age, money, plural, words } from "./format.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

it.each([
  ["2026-03-01T11:59:01Z", "now"],
  ["2026-03-01T11:59:00Z", "1 min"],
  ["2026-03-01T11:00:01Z", "59 min"],
  ["2026-03-01T11:00:00Z", "1 h"],
  ["2026-02-28T12:00:01Z", "23 h"],
  ["2026-02-28T12:00:00Z", "1 d"],
  ["2026-03-01T12:00:09Z", "now"], // their clock is ahead of ours
])("%s is %s", (at, told) => {
  expect(age(at, NOW)).toBe(told);
});

it("tells money with its currency and its own places", () => {
  expect(money({ amount_minor: 123456, currency: "USD" }, "en")).toBe("USD\u00a01,234.56");
  expect(money({ amount_minor: 500, currency: "JPY" }, "en")).toBe("JPY\u00a0500");
  expect(money({ amount_minor: 1500, currency: "KWD" }, "en")).toBe("KWD\u00a01.500");
  expect(money({ amount_minor: -5, currency: "EUR" }, "en")).toBe("-EUR\u00a00.05");
});

it("makes words of keys", () => {
  expect(words("not_printable")).toBe("Not printable");
  expect([plural(1, "piece"), plural(2, "piece")]).toEqual(["1 piece", "2 pieces"]);
});
