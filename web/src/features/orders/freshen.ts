import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { api, client } from "../../api/client.ts";
import type { Event, OrderSummary, OrderView, OrderViewPage } from "../../api/router.ts";
import { type Filters, USUAL, holds } from "./filters.ts";
import { keepSummaries } from "./summaries.ts";

export type Pages = InfiniteData<OrderViewPage, string | null>;

const MOST_AT_ONCE = 200; // what `orders.summaries` takes
const SOON_MS = 120; // an order's steps come in bursts
const ASK_AGAIN_MS = 3_000; // the most often that a list is asked for anew while things happen

const filtersOf = (query: Query): Filters => (query.meta?.["filters"] ?? {}) as Filters;

/** Which order an event is about; undefined where it is about another thing. */
export function orderOf(event: Event): string | undefined {
  return event.kind.startsWith("orders.") && event.kind !== "orders.rules_changed" ? event.subject_id : undefined;
}

/** The pages with these orders as they are now: changed in their place, taken out where the list no longer holds them,
 * put on top where they are newer than all of it and the newest come first. */
export function freshPages(pages: Pages, changed: readonly OrderView[], filters: Filters): Pages {
  const now = new Map(changed.map((order) => [order.id, order]));
  const tells = !askedAnew(filters);
  const newest = pages.pages[0]?.items[0]?.id ?? "";
  const fresh = changed
    .filter((order) => tells && order.id > newest && holds(filters, order))
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  return {
    ...pages,
    pages: pages.pages.map((page, index) => {
      if (!page.items.some(({ id }) => now.has(id)) && (index > 0 || fresh.length === 0)) return page;
      const kept = page.items.map((order) => now.get(order.id) ?? order).filter((order) => holds(filters, order));
      return { ...page, items: index === 0 ? [...fresh, ...kept] : kept };
    }),
  };
}

/** Whether rows do not tell which orders the list holds, or where: a provider's, and every other way to sort. */
export const askedAnew = ({ provider, sort }: Filters): boolean => provider !== undefined || (sort ?? USUAL) !== USUAL;

/** Asks for the orders that events name, and for nothing else; lists are patched, an open order's parts asked again.
 * A list whose rows do not tell what it holds is asked for anew, at most every three seconds. */
export class Freshener {
  private waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly queries: QueryClient) {}

  hear(event: Event): void {
    const id = orderOf(event);
    if (!id) return;
    this.waiting.add(id);
    this.timer ??= setTimeout(() => void this.freshen(), SOON_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.again);
    this.timer = this.again = undefined;
  }

  private async freshen(): Promise<void> {
    this.timer = undefined;
    const ids = [...this.waiting].slice(0, MOST_AT_ONCE);
    for (const id of ids) this.waiting.delete(id);
    for (const id of ids) this.openOrder(id);
    try {
      const { items } = await client.orders.summaries.query({ order_ids: ids });
      this.patch(items);
    } catch {
      void this.queries.invalidateQueries({ queryKey: api.orders.list.pathKey() });
    }
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => void this.freshen(), SOON_MS);
  }

  private openOrder(order_id: string): void {
    for (const of of [api.orders.get, api.orders.timeline, api.routes.explain]) {
      void this.queries.invalidateQueries({ queryKey: of.queryKey({ order_id }) });
    }
  }

  private patch(items: readonly OrderSummary[]): void {
    keepSummaries(this.queries, items);
    for (const query of this.queries.getQueryCache().findAll({ queryKey: api.orders.list.pathKey() })) {
      const filters = filtersOf(query);
      if (askedAnew(filters)) this.again ??= setTimeout(() => this.askAnew(), ASK_AGAIN_MS);
      this.queries.setQueryData<Pages>(query.queryKey, (pages) =>
        pages && freshPages(pages, items.map(({ order }) => order), filters),
      );
    }
  }

  private askAnew(): void {
    this.again = undefined;
    void this.queries.invalidateQueries({
      queryKey: api.orders.list.pathKey(),
      predicate: (query) => askedAnew(filtersOf(query)),
    });
  }
}
