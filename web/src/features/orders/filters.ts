import type { OrderView, Stage } from "../../api/router.ts";

/** What the list is narrowed to; kept in the address. */
export interface Filters {
  readonly stage?: Stage;
  readonly held?: boolean;
  readonly number?: string;
}

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

/** Reads an address's query; what it does not know it leaves out. */
export function readFilters(query: string): Filters {
  const given = new URLSearchParams(query);
  const stage = STAGES.find((each) => each === given.get("stage"));
  const held = given.get("held");
  const number = given.get("number")?.trim();
  return {
    ...(stage ? { stage } : {}),
    ...(held === "true" || held === "false" ? { held: held === "true" } : {}),
    ...(number ? { number } : {}),
  };
}

/** The query of an address, with its question mark; empty where nothing is narrowed. */
export function writeFilters(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text && `?${text}`;
}

export const asInput = ({ stage, held, number }: Filters) => ({
  ...(stage ? { stage } : {}),
  ...(held === undefined ? {} : { held }),
  ...(number ? { external_id: number } : {}),
});

/** Whether the list that is narrowed so holds the order as it is now. */
export function holds(filters: Filters, order: OrderView): boolean {
  if (filters.stage && order.stage !== filters.stage) return false;
  if (filters.held !== undefined && (order.hold !== null) !== filters.held) return false;
  return !filters.number || order.external_id === filters.number;
}
