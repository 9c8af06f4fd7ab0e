import { memo, useLayoutEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import type { OrderSummary, OrderView } from "../../api/router.ts";
import { country, plural, words } from "../../ui/format.ts";
import { useKeys } from "../../ui/keys.ts";
import { Bone, Sign } from "../../ui/marks.tsx";
import { Age, Money } from "../../ui/values.tsx";
import { ColourBar } from "./ColourBar.tsx";
import { signOf } from "./steps.ts";
import { useSummaries } from "./summaries.ts";
import { useWindow } from "./window.ts";

const HEADS = [
  ["number", "Order"],
  ["country", "Goes to"],
  ["what", "What"],
  ["maker", "Provider"],
  ["way", "Way"],
  ["state", "State"],
  ["total", "Paid"],
  ["age", "Age"],
] as const;

interface Props {
  readonly base: string;
  readonly sorted: string;
  readonly orders: readonly OrderView[];
  readonly onEnd: () => void;
  readonly loading: boolean;
}

/** Draws the rows that are seen and some around them, however many there are. */
export function OrderTable({ base, sorted, orders, onEnd, loading }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const { first, last, before, after, reveal } = useWindow(scroll, orders.length, onEnd);
  const seen = orders.slice(first, last);
  const summaries = useSummaries(seen.map(({ id }) => id));
  const [, go] = useLocation();
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    const link = scroll.current?.querySelector<HTMLElement>(`[data-order="${wanted.current}"]`);
    if (link) {
      wanted.current = undefined;
      link.focus({ preventScroll: true });
    }
  });
  const move = (by: number) => {
    const at = document.activeElement?.closest<HTMLElement>("tr[data-row]")?.dataset["row"];
    const index = at === undefined ? -1 : Number(at);
    const next = Math.min(orders.length - 1, Math.max(0, at === undefined ? 0 : index + by));
    wanted.current = orders[next]?.id;
    reveal(next);
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  return (
    <div className="scroll" ref={scroll}>
      <table className="grid-table" role="table" aria-rowcount={orders.length + 1}>
        <caption className="sr-only">Orders, {sorted.toLowerCase()} first</caption>
        <thead role="rowgroup">
          <tr role="row">
            {HEADS.map(([key, word]) => (
              <th key={key} role="columnheader" scope="col" className={key === "total" || key === "age" ? `${key} figure` : key}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          <Space height={before} />
          {seen.map((order, index) => (
            <Row
              key={order.id}
              index={first + index}
              href={`${base}/${order.id}`}
              order={order}
              summary={summaries.get(order.id)}
              onOpen={go}
            />
          ))}
          <Space height={after} />
        </tbody>
      </table>
      {loading && <p className="p-4 text-center text-soft" role="status">Fetching more orders …</p>}
    </div>
  );
}

function Space({ height }: { readonly height: number }) {
  if (height === 0) return null;
  return (
    <tr data-space aria-hidden="true">
      <td style={{ height }} />
    </tr>
  );
}

interface RowProps {
  readonly index: number;
  readonly href: string;
  readonly order: OrderView;
  readonly summary: OrderSummary | undefined;
  readonly onOpen: (href: string) => void;
}

const Row = memo(function Row({ index, href, order, summary, onOpen }: RowProps) {
  return (
    <tr role="row" data-row={index} aria-rowindex={index + 2} onClick={() => onOpen(href)}>
      <td role="cell" className="number">
        <Link href={href} data-order={order.id} title={order.number} onClick={(event) => event.stopPropagation()}>
          {order.number}
        </Link>
      </td>
      <td role="cell" className="country">
        {order.country ? country(order.country) : "–"}
      </td>
      <td role="cell" className="what">
        {summary ? <What summary={summary} /> : <Bone className="h-3 w-40" />}
      </td>
      <td role="cell" className="maker">
        {summary ? summary.makers.map(words).join(", ") || "–" : <Bone className="h-3 w-16" />}
      </td>
      <td role="cell" className="way">
        <ColourBar way={order} />
      </td>
      <td role="cell" className="state">
        <Sign {...signOf(order)} />
      </td>
      <td role="cell" className="total figure">
        {summary ? <Money amount={summary.paid} none="Not told" /> : <Bone className="ml-auto h-3 w-14" />}
      </td>
      <td role="cell" className="age figure">
        <Age at={order.placed_at} />
      </td>
    </tr>
  );
});

function What({ summary }: { readonly summary: OrderSummary }) {
  const [first, ...rest] = summary.titles;
  return (
    <span title={summary.titles.join(", ")}>
      {first ?? "Nothing"}
      <span className="text-soft">
        {rest.length > 0 && ` and ${plural(rest.length, "other")}`} · {plural(summary.pieces, "piece")}
      </span>
    </span>
  );
}

export function TableBones() {
  return (
    <div className="grid gap-px px-4 py-2" role="status" aria-label="Fetching orders">
      {Array.from({ length: 14 }, (_, index) => (
        <div key={index} className="flex h-10 items-center gap-6">
          <Bone className="h-3 w-32" />
          <Bone className="h-3 flex-1" />
          <Bone className="h-3 w-24" />
          <Bone className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
