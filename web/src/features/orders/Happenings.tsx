import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { Timeline } from "../../api/router.ts";
import { clockTime, exact, plural, words } from "../../ui/format.ts";
import { Bone, Glyph } from "../../ui/marks.tsx";
import { ErrorPanel, Panel } from "../../ui/panels.tsx";
import { type Entry, tellEvent } from "./events.ts";

type Told = Entry & { readonly at: string; readonly more?: string };

/** Events and calls in one line of time, the newest first. */
export function merged({ events, calls }: Timeline): readonly Told[] {
  const told: Told[] = events.map(({ kind, at, data }) => ({ at, ...tellEvent(kind, data) }));
  for (const call of calls) {
    const bad = call.error !== null || (call.status ?? 0) >= 400;
    told.push({
      at: call.at,
      text: `${words(call.provider)}: ${call.status ?? "no answer"} in ${Math.round(call.duration_ms)} ms`,
      more: `${call.method} ${call.template}${call.error ? `, ${call.error}` : ""}`,
      shape: bad ? "cross" : "ring",
      tone: bad ? "magenta" : "key",
    });
  }
  return told.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

export function Happenings({ orderId }: { readonly orderId: string }) {
  const { data, error, refetch } = useQuery(api.orders.timeline.queryOptions({ order_id: orderId }));
  return (
    <Panel title="Timeline" aside={data && `${plural(data.events.length, "event")}, ${plural(data.calls.length, "call")}`}>
      {error && !data ? (
        <ErrorPanel error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="grid gap-4" role="status" aria-label="Fetching the timeline">
          {[0, 1, 2, 3, 4].map((each) => (
            <Bone key={each} className="h-4 w-2/3" />
          ))}
        </div>
      ) : (
        <ol className="timeline">
          {merged(data).map((entry, index) => (
            <li key={`${entry.at}/${index}`}>
              <time className="text-soft" dateTime={entry.at} title={exact(entry.at)}>
                {clockTime(entry.at)}
              </time>
              <Glyph shape={entry.shape} tone={entry.tone} />
              <span>
                {entry.text}
                {entry.more && <code className="block text-soft wrap-anywhere">{entry.more}</code>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
