import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { api } from "../../api/client.ts";
import { StaleBadge } from "../../live/LiveMark.tsx";
import { useKeys } from "../../ui/keys.ts";
import { Empty, ErrorPanel } from "../../ui/panels.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { type Filters, SORTS, USUAL, asInput, changed, cleared, inUse, otherNumber, readFilters, writeFilters } from "./filters.ts";
import { OrderTable, TableBones } from "./OrderTable.tsx";

const PAGE = 100;

/** The workspace's orders, narrowed and sorted as the address says. */
export function OrdersPage({ base }: { readonly base: string }) {
  const [, go] = useLocation();
  const query = useSearch();
  const filters = useMemo(() => readFilters(query), [query]);
  const narrowed = filters.number !== undefined || inUse(filters) > 0;
  const change = (next: Filters) => go(base + writeFilters(next), { replace: true });
  const other = filters.number && otherNumber(filters.number);
  const search = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery({
    ...api.orders.list.infiniteQueryOptions(
      { limit: PAGE, ...asInput(filters) },
      { getNextPageParam: (page) => page.next_cursor },
    ),
    meta: { filters },
  });
  const orders = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  useKeys({
    "/": () => search.current?.focus(),
    Escape: () => {
      if (narrowed) change(cleared(filters));
    },
  });
  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  return (
    <section className="orders sheet" aria-labelledby="title">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h1 id="title" className="text-xl">
          Orders
        </h1>
        <StaleBadge />
        <FilterBar filters={filters} onChange={change} search={search} />
      </div>
      {list.isError && (
        <div className="px-4 pb-4">
          <ErrorPanel error={list.error} retry={() => void list.refetch()} />
        </div>
      )}
      {list.isPending ? (
        <TableBones />
      ) : orders.length > 0 ? (
        <OrderTable base={base} sorted={SORTS[filters.sort ?? USUAL]} orders={orders} onEnd={more} loading={list.isFetchingNextPage} />
      ) : list.isError ? null : narrowed ? (
        <Empty title="No order is like that">
          {other && (
            <button type="button" className="button" onClick={() => change(changed(filters, { number: other }))}>
              Find {other} instead
            </button>
          )}
          <button type="button" className="button" data-kind="act" onClick={() => change(cleared(filters))}>
            Show all orders
          </button>
        </Empty>
      ) : (
        <Empty title="No orders yet">
          <p>The first one appears here the moment a shop sends it.</p>
          <a className="button" href="/api/docs">
            Send one through the API
          </a>
        </Empty>
      )}
    </section>
  );
}
