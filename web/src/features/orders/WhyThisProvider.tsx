import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { RouteView, Stage } from "../../api/router.ts";
import { exact, plural } from "../../ui/format.ts";
import { Bone, Sign } from "../../ui/marks.tsx";
import { ErrorPanel, Panel } from "../../ui/panels.tsx";
import { Money } from "../../ui/values.tsx";
import { emptyWords } from "./reasons.ts";
import { makersOf } from "./route.ts";

/** The last decision in full; those before it folded away. */
export function WhyThisProvider({ orderId, stage }: { readonly orderId: string; readonly stage: Stage | undefined }) {
  const { data, error, refetch } = useQuery(api.routes.explain.queryOptions({ order_id: orderId }));
  const [last, ...before] = data?.decisions ?? [];
  return (
    <Panel title="Why this provider" aside={last && `Decided ${exact(last.decided_at)}`}>
      {error && !data ? (
        <ErrorPanel error={error} retry={() => void refetch()} />
      ) : !data || (!last && !stage) ? (
        <div className="grid gap-3" role="status" aria-label="Fetching the decision">
          <Bone className="h-4 w-full" />
          <Bone className="h-4 w-full" />
          <Bone className="h-4 w-2/3" />
        </div>
      ) : !last ? (
        <p className="text-soft">{emptyWords(stage).decision}</p>
      ) : (
        <>
          <Decision route={last} />
          {before.map((route) => (
            <details key={route.decided_at} className="text-sm">
              <summary>Before that, {exact(route.decided_at)}</summary>
              <Decision route={route} />
            </details>
          ))}
        </>
      )}
    </Panel>
  );
}

function Decision({ route }: { readonly route: RouteView }) {
  const makers = makersOf(route);
  if (makers.length === 0) return <p className="text-soft">Nobody offers what it is made of.</p>;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">Provider</th>
          <th scope="col">Ships by</th>
          <th scope="col" className="figure">
            Cost
          </th>
          <th scope="col" className="figure">
            At most
          </th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {makers.map((maker) => (
          <tr key={`${maker.name}/${maker.method}`} data-won={maker.won || undefined}>
            <td data-label="Provider">{maker.name}</td>
            <td data-label="Ships by">{maker.method || "–"}</td>
            <td data-label="Cost" className="figure">
              <Money amount={maker.cost} />
            </td>
            <td data-label="At most" className="figure">
              {maker.days === null ? "–" : plural(maker.days, "day")}
            </td>
            <td data-label="Outcome">
              {maker.won ? (
                <Sign word="Chosen" shape="tick" tone="green" />
              ) : maker.failed ? (
                <span>
                  <Sign word="Could not" shape="cross" tone="magenta" />
                  <span className="block font-normal whitespace-normal text-soft">{maker.failed}</span>
                </span>
              ) : (
                <Sign word="Dearer" shape="ring" tone="key" />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
