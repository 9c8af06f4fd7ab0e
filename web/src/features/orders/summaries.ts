import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client } from "../../api/client.ts";
import type { OrderSummary } from "../../api/router.ts";

type Known = ReadonlyMap<string, OrderSummary>;

/** What orders are made of, by their ids: kept once for all lists, so that no row is asked for twice. */
const known = queryOptions<Known>({
  queryKey: ["orders", "known"],
  queryFn: () => new Map(),
  initialData: new Map(),
  staleTime: Number.POSITIVE_INFINITY,
});
const asked = new Set<string>();

export function keepSummaries(queries: QueryClient, items: readonly OrderSummary[]): void {
  queries.setQueryData<Known>(known.queryKey, (old = new Map()) => {
    const next = new Map(old);
    for (const each of items) next.set(each.order.id, each);
    return next;
  });
}

/** Those of the orders that are known; what is not known yet is asked for, all of it in one call. */
export function useSummaries(ids: readonly string[]): Known {
  const queries = useQueryClient();
  const { data } = useQuery(known);
  useEffect(() => {
    const missing = ids.filter((id) => !data.has(id) && !asked.has(id)).slice(0, 200);
    if (missing.length === 0) return;
    for (const id of missing) asked.add(id);
    client.orders.summaries
      .query({ order_ids: missing })
      .then(({ items }) => keepSummaries(queries, items))
      .catch(() => undefined) // the rows stay without it; the list itself tells that the server is not reached
      .finally(() => {
        for (const id of missing) asked.delete(id);
      });
  }, [ids.join(), data, queries]);
  return data;
}
