import { useState } from "react";
import type { OrderDetail, Possible } from "../../api/router.ts";
import { money } from "../../ui/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorPanel } from "../../ui/panels.tsx";
import { DOINGS, useDoing } from "./verbs.ts";

/** What can be done with the order now. */
export function Verbs({ detail }: { readonly detail: OrderDetail }) {
  const [asked, ask] = useState<Possible>();
  const held = detail.order.hold !== null;
  return (
    <div className="flex flex-wrap gap-2">
      {detail.possible.map((each) => {
        const doing = DOINGS[each.verb];
        if (!doing || (held && each.verb === "hold")) return null;
        return (
          <button
            key={each.verb}
            type="button"
            className="button"
            {...(each.verb === "release" ? { "data-kind": "act" } : {})}
            onClick={() => ask(each)}
          >
            {doing.label}
          </button>
        );
      })}
      {asked && <Confirm possible={asked} orderId={detail.order.id} onClose={() => ask(undefined)} />}
    </div>
  );
}

interface Props {
  readonly possible: Possible;
  readonly orderId: string;
  readonly onClose: () => void;
}

function Confirm({ possible, orderId, onClose }: Props) {
  const run = useDoing(orderId, onClose);
  const doing = DOINGS[possible.verb];
  if (!doing) return null;
  return (
    <Dialog title={doing.title} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const said = (name: string) => String(given.get(name) ?? "").trim();
          run.mutate({
            verb: possible.verb,
            form: { reason: said("reason"), carrier: said("carrier"), tracking_number: said("tracking_number") },
          });
        }}
      >
        <div className="note" data-ink={doing.warns ? "yellow" : "cyan"}>
          <strong>{possible.cost ? `Costs ${money(possible.cost)}` : "No known extra cost"}</strong>
          <span>{possible.note}</span>
          {!possible.certain && <span>The provider may refuse it.</span>}
        </div>
        {doing.asks === "reason" && (
          <label className="field">
            <span>Why? It is kept with the order.</span>
            <input className="control" name="reason" required maxLength={500} autoComplete="off" autoFocus />
          </label>
        )}
        {doing.asks === "tracking" && (
          <>
            <label className="field">
              <span>Carrier, if there is one</span>
              <input className="control" name="carrier" maxLength={100} autoComplete="off" autoFocus />
            </label>
            <label className="field">
              <span>Tracking number, if there is one</span>
              <input className="control mono" name="tracking_number" maxLength={200} autoComplete="off" />
            </label>
          </>
        )}
        {run.isError && <ErrorPanel error={run.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            Leave it as it is
          </button>
          <button type="submit" className="button" data-kind={doing.warns ? "warn" : "act"} disabled={run.isPending}>
            {doing.label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
