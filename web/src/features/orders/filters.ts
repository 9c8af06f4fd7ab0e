import type { OrderSort, OrderView, Stage } from "../../api/router.ts";

/** What the list is narrowed to and how it is sorted; kept in the address.
 *
 * `provider`: the id of a connection. `from`, `to`: the first and the last day that counts, as `2026-03-01`, in the
 * reader's own time. `sort`: left out for the newest received first. */
export interface Filters {
  readonly number?: string;
  readonly stage?: Stage;
  readonly held?: boolean;
  readonly provider?: string;
  readonly shop?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sort?: OrderSort;
}

/** As they are read and written: a name given with nothing is taken away. */
export type Change = { readonly [Name in keyof Filters]: Filters[Name] | undefined };

export const STAGES: readonly Stage[] = [
  "received",
  "checked",
  "routed",
  "sent",
  "printing",
  "shipped",
  "delivered",
  "not_printable",
  "cancelled",
];

export const SORTS: Readonly<Record<OrderSort, string>> = {
  "-received_at": "Newest received",
  received_at: "Oldest received",
  "-placed_at": "Newest placed",
  placed_at: "Oldest placed",
};
export const USUAL: OrderSort = "-received_at";

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const EARLIEST = "2000-01-01"; // a year that is being typed begins with noughts

/** Reads an address's query; what it does not know it leaves out. */
export function readFilters(query: string): Filters {
  const given = new URLSearchParams(query);
  const held = given.get("held");
  const sort = given.get("sort");
  return changed({}, {
    number: given.get("number")?.trim() || undefined,
    stage: STAGES.find((each) => each === given.get("stage")),
    held: held === "true" || held === "false" ? held === "true" : undefined,
    provider: idOf(given.get("provider")),
    shop: idOf(given.get("shop")),
    from: dayOf(given.get("from")),
    to: dayOf(given.get("to")),
    sort: isSort(sort) && sort !== USUAL ? sort : undefined,
  });
}

/** The query of an address, with its question mark; empty where nothing is narrowed. */
export function writeFilters(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text && `?${text}`;
}

export function changed(filters: Filters, change: Change): Filters {
  const all = Object.entries({ ...filters, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Filters;
}

/** All orders, sorted as before. */
export const cleared = ({ sort }: Filters): Filters => (sort ? { sort } : {});

/** How many of them narrow the list, but for the number that is looked for. */
export const inUse = ({ number: _number, sort: _sort, ...rest }: Filters): number => Object.keys(rest).length;

export const isSort = (word: string | null): word is OrderSort => word !== null && Object.hasOwn(SORTS, word);

const idOf = (word: string | null): string | undefined => (word && ID.test(word) ? word : undefined);

/** A day of the calendar; undefined for what is none, such as the 30th of February. */
export function dayOf(word: string | null): string | undefined {
  if (!word || !/^\d{4}-\d\d-\d\d$/.test(word) || word < EARLIEST) return undefined;
  const at = new Date(`${word}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(word) ? word : undefined;
}

/** The moment a day begins for the reader, some days later than `day`. */
function midnight(day: string, later = 0): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

/** What `orders.list` takes. */
export const asInput = ({ number, stage, held, provider, shop, from, to, sort }: Filters) => ({
  ...(number ? { number } : {}),
  ...(stage ? { stage } : {}),
  ...(held === undefined ? {} : { held }),
  ...(provider ? { connection_id: provider } : {}),
  ...(shop ? { shop_id: shop } : {}),
  ...(from ? { received_since: midnight(from) } : {}),
  ...(to ? { received_before: midnight(to, 1) } : {}),
  ...(sort ? { sort } : {}),
});

/** Whether the list that is narrowed so holds the order as it is now. Which provider has it an order's row does not
 * say: that has to be asked. */
export function holds({ number, stage, held, shop, from, to }: Filters, order: OrderView): boolean {
  if (number && order.number !== number) return false;
  if (stage && order.stage !== stage) return false;
  if (held !== undefined && (order.hold !== null) !== held) return false;
  if (shop && order.shop_id !== shop) return false;
  const received = Date.parse(order.received_at);
  if (from && received < Date.parse(midnight(from))) return false;
  return !to || received < Date.parse(midnight(to, 1));
}

/** Another way the same number is written: shops put a `#` before it, or leave it out. */
export function otherNumber(number: string): string | undefined {
  if (/^\d+$/.test(number)) return `#${number}`;
  return /^#\d+$/.test(number) ? number.slice(1) : undefined;
}
