import type { Money, Part, RouteView } from "../../api/router.ts";

/** Of the stored record, which is told as it is: `candidates` have what parts have, and what they failed. */
type Candidate = Partial<Part> & { readonly failed?: string | null; readonly failed_detail?: string | null };

export interface Maker {
  readonly name: string;
  readonly method: string;
  readonly cost: Money | null;
  readonly days: number | null;
  readonly won: boolean;
  readonly failed: string | null;
}

/** Everybody who could have made it in one, the winner first: what they would have cost and what they failed. The
 * record is as it was stored, so nothing of it is taken for granted. */
export function makersOf({ record }: RouteView): readonly Maker[] {
  const candidates = (Array.isArray(record["candidates"]) ? record["candidates"] : []) as readonly Candidate[];
  const winner = record["winner"] as { readonly parts?: readonly Candidate[] } | null | undefined;
  const won = new Set((winner?.parts ?? []).map((part) => `${part.connection_id}/${part.method}`));
  const makers = candidates.map((each) => ({
    name: each.connection_name ?? "Unknown",
    method: each.method_name ?? each.method ?? "",
    cost: each.total ?? null,
    days: each.max_days ?? null,
    won: won.has(`${each.connection_id}/${each.method}`),
    failed: each.failed ? (each.failed_detail ?? each.failed) : null,
  }));
  return makers.sort((one, other) => Number(other.won) - Number(one.won));
}
