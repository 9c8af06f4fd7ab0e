import { afterEach, expect, it, vi } from "vitest";
import type { OrderView } from "../../api/router.ts";
import { type Filters, asInput, changed, cleared, holds, inUse, otherNumber, readFilters, writeFilters } from "./filters.ts";

const A = "0190f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d";
const B = "0190f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0e";
const ALL: Filters = {
  number: "A & B#1",
  stage: "printing",
  held: false,
  provider: A,
  shop: B,
  from: "2026-03-01",
  to: "2026-03-08",
  sort: "placed_at",
};
const order: OrderView = {
  id: A,
  shop_id: B,
  external_id: "77",
  number: "#1040",
  stage: "sent",
  reason: null,
  hold: null,
  country: "AT",
  test: false,
  placed_at: "2026-03-01T12:00:00Z",
  received_at: "2026-03-08T12:00:00Z",
  stage_at: "2026-03-08T12:00:00Z",
};

afterEach(() => vi.unstubAllEnvs());

it("is read back as it was written", () => {
  expect(readFilters(writeFilters(ALL))).toEqual(ALL);
  expect(writeFilters({ provider: A, from: "2026-03-01" })).toBe(`?provider=${A}&from=2026-03-01`);
  expect(writeFilters({})).toBe("");
});

it("leaves out what it does not know", () => {
  expect(readFilters("?stage=melted&held=perhaps&number=%20&other=1&provider=printful&shop=1")).toEqual({});
  expect(readFilters("?from=2026-02-30&to=0202-01-01&sort=constructor")).toEqual({});
  expect(readFilters("?sort=-received_at")).toEqual({});
});

it("is what the list takes: the last day counts whole, also where it has 23 hours", () => {
  vi.stubEnv("TZ", "America/New_York");

  expect(asInput(ALL)).toEqual({
    number: "A & B#1",
    stage: "printing",
    held: false,
    connection_id: A,
    shop_id: B,
    received_since: "2026-03-01T05:00:00.000Z",
    received_before: "2026-03-09T04:00:00.000Z",
    sort: "placed_at",
  });
  expect(asInput({})).toEqual({});
});

it("holds what the list would", () => {
  vi.stubEnv("TZ", "America/New_York");

  expect(holds({ number: "#1040", stage: "sent", held: false, shop: B, from: "2026-03-08", to: "2026-03-08" }, order)).toBe(true);
  for (const other of [
    { number: "1040" },
    { stage: "received" },
    { held: true },
    { shop: A },
    { from: "2026-03-09" },
    { to: "2026-03-07" },
  ] as const) {
    expect(holds(other, order)).toBe(false);
  }
  expect(holds({ to: "2026-03-07" }, { ...order, received_at: "2026-03-08T04:59:59Z" })).toBe(true);
});

it("is changed by name, counted without the number and the sort, and cleared but for the sort", () => {
  expect(changed({ held: true, shop: A }, { shop: undefined, stage: "sent" })).toEqual({ held: true, stage: "sent" });
  expect(inUse(ALL)).toBe(6);
  expect(cleared(ALL)).toEqual({ sort: "placed_at" });
  expect(cleared({ held: true })).toEqual({});
});

it("knows how else a number is written", () => {
  expect(["1040", "#1040", "A-1", "#"].map(otherNumber)).toEqual(["#1040", "1040", undefined, undefined]);
});
