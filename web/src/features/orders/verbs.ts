import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, client } from "../../api/client.ts";
import type { OrderDetail, Verb } from "../../api/router.ts";
import { toast } from "../../ui/toast.tsx";

export interface Form {
  readonly reason: string;
  readonly carrier?: string;
  readonly tracking_number?: string;
}

/** How a verb is shown. `asks`: what must be said before; `back`: the verb that undoes it. */
export interface Doing {
  readonly label: string;
  readonly title: string;
  readonly done: string;
  readonly asks: "nothing" | "reason" | "tracking";
  readonly back?: Verb;
  readonly warns?: boolean;
  readonly run: (order_id: string, form: Form) => Promise<OrderDetail>;
}

const { orders } = client;

/** The verbs this page has; what is possible with an order, and what it costs, the server says. */
export const DOINGS: Readonly<Partial<Record<Verb, Doing>>> = {
  release: {
    label: "Release",
    title: "Let this order go on?",
    done: "Released",
    asks: "nothing",
    back: "hold",
    run: (order_id) => orders.release.mutate({ order_id }),
  },
  hold: {
    label: "Hold",
    title: "Hold this order?",
    done: "Held",
    asks: "reason",
    back: "release",
    run: (order_id, { reason }) => orders.hold.mutate({ order_id, reason }),
  },
  retry: {
    label: "Try again now",
    title: "Try again now?",
    done: "It is tried again",
    asks: "nothing",
    run: (order_id) => orders.retry.mutate({ order_id }),
  },
  reroute: {
    label: "Reroute",
    title: "Have it made by another provider?",
    done: "It is being rerouted",
    asks: "reason",
    run: (order_id, { reason }) => orders.reroute.mutate({ order_id, reason }),
  },
  mark_shipped: {
    label: "Mark as shipped",
    title: "Did you send it yourself?",
    done: "Marked as shipped",
    asks: "tracking",
    run: (order_id, { carrier, tracking_number }) =>
      orders.mark_shipped.mutate({
        order_id,
        ...(carrier ? { carrier } : {}),
        ...(tracking_number ? { tracking_number } : {}),
      }),
  },
  reprint: {
    label: "Print again",
    title: "Print all of it again?",
    done: "Ordered again",
    asks: "reason",
    warns: true,
    run: (order_id, { reason }) => orders.reprint.mutate({ order_id, reason }),
  },
  cancel: {
    label: "Cancel order",
    title: "Cancel this order?",
    done: "It is being cancelled",
    asks: "reason",
    warns: true,
    run: (order_id, { reason }) => orders.cancel.mutate({ order_id, reason }),
  },
};

/** Does it, shows what the order is then, and offers the way back where there is one. */
export function useDoing(order_id: string, done: () => void) {
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: ({ verb, form }: { readonly verb: Verb; readonly form: Form }) => {
      const doing = DOINGS[verb];
      if (!doing) throw new Error(`this page has no ${verb}`);
      return doing.run(order_id, form);
    },
    onSuccess: (detail, { verb }) => {
      const key: QueryKey = api.orders.get.queryKey({ order_id });
      queries.setQueryData(key, detail);
      const { done: text = "", back } = DOINGS[verb] ?? {};
      const undoable = back && detail.possible.some((each) => each.verb === back);
      toast(undoable ? { text, undo: () => run.mutate({ verb: back, form: { reason: "Undone" } }) } : { text });
      done();
    },
  });
  return run;
}
