import { type QueryClient, useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import type { Event } from "../api/router.ts";

const LOOK_EVERY_MS = 60_000; // an entry that is over by its time tells nobody
const OPEN = api.entries.list.queryOptions({ open: true }, { refetchInterval: LOOK_EVERY_MS });
const until = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Looks again who is here, where an event is about that. */
export function hearEntry(queries: QueryClient, event: Event): void {
  if (event.kind.startsWith("accounts.entry_")) void queries.invalidateQueries({ queryKey: OPEN.queryKey });
}

/** Which operators are in the workspace now, on every page, for them and for its members; nothing closes it. */
export function Entered() {
  const { data } = useQuery(OPEN);
  return data?.items.map((entry) => (
    <div key={entry.id} className="note entered" data-ink="magenta" role="status">
      <strong>
        {entry.name}, who runs this installation, is in this workspace until {until.format(new Date(entry.ends_at))}
      </strong>
      <span>
        {entry.consent_id ? "An owner let them in." : "Nobody let them in: they can look and change nothing."} Their reason: {entry.reason}
      </span>
    </div>
  ));
}
