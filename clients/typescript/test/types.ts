// Compiled, never run: what is right compiles, and each line after @ts-expect-error does not.
import { createPrintVision, problemOf, type FeatureKey, type OrderDetail, type PermissionKey, type Stage } from "../src/index.js";

const client = createPrintVision({ url: "http://127.0.0.1:8000", key: "pv_x" });

export async function right(): Promise<void> {
  const page = await client.orders.list.query({ limit: 10, held: true });
  const first = page.items[0];
  if (first === undefined) return;
  const stage: Stage = first.stage;
  const detail: OrderDetail = await client.orders.get.query({ order_id: first.id });
  const cost: number | undefined = detail.possible[0]?.cost?.amount_minor;
  await client.orders.list.query();
  await client.orders.hold.mutate({ order_id: first.id, reason: "asking the buyer" });
  await client.workspaces.get.query();
  const permission: PermissionKey = "orders:order:read";
  const feature: FeatureKey = "orders";
  console.log(stage, cost, permission, feature, page.next_cursor);
}

export function watching(): void {
  client.events.stream.subscribe({ kinds: ["orders"] }, {
    onData({ id, data }) {
      if (data.kind === "orders.held") console.log(id, data.data.reason);
      // @ts-expect-error no such kind
      if (data.kind === "orders.burnt") console.log(id);
    },
  });
}

export async function wrong(): Promise<void> {
  // @ts-expect-error no such operation
  await client.orders.burn.mutate({});
  // @ts-expect-error a query is not a mutation
  await client.orders.list.mutate({});
  // @ts-expect-error a mutation is not a query
  await client.orders.hold.query({ order_id: "x", reason: "y" });
  // @ts-expect-error the id is missing
  await client.orders.get.query({});
  // @ts-expect-error and so it is here
  await client.orders.get.query();
  // @ts-expect-error an id is a text
  await client.orders.get.query({ order_id: 5 });
  // @ts-expect-error no such field
  await client.orders.list.query({ colour: "red" });
  // @ts-expect-error no such stage
  await client.orders.list.query({ stage: "lost" });
  // @ts-expect-error a reason is needed
  await client.orders.hold.mutate({ order_id: "x" });
  const detail = await client.orders.get.query({ order_id: "x" });
  // @ts-expect-error an answer has no such field
  console.log(detail.order.colour);
  // @ts-expect-error what is read is not written to
  detail.order.number = "7";
  // @ts-expect-error a cursor may be null
  const cursor: string = (await client.orders.list.query()).next_cursor;
  // @ts-expect-error no such permission
  const permission: PermissionKey = "orders:order:burn";
  // @ts-expect-error no such feature
  const feature: FeatureKey = "time-travel";
  // @ts-expect-error a key is needed
  createPrintVision({ url: "http://127.0.0.1:8000" });
  try {
    await client.workspaces.get.query();
  } catch (error) {
    // @ts-expect-error no such code
    if (problemOf(error)?.code === "no/such-code") return;
    if (problemOf(error)?.code === "not-found") return;
  }
  console.log(cursor, permission, feature);
}
