import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import type { OrderDetail, OrderSummary } from "../../api/router.ts";
import { StaleBadge } from "../../live/LiveMark.tsx";
import { country, money, plural, words } from "../../ui/format.ts";
import { useKeys } from "../../ui/keys.ts";
import { Bone, Icon, Sign } from "../../ui/marks.tsx";
import { Empty, ErrorPanel, Panel } from "../../ui/panels.tsx";
import { Age, Money } from "../../ui/values.tsx";
import { ColourBar } from "./ColourBar.tsx";
import { emptyWords, whyOf } from "./reasons.ts";
import { signOf } from "./steps.ts";
import { useSummaries } from "./summaries.ts";
import { Happenings } from "./Happenings.tsx";
import { Verbs } from "./Verbs.tsx";
import { WhyThisProvider } from "./WhyThisProvider.tsx";

interface Props {
  readonly base: string;
  readonly orderId: string;
}

export default function OrderPage({ base, orderId }: Props) {
  const [, go] = useLocation();
  const { data, error, refetch } = useQuery(api.orders.get.queryOptions({ order_id: orderId }));
  const summary = useSummaries([orderId]).get(orderId);
  useKeys({ Escape: () => (history.length > 1 ? history.back() : go(base)) });
  if (!data && error) return <Failed base={base} error={error} retry={() => void refetch()} />;
  return (
    <>
      <header className="sheet grid gap-4 p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Link className="button" data-kind="plain" data-square href={base} aria-label="Back to all orders">
            <span className="size-[18px]">
              <Icon name="back" />
            </span>
          </Link>
          <h1 className="min-w-0 text-2xl wrap-anywhere">{data ? data.order.number : <Bone className="h-6 w-48" />}</h1>
          {data && (
            <span className="flex items-center gap-3 text-base" aria-live="polite">
              <Sign {...signOf(data.order)} />
              <span className="text-sm text-soft">
                <Age at={data.order.stage_at} />
              </span>
            </span>
          )}
          <StaleBadge />
          <div className="w-full sm:ml-auto sm:w-auto">{data && <Verbs detail={data} />}</div>
        </div>
        {data ? <ColourBar way={data.order} size="large" /> : <Bone className="h-14 w-full" />}
        {data && <Standing detail={data} />}
      </header>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="grid gap-3">
          <Lines detail={data} />
          <WhyThisProvider orderId={orderId} stage={data?.order.stage} />
          <Happenings orderId={orderId} />
        </div>
        <div className="grid gap-3">
          <MoneyPanel detail={data} summary={summary} />
          <Parcels detail={data} />
          <Buyer detail={data} />
        </div>
      </div>
    </>
  );
}

function Failed({ base, error, retry }: { readonly base: string; readonly error: unknown; readonly retry: () => void }) {
  const { status } = problemOf(error);
  if (status === 404 || status === 400) {
    return (
      <div className="sheet">
        <Empty title="There is no such order">
          <p>The address may be mistyped, or the order is another workspace's.</p>
          <Link className="button" data-kind="act" href={base}>
            Show all orders
          </Link>
        </Empty>
      </div>
    );
  }
  return (
    <div className="sheet p-5">
      <ErrorPanel error={error} retry={retry} />
    </div>
  );
}

/** What stands in its way, in words to act on. */
function Standing({ detail: { order, recall, recall_refused } }: { readonly detail: OrderDetail }) {
  const why = order.reason && !order.hold ? whyOf(order.reason) : undefined;
  const held = order.hold && whyOf(order.hold.reason);
  return (
    <>
      {order.hold && (
        <div className="note" data-ink="magenta">
          <strong>Waits for a person: {words(order.hold.reason).toLowerCase()}</strong>
          <span>{order.hold.detail}</span>
          {held?.todo && <span>{held.todo}</span>}
        </div>
      )}
      {why && (
        <div className="note" data-ink="yellow">
          {why.means ? <strong>{why.word}</strong> : <span>{why.word}</span>}
          {why.means && <span>{[why.means, why.todo].filter(Boolean).join(" ")}</span>}
        </div>
      )}
      {recall && (
        <div className="note" data-ink="yellow">
          <strong>Being taken back from the provider, to {words(recall.purpose).toLowerCase()}</strong>
          <span>{recall.reason}</span>
        </div>
      )}
      {recall_refused && (
        <div className="note" data-ink="magenta">
          <strong>A provider did not give it back</strong>
          <span>{recall_refused}</span>
        </div>
      )}
    </>
  );
}

type Shown = { readonly detail: OrderDetail | undefined };

function Bones() {
  return (
    <div className="grid gap-3" role="status" aria-label="Fetching">
      <Bone className="h-4 w-3/4" />
      <Bone className="h-4 w-1/2" />
      <Bone className="h-4 w-2/3" />
    </div>
  );
}

