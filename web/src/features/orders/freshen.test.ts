import { expect, it } from "vitest";
import type { Event, OrderView } from "../../api/router.ts";
import { type Pages, freshPages, orderOf } from "./freshen.ts";

const order = (id: string, more: Partial<OrderView> = {}): OrderView => ({
  id,
  shop_id: "s",
  external_id: `e-${id}`,
  number: id,
  stage: "received",
  reason: null,
  hold: null,
  country: "AT",
  test: false,
  placed_at: "2026-03-01T12:00:00Z",
  received_at: "2026-03-01T12:00:00Z",
  stage_at: "2026-03-01T12:00:00Z",
  ...more,
});
const pages: Pages = {
  pages: [
    { items: [order("5"), order("4")], next_cursor: "c" },
    { items: [order("3"), order("2")], next_cursor: null },
  ],
  pageParams: [null, "c"],
};
const ids = (given: Pages) => given.pages.map((page) => page.items.map(({ id }) => id).join(""));

it("changes an order in its place and leaves the other pages as they are", () => {
  const fresh = freshPages(pages, [order("3", { stage: "sent" })], {});

  expect(fresh.pages[1]?.items[0]?.stage).toBe("sent");
  expect(fresh.pages[0]).toBe(pages.pages[0]);
});

it("takes out what the list no longer holds", () => {
  expect(ids(freshPages(pages, [order("4", { stage: "sent" })], { stage: "received" }))).toEqual(["5", "32"]);
});

it("puts what is new on top, the newest first", () => {
  expect(ids(freshPages(pages, [order("6"), order("7")], {}))).toEqual(["7654", "32"]);
});

it("puts nothing on top that the list does not hold, nor what is older than it", () => {
  expect(ids(freshPages(pages, [order("6"), order("1")], { held: true }))).toEqual(["54", "32"]);
  expect(ids(freshPages(pages, [order("1")], {}))).toEqual(["54", "32"]);
});

it("changes a list whose rows do not tell what it holds in its places alone", () => {
  for (const filters of [{ provider: "p" }, { sort: "received_at" }] as const) {
    const fresh = freshPages(pages, [order("6"), order("4", { stage: "sent" })], filters);

    expect(ids(fresh)).toEqual(["54", "32"]);
    expect(fresh.pages[0]?.items[1]?.stage).toBe("sent");
  }
});

it("begins a list that was empty", () => {
  const empty: Pages = { pages: [{ items: [], next_cursor: null }], pageParams: [null] };

  expect(freshPages(empty, [order("1")], {}).pages[0]?.items).toHaveLength(1);
});

it("hears of orders alone", () => {
  const event = (kind: string) => ({ kind, subject_id: "1", at: "", data: {} }) as unknown as Event;

  expect(orderOf(event("orders.held"))).toBe("1");
  expect(orderOf(event("orders.rules_changed"))).toBeUndefined();
  expect(orderOf(event("sync.failed"))).toBeUndefined();
});