function Lines({ detail }: Shown) {
  return (
    <Panel title="Lines" aside={detail && plural(detail.lines.length, "line")}>
      {!detail ? (
        <Bones />
      ) : detail.lines.length === 0 ? (
        <p className="text-soft">Nothing was ordered.</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">SKU</th>
              <th scope="col" className="figure">
                Ordered
              </th>
              <th scope="col" className="figure">
                Printed
              </th>
            </tr>
          </thead>
          <tbody>
            {detail.lines.map((line) => (
              <tr key={line.id}>
                <td data-label="What">
                  <span>
                    {line.title}
                    {line.reason && <LineReason reason={line.reason} order={detail.order.reason} />}
                  </span>
                </td>
                <td data-label="SKU">{line.sku ? <code className="break-all">{line.sku}</code> : "–"}</td>
                <td data-label="Ordered" className="figure">
                  {line.quantity}
                </td>
                <td data-label="Printed" className="figure">
                  {line.printable}
                  {line.reprints > 0 && ` + ${line.reprints} again`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** What it means is said once: above, where the whole order has the same reason. */
function LineReason({ reason, order }: { readonly reason: string; readonly order: string | null }) {
  const { word, means, todo } = whyOf(reason);
  return (
    <span className="block text-soft" title={todo}>
      {means && reason !== order ? means : word}
    </span>
  );
}

function MoneyPanel({ detail, summary }: Shown & { readonly summary: OrderSummary | undefined }) {
  return (
    <Panel title="Money">
      {!detail || !summary ? (
        <Bones />
      ) : (
        <dl className="facts">
          <dt>Buyer paid</dt>
          <dd>
            <Money amount={summary.paid} none="The shop did not say" />
          </dd>
          {detail.fulfilments.map((part) => (
            <div key={part.id} className="contents">
              <dt>
                {words(part.provider)}
                {part.given_up_at && ", given up"}
              </dt>
              <dd>
                <Money amount={part.cost} none="Not charged yet" />
              </dd>
            </div>
          ))}
          <dt>Cost in all</dt>
          <dd>
            <Money amount={summary.cost} none="Not known yet" />
          </dd>
          <Left summary={summary} />
        </dl>
      )}
    </Panel>
  );
}

/** What is left over; not told where paid and cost are in two currencies. */
function Left({ summary: { paid, cost } }: { readonly summary: OrderSummary }) {
  if (!paid || !cost || paid.currency !== cost.currency) return null;
  const left = { amount_minor: paid.amount_minor - cost.amount_minor, currency: paid.currency };
  return (
    <>
      <dt>Left over</dt>
      <dd className="font-semibold">{money(left)}</dd>
    </>
  );
}

function Parcels({ detail }: Shown) {
  const parcels = detail?.fulfilments.flatMap((part) => part.shipments.map((each) => ({ ...each, provider: part.provider })));
  return (
    <Panel title="Shipments">
      {!parcels ? (
        <Bones />
      ) : detail?.sent_by_hand ? (
        <p>
          Sent by hand{detail.sent_by_hand.carrier && ` with ${detail.sent_by_hand.carrier}`}{" "}
          <code>{detail.sent_by_hand.tracking_number}</code>
        </p>
      ) : parcels.length === 0 ? (
        <p className="text-soft">{emptyWords(detail?.order.stage).parcels}</p>
      ) : (
        <ul className="grid gap-3 text-sm">
          {parcels.map((parcel) => (
            <li key={parcel.id} className="inset grid gap-1 p-3">
              <strong>
                {words(parcel.state)} · {words(parcel.provider)}
              </strong>
              <span>
                {parcel.carrier ?? "Carrier not told"}
                {parcel.service && `, ${parcel.service}`}
              </span>
              {parcel.tracking_number &&
                (parcel.tracking_url ? (
                  <a className="mono underline" href={parcel.tracking_url} rel="noreferrer noopener" target="_blank">
                    {parcel.tracking_number}
                  </a>
                ) : (
                  <code>{parcel.tracking_number}</code>
                ))}
              {parcel.shipped_at && (
                <span className="text-soft">
                  Shipped <Age at={parcel.shipped_at} />
                  {parcel.delivered_at && (
                    <>
                      , delivered <Age at={parcel.delivered_at} />
                    </>
                  )}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Buyer({ detail }: Shown) {
  const to = detail?.recipient;
  return (
    <Panel title="Goes to">
      {!detail ? (
        <Bones />
      ) : !to ? (
        <p className="text-soft">The shop gave no address.</p>
      ) : (
        <address className="text-sm not-italic">
          {[to.name, to.company, to.line1, to.line2, `${to.postal_code} ${to.city}`, to.region, country(to.country)]
            .filter(Boolean)
            .map((line) => (
              <span key={line} className="block">
                {line}
              </span>
            ))}
        </address>
      )}
    </Panel>
  );
}
